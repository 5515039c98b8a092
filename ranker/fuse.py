"""One relevance from five scores.

Keywords and meaning are each divided by the best score they gave to any candidate of the query, and
added; how much of the query a post holds, and how much of it side by side, lie from 0 to 1 as they
are. Reciprocal ranks, the usual way, lose to meaning alone on community questions: they throw away
by how much one post fits better (bench/README.md). Where a query names a thing, whether a post
holds that comes before all of it, the less so the more else was asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.search import Candidates
    from ranker.weights import Weights

    Scores = NDArray[np.float64]


def parts(candidates: Candidates, weights: Weights) -> dict[str, Scores]:
    """What each score adds to the relevance of each candidate, by its name.

    Their sum lies from 0 to 1; cosines below 0 count as 0.
    """
    share = weights.keywords if candidates.by_meaning else 1.0
    exact = weights.named * float(candidates.named.max(initial=0.0))
    rest = 1.0 - exact
    both = rest * (1.0 - weights.coverage - weights.adjacency)
    return {
        "named": exact * _over_best(candidates.named),
        "keywords": both * share * _over_best(candidates.keyword),
        "meaning": both * (1.0 - share) * _over_best(np.nan_to_num(candidates.similarity)),
        "coverage": rest * weights.coverage * candidates.coverage.astype(np.float64),
        "adjacency": rest * weights.adjacency * candidates.adjacency.astype(np.float64),
    }


def relevance(candidates: Candidates, weights: Weights) -> Scores:
    """How well each candidate fits what was asked, 0 to 1."""
    whole: Scores = np.sum(list(parts(candidates, weights).values()), axis=0)
    return whole


def _over_best(scores: NDArray[np.float32]) -> Scores:
    positive = np.maximum(scores.astype(np.float64), 0.0)
    best = positive.max(initial=0.0)
    return positive / best if best > 0 else positive
