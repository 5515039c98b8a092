"""Instants as places write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.times import EPOCH, from_epoch, instant, utc

NOON = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-31T12:00:00Z",
        "2026-03-31T12:00:00.000+00:00",
        "2026-03-31T14:00:00+02:00",
        "2026-03-31 12:00",
        "20260331T120000Z",
        "  2026-03-31T12:00:00\n",
        "Tue, 31 Mar 2026 12:00:00 GMT",
        "Tue, 31 Mar 2026 05:00:00 -0700",
        "Tuesday, 31-Mar-26 12:00:00 GMT",
        "Tue Mar 31 12:00:00 2026",
        "31 Mar 2026 04:00:00 PST",
    ],
)
def test_one_instant_is_written_in_many_ways(text):
    assert instant(text) == NOON
    assert instant(text).tzinfo is UTC


def test_a_day_begins_at_midnight():
    assert instant("2026-03-31") == NOON - timedelta(hours=12)


def test_a_day_with_something_odd_behind_it_is_still_that_day():
    assert instant("2026-03-31T25:99") == instant("2026-03-31")


@pytest.mark.parametrize(
    "text",
    [
        None, "", " ", "yesterday", "31/03/2026", "2026-13-01", "2026-02-30", "0", "1700000000",
        "InvalidDateFormat", "Tue, 31 Feb 2026 12:00:00 GMT", "Tue, 31 Mar 2026 12:00:00 +9999",
        "Tue, 31 Mar 99999999999 12:00:00 GMT",
    ],
)  # fmt: skip
def test_what_nobody_can_read_is_no_date(text):
    assert instant(text) is None


def test_the_first_and_the_last_day_do_not_overflow():
    assert instant("0001-01-01T00:00:00+14:00").year == 1
    assert instant("9999-12-31T23:59:59-12:00").year == 9999


@given(st.text())
def test_no_text_makes_it_raise(text):
    found = instant(text)
    assert found is None or found.utcoffset() == timedelta(0)


FIRST, LAST = NOON.replace(year=2, tzinfo=None), NOON.replace(year=9998, tzinfo=None)


@given(st.datetimes(FIRST, LAST), st.integers(-14 * 60, 14 * 60))
def test_every_instant_can_be_written_and_read_again(at, minutes):
    zoned = at.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert instant(zoned.isoformat()) == zoned
    assert utc(zoned).tzinfo is UTC


def test_an_instant_without_a_zone_is_taken_for_utc():
    assert utc(NOON.replace(tzinfo=None)) == NOON


def test_seconds_since_1970_are_an_instant():
    assert from_epoch(1774958400) == NOON
    assert from_epoch(0) == EPOCH
