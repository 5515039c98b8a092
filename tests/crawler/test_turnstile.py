"""When a host may be asked next: one at a time, and no sooner than it likes."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import Response

from crawler.polite import StayAwayError, Turnstile, asked_wait_s, headers_of

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def now():
    return asyncio.get_running_loop().time()


# the turnstile


def test_a_host_is_asked_by_one_at_a_time_and_no_sooner_than_it_likes(in_no_time):
    inside, came = [], []

    async def visits(turnstile, takes_s):
        await turnstile.enter("a", 2.0)
        assert not inside
        inside.append(1)
        came.append(now() - 1000)
        await asyncio.sleep(takes_s)
        inside.pop()
        turnstile.leave("a")

    async def all_at_once():
        turnstile = Turnstile()
        await asyncio.gather(*(visits(turnstile, takes_s) for takes_s in (0, 5, 1, 0)))

    in_no_time(all_at_once())
    assert came == [0, 2, 7, 9]


def test_two_hosts_do_not_wait_for_each_other(in_no_time):
    async def both():
        turnstile = Turnstile()
        await turnstile.enter("a", 60)
        await turnstile.enter("b", 60)
        return now() - 1000

    assert in_no_time(both()) == 0


def test_a_host_that_is_closed_while_one_waits_puts_that_one_off(in_no_time):
    async def put_off():
        turnstile = Turnstile()
        await turnstile.enter("a", 1.0)
        turnstile.leave("a")
        waiting = asyncio.create_task(turnstile.enter("a", 1.0))
        await asyncio.sleep(0.5)
        turnstile.close("a", 30)
        turnstile.close("a", 3)  # a shorter word does not take back a longer one
        await waiting
        return now() - 1000

    assert in_no_time(put_off()) == 30.5


def test_nobody_stands_waiting_for_a_host_that_is_closed_for_too_long(in_no_time):
    async def turned_away():
        turnstile = Turnstile()
        turnstile.close("a", 601)
        for _ in range(3):  # and each lets the next one in
            with pytest.raises(StayAwayError, match="a asked us to stay away for another 601 s"):
                await turnstile.enter("a", 0.5, 600)
        assert now() == 1000
        await asyncio.sleep(2)
        await turnstile.enter("a", 0.5, 600)
        return now() - 1000

    assert in_no_time(turned_away()) == 601


def test_a_long_delay_of_our_own_is_no_word_to_stay_away(in_no_time):
    async def waits():
        turnstile = Turnstile()
        await turnstile.enter("a", 60)
        turnstile.leave("a")
        await turnstile.enter("a", 60, max_wait_s=1)
        return now() - 1000

    assert in_no_time(waits()) == 60


# how long we are asked to wait


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({}, None),
        ({"retry-after": "120"}, 120),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "Mon, 04 May 2026 12:00:30 GMT"}, 30),
        ({"retry-after": "2026-05-04T12:00:30Z"}, 30),
        ({"retry-after": "Mon, 04 May 2026 11:00:00 GMT"}, 0),
        ({"retry-after": str(int(NOON.timestamp()) + 40)}, 40),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(NOON.timestamp() + 9)}, 9),
        ({"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "77"}, 77),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-05-04T12:05:00.1Z"}, 300.1),
        ({"x-ratelimit-remaining": "0"}, None),
        ({"x-ratelimit-remaining": "12", "x-ratelimit-reset": "77"}, None),
        ({"retry-after": "3", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "77"}, 3),
    ],
)
def test_a_place_says_in_many_ways_how_long_to_stay_away(headers, wait_s):
    assert asked_wait_s(headers, NOON) == (None if wait_s is None else pytest.approx(wait_s))


@given(st.text() | st.floats().map(str) | st.datetimes().map(str))
def test_whatever_a_place_says_we_wait_no_less_than_nothing(said):
    wait_s = asked_wait_s({"retry-after": said}, NOON)
    assert wait_s is None or wait_s >= 0


@given(st.integers(1, 300 * 24 * 3600))
def test_seconds_and_the_date_they_lead_to_say_the_same(seconds):
    date = format_datetime(NOON + timedelta(seconds=seconds), usegmt=True)
    assert asked_wait_s({"retry-after": date}, NOON) == seconds
    assert asked_wait_s({"retry-after": str(seconds)}, NOON) == seconds


def test_headers_are_told_in_lower_case_with_a_line_for_each_value():
    raw = {"X-Robots-Tag": ["noindex", "nofollow"], "ETag": '"\xe4"'.encode("latin-1")}
    told = headers_of(Response("https://forum.example.com/t/7", headers=raw))
    assert told == {"x-robots-tag": "noindex\nnofollow", "etag": '"\xe4"'}
