"""Find the people who know about something."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cli.workplace import Workplace, say

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("query", help="the topic or the question")
    parser.add_argument("--json", action="store_true", help="the JSON of /api/v1/experts")


def run(args: argparse.Namespace) -> int:
    """Look for experts; 1 where there are none."""
    from ranker import as_json

    people = Workplace.of(args).ranker.experts(args.query)
    if args.json:
        print(json.dumps([as_json.expert(one) for one in people], ensure_ascii=False, indent=2))
    else:
        for one in people:
            print(f"{one.name}: {', '.join(one.why)}")
            for shown in one.evidence:
                print(f"   {shown.title}  {shown.url}")
        if not people:
            say("Nobody has shown yet that they know about this: try fewer or more general words.")
    return 0 if people else 1
