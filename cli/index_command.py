"""Make what was gathered searchable."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from cli.progress import Bars
from cli.workplace import Workplace, say

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--rebuild",
        action="store_true",
        help="read and embed every text again, trusting nothing kept",
    )


def run(args: argparse.Namespace) -> int:
    """Build a generation; 1 where there is nothing to index."""
    place = Workplace.of(args)
    if args.rebuild:
        shutil.rmtree(place.data / "embeddings", ignore_errors=True)
    if place.archive.count() == 0:
        say("there is nothing to index yet: run `askaround crawl` or `askaround import` first")
        return 1
    with Bars() as bars:
        manifest = place.build(bars, whole=args.rebuild)
    how = f"by keywords and by {manifest.model.name}" if manifest.model else "by keywords alone"
    say(f"generation {manifest.number}: {manifest.posts:,} posts, searchable {how}")
    return 0
