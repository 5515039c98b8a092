"""When a host may be asked next: one at a time, and no sooner than it likes."""

import asyncio
from datetime import timedelta

import pytest
from scrapy.http import Response

from crawler.closings import LONGEST_S, Closings
from crawler.polite import StayAwayError, Turnstile, headers_of


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


def test_a_method_that_rests_lets_others_of_its_host_go_first(in_no_time):
    came = []

    async def visit(turnstile, method):
        await turnstile.enter("a", 1.0, method=method)
        came.append((method, now() - 1000))
        turnstile.leave("a")

    async def all_at_once():
        turnstile = Turnstile()
        turnstile.rest("a/questions", 30)
        turnstile.rest("a/questions", 3)  # a shorter word does not take back a longer one
        await asyncio.gather(
            *(visit(turnstile, method) for method in ("a/questions", "a/users", "a/users"))
        )

    in_no_time(all_at_once())
    assert came == [("a/users", 0), ("a/users", 1), ("a/questions", 30)]


def test_a_method_that_is_told_to_rest_while_one_stands_in_line_puts_that_one_off(in_no_time):
    async def put_off():
        turnstile = Turnstile()
        await turnstile.enter("a", 0, method="a/questions")
        waiting = asyncio.create_task(turnstile.enter("a", 0, method="a/questions"))
        await asyncio.sleep(2)
        turnstile.rest("a/questions", 10)
        turnstile.leave("a")
        await turnstile.enter("a", 0, method="a/users")
        assert now() == 1002
        turnstile.leave("a")
        await waiting
        return now() - 1000

    assert in_no_time(put_off()) == 12


def test_nobody_stands_waiting_for_a_method_that_rests_for_too_long(in_no_time):
    async def turned_away():
        turnstile = Turnstile()
        turnstile.rest("a/questions", 601)
        with pytest.raises(StayAwayError, match="a/questions asked us to stay away"):
            await turnstile.enter("a", 0, 600, method="a/questions")
        await turnstile.enter("a", 0, 600, method="a/users")

    in_no_time(turned_away())


def test_who_gives_up_waiting_inside_lets_the_next_one_in(in_no_time):
    async def given_up():
        turnstile = Turnstile()
        turnstile.close("a", 30)
        waiting = asyncio.create_task(turnstile.enter("a", 0))
        await asyncio.sleep(1)
        waiting.cancel()
        await turnstile.enter("a", 0)
        return now() - 1000

    assert in_no_time(given_up()) == 30


def test_the_next_process_knows_what_this_one_was_told(in_no_time, tmp_path, clock):
    async def told():
        turnstile = Turnstile(Closings(tmp_path, clock))
        turnstile.close("a", 3600)
        turnstile.close("a", 60)
        turnstile.close("b", 5)  # this is over before anybody starts anew
        turnstile.rest("a/questions", 7200)

    async def asks(host):
        await Turnstile(Closings(tmp_path, clock)).enter(host, 0, 600)

    in_no_time(told())
    assert len(list(tmp_path.iterdir())) == 1
    clock.at += timedelta(minutes=40)
    with pytest.raises(StayAwayError, match="a asked us to stay away for another 1200 s"):
        in_no_time(asks("a"))
    in_no_time(asks("b"))
    clock.at += timedelta(minutes=20)
    in_no_time(asks("a"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("written", ["", "never", "\x00"])
def test_what_is_no_date_closes_nothing(tmp_path, clock, written):
    closings = Closings(tmp_path, clock)
    closings.keep("a", 3600)
    (file,) = tmp_path.iterdir()
    file.write_text(written, "ascii")
    assert closings.left_s("a") == 0


def test_nobody_is_left_alone_for_good(tmp_path, clock):
    closings = Closings(tmp_path, clock)
    for wait_s in (1e300, 9e9):
        closings.keep("a", wait_s)
        assert closings.left_s("a") == LONGEST_S


# what a reply says


def test_headers_are_told_in_lower_case_with_a_line_for_each_value():
    raw = {"X-Robots-Tag": ["noindex", "nofollow"], "ETag": '"\xe4"'.encode("latin-1")}
    told = headers_of(Response("https://forum.example.com/t/7", headers=raw))
    assert told == {"x-robots-tag": "noindex\nnofollow", "etag": '"\xe4"'}
