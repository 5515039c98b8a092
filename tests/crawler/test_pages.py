"""Pages as they came: asked for again politely, read again without the network, missed slowly."""

from datetime import timedelta

import pytest

from crawler.fetch import Fetch
from crawler.pages import MISSES_APART, Pages


@pytest.fixture
def pages(store, clock):
    return Pages(store, clock)


@pytest.fixture
def again(play, clock):
    """Crawl everything some time later; which pages were asked for, with their headers."""

    def crawled(later=timedelta(days=1), **how):
        clock.at += later
        play.asked.clear()
        gathering = play.crawl(full=True, **how)
        return gathering, {wish.url.split("/", 3)[3]: wish.headers for wish in play.asked}

    return crawled


# asked again


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ({"etag": '"abc"'}, {"If-None-Match": '"abc"'}),
        ({"etag": 'W/"weak"'}, {"If-None-Match": 'W/"weak"'}),
        (
            {"last_modified": "Mon, 04 May 2026 10:00:00 GMT"},
            {"If-Modified-Since": "Mon, 04 May 2026 10:00:00 GMT"},
        ),
        (
            {"etag": '"abc"', "last_modified": "Mon, 04 May 2026 10:00:00 GMT"},
            {
                "If-None-Match": '"abc"',
                "If-Modified-Since": "Mon, 04 May 2026 10:00:00 GMT",
            },
        ),
        ({"etag": ""}, {}),
        ({}, {}),
    ],
)
def test_a_page_is_asked_for_only_if_it_is_newer(play, reply, again, told, asked):
    play.pages["topic/5"] = reply("topic/5", {"5": "Why?"}, **told)
    play.crawl()
    assert all(not wish.headers for wish in play.asked)
    assert again()[1]["topic/5"] == asked


def test_what_has_not_changed_is_read_from_what_was_kept(play, archive, reply, again, states):
    play.pages["topic/1"] = reply("topic/1", {"1": "How?", "2": "So."}, etag='"a"')
    play.crawl()
    before = archive.get(["forum:1"])
    play.pages["topic/1"] = 304
    gathering, _ = again()
    counts = gathering.counts
    assert (counts.unchanged, counts.pages, counts.posts, counts.buried) == (1, 3, 0, 0)
    assert archive.get(["forum:1"]) == before
    assert set(states().values()) == {"live"}


def test_a_page_that_has_not_changed_hears_what_is_new_about_it(play, archive, reply, again, pages):
    """A topic may move to another room, of which its own page says nothing."""
    play.pages["topic/5"] = reply("topic/5", {"5": "Why?"}, etag='"a"')
    play.crawl()
    play.pages["topic/5"] = 304
    play.pages["list/1"]["topics"]["5"] = "2026-05-06"
    again()
    assert archive.get(["forum:5"])["forum:5"].container == "2026-05-06"
    kept = pages.of("forum", play.source.wish("topic/5"))
    assert kept.wish.note == kept.page.note == {"changed": "2026-05-06"}


def test_a_changed_page_takes_the_place_of_its_earlier_self(play, pages, reply, again, archive):
    play.pages["topic/5"] = reply("topic/5", {"5": "Why?"}, etag='"a"')
    play.crawl()
    first = pages.of("forum", play.source.wish("topic/5"))
    play.pages["topic/5"] = reply("topic/5", {"5": "Why not?"})
    again()
    second = pages.of("forum", play.source.wish("topic/5"))
    assert second.page_id == first.page_id
    assert second.page.body == b'{"5": "Why not?"}'
    assert again()[1]["topic/5"] == {}
    assert archive.get(["forum:5"])["forum:5"].text == "Why not?"


def test_an_answer_of_304_that_nobody_asked_for_is_a_failure(play, states):
    play.pages["topic/5"] = 304
    assert play.crawl().counts.failures == 1
    assert 5 not in states()


def test_a_page_that_could_not_be_read_is_read_again_once_the_reader_is_mended(
    play, reply, again, states, monkeypatch
):
    play.pages["topic/5"] = reply("topic/5", {"5": "Why?"}, etag='"a"')
    monkeypatch.setattr(play.source, "read", lambda page, since: 1 / 0)
    play.crawl(page=play.source.wish("topic/5"))
    assert states() == {}
    monkeypatch.undo()
    play.pages["topic/5"] = 304
    again()
    assert states()[5] == "live"


