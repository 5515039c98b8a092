"""Where best to ask."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.columns import STAFF
from ranker.places import FEWEST_TIMED, PRIOR, Places, hours_to_answer

HOUR = 3600
ASKED = 1_000_000


def asks(thread, *, source=0, answered=False, **more):
    opens = {"kind": "question", "position": 0, "created": ASKED}
    return {**opens, "thread": thread, "source": source, "answered": answered, **more}


def replies(thread, hours, *, source=0, **more):
    created = ASKED + int(hours * HOUR)
    return {"thread": thread, "source": source, "position": 1, "created": created, **more}


def found(columns, relevance=None, visible=None, ordinals=None):
    size = len(columns.kind)
    at = np.array(range(size) if ordinals is None else ordinals, dtype=np.int32)
    near = np.ones(len(at)) if relevance is None else np.array(relevance, dtype=float)
    seen = np.ones(size, dtype=bool) if visible is None else np.array(visible, dtype=bool)
    return Places(columns).odds(at, near, seen)


def waits(columns, visible):
    """Hours to the answer of the first question."""
    hours = hours_to_answer(columns, np.array([0], dtype=np.int32), visible)
    return [None if np.isnan(hour) else hour for hour in hours]


def test_the_place_that_solves_most_questions_like_this_one_comes_first(table):
    columns = table(
        *(asks(n, source=0, answered=n == 0) for n in range(4)),
        *(asks(n, source=1, answered=n != 4) for n in range(4, 8)),
    )
    best, second = found(columns)
    assert (best.source, second.source) == (1, 0)
    assert best.answered == pytest.approx(0.75)
    assert second.answered == pytest.approx(0.25)
    assert best.questions == second.questions == 4


def test_one_lucky_thread_does_not_make_a_place(table):
    # At place 0 one question in five is answered: the one like this happens to be it.
    columns = table(asks(0, answered=True), *(asks(n) for n in range(1, 5)))
    (place,) = found(columns, relevance=[1.0], ordinals=[0])
    assert place.answered == pytest.approx((1 + PRIOR * 0.2) / (1 + PRIOR))
    assert place.questions == 1


def test_near_threads_count_for_more(table):
    columns = table(asks(0, answered=True), asks(1, answered=False))
    (near,) = found(columns, relevance=[1.0, 0.5])
    (far,) = found(columns, relevance=[0.5, 1.0])
    assert near.answered > 0.5 > far.answered


def test_a_place_that_knows_nothing_of_the_topic_is_not_named(table):
    columns = table(asks(0, source=0), asks(1, source=1, answered=True))
    assert [place.source for place in found(columns, relevance=[1.0, 0.3])] == [0]


def test_where_nobody_can_ask_nobody_is_sent(table):
    assert found(table(asks(0, kind="article", answered=True), replies(0, 1))) == []
    assert found(table()) == []


def test_nothing_is_learned_from_threads_that_whoever_asks_may_not_see(table):
    columns = table(asks(0, answered=False), *(asks(n, answered=True) for n in range(1, 9)))
    (blind,) = found(columns, ordinals=[0], visible=[True] + [False] * 8)
    assert blind.answered == 0.0
    (sighted,) = found(columns, ordinals=[0])
    assert sighted.answered > 0.5


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([asks(0), replies(0, 5, accepted=1)], 5.0),
        ([asks(0), replies(0, 5, roles=STAFF), replies(0, 2, standing=0.8)], 2.0),
        ([asks(0), replies(0, 1), replies(0, 2, standing=0.5)], None),
        ([asks(0), replies(0, 1, roles=STAFF, kind="comment")], None),
        ([asks(0), asks(1), replies(1, 1, accepted=1)], None),
        ([asks(0, created=0), replies(0, 1, accepted=1)], None),
        ([asks(0), replies(0, 1, accepted=1, created=0)], None),
        ([asks(0), replies(0, -3, accepted=1), replies(0, 4, roles=STAFF)], 4.0),
    ],
)
def test_hours_are_counted_to_the_first_good_reply(rows, expected, table):
    assert waits(table(*rows), np.ones(len(rows), dtype=bool)) == [expected]


def test_a_reply_that_may_not_be_seen_answers_nobody(table):
    columns = table(asks(0), replies(0, 1, accepted=1), replies(0, 9, roles=STAFF))
    assert waits(columns, np.array([True, False, True])) == [9.0]


def test_two_numbers_are_no_median(table):
    def place(number):
        threads = [[asks(n, answered=True), replies(n, n + 1, accepted=1)] for n in range(number)]
        return found(table(*(row for thread in threads for row in thread)))[0]

    assert place(FEWEST_TIMED - 1).hours is None
    assert place(FEWEST_TIMED).hours == 2.0


@settings(max_examples=25)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 3), st.booleans(), st.booleans(), st.floats(0, 1)), max_size=12
    )
)
def test_what_is_promised_is_a_share_and_the_best_promise_comes_first(rows, table):
    columns = table(*(asks(at, source=row[0], answered=row[1]) for at, row in enumerate(rows)))
    seen = [at for at, row in enumerate(rows) if row[2]]
    places = found(columns, [rows[at][3] for at in seen], [row[2] for row in rows], seen)
    assert all(0 <= place.answered <= 1 for place in places)
    promises = [place.answered * place.topical / (place.topical + 1) for place in places]
    assert promises == sorted(promises, reverse=True)
    assert sum(place.questions for place in places) <= len(seen)


def test_places_are_named_as_the_owner_names_them(garden):
    places = garden.ranker.places("mower stops with error E17")
    assert (places[0].title, places[0].url) == ("Q&A", "https://qa.example")
    assert "kb" not in {place.source for place in places}
    assert places[0].why[-1].startswith("learned from ")


def test_a_place_that_left_the_settings_keeps_its_short_name(write, make_world):
    world = make_world(write(1, "Why does the mower stop?"), sources=())
    (place,) = world.ranker.places("mower stops")
    assert (place.title, place.url) == ("qa", "")
