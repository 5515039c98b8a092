"""One relevance from keywords and meaning."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from indexer.parser import parse
from ranker.fuse import keyword_share, relevance
from ranker.weights import Weights

WEIGHTS = Weights(keywords=0.2, keywords_exact=0.6)


def share(typed, found):
    return keyword_share(parse(typed), found, WEIGHTS)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("mower stops", 0.2),
        ("E17", 0.6),
        ("mower E17", 0.4),
        ("mower stops with E17", 0.3),
        ('"move the antenna"', 0.6),
        ('mower "lost position"', 0.2 + 0.4 * 2 / 3),
        ('mower "lost E17"', 0.2 + 0.4 * 2 / 3),
        ('E17 "lost position"', 0.6),
        ("firmware-update v2.4.1", 0.4),
        ("kind:article", 0.2),
    ],
)
def test_the_more_is_named_exactly_the_more_keywords_count(typed, expected, candidates):
    assert share(typed, candidates([1.0], [0.5])) == pytest.approx(expected)


@pytest.mark.parametrize("typed", ["mower stops", "E17", '"move the antenna"'])
def test_without_vectors_keywords_are_all_there_is(typed, candidates):
    assert share(typed, candidates([1.0])) == 1.0


@pytest.mark.parametrize("barred", ["-E17", '-"lost position"'])
def test_what_is_barred_names_nothing(barred, candidates):
    assert share(f"mower stops {barred}", candidates([1.0], [0.5])) == pytest.approx(0.2)


def test_each_half_is_measured_by_its_own_best(candidates):
    by_words, by_meaning = relevance(
        parse("mower stops"), candidates([20.0, 5.0, 0.0], [0.4, 0.8, 0.2]), WEIGHTS
    )
    assert by_words == pytest.approx([0.2, 0.05, 0.0])
    assert by_meaning == pytest.approx([0.4, 0.8, 0.2])


@pytest.mark.parametrize(
    ("keyword", "similarity"),
    [([], []), ([], None), ([0.0, 0.0], None), ([0.0, 0.0], [-0.3, -0.1]), ([0.0], [np.nan])],
)
def test_where_nothing_fits_relevance_is_nothing(keyword, similarity, candidates):
    by_words, by_meaning = relevance(parse("pond"), candidates(keyword, similarity), WEIGHTS)
    assert by_words.tolist() == [0.0] * len(keyword)
    assert by_meaning.tolist() == [0.0] * len(keyword)


@settings(max_examples=25)
@given(
    typed=st.sampled_from(["mower", "E17", "mower E17", '"lost position"', "kind:article"]),
    scores=st.integers(1, 12).flatmap(
        lambda size: st.tuples(
            arrays(np.float32, size, elements=st.floats(0, 100, width=32)),
            arrays(np.float32, size, elements=st.floats(-1, 1, width=32)),
        )
    ),
)
def test_relevance_stays_between_0_and_1_and_follows_both_scores(typed, scores, candidates):
    keyword, similarity = scores
    total = sum(relevance(parse(typed), candidates(keyword, similarity), WEIGHTS))
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
    before = sum(relevance(parse("mower"), candidates(keyword, cosines), WEIGHTS))
    more = candidates([*keyword, max(keyword) * weaker], [*cosines, 0.5 * weaker])
    after = sum(relevance(parse("mower"), more, WEIGHTS))
    assert after[:-1] == pytest.approx(before)
