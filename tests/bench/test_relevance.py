"""The weights of relevance: chosen on some sets, reported on others."""

import numpy as np
import pytest

from bench.relevance import GRID, WITHIN, best, reach
from ranker.weights import Weights

QUESTIONS = 4


def tried(better, *, keywords=0.1, meaning=0.1):
    """A set on which these choices reach so much and all others nothing, and its halves."""
    values = np.zeros((len(GRID) + 2, QUESTIONS))
    for at, reached in better.items():
        values[at] = reached
    values[-2], values[-1] = keywords, meaning
    return values


def test_the_shipped_weights_are_a_choice_on_the_grid():
    assert Weights() in GRID


def test_the_best_mean_over_the_sets_is_chosen_whatever_their_sizes():
    sets = {"one": tried({3: 0.5, 7: 0.6}), "two": tried({3: 0.9, 7: 0.7})}
    assert best(sets, ["one", "two"]) == GRID[3]
    assert best(sets, ["one"]) == GRID[7]


def test_a_choice_that_falls_behind_a_half_of_some_set_is_not_chosen():
    spoilt = tried({3: 0.9, 7: 0.5}), tried({3: 0.4 - WITHIN - 0.01, 7: 0.4 - WITHIN}, keywords=0.4)
    sets = dict(zip(("one", "two"), spoilt, strict=True))
    assert best(sets, ["one", "two"]) == GRID[7]


def test_where_every_choice_falls_behind_the_one_that_falls_least_is_chosen():
    sets = {"one": tried({3: 0.5, 7: 0.6}, meaning=0.9)}
    assert best(sets, ["one"]) == GRID[7]


def test_what_was_fitted_to_some_questions_is_measured_on_the_others():
    values = tried({3: 0.0, 7: 0.6}, keywords=0.0, meaning=0.0)
    values[3] = [1.0, 0.0, 1.0, 0.0]
    sets = {"one": values}
    assert best(sets, ["one"], slice(0, None, 2)) == GRID[3]
    assert reach(sets, GRID[3], slice(1, None, 2)) == pytest.approx([0.0])
