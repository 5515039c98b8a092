"""Whether whoever types a code, a name or a phrase in quotes gets the posts that hold it, first.

    python -m bench.exact JUDGED [SET...] [--data DIR]

Queries are drawn out of the corpora themselves (bench/exact_queries.py). Of each system it prints
nDCG@10, the share of queries whose first result holds what was named, and on how many queries it
puts a post without it above one that holds it where keywords alone do the opposite.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bench.exact_queries import Corpus, Exact
from bench.table import table
from bench.workbench import parser, sets, workbench
from contract.errors import JudgementError
from ranker.judge import SYSTEMS, orders
from ranker.judged import Document
from ranker.proving import as_post, indexed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from bench.table import Cell
    from indexer.search import Finder
    from ranker.judged import JudgedSet
    from ranker.proving import Bench

SETS = ("answers-onstartups", "kb-postgresql-index")
"""Judged sets whose corpora hold enough codes and names."""

LEAST = 150
"""Queries of a set, below which a figure would tell of few of them."""

FIRST_PAGE = 10

FUSED = ("hybrid", "full")
"""Systems in which meaning has a say beside keywords."""

_KINDS = ("code", "code and words", "name", "name and words", "phrase")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One query judged; measures by system."""

    asked: Exact
    ndcg: dict[str, float]
    first: dict[str, bool]
    """Whether the first result holds what was named."""
    lost: dict[str, bool]
    """Whether a post that keywords put below stands above one that holds it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, ask and print."""
    taken = parser(__doc__, "judged")
    taken.add_argument(
        "sets", nargs="*", default=SETS, metavar="SET", help=f"default: {' '.join(SETS)}"
    )
    taken.add_argument(
        "--losses", action="store_true", help="print the queries on which keywords do better"
    )
    args = taken.parse_args(arguments)
    with workbench(args) as bench:
        for judged in sets(args.judged, "retrieval", args.sets):
            found = outcomes(judged, bench)
            print(f"\n{judged.name}, {len(found)} queries:\n\n{report(found)}")
            if args.losses:
                print()
                print("\n".join(_told(one) for one in found if _losers(one)))
    return 0


def outcomes(judged: JudgedSet, bench: Bench) -> list[Outcome]:
    """Draw queries out of a set and judge them. Raises JudgementError where it holds too few."""
    posts = [as_post(judged.name, row) for row in judged.rows(Document, "corpus")]
    texts = {post.post_id: f"{post.title}\n{post.text}" for post in posts}
    with indexed(posts, judged.name, bench) as finder:
        drawn = Corpus(texts, finder.snapshot.manifest.languages).draw()
        if len(drawn) < LEAST:
            raise JudgementError(f"{judged.path}: {len(drawn)} exact queries, fewer than {LEAST}")
        return [judge(one, finder, bench) for one in drawn]


def judge(asked: Exact, finder: Finder, bench: Bench) -> Outcome:
    """Ask one query of every system."""
    by_system = orders(asked.text, finder, bench)
    holders = {finder.snapshot.ordinals[post_id] for post_id in asked.holders}
    by_words = by_system["keyword"]
    return Outcome(
        asked=asked,
        ndcg={name: ndcg(order, holders) for name, order in by_system.items()},
        first={name: bool(order) and order[0] in holders for name, order in by_system.items()},
        lost={name: loses(order, by_words, holders) for name, order in by_system.items()},
    )


def ndcg(order: Sequence[int], holders: Collection[int]) -> float:
    """nDCG@10, every holder as good as any other."""
    gains = 1.0 / np.log2(np.arange(2, FIRST_PAGE + 2))
    held = np.array([at in holders for at in order[:FIRST_PAGE]], dtype=bool)
    return float(gains[: len(held)][held].sum() / gains[: len(holders)].sum())


def loses(order: Sequence[int], by_words: Sequence[int], holders: Collection[int]) -> bool:
    """Whether some post above a holder, or instead of it, stands below that one by words."""
    place = {post: at for at, post in enumerate(by_words)}
    nowhere = len(by_words)
    lowest = -1  # by words, of the posts without it so far
    seen: set[int] = set()
    for post in order:
        if post not in holders:
            lowest = max(lowest, place.get(post, nowhere))
        elif place.get(post, nowhere) < lowest:
            return True
        seen.add(post)
    return any(place.get(post, nowhere) < lowest for post in set(holders) - seen)


def report(found: Sequence[Outcome]) -> str:
    """A line for each kind of query, and one for all."""
    head = ["queries", "number", *(f"{one} nDCG@10" for one in SYSTEMS)]
    head += [*(f"{one} first" for one in SYSTEMS), *(f"{one} lost" for one in FUSED)]
    return table(head, _rows(found))


def _rows(found: Sequence[Outcome]) -> Iterator[list[Cell]]:
    for kind in (*_KINDS, "all"):
        some = [one for one in found if kind in {one.asked.form, "all"}]
        if some:
            yield [
                kind,
                len(some),
                *(float(np.mean([one.ndcg[system] for one in some])) for system in SYSTEMS),
                *(float(np.mean([one.first[system] for one in some])) for system in SYSTEMS),
                *(sum(one.lost[system] for one in some) for system in FUSED),
            ]


def _losers(one: Outcome) -> list[str]:
    return [system for system in FUSED if one.lost[system]]


def _told(one: Outcome) -> str:
    return f"{one.asked.text}  ({one.asked.form}: {', '.join(_losers(one))})"


if __name__ == "__main__":
    sys.exit(main())
