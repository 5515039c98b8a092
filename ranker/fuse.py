"""One relevance from two scores.

Each half is divided by the best score it gave to any candidate of the query, then the two are added
with a weight that depends on the query. Reciprocal ranks, the usual way, lose to meaning alone on
community questions: they throw away by how much one post fits better (bench/README.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexer.analysis import is_identifier
from indexer.query import phrases, words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.query import Query
    from indexer.search import Candidates
    from ranker.weights import Weights

    Scores = NDArray[np.float64]


def keyword_share(query: Query, candidates: Candidates, weights: Weights) -> float:
    """How much keywords count, 0 to 1: all where there are no vectors, more for exact names.

    The more of the query names something exactly, the more; a phrase in quotes is exact as a whole.
    """
    if not candidates.by_meaning:
        return 1.0
    asked = words(query.tree)
    quoted = [word for phrase in phrases(query.tree) for word in phrase.words]
    plain = sum(not is_identifier(word) for word in asked)
    plain -= sum(not is_identifier(word) for word in quoted)
    part = 1.0 - plain / len(asked) if asked else 0.0
    return weights.keywords + part * (weights.keywords_exact - weights.keywords)


def relevance(query: Query, candidates: Candidates, weights: Weights) -> tuple[Scores, Scores]:
    """What keywords and meaning each add to the relevance of each candidate.

    Their sum lies from 0 to 1; cosines below 0 count as 0.
    """
    share = keyword_share(query, candidates, weights)
    by_words = share * _over_best(candidates.keyword)
    by_meaning = (1.0 - share) * _over_best(np.nan_to_num(candidates.similarity))
    return by_words, by_meaning


def _over_best(scores: NDArray[np.float32]) -> Scores:
    positive = np.maximum(scores.astype(np.float64), 0.0)
    best = positive.max(initial=0.0)
    return positive / best if best > 0 else positive
