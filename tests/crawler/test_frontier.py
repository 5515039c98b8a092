"""The durable queue: whatever happens to the process, no wish is lost and none done twice."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from contract import FixedClock
from crawler import schema
from crawler.fetch import Fetch
from crawler.frontier import LEASE, OVERLAP, Frontier
from crawler.times import EPOCH


def wish(name, **parts):
    return Fetch(kind="topic", url=f"https://forum.example.com/{name}", **parts)


def first(*names):
    return lambda since: [wish(name) for name in names]


@pytest.fixture
def frontier(store, clock):
    """The frontier of a process that has just begun; call it again for the next process."""
    return lambda source="forum": Frontier(store, clock, source)


@pytest.fixture
def settle(store):
    """Settle a leased wish, well or badly."""

    def settled(frontier, leased, how="done"):
        with store.writing() as tx:
            if how == "done":
                frontier.done(tx, leased.wish_id)
            else:
                frontier.fail(tx, leased.wish_id, how, "said why")

    return settled


@pytest.fixture
def end(store):
    def ended(frontier, run):
        with store.writing() as tx:
            return frontier.end(tx, run, pages=0, posts=0)

    return ended


def handed_out(frontier):
    """Lease all that waits; the names in their order."""
    return [leased.fetch.url.rpartition("/")[2] for leased in iter(frontier.lease, None)]


def rows(store, *columns):
    with store.reading() as tx:
        return [tuple(row) for row in tx.execute(sa.select(*columns).order_by(columns[0]))]


# one crawl


def test_a_wish_comes_back_as_it_was(frontier):
    asked = wish("a", headers={"Accept": "x"}, note={"n": "1"}, wait_s=2.5, optional=True)
    crawl = frontier()
    crawl.begin("full", lambda _: [asked])
    assert crawl.lease().fetch == asked


def test_wishes_go_out_in_the_order_they_were_made_each_once(frontier, store):
    crawl = frontier()
    run, _ = crawl.begin("full", first("c", "a"))
    with store.writing() as tx:
        crawl.add(tx, run.run_id, [wish("b"), wish("a"), wish("c")], run.since)
    assert crawl.waiting() == 3
    assert handed_out(crawl) == ["c", "a", "b"]
    assert crawl.waiting() == 0


def test_what_a_crawl_has_done_it_does_not_do_again(frontier, store, settle):
    crawl = frontier()
    run, _ = crawl.begin("full", first("a"))
    settle(crawl, crawl.lease())
    with store.writing() as tx:
        crawl.add(tx, run.run_id, [wish("a")], run.since)
    assert crawl.lease() is None


def test_a_wish_whose_lease_ran_out_is_handed_out_again(frontier, clock):
    crawl = frontier()
    crawl.begin("full", first("a"))
    assert crawl.lease().attempts == 1
    clock.at += LEASE
    assert crawl.lease() is None
    clock.at += timedelta(seconds=1)
    assert crawl.lease().attempts == 2


def test_one_source_never_gets_the_wishes_of_another(frontier):
    forum, blog = frontier("forum"), frontier("blog")
    forum.begin("full", first("a"))
    blog.begin("full", first("b"))
    assert (handed_out(forum), handed_out(blog)) == (["a"], ["b"])


def test_a_crawl_counts_what_failed_and_what_nobody_settled(frontier, settle, end, store):
    crawl = frontier()
    run, _ = crawl.begin("full", first("a", "b", "c", "d"))
    settle(crawl, crawl.lease())
    settle(crawl, crawl.lease(), "UnreachableError")
    crawl.lease()
    assert end(crawl, run) == 3
    assert rows(store, schema.runs.c.run_id, schema.runs.c.failures) == [(1, 3)]


def test_a_crawl_that_cannot_be_queued_whole_has_not_begun(frontier, store):
    def breaks(_):
        yield wish("a")
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        frontier().begin("full", breaks)
    assert rows(store, schema.runs.c.run_id) == rows(store, schema.wishes.c.wish_id) == []


# a process that was killed


def test_a_killed_crawl_goes_on_where_it_was(frontier, settle):
    killed = frontier()
    run, new = killed.begin("full", first("a", "b", "c"))
    assert new
    settle(killed, killed.lease())
    killed.lease()
    again = frontier()
    assert again.begin("full", first("x")) == (run, False)
    assert handed_out(again) == ["b", "c"]


@pytest.mark.parametrize(
    ("cut_short", "asked", "goes_on"),
    [
        ("full", "full", True),
        ("full", "fresh", True),
        ("full", "page", False),
        ("fresh", "fresh", True),
        ("fresh", "full", False),
        ("fresh", "page", False),
        ("page", "full", False),
        ("page", "fresh", False),
        ("page", "page", False),
    ],
)
def test_a_crawl_goes_on_only_where_it_asks_for_no_less(frontier, end, cut_short, asked, goes_on):
    before = frontier()
    end(before, before.begin("full", first())[0])
    frontier().begin(cut_short, first("old"))
    crawl = frontier()
    run, new = crawl.begin(asked, first("new"))
    assert new is not goes_on
    assert run.scope == (cut_short if goes_on else asked)
    assert handed_out(crawl) == (["old"] if goes_on else ["new"])


def test_a_page_asked_for_by_hand_leaves_a_cut_short_crawl_its_work(frontier, settle, end):
    killed = frontier()
    run, _ = killed.begin("full", first("a", "b"))
    killed.lease()
    by_hand = frontier()
    page, _ = by_hand.begin("page", first("p"))
    assert by_hand.waiting() == 1
    settle(by_hand, by_hand.lease())
    assert by_hand.lease() is None
    assert end(by_hand, page) == 0
    again = frontier()
    assert again.begin("fresh", first("x")) == (run, False)
    assert handed_out(again) == ["a", "b"]


def test_a_page_that_was_cut_short_is_forgotten_by_the_next_crawl(frontier, store):
    full = frontier()
    run, _ = full.begin("full", first("a"))
    frontier().begin("page", first("p"))
    frontier().begin("page", first("q"))
    assert rows(store, schema.runs.c.run_id, schema.runs.c.scope)[1:] == [(2, "page")]
    again = frontier()
    assert again.begin("full", first())[0] == run
    assert handed_out(again) == ["a"]


# the next crawl


def test_the_first_crawl_asks_for_everything_and_the_next_for_what_changed(frontier, clock, end):
    began = clock.at
    crawl = frontier()
    run, _ = crawl.begin("fresh", first())
    assert (run.scope, run.full, run.since) == ("full", True, EPOCH)
    clock.at += timedelta(hours=2)
    end(crawl, run)
    assert frontier().begin("fresh", first())[0].since == began - OVERLAP


def test_a_page_by_hand_does_not_move_the_date_from_which_is_asked(frontier, clock, end):
    began = clock.at
    crawl = frontier()
    end(crawl, crawl.begin("full", first())[0])
    clock.at += timedelta(days=1)
    by_hand = frontier()
    end(by_hand, by_hand.begin("page", first("p"))[0])
    assert frontier().begin("fresh", first())[0].since == began - OVERLAP


@pytest.fixture
def failed_days_ago(frontier, clock, settle, end):
    """A full crawl that failed at page "a", and a day later one of what changed, also at "b"."""

    def crawl(scope, *names):
        clock.at += timedelta(days=1)
        now = frontier()
        run, _ = now.begin(scope, first(*names))
        for leased in iter(now.lease, None):
            settle(now, leased, "UnreachableError")
        end(now, run)

    crawl("full", "a")
    crawl("page", "a", "b")
    clock.at += timedelta(days=1)


def test_a_failed_wish_is_carried_over_once_with_the_date_it_was_first_asked_for(
    failed_days_ago, frontier, store, clock, settle
):
    crawl = frontier()
    crawl.begin("fresh", first("a", "c"))
    leased = list(iter(crawl.lease, None))
    asked = {one.fetch.url.rpartition("/")[2]: one.since for one in leased}
    assert len(leased) == 3
    assert asked["a"] == EPOCH
    assert asked["b"] == clock.at - timedelta(days=2) - OVERLAP
    assert asked["c"] == asked["b"]
    assert {one.attempts for one in leased} == {1}
    reasons = rows(store, schema.wishes.c.error, schema.wishes.c.reason)
    assert set(reasons) == {(None, None)}


def test_a_full_crawl_reads_no_list_only_as_far_as_it_was_fresh(failed_days_ago, frontier):
    crawl = frontier()
    crawl.begin("full", first("b"))
    assert {leased.since for leased in iter(crawl.lease, None)} == {EPOCH}


def test_a_page_by_hand_carries_nothing_over(failed_days_ago, frontier):
    by_hand = frontier()
    by_hand.begin("page", first("p"))
    assert handed_out(by_hand) == ["p"]


def test_what_was_settled_is_forgotten_when_the_next_crawl_begins(frontier, settle, end, store):
    crawl = frontier()
    run, _ = crawl.begin("full", first("a"))
    settle(crawl, crawl.lease())
    end(crawl, run)
    frontier().begin("fresh", first("b"))
    assert rows(store, schema.wishes.c.url) == [("https://forum.example.com/b",)]


# whatever happens


class Crawls(RuleBasedStateMachine):
    """Any order of leases, replies and kills, seen beside the plainest model of it."""

    def __init__(self):
        super().__init__()
        self.clock = FixedClock(EPOCH + timedelta(days=9999))
        self.settled, self.made, self.leased = [], 3, []

    @initialize()
    def begins(self):
        self.crawl = Frontier(self.store, self.clock, "forum")
        self.run, _ = self.crawl.begin("full", first("0", "1", "2"))

    @rule()
    def leases(self):
        if (leased := self.crawl.lease()) is not None:
            self.leased.append(leased)

    @precondition(lambda self: self.leased)
    @rule(which=st.integers(0), finds=st.integers(0, 2), well=st.booleans())
    def settles(self, which, finds, well):
        leased = self.leased.pop(which % len(self.leased))
        names = [str(number) for number in range(self.made + finds)]
        with self.store.writing() as tx:
            self.crawl.add(tx, self.run.run_id, [wish(name) for name in names], self.run.since)
            if well:
                self.crawl.done(tx, leased.wish_id)
            else:
                self.crawl.fail(tx, leased.wish_id, "UnreachableError", "")
        self.made += finds
        self.settled.append(leased.fetch.url)

    @rule()
    def is_killed(self):
        self.leased = []
        self.crawl = Frontier(self.store, self.clock, "forum")
        assert self.crawl.begin("fresh", first("x")) == (self.run, False)

    @invariant()
    def nothing_is_lost_and_nothing_done_twice(self):
        assert len(self.settled) == len(set(self.settled))
        assert self.crawl.waiting() == self.made - len(self.settled) - len(self.leased)

    def teardown(self):
        self.empty()


def test_no_order_of_kills_and_replies_loses_or_doubles_a_wish(store, empty):
    Crawls.store, Crawls.empty = store, staticmethod(empty)
    run_state_machine_as_test(Crawls, settings=settings(max_examples=15, stateful_step_count=15))
