"""Read a file of posts into the archive: JSON lines, or the folder of a Stack Exchange dump."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli.progress import Bars
from cli.workplace import Workplace, say
from contract import SourceSettings
from contract.settings_reader import check_name

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("source", help="name of the source the posts belong to")
    parser.add_argument("path", type=Path, help="a .jsonl or .mbox file, or a dump's folder")


def run(args: argparse.Namespace) -> int:
    """Import; 0 where anything was new, 1 where everything was known."""
    from crawler import imports

    place = Workplace.of(args)
    check_name(args.source)
    known = {source.name: source for source in place.settings.source}
    source = known.get(args.source) or SourceSettings(
        name=args.source, platform="import", url="https://example.invalid"
    )
    with Bars() as bars:
        read = 0

        def report(count: int) -> None:
            nonlocal read
            read += count
            bars("reading", read, 0)

        changed = imports.keep(place.archive, imports.posts(args.path, source), report)
    say(f"{args.source}: {read} posts read, {changed} new or changed")
    return 0 if changed else 1
