"""What has been deleted is gone for good: from archive, kept pages and the file itself."""

import zlib
from datetime import timedelta

import pytest
import sqlalchemy as sa

from contract import Usage
from crawler import imports, schema

WORDS = "The spare key lies under the third pot."


@pytest.fixture
def kept_words(store):
    """Everything that kept pages still say."""

    def read():
        with store.reading() as tx:
            bodies = tx.execute(sa.select(schema.pages.c.body)).scalars().all()
        return b"".join(zlib.decompress(body) for body in bodies if body)

    return read


@pytest.fixture
def deleted(play, reply, clock):
    """A post that was seen on two pages and then deleted at its place."""
    play.pages["topic/5"] = reply("topic/5", {"5": WORDS}, etag='"a"')
    play.pages["topic/9"] = {"5": WORDS}
    play.crawl()
    play.crawl(page=play.source.wish("topic/9"))
    clock.at += timedelta(days=1)
    play.pages["topic/5"] = 410
    play.crawl(full=True)
    return play


def test_no_page_that_is_kept_holds_a_word_of_a_deleted_post(deleted, kept_words):
    assert WORDS.encode() not in kept_words()
    assert b"How?" in kept_words()


def test_the_file_itself_holds_no_word_of_it(store, deleted):
    store.close()
    files = list(store.path.parent.glob("archive.db*"))
    assert files
    assert not any(WORDS.encode() in file.read_bytes() for file in files)


def test_a_page_of_which_something_was_deleted_is_asked_for_whole(deleted, clock, reply, states):
    clock.at += timedelta(days=1)
    deleted.pages["topic/5"] = reply("topic/5", {}, status=304)
    deleted.asked.clear()
    deleted.crawl(full=True)
    assert not any(wish.headers for wish in deleted.asked)
    assert states()[5] == "gone"


def test_a_page_that_was_asked_for_before_a_death_brings_nobody_back(
    play, clock, reply, states, bury
):
    play.crawl()
    late = play.begin(page=play.source.wish("topic/5"))
    leased = late.lease()
    clock.at += timedelta(seconds=5)
    bury(5)
    late.arrived(leased, reply("topic/5", play.pages["topic/5"]))
    late.end()
    assert states()[5] == "deleted"


def test_a_post_that_its_place_shows_again_comes_back(play, clock, states, bury):
    play.crawl()
    bury(5)
    clock.at += timedelta(seconds=5)
    play.crawl(full=True)
    assert states()[5] == "live"


def test_a_file_that_may_be_old_brings_nobody_back(archive, make_post, states, bury):
    imports.keep(archive, iter([make_post(5)]))
    bury(5)
    assert imports.keep(archive, iter([make_post(5), make_post(6)])) == 1
    assert (states()[5], states()[6]) == ("deleted", "live")


def until(at):
    return Usage(expires_at=at)


def test_what_its_place_lets_us_keep_no_longer_is_buried_by_the_next_crawl(
    play, archive, clock, make_post, states
):
    imports.keep(archive, iter([make_post(8, usage=until(clock.at + timedelta(days=30)))]))
    play.crawl()
    assert states()[8] == "live"
    clock.at += timedelta(days=30)
    assert play.crawl().counts.buried == 1
    assert states()[8] == "expired"


def test_what_has_expired_stays_so_until_its_place_says_otherwise(
    archive, clock, make_post, states
):
    past = make_post(8, usage=until(clock.at))
    imports.keep(archive, iter([make_post(8)]))
    for _ in range(2):
        assert imports.keep(archive, iter([past])) == 0
        assert states()[8] == "expired"
    imports.keep(archive, iter([make_post(8, usage=until(clock.at + timedelta(days=1)))]))
    assert states()[8] == "live"


def test_pages_nobody_has_asked_for_in_a_month_are_forgotten(play, clock, kept_words):
    play.crawl()
    clock.at += timedelta(days=31)
    play.pages["list/1"] = {"topics": {"1": "2026-06-04", "5": "2026-05-03"}}
    play.crawl()
    assert b"How?" in kept_words()
    assert b"Why?" not in kept_words()
    assert play.go(play.begin(full=True)) == ["list/1", "topic/1", "topic/5"]
