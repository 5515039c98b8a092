"""Scores and evidence in plain words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import Signals
from ranker.explain import age_said, expert_said, place_said, votes_said, why

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def said(post, standing=nan, record=nan):
    return why(post, standing, record, NOW)


def test_what_speaks_for_a_post_is_told_the_weightiest_first(write):
    post = write(2, "Dock it.", parent=1, votes=41, accepted=True, roles=("staff",), days_ago=3)
    assert said(post, standing=0.9, record=0.8) == (
        "accepted answer",
        "written by staff",
        "41 votes, among the best here",
        "author with a good record",
        "written 3 days ago",
    )


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ()),
        ({"accepted": False}, ()),
        ({"votes": 0}, ("0 votes",)),
        ({"votes": -4}, ("-4 votes",)),
        ({"votes": 1234}, ("1,234 votes",)),
        ({"roles": ("moderator",)}, ("written by a moderator",)),
        ({"roles": ("staff", "moderator")}, ("written by staff",)),
        ({"roles": ("bot",)}, ("written by a bot",)),
        ({"by": None}, ()),
    ],
)
def test_nothing_is_said_that_the_place_does_not_say(more, expected, write):
    assert said(write(2, "Dock it.", parent=1, days_ago=None, **more)) == expected


@pytest.mark.parametrize(
    ("signals", "expected"),
    [
        (Signals(), None),
        (Signals(likes=0), None),
        (Signals(likes=1), "1 like"),
        (Signals(score=1, likes=7), "1 vote"),
        (Signals(score=-1), "-1 vote"),
        (Signals(helpful_yes=1, helpful_no=3), "helpful to 1 reader"),
        (Signals(helpful_yes=0, likes=5), "helpful to 0 readers"),
    ],
)
def test_each_place_has_its_own_word_for_votes(signals, expected, write):
    assert votes_said(replace(write(1, "Why?"), signals=signals)) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-1, "written today"),
        (0.9, "written today"),
        (1, "written yesterday"),
        (2, "written 2 days ago"),
        (13, "written 13 days ago"),
        (14, "written 2 weeks ago"),
        (59, "written 8 weeks ago"),
        (60, "written 2 months ago"),
        (729, "written 24 months ago"),
        (730, "written 2 years ago"),
    ],
)
def test_age_is_said_as_a_person_says_it(days, expected, write):
    assert age_said(write(1, "Why?", days_ago=days), NOW) == expected


def test_an_edit_is_told_instead_of_the_writing(write):
    post = write(1, "Why?", days_ago=900, updated_at=NOW - timedelta(days=4))
    assert age_said(post, NOW) == "edited 4 days ago"


def test_a_post_of_unknown_age_has_none(write):
    assert age_said(write(1, "Why?", days_ago=None), NOW) is None


@given(days=st.integers(0, 40_000))
def test_an_age_that_is_said_is_never_far_from_the_truth(days, write):
    words = age_said(write(1, "Why?", days_ago=days), NOW).split()
    if days > 1:
        size = {"days": 1, "weeks": 7, "months": 30, "years": 365}[words[2]]
        assert 0 <= days - int(words[1]) * size < size


def test_what_somebody_has_done_is_counted_from_what_is_shown(write):
    plain = write(2, "Dock it.", parent=1)
    assert expert_said([plain]) == ("1 answer close to this question",)
    solved = write(3, "Tap it.", parent=1, accepted=True, roles=("staff",))
    assert expert_said([plain, solved]) == (
        "2 answers close to this question",
        "1 of them accepted",
        "speaks for the company",
    )
    assert expert_said([write(4, "Whose?", parent=1, by=None)]) == (
        "1 answer close to this question",
    )


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (None, ()),
        (0.2, ("usually within an hour",)),
        (1.2, ("usually within 1 hour",)),
        (47.4, ("usually within 47 hours",)),
        (71.0, ("usually within 3 days",)),
    ],
)
def test_what_to_expect_of_a_place_is_said_with_what_it_was_learned_from(hours, expected):
    assert place_said(0.68, 1, hours) == (
        "about 7 in 10 questions like this get a good answer",
        *expected,
        "learned from 1 question",
    )
