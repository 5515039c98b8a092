"""Read posts into the archive from a file or folder.

That is JSON lines, an mbox, the folder of a Stack Exchange dump, or what Slack, Discord or Matrix
export. Private rooms of a chat are left out unless `--seen-by` names the group that sees them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.progress import Bars
from cli.workplace import Workplace, say
from contract import SourceSettings
from contract.settings_reader import check_name


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("source", help="name of the source the posts belong to")
    parser.add_argument("path", type=Path, help="a file, or the folder of a dump or export")
    parser.add_argument(
        "--seen-by",
        action="append",
        default=[],
        type=_audience,
        metavar="ROOM=GROUP",
        help="the group that sees a room of a chat, `public` for all; `*` is every room not told",
    )


def _audience(said: str) -> tuple[str, str]:
    room, equals, group = said.rpartition("=")
    if not (room and equals and group):
        raise argparse.ArgumentTypeError(f'"{said}" is not of the form ROOM=GROUP')
    return room, group


def run(args: argparse.Namespace) -> int:
    """Import; 0 where anything was new, 1 where everything was known."""
    from crawler import imports

    place = Workplace.of(args)
    check_name(args.source)
    known = {source.name: source for source in place.settings.source}
    source = known.get(args.source) or SourceSettings(
        name=args.source, platform="import", url="https://example.invalid"
    )
    seen_by = dict(args.seen_by)
    with Bars() as bars:
        read = 0

        def report(count: int) -> None:
            nonlocal read
            read += count
            bars("reading", read, 0)

        changed = imports.keep(place.archive, imports.posts(args.path, source, seen_by), report)
    say(f"{args.source}: {read} posts read, {changed} new or changed")
    return 0 if changed else 1
