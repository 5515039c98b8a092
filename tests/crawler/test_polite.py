"""Manners, without a network and in no time: who may ask, when, and what an answer means."""

import asyncio

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Response

from contract.errors import RefusedAddressError
from crawler.polite import RobotsRefusedError, StayAwayError, Turnstile
from tests.crawler.way import PAGE, Way, now

# on the way


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


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_is_busy_is_left_alone_by_every_source_that_stands_on_it(in_no_time, status):
    async def two():
        turnstile = Turnstile()
        first, second = Way(turnstile=turnstile), Way(turnstile=turnstile)
        asked = asyncio.create_task(
            first.sends(Request(PAGE), busy(status, retry_after="40"), GOOD)
        )
        await asyncio.sleep(1)
        left, _ = await second.sends(Request("https://forum.example.com/wiki"), GOOD)
        elsewhere, _ = await second.sends(Request("https://other.example.com/"), GOOD)
        return (await asked)[0], left, elsewhere

    asked, left, elsewhere = in_no_time(two())
    assert (asked, left, elsewhere) == ([0, 40], [40.5], [40.5])


def api(status=200, body=b"{}", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(PAGE, status, {"Content-Type": "application/json", **named}, body)


SECONDARY = b'{"message": "You have exceeded a secondary rate limit."}'


def test_a_refusal_for_now_is_no_word_about_the_page(in_no_time):
    refused = api(403, SECONDARY)
    left, outcome = in_no_time(Way().sends(Request(PAGE), refused, refused, refused, refused))
    assert left == [0, 60, 180, 420]  # at least a minute, and each time twice as long
    assert outcome.status == 429
    none_left = api(403, x_ratelimit_remaining="0", x_ratelimit_reset="3600")
    left, outcome = in_no_time(Way().sends(Request(PAGE), none_left))
    assert (left, outcome.status) == ([0], 429)
    left, outcome = in_no_time(Way().sends(Request(PAGE), api(403)))
    assert (left, outcome.status) == ([0], 403)


def test_a_method_that_wants_to_rest_holds_up_no_other(in_no_time):
    async def three():
        way, home = Way(), "https://api.example.com/2.3"
        await way.sends(Request(f"{home}/questions/1;2?x"), api(body=b'{"items":[],"backoff":30}'))
        again = asyncio.create_task(way.sends(Request(f"{home}/questions/3?x"), GOOD))
        other, _ = await way.sends(Request(f"{home}/filters/create"), GOOD)
        return (await again)[0], other

    assert in_no_time(three()) == ([30], [0.5])


def test_a_quota_used_up_stops_everything_at_its_host_until_the_day_ends(in_no_time):
    async def three():
        way = Way()
        last = api(body=b'{"items":[],"quota_remaining":0}')
        _, outcome = await way.sends(Request(PAGE), last)
        assert outcome is last  # what it brought is kept
        with pytest.raises(StayAwayError, match="another 43200 s"):
            await way.sends(Request(f"{PAGE}/2"), GOOD)
        await asyncio.sleep(12 * 3600)
        return await way.sends(Request(f"{PAGE}/2"), GOOD)

    assert in_no_time(three())[1] is GOOD


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
