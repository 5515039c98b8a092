"""Every post is looked at again within its deadline, and young ones sooner."""

from datetime import timedelta

import pytest

from contract import Post, Tombstone
from crawler.archive import Archive
from crawler.frontier import Frontier
from crawler.sweep import AGAIN, MOST, YOUNG, Sweeper

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def gathered(store, clock):
    """Keep posts as a crawl does, at this moment."""
    frontier = Frontier(store, clock, "forum")
    run, _ = frontier.begin("full", lambda _: [])
    archive = Archive(store, clock)

    def keep(*found, run_id=run.run_id):
        with store.writing() as tx:
            archive.keep(tx, found, run_id=run_id)

    return keep


@pytest.fixture
def sweeper(store, clock):
    return Sweeper(store=store, clock=clock, source="forum", deadline=30 * DAY)


def post(number, source="forum"):
    return Post(
        post_id=f"{source}:{number}",
        thread_id=f"{source}:1",
        source=source,
        platform="discourse",
        kind="question" if number == 1 else "answer",
        parent_id=None if number == 1 else f"{source}:1",
        position=number - 1,
        url=f"https://forum.example/t/1/{number}",
        text="words",
    )


def ids(sweeper):
    return [held.post_id for held in sweeper.due()]


def test_a_post_is_told_of_as_the_archive_holds_it(gathered, sweeper, clock):
    gathered(post(2))
    clock.at += AGAIN + HOUR
    (held,) = sweeper.due()
    assert (held.native, held.native_thread, held.position) == ("2", "1", 1)
    assert held.url == "https://forum.example/t/1/2"


def test_a_young_post_is_due_after_hours_and_an_old_one_near_its_deadline(gathered, sweeper, clock):
    gathered(post(1))
    clock.at += AGAIN
    assert not sweeper.is_due()
    clock.at += HOUR
    assert sweeper.is_due()
    clock.at += YOUNG
    gathered(post(1))  # seen again, and young no more
    clock.at += 23 * DAY
    assert ids(sweeper) == []
    clock.at += 2 * DAY
    assert ids(sweeper) == ["forum:1"]


def test_a_short_deadline_holds_for_young_posts_too(gathered, store, clock):
    hasty = Sweeper(store=store, clock=clock, source="forum", deadline=5 * HOUR)
    gathered(post(1))
    clock.at += 4.5 * HOUR
    assert ids(hasty) == ["forum:1"]
    assert hasty.overdue() == 0
    clock.at += HOUR
    assert hasty.overdue() == 1


def test_the_longest_unseen_come_first_and_no_more_than_a_sweep_can_take(
    gathered, sweeper, clock, monkeypatch
):
    for number in (3, 1, 2):
        gathered(post(number))
        clock.at += HOUR
    clock.at += DAY
    assert ids(sweeper) == ["forum:3", "forum:1", "forum:2"]
    monkeypatch.setattr("crawler.sweep.MOST", 2)
    assert ids(sweeper) == ["forum:3", "forum:1"]
    assert MOST > 2


def test_the_dead_the_imported_and_the_posts_of_others_are_not_asked_for(gathered, sweeper, clock):
    gathered(post(1), post(2), post(1, source="help"))
    gathered(post(3), run_id=None)
    gathered(Tombstone(post_id="forum:2", state="deleted", reason="by its author"))
    clock.at += DAY
    assert ids(sweeper) == ["forum:1"]
