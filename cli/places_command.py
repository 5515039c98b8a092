"""Find the place where a question is most likely to be solved."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cli.workplace import Workplace, say

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("query", help="the question")
    parser.add_argument("--json", action="store_true", help="the JSON of /api/v1/places")


def run(args: argparse.Namespace) -> int:
    """Look for places; 1 where there are none."""
    from ranker import as_json

    places = Workplace.of(args).ranker.places(args.query)
    if args.json:
        print(json.dumps([as_json.place(one) for one in places], ensure_ascii=False, indent=2))
    else:
        for one in places:
            print(f"{one.title}: {', '.join(one.why)}\n   {one.url}")
        if not places:
            say("No place is known to solve this: try fewer or more general words.")
    return 0 if places else 1
