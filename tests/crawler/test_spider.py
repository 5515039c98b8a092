"""Between Scrapy and the frontier: what is asked, what comes back, and what is said of it."""

import asyncio
import logging
from types import SimpleNamespace

import pytest
import scrapy
from scrapy.exceptions import CannotResolveHostError, DownloadCancelledError, IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from contract.errors import ArchiveError, RefusedAddressError
from crawler.gather import Gathering
from crawler.polite import NoRobotsError, RobotsRefusedError
from crawler.spider import DiscreetLog, FrontierScheduler, SourceSpider
from crawler.standing import standings

HOME = "https://forum.example.com"


@pytest.fixture
def crawl(play, board):
    """A crawl of the board with a key, as Scrapy sees it: its gathering, spider and queue."""
    play.source = board("secret")
    gathering = play.begin()
    spider = SourceSpider(gathering, errand=None)
    queue = FrontierScheduler.from_crawler(SimpleNamespace(spider=spider))
    return SimpleNamespace(gathering=gathering, spider=spider, queue=queue)


def settle(crawl, request, status=200, body=b'{"topics": {}}', **meta):
    request.meta.update(meta)
    response = Response(meta.pop("url", request.url), status, body=body, request=request)
    on_a_loop(lambda: crawl.spider.parse(response))
    crawl.gathering.settle()


def on_a_loop(act):
    async def acted():
        act()

    asyncio.run(acted())


def test_a_wish_goes_out_signed_and_knows_which_headers_are_its_own(crawl):
    request = crawl.queue.next_request()
    assert request.url == f"{HOME}/list/1?key=secret"
    assert request.headers[b"Api-Key"] == b"secret"
    assert request.meta["own_headers"] == ["Api-Key"]
    assert request.meta["leased"].fetch.url == f"{HOME}/list/1"


def test_scrapy_is_told_whether_anything_waits(crawl):
    assert crawl.queue.has_pending_requests()
    request = crawl.queue.next_request()
    assert crawl.queue.next_request() is None
    assert not crawl.queue.has_pending_requests()
    response = Response(request.url, body=b'{"topics": {"1": "2026-05-01"}}', request=request)
    on_a_loop(lambda: crawl.spider.parse(response))
    assert crawl.queue.has_pending_requests()
    assert crawl.queue.next_request().url == f"{HOME}/topic/1?key=secret"


def test_replies_are_settled_soon_and_at_the_latest_when_the_crawl_ends(crawl, monkeypatch):
    monkeypatch.setattr("crawler.spider.SOON_S", 0.3)
    request = crawl.queue.next_request()
    body = b'{"topics": {"1": "2026-05-01", "2": "2026-05-01"}}'
    response = Response(request.url, body=body, request=request)

    async def parsed():
        crawl.spider.parse(response)
        assert crawl.gathering.left() == 2
        topic, other = crawl.queue.next_request(), crawl.queue.next_request()
        crawl.spider.parse(Response(topic.url, body=b'{"1": "How?"}', request=topic))
        assert crawl.gathering.counts.posts == 0
        await asyncio.sleep(0.6)
        assert crawl.gathering.counts.posts == 1
        crawl.spider.parse(Response(other.url, body=b'{"2": "Why?"}', request=other))
        crawl.spider.closed("shutdown")

    asyncio.run(parsed())
    assert crawl.gathering.counts.posts == 2


def test_a_crawl_whose_archive_can_take_no_more_stops_asking(crawl, monkeypatch):
    stopped = []

    def full(*_):
        raise ArchiveError("database or disk is full")

    async def close(*, reason):
        stopped.append(reason)

    async def parsed():
        request = crawl.queue.next_request()
        monkeypatch.setattr(Gathering, "settle", full)
        crawl.spider.parse(
            Response(request.url, body=b'{"topics": {"1": "2026-05-01"}}', request=request)
        )
        for _ in range(3):
            assert crawl.queue.next_request() is None
        await asyncio.sleep(0)

    crawl.spider.crawler = SimpleNamespace(engine=SimpleNamespace(close_spider_async=close))
    asyncio.run(parsed())
    assert stopped == ["archive"]
    assert "disk is full" in str(crawl.spider.trouble)


