"""When two threads ask the same: the rule of ranker/same.py on pairs that a community has linked.

    python -m bench.same COMMUNITY

The product merges questions of different places; here those of one place are compared, since only
within a place did people mark duplicates. What this can show: how many marked duplicates each
threshold finds, how many pairs it calls the same in all, and how it treats pairs that are merely
linked. What it cannot: precision. Most duplicates were never marked, or were deleted, so a pair
without a mark may well be one. Marked over all pairs called the same is a lower bound; marked over
linked is of the few pairs that people happened to look at.
"""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

import numpy as np

from bench.pairs import STEP, Line, Way, joined, marked, way
from bench.table import table
from bench.workbench import parser, workbench
from indexer.columns import KINDS
from ranker.judged import JudgedSet
from ranker.proving import community_posts, indexed
from ranker.same import SAME_QUESTION, best_replies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bench.table import Cell
    from indexer.snapshot import Snapshot
    from ranker.proving import Bench

THRESHOLDS = (0.55, 0.575, 0.6, SAME_QUESTION, 0.65, 0.675, 0.7, 0.75, 0.8)

RECALLS = (0.25, 0.5, 0.75)

FEW = 50
"""Marked pairs below which a place is reported together with the others like it."""

BOTH, OPENINGS = "openings and best replies", "openings alone"

QUESTION = KINDS.index("question")


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare every pair of threads within each place that marks duplicates."""
    args = parser(__doc__, "community").parse_args(arguments)
    small: list[dict[str, Way]] = []
    with workbench(args) as bench:
        for path in sorted(args.community.glob("*.posts.jsonl*")):
            site = path.name.partition(".")[0]
            lines = list(JudgedSet(site, path, "retrieval").rows(Line))
            if any(line.duplicate_of for line in lines):
                ways = _ways(site, lines, bench)
                if len(ways[BOTH].duplicates) >= FEW:
                    _report(site, ways)
                else:
                    small.append(ways)
    if small:
        together = {name: joined([ways[name] for ways in small]) for name in small[0]}
        _report(f"{len(small)} small sites together", together)
    return 0


def _ways(site: str, lines: Sequence[Line], bench: Bench) -> dict[str, Way]:
    with indexed(community_posts([f"{site}:"], bench), f"community-{site}", bench) as finder:
        snapshot = finder.snapshot
        columns = snapshot.columns
        opens = np.flatnonzero((columns.position[:] == 0) & (columns.kind[:] == QUESTION))
        replies = best_replies(opens, columns)
        asked, answered = _vectors(opens, snapshot), _vectors(replies, snapshot)
        threads = {snapshot.ids[at]: number for number, at in enumerate(opens)}
    pairs = marked(lines, threads)
    both = np.concatenate([asked, answered], axis=1) / math.sqrt(2)
    return {BOTH: way(both, *pairs), OPENINGS: way(asked, *pairs)}


def _vectors(posts: NDArray[np.int64], snapshot: Snapshot) -> NDArray[np.float32]:
    """The first passage of each post; posts without one are like nothing."""
    bounds = snapshot.columns.first_passage
    has = bounds[posts + 1] > bounds[posts]
    if snapshot.vectors is None:
        raise ValueError("threads are compared by meaning, and this index has no vectors")
    vectors = snapshot.vectors.vectors(np.where(has, bounds[posts], 0))
    vectors[~has] = 0.0
    return vectors


def _report(name: str, ways: dict[str, Way]) -> None:
    duplicates, linked = len(ways[BOTH].duplicates), len(ways[BOTH].linked)
    pairs = int(ways[BOTH].counts.sum())
    print(f"\n### {name}: {duplicates} pairs marked, {linked} linked, {pairs:,} in all")
    for said, one in ways.items():
        print(f"\n{said}:\n\n{_thresholds(one)}")
    print(f"\nPairs called the same in order to find a share of the marked:\n\n{_costs(ways)}")
    sys.stdout.flush()


def _thresholds(one: Way) -> str:
    rows: list[list[Cell]] = []
    for threshold in THRESHOLDS:
        found, related = (
            int((one.duplicates >= threshold).sum()),
            int((one.linked >= threshold).sum()),
        )
        called = one.called_same(threshold)
        least = found / called if called else None
        among = found / (found + related) if found + related else None
        recall, share = found / len(one.duplicates), related / len(one.linked)
        rows.append([f"{threshold:.3f}", recall, share, called, least, among])
    head = ["from", "marked found", "linked called the same", "pairs called the same"]
    return table([*head, "marked over all of these", "marked over marked and linked"], rows)


def _costs(ways: dict[str, Way]) -> str:
    rows: list[list[Cell]] = []
    for recall in RECALLS:
        row: list[Cell] = [f"{recall:.0%}"]
        for one in ways.values():
            least = _step_below(float(np.quantile(one.duplicates, 1 - recall)))
            row += [f"{least:.3f}", one.called_same(least)]
        rows.append(row)
    head = [f"{said}, {what}" for said in ways for what in ("from", "pairs")]
    return table(["marked found", *head], rows)


def _step_below(likeness: float) -> float:
    return math.floor(likeness / STEP) * STEP


if __name__ == "__main__":
    sys.exit(main())
