"""Who knows: how sharply a reply's relevance must count, and what its votes add.

    python -m bench.experts JUDGED COMMUNITY [--every N]

Chosen on CHOSEN_ON, reported on every other expert set. `--every` asks only each N-th question.
"Most active" names the same people whatever was asked: it is what a ranking has to beat.
"""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import ir_measures
import numpy as np
from ir_measures import AP, RR

from bench.table import table
from bench.workbench import parser, sets, workbench
from indexer.parser import parse
from indexer.search import DEPTH
from ranker import experts, fuse
from ranker.judged import Question, Reply
from ranker.proving import as_evidence, community_posts, indexed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from bench.table import Cell
    from indexer.columns import Columns
    from indexer.search import Finder
    from ranker.judged import JudgedSet
    from ranker.proving import Bench

CHOSEN_ON = "experts-quantumcomputing"

SHARPNESS = (1.0, 2.0, 4.0, 8.0, 16.0)

DEPTHS = (DEPTH, 1000)
"""Posts that each half names, as many as usual and more: then more of what people wrote counts."""

NAMED = 100
"""People of a list that are judged."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Rank people in every way for every question of every set."""
    takes = parser(__doc__, "judged", "community")
    takes.add_argument("--every", type=int, default=1, metavar="N", help="ask each N-th question")
    args = takes.parse_args(arguments)
    found = sorted(sets(args.judged, "experts"), key=lambda one: one.name != CHOSEN_ON)
    with workbench(args) as bench:
        for judged in found:
            role = "to choose" if judged.name == CHOSEN_ON else "to report"
            print(
                f"\n### {judged.name} ({role})\n\n{_measured(judged, bench, args.every)}",
                flush=True,
            )
    return 0


def _measured(judged: JudgedSet, bench: Bench, every: int) -> str:
    replies = {reply.id: reply for reply in judged.rows(Reply, "evidence")}
    candidates, qrels = set(judged.meta().candidates), judged.qrels()
    questions = [one for one in judged.rows(Question, "queries") if one.id in qrels][::every]
    posts = (post for post in community_posts(replies, bench) if post.post_id in replies)
    told = (as_evidence(post, replies[post.post_id]) for post in posts)
    runs: dict[str, list[Any]] = {}
    with indexed(told, judged.name, bench) as finder:
        whoever = list(_whoever(finder))
        for done, question in enumerate(questions, start=1):
            for way, people in (*whoever, *_ways(question, finder, bench)):
                named = [name for name in people if name in candidates][:NAMED]
                lines = (ir_measures.ScoredDoc(question.id, n, -at) for at, n in enumerate(named))
                runs.setdefault(way, []).extend(lines)
            bench.progress(judged.name, done, len(questions))
    wanted = [
        ir_measures.Qrel(one.id, person, grade)
        for one in questions
        for person, grade in qrels[one.id].items()
    ]
    rows: list[list[Cell]] = []
    for way, run in runs.items():
        values = ir_measures.calc_aggregate([AP, RR], wanted, run)
        rows.append([way, float(values[AP]), float(values[RR])])
    return table([f"{len(questions)} questions", "MAP", "MRR"], rows)


def _whoever(finder: Finder) -> Iterator[tuple[str, list[str]]]:
    """People in the order in which they are the same for every question."""
    everything, columns = np.arange(len(finder.snapshot), dtype=np.int32), finder.snapshot.columns
    level = np.ones(len(everything))
    yield "most active of all", _people(_without_votes(columns), everything, level, finder)
    yield "most votes of all", _people(columns, everything, level, finder)


def _ways(question: Question, finder: Finder, bench: Bench) -> Iterator[tuple[str, list[str]]]:
    """The people of each way of ranking them, the likeliest first."""
    asked = f"{question.text} {question.body}".replace('"', " ")  # a quotation must bind nobody
    voted, query = finder.snapshot.columns, parse(asked)
    unvoted, level = _without_votes(voted), np.ones(len(finder.snapshot))
    for depth in DEPTHS:
        found = finder.find(query, depth=depth)
        near = fuse.relevance(found, bench.weights)
        ordinals, said = found.ordinals, f"{depth:,} posts"
        yield f"{said}, votes alone", _people(voted, ordinals, level[: len(near)], finder)
        yield f"{said}, relevance alone", _people(unvoted, ordinals, near, finder)
        for sharpness in SHARPNESS:
            with patch.object(experts, "SHARPNESS", sharpness):
                people = _people(voted, ordinals, near, finder)
            yield f"{said}, sharpness {sharpness:.0f}", people
        if depth == DEPTH:
            yield "as shipped", _people(voted, ordinals, near, finder, least=experts.LEAST)


def _people(
    columns: Columns,
    ordinals: NDArray[np.int32],
    relevance: NDArray[np.float64],
    finder: Finder,
    least: float = 0.0,
) -> list[str]:
    """Accounts by the product's own scores, of at least so much; nobody's accounts are joined."""
    authors = finder.snapshot.names.authors
    alone = np.arange(len(authors), dtype=np.int64)
    with patch.object(experts, "LEAST", least):
        who, _, _ = experts.scores(columns, ordinals, relevance, alone)
    return [authors[person].author_id for person in who]


def _without_votes(columns: Columns) -> Columns:
    """The same posts in a place where nobody votes and nobody accepts."""
    nobody = np.full(len(columns.standing), np.nan, dtype=np.float32)
    return dataclasses.replace(columns, standing=nobody, accepted=np.zeros_like(columns.accepted))


if __name__ == "__main__":
    sys.exit(main())
