"""Judge the order of results on judged sets, and print the measures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from cli.progress import Bars
from cli.workplace import Workplace

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("path", nargs="+", type=Path, help="a judged set, or a folder of them")
    parser.add_argument(
        "--community",
        type=Path,
        metavar="DIR",
        help="folder with <site>.posts.jsonl: the posts of expert and trust sets",
    )
    parser.add_argument("--json", action="store_true", help="a map from set to system to measures")


def run(args: argparse.Namespace) -> int:
    """Judge every set; 0 when all are through."""
    from ranker.judge import judge
    from ranker.judged import find
    from ranker.proving import Bench

    place = Workplace.of(args)
    reports: dict[str, Mapping[str, Mapping[str, float]]] = {}
    with Bars() as bars:
        bench = Bench(
            encoder=place.encoder(threads=place.threads),
            embeddings=place.data / "judged-embeddings",
            clock=place.clock,
            progress=bars,
            community=args.community,
            engine=place.settings.index.engine,
        )
        for path in args.path:
            for judged in find(path):
                reports[judged.name] = judge(judged, bench)
                if not args.json:
                    print("\n".join(_table(judged.name, reports[judged.name])), flush=True)
    if args.json:
        print(json.dumps(reports, indent=2))
    return 0


def _table(name: str, report: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    measures = list(next(iter(report.values())))
    yield f"{name:<26}" + "".join(f"{measure:>12}" for measure in measures)
    for system, values in report.items():
        yield f"  {system:<24}" + "".join(f"{values[measure]:>12.4f}" for measure in measures)
