"""A conditional logit: which of several things was chosen, as a weighted sum of their facts.

Each thing is chosen with a probability that grows with the exponential of its sum (McFadden 1974).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Sequence

Facts = NDArray[np.float64]

RIDGE = 0.001
"""Pull of the weights towards 0. Ten times as much halves the weight of a fact that varies little
for no better reason than that; a tenth of it changes nothing."""


def fit(choices: Sequence[tuple[Facts, int]]) -> Facts:
    """The weights that make what was chosen most likely.

    A choice is the facts of its things, (things, facts), and the place of the one chosen.
    """
    behind, there = _behind(choices)
    found = minimize(_cost, np.zeros(behind.shape[2]), args=(behind, there), method="BFGS")
    weights: Facts = found.x
    return weights


def loss(weights: Facts, choices: Sequence[tuple[Facts, int]]) -> float:
    """Mean negative logarithm of the probability of what was chosen."""
    return _loss(weights, *_behind(choices))


def _cost(weights: Facts, behind: Facts, there: NDArray[np.bool_]) -> float:
    return _loss(weights, behind, there) + RIDGE * float(weights @ weights) / 2


def _loss(weights: Facts, behind: Facts, there: NDArray[np.bool_]) -> float:
    sums = np.where(there, behind @ weights, -np.inf)
    return float(np.logaddexp.reduce(sums, axis=1).mean())


def _behind(choices: Sequence[tuple[Facts, int]]) -> tuple[Facts, NDArray[np.bool_]]:
    """How much more of each fact a thing has than the one chosen, and which things there are."""
    most = max(len(facts) for facts, _ in choices)
    behind = np.zeros((len(choices), most, choices[0][0].shape[1]))
    there = np.zeros(behind.shape[:2], dtype=bool)
    for at, (facts, chosen) in enumerate(choices):
        behind[at, : len(facts)] = facts - facts[chosen]
        there[at, : len(facts)] = True
    return behind, there
