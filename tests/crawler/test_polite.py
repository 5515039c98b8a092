"""Manners, without a network and in no time: who may ask, when, and what an answer means."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Response

from contract import FixedClock
from contract.errors import RefusedAddressError
from crawler.egress import Gate
from crawler.polite import (
    Errand,
    Manners,
    NoRobotsError,
    RobotsRefusedError,
    StayAwayError,
    Turnstile,
)

PAGE = "https://forum.example.com/t/7"
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def now():
    return asyncio.get_running_loop().time()


# on the way


class Way:
    """A crawl's manners, before a place that answers from `replies`, by address."""

    def __init__(self, **parts):
        self.clock = FixedClock(NOON)
        self.replies, self.asked = {}, []
        usual = {
            "gate": Gate(),
            "turnstile": Turnstile(),
            "clock": self.clock,
            "delay_s": 0.5,
            "obey_robots": False,
            "max_attempts": 4,
            "max_wait_s": 600.0,
        }
        crawler = SimpleNamespace(
            engine=self, spider=SimpleNamespace(errand=Errand(**{**usual, **parts}))
        )
        self.manners = Manners.from_crawler(crawler)

    async def download_async(self, request):
        """What Scrapy does with a request of the manners' own, such as for robots.txt."""
        await self.manners.process_request(request)
        self.asked.append((request.url, now() - 1000))
        reply = self.replies.get(request.url, 404)
        if isinstance(reply, Exception):
            self.manners.process_exception(request, reply)
            raise reply
        status, body = reply if isinstance(reply, tuple) else (reply, b"")
        return self.manners.process_response(request, Response(request.url, status, body=body))

    async def sends(self, request, *replies):
        """Send a request with all that becomes of it; when each attempt left, and the outcome."""
        left = []
        for reply in replies:
            await self.manners.process_request(request)
            left.append(now() - 1000)
            if isinstance(reply, Exception):
                outcome = self.manners.process_exception(request, reply)
            else:
                outcome = self.manners.process_response(request, reply)
            if not isinstance(outcome, Request):
                return left, outcome
            request = outcome
        return left, request


