import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import community
from indexer.columns import UNKNOWN


def numbers(names):
    """Codes of names, in the order of their first mention; -1 for None."""
    known = list(dict.fromkeys(name for name in names if name is not None))
    return np.array([-1 if one is None else known.index(one) for one in names], dtype=np.int64)


def standings(votes, communities):
    return community.standings(np.array(votes, dtype=np.float64), numbers(communities))


def records(standing, accepted, authors):
    return community.records(standing, accepted, numbers(authors))


def leads(votes, threads):
    return community.leads(np.array(votes, dtype=np.float64), numbers(threads))


VOTES = st.lists(st.none() | st.integers(-50, 500), min_size=1, max_size=40)


def test_a_standing_is_the_share_below_drawn_to_the_middle():
    # three posts: mid-ranks 1/6, 3/6, 5/6; each weighs 3 against 20 imagined middling ones
    found = standings([0, 4, 9], ["qa"] * 3)
    assert found.tolist() == pytest.approx([(0.5 + 10) / 23, 0.5, (2.5 + 10) / 23])


def test_equal_votes_have_equal_standing():
    # two at 1: half of those two counts as below, so (0 + 2) / 2 / 3
    found = standings([1, 1, 8], ["qa"] * 3)
    assert found[0] == found[1]
    assert found.tolist() == pytest.approx([(1 + 10) / 23, (1 + 10) / 23, (2.5 + 10) / 23])


def test_each_community_is_measured_by_itself():
    votes = [1, 5, *([100] * 50), 5]
    found = standings(votes, ["small"] * 2 + ["large"] * 51)
    assert found[1] > 0.5 > found[-1]


def test_where_nobody_votes_there_is_no_standing():
    found = standings([None, 3, None], ["social", "qa", "qa"])
    assert np.isnan(found).tolist() == [True, False, True]
    assert found[1] == 0.5
    assert standings([], []).tolist() == []


@settings(max_examples=50)
@given(VOTES)
def test_more_votes_never_stand_lower_and_all_stand_between_0_and_1(votes):
    found = standings(votes, ["qa"] * len(votes)).tolist()
    for vote, standing in zip(votes, found, strict=True):
        assert math.isnan(standing) if vote is None else 0 < standing < 1
    known = sorted((v, s) for v, s in zip(votes, found, strict=True) if v is not None)
    for (less, low), (more, high) in pairwise(known):
        assert low < high if less < more else low == high


def test_a_record_is_the_mean_worth_of_the_other_replies_drawn_to_the_middle():
    standing = np.array([0.9, 0.4, 0.7], dtype=np.float32)
    accepted = np.array([0, 1, UNKNOWN], dtype=np.int8)  # worth 0.9, 1.0 and 0.7
    found = records(standing, accepted, ["mira", "mira", "mira"])
    expected = [(1.0 + 0.7 + 2.5) / 7, (0.9 + 0.7 + 2.5) / 7, (0.9 + 1.0 + 2.5) / 7]
    assert found.tolist() == pytest.approx(expected)


def test_a_single_reply_and_one_by_nobody_have_no_record():
    standing = np.array([0.9, 0.9, 0.9], dtype=np.float32)
    accepted = np.zeros(3, dtype=np.int8)
    assert np.isnan(records(standing, accepted, ["mira", None, None])).all()


def test_replies_nobody_can_vote_on_are_middling():
    standing = np.array([np.nan, np.nan], dtype=np.float32)
    found = records(standing, np.full(2, UNKNOWN, dtype=np.int8), ["mira", "mira"])
    assert found.tolist() == [0.5, 0.5]


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(st.floats(0, 1, width=32), st.sampled_from([-1, 0, 1]), st.sampled_from("abc")),
        min_size=2,
        max_size=30,
    )
)
def test_records_lie_between_0_and_1_and_never_count_the_reply_itself(replies):
    standing, accepted, authors = (list(column) for column in zip(*replies, strict=True))
    found = records(np.array(standing, np.float32), np.array(accepted, np.int8), authors)
    assert all(math.isnan(one) or 0 <= one <= 1 for one in found.tolist())
    standing[0], accepted[0] = 1 - standing[0], 0 if accepted[0] else 1
    again = records(np.array(standing, np.float32), np.array(accepted, np.int8), authors)
    assert found[0] == pytest.approx(again[0], nan_ok=True)


def test_a_lead_is_told_in_the_best_replys_own_votes():
    found = leads([10, 9, 0, -30, 5], ["t1", "t1", "t1", "t1", "t2"])
    assert found.tolist() == pytest.approx([0, -1 / 11, -10 / 11, -2, 0])


def test_whoever_is_no_reply_or_cannot_be_voted_on_falls_behind_nobody():
    assert leads([10, 1, None, 3], [None, None, "t", "t"]).tolist() == [0, 0, 0, 0]


@settings(max_examples=50)
@given(VOTES)
def test_leads_keep_the_order_and_end_at_2_below(votes):
    found = leads(votes, ["t"] * len(votes)).tolist()
    known = sorted((v, one) for v, one in zip(votes, found, strict=True) if v is not None)
    assert all(-2 <= one <= 0 for one in found)
    assert all(low <= high for (_, low), (_, high) in pairwise(known))
    if known:
        assert known[-1][1] == 0
