"""When robots.txt is asked for, and what may be fetched while it cannot be had."""

import asyncio
from datetime import timedelta

import pytest
from scrapy import Request
from scrapy.http import Response

from contract.errors import RefusedAddressError
from crawler.polite import NoRobotsError, RobotsRefusedError
from tests.crawler.way import NOON, PAGE, Way

ROBOTS = "https://forum.example.com/robots.txt"
GOOD = Response(PAGE, 200)


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


def test_what_is_known_of_robots_txt_holds_on_while_it_cannot_be_had(in_no_time):
    async def visit():
        way = Way(obey_robots=True, max_attempts=1)
        way.replies[ROBOTS] = (200, b"User-agent: *\nDisallow: /private")
        await way.sends(Request(PAGE), GOOD)
        way.replies[ROBOTS] = 503
        for hours in (24, 48):
            way.clock.at += timedelta(hours=hours)
            await way.sends(Request(PAGE), GOOD)
            with pytest.raises(RobotsRefusedError):
                await way.sends(Request("https://forum.example.com/private"), GOOD)
        way.replies[ROBOTS] = 404
        way.clock.at += timedelta(minutes=10)
        await way.sends(Request("https://forum.example.com/private"), GOOD)
        return len(way.asked)

    assert in_no_time(visit()) == 4


def test_a_robots_txt_that_cannot_be_had_is_tried_again_soon(in_no_time):
    async def visit():
        way = Way(obey_robots=True, max_attempts=1)
        way.replies[ROBOTS] = 503
        with pytest.raises(NoRobotsError):
            await way.sends(Request(PAGE), GOOD)
        way.replies[ROBOTS] = 404
        way.clock.at += timedelta(minutes=10)
        return await way.sends(Request(PAGE), GOOD)

    assert in_no_time(visit())[1] is GOOD


@pytest.mark.parametrize(
    ("said", "asked_again_after"),
    [
        ("", timedelta(hours=24)),
        ("public, max-age=7200", timedelta(hours=2)),
        ("max-age=9999999", timedelta(hours=24)),
        ("no-cache", timedelta(minutes=10)),
        ("max-age=1", timedelta(minutes=10)),
    ],
)
def test_rules_are_used_for_as_long_as_their_server_says_and_for_a_day_at_most(
    in_no_time, said, asked_again_after
):
    async def visit():
        way = Way(obey_robots=True)
        way.replies[ROBOTS] = Response(ROBOTS, 200, {"Cache-Control": said})
        for at in (timedelta(), asked_again_after - timedelta(seconds=1), asked_again_after):
            way.clock.at = NOON + at
            await way.sends(Request(PAGE), GOOD)
            yield len(way.asked)

    async def counts():
        return [count async for count in visit()]

    assert in_no_time(counts()) == [1, 1, 2]


@pytest.mark.parametrize(("hops", "may"), [(1, False), (5, False), (6, True)])
def test_robots_txt_is_followed_over_five_redirects_also_to_other_hosts(in_no_time, hops, may):
    async def visit():
        way = Way(obey_robots=True, delay_s=0)
        here = ROBOTS
        for hop in range(hops):
            there = f"https://h{hop}.example.com/rules"
            way.replies[here] = Response(here, 301, {"Location": there})
            here = there
        way.replies[here] = (200, b"User-agent: *\nDisallow: /t/")
        try:
            await way.sends(Request(PAGE), GOOD)
        except RobotsRefusedError:
            return False
        return True

    assert in_no_time(visit()) is may


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
