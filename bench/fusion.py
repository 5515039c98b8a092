"""How keywords and meaning are best made one: four ways side by side, and what a title counts.

    python -m bench.fusion JUDGED [--titles] [--depths]

The share of keywords is fitted on the questions with an even number in each retrieval set, for the
best mean over the sets, and reported on the odd ones. `--titles` compares weights of a word in the
title, `--depths` how many posts each half names; both read all questions.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np

from bench.asked import asked, halves, mean_ndcg
from bench.table import table
from bench.ways import SHARES, WAYS, fit, gain, mean_over_sets, shipped, with_share
from bench.workbench import parser, row_of, sets, workbench
from indexer.keyword import tantivy_engine
from ranker.judged import Document
from ranker.proving import as_post, indexed
from ranker.weights import Weights

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.asked import Asked, Scores
    from bench.table import Cell
    from bench.ways import Half
    from indexer.search import Finder
    from ranker.judged import JudgedSet

    Compared = dict[str, list[float]]
    """Measures of every set in turn, by what was tried."""

TITLE_WEIGHTS = (0.0, 0.5, 1.0, 2.0)


DEPTHS = (50, 100, 200, 400)


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask every set, then print what each way is worth."""
    takes = parser(__doc__, "judged")
    takes.add_argument("--titles", action="store_true", help="compare weights of the title")
    takes.add_argument("--depths", action="store_true", help="compare depths of the two lists")
    args = takes.parse_args(arguments)
    everything: dict[str, list[Asked]] = {}
    titles: Compared = {}
    depths: Compared = {}
    with workbench(args) as bench:
        for judged in sets(args.judged, "retrieval"):
            documents = (as_post(judged.name, row) for row in judged.rows(Document, "corpus"))
            with indexed(documents, judged.name, bench) as finder:
                everything[judged.name] = list(asked(judged, finder))
                if args.titles:
                    _try_titles(judged, finder, titles)
                if args.depths:
                    _try_depths(judged, finder, depths)
    even = {name: halves(questions)[0] for name, questions in everything.items()}
    odd = {name: halves(questions)[1] for name, questions in everything.items()}
    print(f"Share fitted on the even questions, nDCG@10 of the odd ones:\n\n{reported(even, odd)}")
    print(f"\nMean nDCG@10 of every share, even questions:\n\n{every_share(even)}")
    for what, compared in (("Weight of the title", titles), ("Posts each half names", depths)):
        if compared:
            rows = [[tried, *row_of(values)] for tried, values in compared.items()]
            print(f"\n{what}, all questions:\n\n{table(['', *everything, 'mean'], rows)}")
    return 0


def reported(even: Half, odd: Half) -> str:
    """What each way reaches on the odd questions with the share fitted on the even ones."""
    scorers: dict[str, tuple[float | None, Callable[[Asked], Scores]]] = {
        "keywords alone": (None, words_alone),
        "meaning alone": (None, lambda one: one.meaning),
        "as shipped": (Weights().keywords, shipped),
    }
    for name, way in WAYS.items():
        share = fit(way, even)
        scorers[name] = share, with_share(way, share)
    scorers["reciprocal ranks, both alike"] = 0.5, with_share(WAYS["reciprocal ranks"], 0.5)
    rows: list[list[Cell]] = []
    for name, (share_used, scores) in scorers.items():
        values = row_of([mean_ndcg(questions, scores) for questions in odd.values()])
        more, error = gain(odd, shipped, scores)
        said = "" if share_used is None else f"{share_used:.2f}"
        rows.append([name, said, *values, f"{more:+.3f} ± {error:.3f}"])
    return table(["way", "share", *odd, "mean", "the shipped way gains"], rows)


def every_share(half: Half) -> str:
    """The mean over the sets for every share of keywords."""
    rows: list[list[Cell]] = []
    for share in SHARES:
        means = [mean_over_sets(half, with_share(way, share)) for way in WAYS.values()]
        rows.append([f"{share:.2f}", *means])
    return table(["share of keywords", *WAYS], rows)


def words_alone(one: Asked) -> Scores:
    """BM25; what no word names is not in the list at all."""
    return np.where(one.words > 0, one.words, -np.inf)


def _try_titles(judged: JudgedSet, finder: Finder, compared: Compared) -> None:
    for weight in TITLE_WEIGHTS:
        fields = (("title", weight), ("body", 1.0))  # of the query: no index is built again
        with patch.object(tantivy_engine, "_FIELDS", fields):
            found = list(asked(judged, finder))
        for name, scores in (("keywords", words_alone), ("fused", shipped)):
            compared.setdefault(f"{weight:.1f}, {name}", []).append(mean_ndcg(found, scores))


def _try_depths(judged: JudgedSet, finder: Finder, compared: Compared) -> None:
    for depth in DEPTHS:
        found = list(asked(judged, finder, depth))
        compared.setdefault(str(depth), []).append(mean_ndcg(found, shipped))


if __name__ == "__main__":
    sys.exit(main())
