"""Read a page that was kept once more, without the network, and show what it leads to.

`askaround doctor` and the log name the number of a page that could not be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.check_command import show
from cli.workplace import Workplace, say
from contract.errors import ArchiveError

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("page", type=int, help="number of the page")


def run(args: argparse.Namespace) -> int:
    """Replay a page; 2 where it still cannot be read."""
    from crawler.pages import Pages
    from crawler.reading import read
    from crawler.registry import build
    from crawler.times import EPOCH

    place = Workplace.of(args)
    kept = Pages(place.store, place.clock).by_id(args.page)
    if kept is None:
        raise ArchiveError(
            f"there is no page {args.page}", hint="`askaround doctor` names the pages that failed."
        )
    if kept.page is None:
        raise ArchiveError(
            f"page {args.page} was forgotten: posts on it have been deleted, or it is too old",
            hint=f"Fetch it again: `askaround check {kept.source} --url {kept.wish.url}`.",
        )
    source = build(place.settings.named(kept.source))
    found, trouble = read(source, kept.page, EPOCH)
    show(kept.page.url, found)
    if trouble is not None:
        say(f"{trouble}\nhint: {trouble.hint}")
    return 2 if trouble else 0
