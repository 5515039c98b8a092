"""What keywords, meaning, coverage and adjacency weigh in relevance.

    python -m bench.relevance JUDGED

Every choice of the three weights on a grid is tried on every retrieval set. Two reports follow on
questions that had no say in the choice: fitted to the questions with an even number of each set and
measured on the odd ones; fitted to all sets but one and measured on that one, which is what a place
may expect that nobody has measured. The weights are chosen for the best mean over the sets, in
which each counts the same however many questions it has, and among those by which no set comes to
lie more than WITHIN below the better of its halves, keywords or meaning alone.
"""

from __future__ import annotations

import sys
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from bench.asked import asked, ndcg
from bench.table import table
from bench.workbench import parser, row_of, sets, workbench
from ranker import fuse
from ranker.judged import Document
from ranker.proving import as_post, indexed
from ranker.weights import Weights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bench.asked import Asked
    from bench.table import Cell

    Tried = Mapping[str, NDArray[np.float64]]
    """For each set nDCG@10 by choice of weights, row by row, and question; the last two rows are
    keywords and meaning alone."""

KEYWORDS = (0.05, 0.1, 0.15, 0.2, 0.25)
COVERAGE = ADJACENCY = (0.0, 0.05, 0.1, 0.14, 0.17, 0.2, 0.23)

GRID = tuple(
    Weights(keywords=keywords, coverage=coverage, adjacency=adjacency)
    for keywords, coverage, adjacency in product(KEYWORDS, COVERAGE, ADJACENCY)
)

WITHIN = 0.01
"""nDCG@10."""

PLAIN = Weights(keywords=0.2, coverage=0.0, adjacency=0.0)
"""Keywords and meaning alone, at the share that is best then."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Try every choice on every set, then print what was found."""
    args = parser(__doc__, "judged").parse_args(arguments)
    tried: dict[str, NDArray[np.float64]] = {}
    with workbench(args) as bench:
        for judged in sets(args.judged, "retrieval"):
            documents = (as_post(judged.name, row) for row in judged.rows(Document, "corpus"))
            with indexed(documents, judged.name, bench) as finder:
                questions = list(asked(judged, finder))
            tried[judged.name] = np.array(
                [*([gained(one, w) for one in questions] for w in GRID), *alone(questions)]
            )
    print(f"nDCG@10:\n\n{reported(tried)}\n\n{chosen_without_each(tried)}")
    return 0


def gained(one: Asked, weights: Weights) -> float:
    """What a question reaches with these weights."""
    return ndcg(one, fuse.relevance(one.candidates, weights))


def alone(questions: Sequence[Asked]) -> tuple[list[float], list[float]]:
    """What each question reaches by keywords and by meaning alone."""
    by_words = [ndcg(one, np.where(one.words > 0, one.words, -np.inf)) for one in questions]
    return by_words, [ndcg(one, one.meaning) for one in questions]


def reported(tried: Tried) -> str:
    """A line for each way to choose."""
    names, shipped = list(tried), Weights()
    even = best(tried, names, slice(0, None, 2))
    odd = slice(1, None, 2)
    without = {name: best(tried, [one for one in names if one != name]) for name in names}
    every = best(tried, names)
    rows: list[list[Cell]] = [
        ["keywords alone", "", *row_of([float(tried[name][-2].mean()) for name in names])],
        ["meaning alone", "", *row_of([float(tried[name][-1].mean()) for name in names])],
        ["the two alone", said(PLAIN), *row_of(reach(tried, PLAIN))],
        ["fitted to all of them", said(every), *row_of(reach(tried, every))],
        ["as shipped", said(shipped), *row_of(reach(tried, shipped))],
        ["as shipped, odd questions", said(shipped), *row_of(reach(tried, shipped, odd))],
        ["fitted to even questions, odd ones", said(even), *row_of(reach(tried, even, odd))],
        [
            "fitted to the other sets",
            "",
            *row_of([reach(tried, without[name])[at] for at, name in enumerate(names)]),
        ],
    ]
    return table(["", "weights", *names, "mean"], rows, digits=4)


def chosen_without_each(tried: Tried) -> str:
    """The weights that each set was measured with when it had no say."""
    rows: list[list[Cell]] = [
        [name, said(best(tried, [one for one in tried if one != name]))] for name in tried
    ]
    return table(["without", "keywords, coverage, adjacency"], rows)


def best(tried: Tried, names: Sequence[str], some: slice = slice(None)) -> Weights:
    """The choice with the best mean over these sets; of equally good ones the first."""
    reached = np.array([tried[name][:, some].mean(axis=1) for name in names])
    choices, halves = reached[:, :-2], reached[:, -2:]
    falls = (halves.max(axis=1, keepdims=True) - choices).max(axis=0)
    allowed = falls <= max(WITHIN, falls.min())
    return GRID[int(np.argmax(np.where(allowed, choices.mean(axis=0), -np.inf)))]


def reach(tried: Tried, weights: Weights, some: slice = slice(None)) -> list[float]:
    """What a choice reaches on each set."""
    at = GRID.index(weights)
    return [float(values[at, some].mean()) for values in tried.values()]


def said(weights: Weights) -> str:
    """The three weights in a few characters."""
    return f"{weights.keywords:.2f}, {weights.coverage:.2f}, {weights.adjacency:.2f}"


if __name__ == "__main__":
    sys.exit(main())