def test_a_page_can_be_read_again_by_its_number(play, reply, pages):
    play.pages["topic/5"] = reply("topic/5", {"5": "Why?"}, content_type="application/json")
    play.crawl()
    kept = next(filter(None, (pages.by_id(n) for n in (3, 2, 1))))
    assert kept.source == "forum"
    assert kept.page.body == b'{"5": "Why?"}'
    assert kept.page.headers == {"content-type": "application/json"}
    assert kept.page.note == {"changed": "2026-05-03"}
    assert pages.by_id(99) is None


def test_the_same_address_is_kept_once_for_each_kind_and_source(store, pages, play):
    play.crawl()
    assert pages.of("forum", play.source.wish("topic/5")) is not None
    assert pages.of("blog", play.source.wish("topic/5")) is None
    assert pages.of("forum", Fetch(kind="list", url=play.source.wish("topic/5").url)) is None


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://forum.example.com/t/1/2", "topic/1"),
        ("https://forum.example.com/topic/5", "topic/5"),
        ("https://forum.example.com/moved/5", "topic/5"),
        ("https://forum.example.com/nowhere", None),
    ],
)
def test_the_wish_behind_a_post_is_found_by_its_address(play, reply, pages, url, found):
    play.pages["topic/5"] = reply("moved/5", {"5": "Why?"})
    play.crawl()
    wish = pages.wish_for("forum", url)
    assert (wish and wish.url.removeprefix("https://forum.example.com/")) == found
    assert pages.wish_for("blog", url) is None


# missed


@pytest.mark.parametrize(
    ("status", "state"),
    [(410, "gone"), (451, "gone"), (401, "hidden"), (403, "hidden")],
)
def test_a_clear_word_buries_a_page_at_once(play, again, states, status, state):
    play.crawl()
    play.pages["topic/1"] = status
    gathering, _ = again()
    assert states() == {1: state, 2: state, 5: "live"}
    assert (gathering.counts.buried, gathering.counts.failures) == (2, 0)


def test_a_page_not_found_once_may_have_had_a_bad_day(play, clock, again, states):
    play.crawl()
    play.pages["topic/1"] = 404
    assert again()[0].counts.buried == 0
    topic = play.source.wish("topic/1")
    clock.at += MISSES_APART - timedelta(seconds=1)
    assert play.crawl(page=topic).counts.buried == 0
    assert set(states().values()) == {"live"}
    clock.at += timedelta(seconds=1)
    assert play.crawl(page=topic).counts.buried == 2
    assert states() == {1: "gone", 2: "gone", 5: "live"}


@pytest.mark.parametrize("how", ["as it was", "new"])
def test_a_page_that_is_found_between_two_misses_has_not_gone(play, again, states, reply, how):
    play.pages["topic/1"] = found = reply("topic/1", {"1": "How?", "2": "So."}, etag='"a"')
    play.crawl()
    for answer in (404, 304 if how == "as it was" else found, 404):
        play.pages["topic/1"] = answer
        again()
    assert set(states().values()) == {"live"}


def test_a_page_that_is_missed_and_listed_no_more_goes_after_a_day(play, again, states):
    play.crawl()
    play.pages["topic/1"] = 404
    again()
    play.pages["list/1"] = {"topics": {"5": "2026-05-03"}}
    again(timedelta(hours=23))
    assert states()[1] == "live"
    again(timedelta(hours=1))
    assert states() == {1: "gone", 2: "gone", 5: "live"}


def test_a_page_that_was_never_there_is_no_trouble(play, states):
    play.pages["topic/5"] = 404
    gathering = play.crawl()
    assert (gathering.counts.failures, gathering.counts.buried) == (0, 0)
    assert states() == {1: "live", 2: "live"}


@pytest.mark.parametrize("status", [400, 405, 418, 429, 500, 502, 503, 599, 302])
def test_any_other_answer_is_a_failure_and_buries_nothing(play, again, states, status):
    play.crawl()
    play.pages["topic/1"] = status
    gathering, _ = again()
    assert gathering.counts.failures == 1
    assert set(states().values()) == {"live"}