def test_what_goes_round_again_goes_before_what_waits(crawl):
    settle(crawl, crawl.queue.next_request(), body=b'{"topics": {"1": "2026-05-01"}}')
    again = scrapy.Request(f"{HOME}/moved")
    assert crawl.queue.enqueue_request(again)
    assert crawl.queue.has_pending_requests()
    assert crawl.queue.next_request() is again
    assert crawl.queue.next_request().url == f"{HOME}/topic/1?key=secret"


def test_a_queue_serves_no_spider_of_another_kind():
    with pytest.raises(TypeError, match="serves source spiders"):
        FrontierScheduler.from_crawler(SimpleNamespace(spider=scrapy.Spider("other")))


def test_a_spider_begins_with_nothing_of_its_own(crawl):
    async def begun():
        return [request async for request in crawl.spider.start()]

    assert asyncio.run(begun()) == []


def test_a_page_is_kept_under_the_address_it_was_found_at(play, crawl, store):
    """That of its wish, unless a redirect led elsewhere; never the one that holds a key."""
    settle(crawl, crawl.queue.next_request())
    kept = play.begin()._pages.of("forum", play.source.wish("list/1"))
    assert kept.page.url == f"{HOME}/list/1"
    crawl.gathering.end()
    moved = SourceSpider(play.begin(), errand=None)
    request = FrontierScheduler(moved.gathering, moved).next_request()
    response = Response(f"{HOME}/new/1", body=b'{"topics": {}}', request=request)
    request.meta["redirect_times"] = 1
    on_a_loop(lambda: moved.parse(response))
    moved.gathering.settle()
    kept = play.begin()._pages.of("forum", play.source.wish("list/1"))
    assert kept.page.url == f"{HOME}/new/1"


@pytest.mark.parametrize(
    ("error", "name", "reason"),
    [
        (RefusedAddressError("no entry"), "RefusedAddressError", "no entry"),
        (NoRobotsError("no rules"), "UnreachableError", f"{HOME}/list/1: no rules"),
        (
            CannotResolveHostError("x"),
            "UnreachableError",
            f"{HOME}/list/1: the name cannot be resolved to a public address",
        ),
        (
            DownloadCancelledError(f"too large <GET {HOME}/list/1?key=secret>"),
            "UnreachableError",
            f"{HOME}/list/1: the page is larger than `max_body_mb` under [crawl] allows",
        ),
        (IgnoreRequest(), "UnreachableError", f"{HOME}/list/1: IgnoreRequest"),
        (OSError("reset"), "UnreachableError", f"{HOME}/list/1: reset"),
        (
            RobotsRefusedError("?key=secret"),
            "UnreachableError",
            f"{HOME}/list/1: robots.txt forbids it",
        ),
    ],
    ids=lambda given: type(given).__name__ if isinstance(given, Exception) else "",
)
def test_a_wish_that_brought_no_reply_says_why(crawl, store, error, name, reason):
    failure = Failure(error)
    failure.request = crawl.queue.next_request()
    on_a_loop(lambda: crawl.spider.failed(failure))
    crawl.gathering.settle()
    (standing,) = standings(store)
    assert (standing.failures, standing.last_reason) == ({name: 1}, reason)


def test_scrapy_names_a_page_by_its_wish_where_a_reply_could_not_be_settled(crawl, monkeypatch):
    monkeypatch.setattr(Gathering, "arrived", lambda *_: 1 / 0)
    request = crawl.queue.next_request()
    with pytest.raises(ZeroDivisionError) as caught:
        settle(crawl, request)
    told = DiscreetLog().spider_error(Failure(caught.value), request, None)
    assert told["level"] == logging.ERROR
    assert told["msg"] % told["args"] == f"url={HOME}/list/1 error=ZeroDivisionError"