def busy(status=503, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(PAGE, status, headers=named)


GOOD = Response(PAGE, 200)


@pytest.mark.parametrize("trouble", [busy(500), busy(429), busy(522), OSError("reset")])
def test_a_place_in_trouble_is_asked_again_and_each_time_later(in_no_time, trouble):
    left, outcome = in_no_time(Way().sends(Request(PAGE), trouble, trouble, trouble, GOOD))
    assert left == [0, 1, 3, 7]
    assert outcome is GOOD


def test_after_the_last_attempt_the_answer_stands(in_no_time):
    way = Way(max_attempts=2)
    left, outcome = in_no_time(way.sends(Request(PAGE), busy(503), busy(502), GOOD))
    assert left == [0, 1]
    assert outcome.status == 502
    left, outcome = in_no_time(Way(max_attempts=1).sends(Request(PAGE), OSError("reset"), GOOD))
    assert (left, outcome) == ([0], None)


@pytest.mark.parametrize("said", ["90", "Mon, 04 May 2026 12:01:30 GMT"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_place_that_says_when_is_asked_again_then(in_no_time, said, status):
    trouble = busy(status, retry_after=said)
    left, outcome = in_no_time(Way().sends(Request(PAGE), trouble, GOOD))
    assert left == [0, 90]
    assert outcome is GOOD


@pytest.mark.parametrize(
    "reply",
    [busy(200, retry_after="90"), busy(200, x_ratelimit_remaining="0", x_ratelimit_reset="90")],
)
def test_a_good_answer_that_asks_for_a_pause_gets_it(in_no_time, reply):
    async def two():
        way = Way()
        await way.sends(Request(PAGE), reply)
        return await way.sends(Request(f"{PAGE}/2"), GOOD)

    assert in_no_time(two())[0] == [90]


def test_a_wait_longer_than_a_crawl_is_a_failure_at_once_for_all_pages_of_the_host(in_no_time):
    async def closed():
        way = Way()
        left, outcome = await way.sends(Request(PAGE), busy(503, retry_after="3600"), GOOD)
        assert (left, outcome.status) == ([0], 503)
        with pytest.raises(StayAwayError):
            await way.sends(Request(f"{PAGE}/2"), GOOD)
        await way.sends(Request("https://other.example.com/"), GOOD)
        return now() - 1000

    assert in_no_time(closed()) == 0


def test_the_word_to_wait_outlives_the_last_attempt(in_no_time):
    async def two():
        way = Way(max_attempts=1)
        await way.sends(Request(PAGE), busy(429, retry_after="50"))
        return await way.sends(Request(f"{PAGE}/2"), GOOD)

    assert in_no_time(two())[0] == [50]


@pytest.mark.parametrize(
    "refusal",
    [
        RobotsRefusedError(),
        StayAwayError(),
        RefusedAddressError("no"),
        ValueError("bad"),
        DownloadCancelledError("too large"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_our_own_refusals_are_final_and_let_the_next_one_in(in_no_time, refusal):
    async def two():
        way = Way()
        left, outcome = await way.sends(Request(PAGE), refusal, GOOD)
        assert (len(left), outcome) == (1, None)
        return await asyncio.wait_for(way.sends(Request(f"{PAGE}/2"), GOOD), 60)

    assert in_no_time(two())[1] is GOOD


def test_a_wait_asked_for_one_wish_holds_up_no_other(in_no_time):
    async def both():
        way = Way()
        waits = Request(PAGE, meta={"wait_s": 100.0})
        patient = asyncio.create_task(way.sends(waits, busy(500), GOOD))
        await asyncio.sleep(0)
        other = await way.sends(Request(f"{PAGE}/2"), GOOD)
        return (await patient)[0], other[0]

    assert in_no_time(both()) == ([100, 101], [0])  # and it is waited for once


def test_no_wish_waits_longer_than_a_crawl_does(in_no_time):
    way = Way(max_wait_s=10)
    assert in_no_time(way.sends(Request(PAGE, meta={"wait_s": 99999.0}), GOOD))[0] == [10]


# robots.txt

ROBOTS = "https://forum.example.com/robots.txt"


def test_robots_txt_is_asked_for_once_and_obeyed(in_no_time):
    async def visit():
        way = Way(obey_robots=True)
        way.replies[ROBOTS] = (200, b"User-agent: *\nDisallow: /private\nCrawl-delay: 7")
        with pytest.raises(RobotsRefusedError, match=r"/private/1: robots\.txt forbids it"):
            await way.sends(Request("https://forum.example.com/private/1"), GOOD)
        first, _ = await way.sends(Request(PAGE), GOOD)
        second, _ = await way.sends(Request(PAGE), GOOD)
        return way.asked, first, second

    asked, first, second = in_no_time(visit())
    assert asked == [(ROBOTS, 0)]
    assert (first, second) == ([0.5], [7.5])  # it could not know of the delay when it asked for it


def test_many_pages_at_once_ask_for_robots_txt_once(in_no_time):
    async def visit():
        way = Way(obey_robots=True)
        await asyncio.gather(*(way.sends(Request(f"{PAGE}/{n}"), GOOD) for n in range(5)))
        return way.asked

    assert len(in_no_time(visit())) == 1


@pytest.mark.parametrize("reply", [500, 503, 429, OSError("refused"), RefusedAddressError("no")])
def test_while_robots_txt_cannot_be_had_nothing_is_fetched(in_no_time, reply):
    async def visit():
        way = Way(obey_robots=True, max_attempts=1)
        way.replies[ROBOTS] = reply
        with pytest.raises(NoRobotsError, match=r"forum\.example\.com/robots\.txt cannot be"):
            await way.sends(Request(PAGE), GOOD)
        way.replies[ROBOTS] = 404
        with pytest.raises(NoRobotsError):  # nor is it asked for at every page
            await way.sends(Request(PAGE), GOOD)
        way.clock.at += timedelta(hours=24)
        return await way.sends(Request(PAGE), GOOD)

    assert in_no_time(visit())[1] is GOOD


def test_each_host_has_its_own_robots_txt(in_no_time):
    async def visit():
        way = Way(obey_robots=True)
        way.replies[ROBOTS] = (200, b"User-agent: *\nDisallow: /")
        await way.sends(Request("https://other.example.com/t/7"), GOOD)
        with pytest.raises(RobotsRefusedError):
            await way.sends(Request(PAGE), GOOD)
        return [url for url, _ in way.asked]

    assert in_no_time(visit()) == ["https://other.example.com/robots.txt", ROBOTS]


def test_an_owner_who_need_not_ask_does_not(in_no_time):
    way = Way()
    assert in_no_time(way.sends(Request(PAGE), GOOD))[1] is GOOD
    assert way.asked == []


# another host


def redirected(url, *came_by):
    headers = {"Api-Key": "secret", "If-None-Match": '"a"', "Accept": "x"}
    meta = {"own_headers": ["Api-Key", "If-None-Match"], "redirect_urls": list(came_by)}
    return Request(url, headers=headers, meta=meta if came_by else {"own_headers": ["Api-Key"]})


@pytest.mark.parametrize(
    ("request_", "left_at_home"),
    [
        (redirected(PAGE), False),
        (redirected(f"{PAGE}/8", PAGE), False),
        (redirected("https://other.example.com/t/7", PAGE), True),
        (redirected("http://forum.example.com/t/7", PAGE), True),
        (redirected("https://forum.example.com:8443/t/7", PAGE), True),
        (redirected("https://other.example.com/8", PAGE, "https://other.example.com/7"), True),
    ],
)
def test_what_was_meant_for_one_host_is_left_at_home(in_no_time, request_, left_at_home):
    in_no_time(Way().sends(request_, GOOD))
    assert (b"Api-Key" not in request_.headers) is left_at_home
    assert request_.headers[b"Accept"] == b"x"
    if left_at_home:
        assert b"If-None-Match" not in request_.headers


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/", "http://[::1]/", "ftp://example.com/", "data:x"]
)
def test_every_request_passes_the_gate_before_anything_is_asked(in_no_time, url):
    way = Way(obey_robots=True)
    with pytest.raises(RefusedAddressError):
        in_no_time(way.sends(Request(url), GOOD))
    assert way.asked == []
