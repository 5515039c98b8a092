"""Ways to make one relevance from keywords and meaning, each with one number: keywords' share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bench.asked import mean_ndcg, ndcg
from ranker import fuse
from ranker.weights import Weights

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bench.asked import Asked, Scores

    Way = Callable[[Asked, float], Scores]
    Half = Mapping[str, Sequence[Asked]]
    """Half of the questions of each set, by its name."""

SHARES = tuple(round(0.05 * step, 2) for step in range(21))

RANK_CONSTANT = 60
"""Of reciprocal ranks, as in Cormack et al. 2009 (https://doi.org/10.1145/1571941.1572114)."""


def over_best(one: Asked, share: float) -> Scores:
    """Each score over the best of its kind, as the product does it."""
    return _mixed(share, _over_best(one.words), _over_best(one.meaning))


def z_score(one: Asked, share: float) -> Scores:
    """Each score in standard deviations from the mean of the candidates."""
    return _mixed(share, _deviations(one.words), _deviations(one.meaning))


def min_max(one: Asked, share: float) -> Scores:
    """Each score from 0 for the worst candidate to 1 for the best."""
    return _mixed(share, _ranged(one.words), _ranged(one.meaning))


def reciprocal_ranks(one: Asked, share: float) -> Scores:
    """Ranks instead of scores; a candidate that no word names gets nothing for its words."""
    by_words, by_meaning = _reciprocal(one.words), _reciprocal(one.meaning)
    return _mixed(share, np.where(one.words > 0, by_words, 0.0), by_meaning)


def shipped_with(weights: Weights) -> Callable[[Asked], Scores]:
    """The product's relevance: the two halves, and how the words fit."""

    def scores(one: Asked) -> Scores:
        return fuse.relevance(one.candidates, weights)

    return scores


shipped = shipped_with(Weights())


WAYS: dict[str, Way] = {
    "over the best": over_best,
    "z-score": z_score,
    "min-max": min_max,
    "reciprocal ranks": reciprocal_ranks,
}


def fit(way: Way, half: Half) -> float:
    """The share with the best mean over the sets; of equally good ones the smallest."""
    return max(SHARES, key=lambda share: mean_over_sets(half, with_share(way, share)))


def with_share(way: Way, share: float) -> Callable[[Asked], Scores]:
    """A way with its share set."""
    return lambda one: way(one, share)


def mean_over_sets(half: Half, scores: Callable[[Asked], Scores]) -> float:
    """Mean nDCG@10, in which every set counts the same however many questions it has."""
    return float(np.mean([mean_ndcg(questions, scores) for questions in half.values()]))


def gain(
    half: Half, ours: Callable[[Asked], Scores], other: Callable[[Asked], Scores]
) -> tuple[float, float]:
    """How much more mean nDCG@10 our way has, and the standard error of that difference."""
    apart = [
        np.array([ndcg(one, ours(one)) - ndcg(one, other(one)) for one in questions])
        for questions in half.values()
    ]
    error = np.sqrt(sum(some.var() / len(some) for some in apart)) / len(apart)
    return float(np.mean([some.mean() for some in apart])), float(error)


def _mixed(share: float, by_words: Scores, by_meaning: Scores) -> Scores:
    return share * by_words + (1.0 - share) * by_meaning


def _over_best(scores: Scores) -> Scores:
    positive = np.maximum(scores, 0.0)
    best = positive.max(initial=0.0)
    return positive / best if best > 0 else positive


def _ranged(scores: Scores) -> Scores:
    least, most = scores.min(initial=np.inf), scores.max(initial=-np.inf)
    return (scores - least) / (most - least) if most > least else np.zeros_like(scores)


def _deviations(scores: Scores) -> Scores:
    spread = scores.std() if len(scores) else 0.0
    return (scores - scores.mean()) / spread if spread > 0 else np.zeros_like(scores)


def _reciprocal(scores: Scores) -> Scores:
    ranks = np.empty(len(scores))
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return 1.0 / (RANK_CONSTANT + ranks)
