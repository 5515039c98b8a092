"""The numbers that order results."""

import dataclasses

import pytest

from indexer.columns import KINDS
from ranker.rank import SOLUTION_MARGIN
from ranker.weights import HALF_LIFE_DAYS, Weights


def test_every_kind_of_post_grows_old_at_a_pace_of_its_own():
    assert set(HALF_LIFE_DAYS) == set(KINDS)
    assert min(HALF_LIFE_DAYS.values()) > 0


@pytest.mark.parametrize("name", ["by_asker", "asks", "comment", "bot"])
def test_what_speaks_against_a_post_takes_from_it(name):
    assert getattr(Weights(), name) < 0


@pytest.mark.parametrize("name", [entry.name for entry in dataclasses.fields(Weights)])
def test_no_single_fact_is_worth_more_than_a_fitting_solution(name):
    # One fact may turn round neighbours; lifting what does not fit takes more than relevance lends.
    if name not in {"keywords", "coverage", "adjacency", "named"}:
        assert abs(getattr(Weights(), name)) <= SOLUTION_MARGIN


def test_weights_do_not_change_while_somebody_reads_them():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Weights().votes = 1.0
