"""Tables as Markdown, so that what a script prints can be put into a page as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Cell = str | int | float | None


def table(head: Sequence[str], rows: Iterable[Sequence[Cell]], digits: int = 3) -> str:
    """A table whose first column is words and whose others stand to the right.

    Fractions get `digits` decimals, and a cell of None stays empty.
    """
    rules = ["---", *("---:" for _ in head[1:])]
    lines = [head, rules, *([_cell(cell, digits) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(cell: Cell, digits: int) -> str:
    match cell:
        case None:
            return ""
        case float():
            return f"{cell:.{digits}f}"
        case int():
            return f"{cell:,}"
        case str():
            return cell.replace("|", "\\|")
