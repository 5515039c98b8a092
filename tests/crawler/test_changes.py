"""Which threads have changed since somebody looked, and what they hold now."""

from datetime import timedelta

import pytest

from contract import Tombstone, Usage
from crawler.changes import changes


@pytest.fixture
def keep(store, archive):
    def kept(*posts):
        with store.writing() as tx:
            archive.keep(tx, posts)
        return archive.sequence()

    return kept


@pytest.fixture
def since(store, clock):
    """What has changed: thread ids, the posts of each that lives, and how many are announced."""

    def looked(sequence, known=None, seconds_ago=60):
        expired = (clock.now() - timedelta(seconds=seconds_ago), clock.now())
        was_in = (known or {}).get
        with changes(store, sequence, expired=expired, was_in=was_in) as found:
            threads = [[post.post_id for post in thread] for thread in found.threads()]
            assert found.count() == sum(map(len, threads))
            return found.thread_ids, threads, found.sequence

    return looked


def test_whoever_has_seen_everything_hears_nothing(keep, since, make_post):
    last = keep(make_post(1), make_post(2))
    assert since(last) == ([], [], last)


def test_an_edit_brings_its_whole_thread_and_no_other(keep, since, make_post):
    last = keep(make_post(1), make_post(2, thread=1), make_post(3))
    newest = keep(make_post(2, thread=1, text="edited"))
    assert since(last) == (["forum:1"], [["forum:1", "forum:2"]], newest)


def test_a_death_is_a_change_and_a_thread_may_be_left_with_nobody(keep, since, make_post):
    last = keep(make_post(1), make_post(2, thread=1), make_post(3))
    keep(Tombstone(post_id="forum:2", state="deleted", reason="asked"))
    assert since(last)[:2] == (["forum:1"], [["forum:1"]])
    keep(Tombstone(post_id="forum:1", state="deleted", reason="asked"))
    assert since(last)[:2] == (["forum:1"], [])


def test_a_post_that_has_moved_changes_the_thread_it_was_in_too(keep, since, make_post):
    last = keep(make_post(1), make_post(2, thread=1), make_post(3))
    keep(make_post(2, thread=3))
    assert since(last, {"forum:2": "forum:1"})[:2] == (
        ["forum:1", "forum:3"],
        [["forum:1"], ["forum:3", "forum:2"]],
    )


def test_a_post_whose_time_has_ended_meanwhile_changes_its_thread(keep, since, make_post, clock):
    ends = clock.now() + timedelta(seconds=30)
    last = keep(make_post(1, usage=Usage(expires_at=ends)), make_post(2))
    assert since(last)[0] == []
    clock.at += timedelta(seconds=30)
    assert since(last)[:2] == (["forum:1"], [["forum:1"]])  # to bury it is somebody else's work
    assert since(last, seconds_ago=0)[0] == []


def test_more_threads_than_a_statement_can_name_come_in_the_order_of_their_ids(
    keep, since, make_post
):
    keep(*(make_post(number) for number in range(1100)))
    ids, threads, _ = since(0)
    assert ids == sorted(f"forum:{number}" for number in range(1100))
    assert [thread[0] for thread in threads] == ids
