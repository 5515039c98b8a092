"""What may be learned from an archive, and what is kept back to judge by."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contract import Signals, Usage
from indexer.tuning.lessons import UNTAUGHT, gather
from tests.indexer.conftest import NOON


@pytest.fixture
def thread(post):
    """A thread that was solved; `opening` and `reply` say what is unusual about its posts."""

    def written(number, opening=None, reply=None, title="Mower stops near the pond"):
        asked = post(number, f"It stops. {number}", title=f"{title} {number}", days_ago=number)
        solved = post(f"{number}a", f"Move it away. {number}", parent=number, votes=3)
        return [replace(asked, **(opening or {})), replace(solved, **(reply or {}))]

    return written


def taught(*threads):
    lessons = gather(threads, NOON)
    return [*lessons.taught, *lessons.held_out]


def solutions(*threads):
    return [solution.text for lesson in taught(*threads) for solution in lesson.solutions]


def test_a_title_is_paired_with_its_own_text_and_with_what_solved_it(thread):
    lessons = gather([thread(1), thread(2), thread(3), thread(4)], NOON)
    told = {(pair.title, pair.passage) for pair in lessons.pairs}
    assert ("Mower stops near the pond 4", "It stops. 4") in told
    assert ("Mower stops near the pond 4", "Move it away. 4") in told
    assert not any("Mower" in pair.passage for pair in lessons.pairs)


@pytest.mark.parametrize(
    ("reply", "learned"),
    [
        ({"signals": Signals(score=0)}, False),
        ({"signals": Signals(score=0), "accepted": True}, True),
        ({"signals": Signals(likes=2)}, True),
        ({"signals": Signals()}, False),
        ({"kind": "comment"}, False),
        ({"text": ""}, False),
    ],
)
def test_a_reply_is_a_solution_where_somebody_has_vouched_for_it(thread, reply, learned):
    assert bool(solutions(thread(1, reply=reply))) is learned


def test_what_staff_wrote_is_a_solution_where_nobody_can_vote(post):
    asked = post(1, "It stops.", title="Mower stops near the pond")
    told = post(2, "Move it.", parent=1, roles=("staff",))
    assert solutions([asked, told]) == ["Move it."]


@pytest.mark.parametrize(
    "kept_back",
    [
        {"visibility": "members", "groups": ("forum:staff",)},
        {"usage": Usage(snippet=False)},
        {"usage": Usage(archive=False)},
        {"usage": Usage(expires_at=NOON - timedelta(days=1))},
        *({"platform": platform} for platform in sorted(UNTAUGHT)),
    ],
    ids=str,
)
def test_nothing_is_learned_from_what_not_everybody_may_see_or_train_on(thread, kept_back):
    assert solutions(thread(1, reply=kept_back)) == []
    assert taught(thread(1, opening=kept_back)) == []


def test_a_title_that_says_nothing_teaches_nothing(post):
    assert taught([post(1, "It stops.", title="Help!"), post(2, "Move it.", parent=1)]) == []


def test_the_later_threads_are_held_out_where_they_are_dated(thread):
    lessons = gather([thread(number) for number in range(1, 21)], NOON)
    assert lessons.by_time
    assert {one.thread_id for one in lessons.held_out} == {f"forum:{n}" for n in range(1, 6)}


def test_threads_without_dates_are_held_out_by_their_ids_and_always_the_same_ones(thread):
    some = [thread(number, opening={"created_at": None}) for number in range(1, 101)]
    lessons, later = gather(some, NOON), gather(some[40:], NOON)
    assert not lessons.by_time
    assert 10 < len(lessons.held_out) < 45
    assert not {one.thread_id for one in lessons.held_out} & {one.thread_id for one in later.taught}


def test_a_thread_asked_again_word_for_word_is_not_learned(thread):
    again = thread(9, opening={"title": "MOWER  stops near the pond 1"})
    lessons = gather([thread(1), *(thread(n) for n in range(5, 9)), again], NOON)
    assert "forum:1" in {one.thread_id for one in lessons.held_out}
    assert "forum:9" in {one.thread_id for one in lessons.taught}
    assert "forum:9" not in {pair.thread_id for pair in lessons.pairs}


def test_only_threads_that_somebody_has_solved_are_asked(thread):
    lessons = gather([thread(1, reply={"signals": Signals(score=-1)})], NOON)
    assert len(lessons.held_out) == 1
    assert lessons.questions == []
    assert lessons.held_out[0].others == ("Move it away. 1",)


def test_an_empty_archive_teaches_nothing():
    assert gather([], NOON).pairs == []
