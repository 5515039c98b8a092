"""The plain-text notation of posts as HTML, for quotations.

Blocks stand apart by an empty line; "# " opens a heading, "- " and "1. " list items, "> " a
quotation, three backticks code. Every letter is escaped; the only elements written are ours.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK = re.compile(
    r"```\n?(?P<code>.*?)(?:\n```|\Z)|(?P<text>[^\n]+(?:\n(?!\n|```)[^\n]+)*)", re.DOTALL
)
_CODE = re.compile(r"`([^`\n]+)`")
_NUMBERED = re.compile(r"(\d{1,6})\. ")


def to_html(text: str) -> Markup:
    """The text as HTML. Its words are the text's own, in the same order."""
    return Markup("\n").join(_blocks(text))


def _blocks(text: str) -> Iterator[Markup]:
    for block in _BLOCK.finditer(text):
        if block["code"] is not None:
            yield Markup("<pre><code>{}</code></pre>").format(block["code"])
        else:
            yield _block(block["text"])


def _block(text: str) -> Markup:
    lines = text.split("\n")
    if text.startswith("# "):
        return Markup("<p class=heading>{}</p>").format(_inline(text[2:]))
    if all(line.startswith(">") for line in lines):
        said = "\n".join(line[1:].removeprefix(" ") for line in lines)
        return Markup("<blockquote>{}</blockquote>").format(_paragraph(said))
    if lines[0].startswith("- "):
        return Markup("<ul>{}</ul>").format(_items(lines, "- "))
    if number := _NUMBERED.match(text):
        start = int(number[1])
        return Markup("<ol start={}>{}</ol>").format(start, _items(lines, None))
    return _paragraph(text)


def _paragraph(text: str) -> Markup:
    return Markup("<p>{}</p>").format(Markup("<br>").join(map(_inline, text.split("\n"))))


def _items(lines: list[str], mark: str | None) -> Markup:
    """List items; a line without a mark goes on with the item before it."""
    items: list[list[str]] = []
    for line in lines:
        number = None if mark else _NUMBERED.match(line)
        if (mark and line.startswith(mark)) or number:
            items.append([line[len(mark) if mark else number.end() if number else 0 :]])
        elif items:
            items[-1].append(line.removeprefix("- "))
    joined = (Markup("<br>").join(map(_inline, item)) for item in items)
    return Markup("").join(Markup("<li>{}</li>").format(item) for item in joined)


def _inline(text: str) -> Markup:
    pieces = _CODE.split(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if at % 2 else escape(piece)
        for at, piece in enumerate(pieces)
    )
