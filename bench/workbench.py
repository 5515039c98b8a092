"""What the scripts on judged sets share: their arguments, and the sets and tools these name."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.progress import Bars
from cli.workplace import say
from contract import SystemClock
from contract.errors import JudgementError
from contract.settings import ModelSettings
from indexer.embed import open_encoder
from ranker.judged import find
from ranker.proving import Bench

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ranker.judged import Form, JudgedSet


PLACES = {
    "judged": "folder of judged sets",
    "community": "folder with <site>.posts.jsonl.gz",
}
"""What a script may ask for by place, and how it is explained."""


def parser(about: str | None, *places: str) -> argparse.ArgumentParser:
    """The arguments of a script: its places, and those all of them take.

    `about` is the docstring of the script.
    """
    made = argparse.ArgumentParser(description=(about or "").partition("\n")[0])
    for place in places:
        made.add_argument(place, type=Path, help=PLACES[place])
    made.add_argument(
        "--data",
        type=Path,
        default=Path("data"),
        metavar="DIR",
        help="where vectors are kept for the next run (default: data, as `askaround eval`)",
    )
    made.add_argument(
        "--threads", type=int, default=1, metavar="N", help="threads that embed (default: 1)"
    )
    return made


@contextlib.contextmanager
def workbench(args: argparse.Namespace, *, model: bool = True) -> Iterator[Bench]:
    """The product's own tools for judging, with progress bars on stderr."""
    encoder = open_encoder(ModelSettings(), threads=args.threads, announce=say) if model else None
    with Bars() as bars:
        yield Bench(
            encoder=encoder,
            embeddings=args.data / "judged-embeddings",
            clock=SystemClock(),
            progress=bars,
            community=getattr(args, "community", None),
        )


def sets(folder: Path, form: Form, names: Sequence[str] = ()) -> list[JudgedSet]:
    """The sets of one form below a folder, all or those named, in the order of their names.

    Raises JudgementError where one that is named is missing, or where there is none at all.
    """
    found = {one.name: one for one in find(folder) if one.form == form}
    missing = [name for name in names if name not in found]
    if missing or not found:
        raise JudgementError(f"{folder}: no {form} set {' '.join(missing)}".rstrip())
    return [found[name] for name in names or found]


def row_of(values: Sequence[float]) -> list[Any]:
    """Values and, last, their mean: the form of a line that reports several sets."""
    return [*values, sum(values) / len(values)]
