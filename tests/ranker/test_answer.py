"""Which posts may answer at all, and how likely one helps."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import Usage
from indexer.parser import parse
from ranker.answer import ASKS_BACK, LONGEST, best_passage, confidence, coverage, may_answer, quoted
from ranker.snippet import asked_words

DOCK = "Dock the mower and wait."


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"parent": 1}, True),
        ({"parent": 1, "kind": "post"}, True),
        ({"parent": 1, "kind": "message"}, True),
        ({"kind": "article"}, True),
        ({"kind": "question"}, False),
        ({"kind": "post"}, False),
        ({"parent": 1, "kind": "comment"}, False),
        ({"parent": 1, "roles": ("bot",)}, False),
        ({"kind": "article", "roles": ("bot",)}, False),
        ({"parent": 1, "by": None}, True),
        ({"parent": 1, "usage": Usage(snippet=False)}, False),
        ({"parent": 1, "usage": Usage(max_snippet=len(DOCK))}, True),
        ({"parent": 1, "usage": Usage(max_snippet=len(DOCK) - 1)}, False),
        ({"kind": "article", "usage": Usage(max_snippet=0)}, False),
    ],
)
def test_replies_and_articles_answer_as_far_as_they_may_be_quoted(more, expected, write):
    assert may_answer(write(2, DOCK, **more)) is expected


@pytest.mark.parametrize("more", [{"parent": 1}, {"kind": "article"}])
def test_without_words_there_is_no_answer(more, write):
    assert not may_answer(write(2, "", title="Antenna", **more))


def test_a_short_reply_that_ends_in_a_question_mark_asks_back(write):
    assert not may_answer(write(2, "Which firmware is it?\n", parent=1))
    assert may_answer(write(2, "Which firmware is it? Mine needed 2.4.", parent=1))
    long = f"{'Dock it. ' * (ASKS_BACK // 9 + 1)}Does that help?"
    assert may_answer(write(2, long, parent=1))
    assert may_answer(write(2, "Have you tried docking it?", parent=1, accepted=True))


def test_a_post_of_usual_length_is_quoted_whole(write):
    post = write(2, "x" * LONGEST, parent=1)
    assert quoted(post, 10, 20) == (0, LONGEST)
    assert quoted(write(2, "x" * (LONGEST + 1), parent=1), 10, 20) == (10, 20)


ASKED = asked_words(parse("mower antenna winter"), ["en", "de"])


@pytest.mark.parametrize(
    ("title", "text", "language", "expected"),
    [
        ("", "", "en", 0.0),
        ("", "The mowers rest.", "en", 1 / 3),
        ("Mower", "Move its antenna.", "en", 2 / 3),
        ("Mower in winter", "Antennas freeze.", "en", 1.0),
        ("", "Der Mower friert im Winter.", "de", 2 / 3),
    ],
)
def test_coverage_counts_the_asked_words_in_whatever_form_they_stand(
    title, text, language, expected
):
    assert coverage(ASKED, title, text, language) == pytest.approx(expected)


def test_where_nothing_was_asked_nothing_is_covered():
    assert coverage((), "Mower", "Move its antenna.", "en") == 0.0


def test_the_passage_with_most_of_the_asked_words_is_the_best_one():
    filler = "Some words about lawns and hedges in general. " * 18
    steps = "# Antenna\n\nBefore winter the mower needs:\n\n1. A dock.\n2. An antenna."
    text = f"{filler}\n\n{steps}\n\n{filler}"
    start, end = best_passage(ASKED, text, "en")
    assert steps in text[start:end]


LIKELY = st.floats(0, 1)


@given(near=st.floats(-1, 1) | st.just(math.nan), covered=LIKELY, trust=LIKELY)
def test_confidence_is_a_probability(near, covered, trust):
    assert 0 < confidence(near, covered, trust) < 1


@given(near=st.floats(-1, 0.9), covered=st.floats(0, 0.9), trust=st.floats(0, 0.9))
def test_nearer_more_of_the_words_and_more_trust_each_raise_confidence(near, covered, trust):
    before = confidence(near, covered, trust)
    assert confidence(near + 0.1, covered, trust) > before
    assert confidence(near, covered + 0.1, trust) > before
    assert confidence(near, covered, trust + 0.1) > before


def test_a_passage_of_another_matter_is_not_believed_and_a_fitting_one_is():
    assert confidence(0.2, 1.0, 0.9) < 0.1
    assert confidence(0.75, 1.0, 0.5) > 0.8


def test_without_vectors_words_stand_in_but_alone_they_convince_only_when_all_are_there():
    assert confidence(math.nan, 1.0, 0.6) > 0.5
    assert confidence(math.nan, 0.75, 0.6) < 0.5
