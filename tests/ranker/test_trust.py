"""How far the evidence speaks for a post."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.columns import BOT, KINDS, MODERATOR, STAFF
from ranker.trust import owner_part, parts, trust
from ranker.weights import Weights

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
WEIGHTS = Weights()


def days_ago(days):
    return int((NOW - timedelta(days=days)).timestamp())


def total(columns, now=NOW):
    ordinals = np.arange(len(columns.kind), dtype=np.int32)
    return np.sum(list(parts(columns, ordinals, now, WEIGHTS).values()), axis=0)


share = st.just(np.nan) | st.floats(0, 1, width=32)
row = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(KINDS),
        "roles": st.integers(0, 7),
        "position": st.integers(0, 500),
        "touched": st.just(0) | st.integers(1, 2**34),
        "accepted": st.sampled_from([-1, 0, 1]),
        "answered": st.booleans(),
        "by_asker": st.booleans(),
        "standing": share,
        "record": share,
        "lead": st.floats(-2, 0, width=32),
        "length": st.integers(0, 2**31 - 2),
    }
)


@settings(max_examples=25)
@given(rows=st.lists(row, max_size=4))
def test_trust_is_a_number_from_0_to_1_whatever_is_known(rows, table):
    said = trust(total(table(*rows)))
    assert np.isfinite(said).all()
    assert ((said > 0) & (said < 1)).all()


@given(one=row)
def test_evidence_never_outweighs_what_fits(one, table):
    # Relevance runs from 0 to 1: no amount of evidence may lift what has nothing to do with it.
    assert abs(total(table(one))[0]) < 0.75


@pytest.mark.parametrize(
    ("fact", "less", "more"),
    [
        ("accepted", 0, 1),
        ("accepted", -1, 1),
        ("standing", 0.2, 0.9),
        ("standing", np.nan, 0.9),
        ("standing", 0.2, np.nan),
        ("record", 0.3, 0.8),
        ("record", np.nan, 0.8),
        ("lead", -2.0, -0.5),
        ("length", 20, 900),
        ("roles", 0, STAFF),
        ("roles", BOT, 0),
        ("by_asker", True, False),
        ("kind", "comment", "answer"),
        ("touched", days_ago(2000), days_ago(2)),
        ("touched", 0, days_ago(2)),
    ],
)
@settings(max_examples=10)
@given(one=row)
def test_better_evidence_never_lowers_trust(fact, less, more, one, table):
    if fact == "by_asker":
        one["accepted"] = 0  # what the asker marked as the solution counts whoever wrote it
    kind = {"kind": "answer"} if fact == "touched" else {}  # kinds grow old at their own pace
    worse, better = total(table({**one, **kind, fact: less}, {**one, **kind, fact: more}))
    assert better > worse


@pytest.mark.parametrize("fact", ["accepted", "standing", "record"])
def test_what_a_place_does_not_say_adds_nothing_and_takes_nothing(fact, table):
    name = {"accepted": "accepted", "standing": "votes", "record": "record"}[fact]
    columns = table({fact: -1 if fact == "accepted" else np.nan})
    assert parts(columns, np.array([0], dtype=np.int32), NOW, WEIGHTS)[name].tolist() == [0.0]


def test_a_moderator_is_not_taken_for_staff(table):
    plain, moderator = total(table({}, {"roles": MODERATOR}))
    assert plain == moderator


def test_what_the_asker_marked_as_the_solution_is_one_whoever_wrote_it(table):
    solved = {"accepted": 1}
    by_another, by_asker = total(table(solved, {**solved, "by_asker": True}))
    assert by_another == by_asker


def test_a_question_gives_way_only_where_its_thread_holds_a_good_reply(table):
    asks = {"kind": "question", "position": 0}
    open_one, answered, article = total(
        table(
            asks,
            {**asks, "answered": True},
            {**asks, "answered": True, "kind": "article", "touched": 0},
        )
    )
    assert open_one == article
    assert answered < open_one


@pytest.mark.parametrize(
    ("kind", "half_life_days"), [("answer", 1095), ("article", 2190), ("message", 365)]
)
def test_a_post_loses_half_of_what_age_takes_in_a_half_life_of_its_kind(
    kind, half_life_days, table
):
    rows = [{"kind": kind, "touched": days_ago(days)} for days in (0, half_life_days, 10**4)]
    new, middle, ancient = parts(table(*rows), np.arange(3), NOW, WEIGHTS)["age"]
    assert new == 0
    assert middle == pytest.approx(-WEIGHTS.age / 2)
    assert -WEIGHTS.age <= ancient < middle


def test_a_clock_that_is_behind_makes_nothing_younger_than_new(table):
    tomorrow, today = parts(
        table({"touched": days_ago(-1)}, {"touched": days_ago(0)}), np.arange(2), NOW, WEIGHTS
    )["age"]
    assert tomorrow == today == 0


def test_the_owners_trust_in_a_place_moves_its_posts_both_ways(table):
    columns = table({"source": 0}, {"source": 1}, {"source": 2})
    ordinals = np.arange(3, dtype=np.int32)
    assert owner_part(columns, ordinals, {0: 2.0, 1: 0.0}, WEIGHTS).tolist() == [
        WEIGHTS.owner,
        -WEIGHTS.owner,
        0.0,  # a place the settings do not name any more
    ]


def test_no_evidence_at_all_is_the_middle():
    assert trust(np.array([0.0])) == 0.5
    assert trust(np.array([0.12])) == pytest.approx(0.731, abs=1e-3)


def test_five_votes_are_worth_what_they_are_worth_in_their_own_community(write, make_world):
    def replies(source, usual, number):
        for n in range(2, number + 2):
            votes = 5 if n == 2 else usual
            yield write(n, f"Reply {n}.", source=source, parent=1, votes=votes, by=f"{source}{n}")

    opening = [write(1, "Why?", source=source) for source in ("forum", "qa", "kb")]
    communities = *replies("forum", 0, 30), *replies("qa", 500, 30), *replies("kb", 0, 2)
    world = make_world(*opening, *communities)
    at = world.ordinals("forum:2", "qa:2", "kb:2", "kb:3")
    best, worst, lucky, unlucky = parts(world.snapshot.columns, at, NOW, WEIGHTS)["votes"]
    assert best > 0 > worst
    assert best == pytest.approx(-worst, abs=1e-6)
    # Few posts to compare with say little: 30 are no thousand, and 2 are next to nothing.
    assert WEIGHTS.votes * 0.05 < best < WEIGHTS.votes * 0.5
    assert WEIGHTS.votes * 0.05 > lucky > 0 > unlucky
