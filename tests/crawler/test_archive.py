"""The only truth: what is kept comes back as it was, and what is buried holds no text."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from contract import Signals, Tombstone
from crawler import schema
from crawler.fetch import Fetch, Page
from crawler.frontier import Frontier
from crawler.pages import Pages


@pytest.fixture
def keep(store, archive):
    """Keep posts in one transaction; how many are new or changed."""

    def kept(*posts, **about):
        with store.writing() as tx:
            return archive.keep(tx, posts, **about)

    return kept


@pytest.fixture
def bury(store, archive):
    def buried(*stones):
        with store.writing() as tx:
            return archive.bury(tx, stones)

    return buried


def row(store, post_id):
    with store.reading() as tx:
        return tx.execute(sa.select(schema.posts).where(schema.posts.c.post_id == post_id)).first()


GONE = Tombstone(post_id="forum:1", state="deleted", reason="deleted in the forum")


def test_a_post_comes_back_as_it_was(archive, keep, make_post):
    post = make_post(1, tags=("a", "b"), created_at=datetime(2026, 5, 1, tzinfo=UTC))
    assert keep(post) == 1
    assert archive.get(["forum:1", "forum:2"]) == {"forum:1": post}


def test_the_sequence_grows_with_every_transaction_that_changes_a_post(archive, keep, make_post):
    assert archive.sequence() == 0
    keep(make_post(1), make_post(2))
    assert archive.sequence() == 1
    keep(make_post(2, text="edited"))
    assert archive.sequence() == 2


def test_a_post_that_has_not_changed_is_only_seen_again(archive, store, clock, keep, make_post):
    keep(make_post(1))
    first = row(store, "forum:1")
    clock.at += timedelta(hours=1)
    assert keep(make_post(1), page_id=7, run_id=3) == 0
    again = row(store, "forum:1")
    assert archive.sequence() == 1
    assert again.seen_at == first.seen_at + timedelta(hours=1)
    assert again.first_seen_at == first.first_seen_at
    assert (again.page_id, again.run_id, again.sequence) == (7, 3, 1)


def test_a_new_vote_is_a_change_of_the_record_and_not_of_the_content(store, keep, make_post):
    keep(make_post(1))
    before = row(store, "forum:1").content_hash
    assert keep(make_post(1, signals=Signals(likes=1))) == 1
    assert row(store, "forum:1").content_hash == before
    keep(make_post(1, text="edited"))
    assert row(store, "forum:1").content_hash != before


def test_the_last_word_on_a_post_wins(archive, keep, make_post):
    keep(make_post(1), make_post(1, text="later"))
    assert archive.get(["forum:1"])["forum:1"].text == "later"
    keep(make_post(1, text="once more"), GONE)
    assert archive.get(["forum:1"]) == {}
    keep(GONE, make_post(1, text="back"))
    assert archive.get(["forum:1"])["forum:1"].text == "back"


def test_whoever_has_seen_everything_up_to_a_number_asks_for_what_came_after(
    archive, keep, bury, make_post
):
    keep(make_post(1), make_post(2))
    keep(make_post(3))
    bury(GONE)
    assert [(c.sequence, c.post_id, c.state) for c in archive.since(0)] == [
        (1, "forum:2", "live"),
        (2, "forum:3", "live"),
        (3, "forum:1", "deleted"),
    ]
    assert [change.post_id for change in archive.since(2)] == ["forum:1"]
    assert list(archive.since(3)) == []
    assert archive.dead_since(0) == archive.dead_since(2) == ["forum:1"]
    assert archive.dead_since(3) == []


def test_a_tombstone_holds_no_text(store, archive, keep, bury, make_post):
    keep(make_post(1, text="regretted words", title="regretted title"))
    assert bury(GONE) == 1
    (change,) = archive.since(0)
    assert (change.post, change.state) == (None, "deleted")
    dead = row(store, "forum:1")
    assert (dead.record, dead.content_hash, dead.reason) == (None, "", "deleted in the forum")
    with sqlite3.connect(store.path) as plain:
        found = plain.execute("SELECT * FROM posts").fetchall()
    plain.close()
    assert "regretted" not in repr(found)


def test_a_tombstone_for_a_post_never_seen_leaves_no_trace(store, archive, bury):
    assert bury(GONE) == 0
    assert row(store, "forum:1") is None
    assert archive.sequence() == 0


def test_a_post_dies_once(archive, keep, bury, make_post):
    keep(make_post(1))
    assert [bury(GONE), bury(GONE)] == [1, 0]
    assert archive.sequence() == 2


def test_a_post_that_comes_back_lives_again(archive, store, keep, bury, make_post):
    keep(make_post(1))
    first = row(store, "forum:1").first_seen_at
    bury(GONE)
    assert archive.count() == 0
    assert keep(make_post(1)) == 1
    alive = row(store, "forum:1")
    assert (archive.count(), alive.state, alive.reason) == (1, "live", None)
    assert alive.first_seen_at == first


def test_a_thread_stands_in_its_own_order(archive, keep, make_post):
    may = datetime(2026, 5, 1, tzinfo=UTC)
    keep(
        make_post(3, thread=1, position=2),
        make_post(5, thread=1, position=1, kind="comment", created_at=may),
        make_post(4, thread=1, position=1, kind="comment", created_at=may - timedelta(days=1)),
        make_post(2, thread=1, position=1),
        make_post(1),
        make_post(9),
    )
    order = ["forum:1", "forum:2", "forum:4", "forum:5", "forum:3"]
    assert [post.post_id for post in archive.thread("forum:1")] == order
    threads = [[post.post_id for post in thread] for thread in archive.threads()]
    assert threads == [order, ["forum:9"]]


def test_the_dead_stand_in_no_thread_and_are_not_counted(archive, keep, bury, make_post):
    keep(make_post(1), make_post(2, thread=1))
    bury(GONE)
    assert [post.post_id for post in archive.thread("forum:1")] == ["forum:2"]
    assert [[post.post_id for post in thread] for thread in archive.threads()] == [["forum:2"]]
    assert archive.count() == 1


def test_thousands_of_posts_are_kept_and_found_at_once(archive, keep, bury, make_post):
    many = [make_post(number) for number in range(1, 1300)]
    assert keep(*many) == 1299
    assert len(archive.get([post.post_id for post in many])) == 1299
    assert keep(*many) == 0
    assert len(list(archive.since(0))) == 1299
    stones = [Tombstone(post_id=post.post_id, state="gone", reason="all") for post in many]
    assert bury(*stones) == 1299
    assert archive.count() == 0


# what vanishes


@pytest.fixture
def crawl(store, archive, clock):
    """One crawl: `crawl("full", {"topic/1": [posts]})`; the number of posts it buried."""

    def done(scope, seen, *, source="forum"):
        clock.at += timedelta(minutes=30)
        run, _ = Frontier(store, clock, source).begin(scope, lambda _: [])
        for where, posts in seen.items():
            kind = where.partition("/")[0]
            wish = Fetch(kind=kind, url=f"https://forum.example.com/{where}")
            page = Page(kind=kind, url=wish.url, body=b"{}")
            with store.writing() as tx:
                page_id = Pages(store, clock).keep(tx, run, wish, page)
                archive.keep(tx, posts, page_id=page_id, run_id=run.run_id)
        with store.writing() as tx:
            Frontier(store, clock, source).end(tx, run, pages=0, posts=0)
            return archive.bury_vanished(tx, run, frozenset({"topic"}))

    return done


def test_what_a_full_crawl_does_not_meet_has_gone(archive, store, crawl, make_post):
    crawl("full", {"topic/1": [make_post(1)], "topic/2": [make_post(2)]})
    assert crawl("full", {"topic/1": [make_post(1)]}) == 1
    assert row(store, "forum:2").state == "gone"
    assert row(store, "forum:2").reason == "a full crawl did not find it"
    assert archive.count() == 1


def test_what_a_fresh_crawl_does_not_ask_for_has_not_gone(archive, crawl, make_post):
    crawl("full", {"topic/1": [make_post(1)], "topic/2": [make_post(2)]})
    assert crawl("fresh", {"topic/1": [make_post(1)]}) == 0
    assert archive.count() == 2


def test_what_a_whole_page_shows_no_more_has_gone(archive, store, crawl, make_post):
    crawl("full", {"topic/1": [make_post(1), make_post(2, thread=1), make_post(3, thread=1)]})
    assert crawl("fresh", {"topic/1": [make_post(1), make_post(3, thread=1)]}) == 1
    assert row(store, "forum:2").reason == "its page does not show it any more"
    assert archive.count() == 2


def test_what_stands_on_another_page_now_has_not_gone(archive, crawl, make_post):
    crawl("full", {"topic/1": [make_post(1), make_post(2, thread=1)]})
    assert crawl("fresh", {"topic/1": [make_post(1)], "topic/9": [make_post(2, thread=9)]}) == 0
    assert archive.count() == 2


def test_a_page_that_shows_only_some_of_its_posts_buries_none(archive, crawl, make_post):
    crawl("full", {"timeline/1": [make_post(1), make_post(2)]})
    assert crawl("fresh", {"timeline/1": [make_post(1)]}) == 0
    assert archive.count() == 2


def test_what_was_imported_never_vanishes(archive, keep, crawl, make_post):
    keep(make_post(1))
    assert crawl("full", {"topic/2": [make_post(2)]}) == 0
    assert archive.count() == 2


def test_a_crawl_of_one_source_buries_nothing_of_another(archive, crawl, make_post):
    other = make_post(5, source="blog", post_id="blog:5", thread_id="blog:5")
    crawl("full", {"page/5": [other]}, source="blog")
    crawl("full", {"topic/1": [make_post(1)]})
    assert crawl("full", {}) == 1
    assert set(archive.get(["blog:5", "forum:1"])) == {"blog:5"}


def test_what_was_read_by_hand_during_a_crawl_has_not_gone(archive, store, clock, make_post):
    """A full crawl is cut short, one page is asked for by hand, and then the full crawl goes on."""
    full, _ = Frontier(store, clock, "forum").begin("full", lambda _: [])
    by_hand, _ = Frontier(store, clock, "forum").begin("page", lambda _: [])
    with store.writing() as tx:
        archive.keep(tx, [make_post(1)], run_id=by_hand.run_id)
    again, new = Frontier(store, clock, "forum").begin("full", lambda _: [])
    assert (again.run_id, new) == (full.run_id, False)
    with store.writing() as tx:
        assert archive.bury_vanished(tx, again, frozenset()) == 0
    assert archive.count() == 1
