import numpy as np
import pytest

from bench.logit import fit, loss
from bench.trust import first


def test_a_logit_finds_the_fact_that_decides():
    chance = np.random.default_rng(1)
    choices = []
    for _ in range(200):
        facts = chance.normal(size=(int(chance.integers(2, 5)), 2))
        choices.append((facts, int(np.argmax(3.0 * facts[:, 0] + chance.gumbel(size=len(facts))))))
    weights = fit(choices)
    assert weights[0] > 2.0
    assert abs(weights[1]) < 0.5
    assert loss(weights, choices) < loss(np.zeros(2), choices)


def test_two_alike_are_chosen_at_even_odds():
    facts = np.ones((2, 1))
    assert loss(np.array([5.0]), [(facts, 0)]) == pytest.approx(np.log(2))


def test_a_shared_first_place_counts_in_part():
    assert first(np.array([2.0, 2.0, 1.0]), accepted=0) == 0.5
    assert first(np.array([2.0, 2.0, 1.0]), accepted=2) == 0.0
    assert first(np.array([2.0, 1.0]), accepted=0) == 1.0
