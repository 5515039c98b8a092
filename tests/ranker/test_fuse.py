"""One relevance from keywords and meaning."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ranker.fuse import parts, relevance
from ranker.weights import Weights

WEIGHTS = Weights(keywords=0.2, coverage=0.1, adjacency=0.1)


def test_without_vectors_keywords_take_the_place_of_meaning(candidates):
    found = parts(candidates([1.0]), WEIGHTS)
    assert found["keywords"] == pytest.approx([0.8])
    assert found["meaning"].tolist() == [0.0]


def test_each_half_is_measured_by_its_own_best(candidates):
    found = parts(candidates([20.0, 5.0, 0.0], [0.4, 0.8, 0.2]), WEIGHTS)
    assert found["keywords"] == pytest.approx([0.16, 0.04, 0.0])
    assert found["meaning"] == pytest.approx([0.32, 0.64, 0.16])


def test_how_the_words_fit_counts_as_it_is(candidates):
    found = parts(candidates([1.0], [0.5], 0.8, 0.3), WEIGHTS)
    assert found["coverage"] == pytest.approx([0.08])
    assert found["adjacency"] == pytest.approx([0.03])
    whole = relevance(candidates([1.0], [0.5], 0.8, 0.3), WEIGHTS)
    assert whole == pytest.approx([0.8 + 0.08 + 0.03])


def test_a_post_that_holds_what_was_named_comes_before_any_that_does_not(candidates):
    found = candidates([5.0, 20.0], [0.1, 0.9], named=[1.0, 0.0])
    whole = relevance(found, Weights())
    assert whole[0] > whole[1] + 0.5
    assert whole.max() <= 1.0


def test_the_less_of_the_query_is_a_name_the_less_the_name_decides(candidates):
    half = parts(candidates([5.0], [0.5], named=0.5), WEIGHTS)
    assert half["named"] == pytest.approx([WEIGHTS.named * 0.5])
    assert sum(half.values()) <= 1.0


@pytest.mark.parametrize(
    ("keyword", "similarity"),
    [([], []), ([], None), ([0.0, 0.0], None), ([0.0, 0.0], [-0.3, -0.1]), ([0.0], [np.nan])],
)
def test_where_nothing_fits_relevance_is_nothing(keyword, similarity, candidates):
    found = relevance(candidates(keyword, similarity), WEIGHTS)
    assert found.tolist() == [0.0] * len(keyword)


@settings(max_examples=25)
@given(
    scores=st.integers(1, 12).flatmap(
        lambda size: st.tuples(
            arrays(np.float32, size, elements=st.floats(0, 100, width=32)),
            arrays(np.float32, size, elements=st.floats(-1, 1, width=32)),
        )
    ),
)
def test_relevance_stays_between_0_and_1_and_follows_both_scores(scores, candidates):
    keyword, similarity = scores
    total = relevance(candidates(keyword, similarity), WEIGHTS)
    assert (total >= 0).all()
    assert (total <= 1 + 1e-9).all()
    for one in range(len(total)):
        worse = (keyword <= keyword[one]) & (similarity <= similarity[one])
        assert (total[worse] <= total[one] + 1e-9).all()


@settings(max_examples=25)
@given(
    keyword=st.lists(st.floats(0, 50, width=32), min_size=1, max_size=8),
    weaker=st.floats(0, 1, width=16),
)
def test_a_weaker_candidate_more_changes_nothing_for_the_others(keyword, weaker, candidates):
    cosines = [0.5] * len(keyword)
    before = relevance(candidates(keyword, cosines), WEIGHTS)
    more = candidates([*keyword, max(keyword) * weaker], [*cosines, 0.5 * weaker])
    after = relevance(more, WEIGHTS)
    assert after[:-1] == pytest.approx(before)
