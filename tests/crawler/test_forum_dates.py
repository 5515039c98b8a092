"""Dates as forums write them."""

from datetime import UTC, datetime

import pytest

from crawler.formats.forum_dates import Calendar


def at(day, hour, minute=0, second=0):
    return datetime(2026, 3, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("1772571840", at(3, 21, 4)),
        ("1772571840000", at(3, 21, 4)),
        ("2026-03-03T22:04:00+0100", at(3, 21, 4)),
        ("2026-03-03 16:04:00 -0500", at(3, 21, 4)),
        ("2026-03-03T21:04:00.000Z", at(3, 21, 4)),
        ("2026-03-03, 10:04 PM", at(3, 22, 4)),
        ("by Moira \u00bb Tue Mar 03, 2026 10:04 pm", at(3, 22, 4)),
        ("March 3rd, 2026,\u00a010:04 PM", at(3, 22, 4)),
        ("3. March 2026 at 22:04", at(3, 22, 4)),
        ("\u00ab Reply #3 on: March 03, 2026, 12:04:05 AM \u00bb", at(3, 0, 4, 5)),
        ("03-03-2026, 12:00 PM", at(3, 12)),
        ("14.03.2026", at(14, 0)),
        ("Yesterday, 08:12 AM", None),
        ("5 hours ago", None),
        ("Today at 10:04:12 PM", None),
        ("Feb 30, 2026", None),
        ("13-13-2026", None),
        ("03-04-26, 10:04 PM", None),
        ("9999999999999999", None),
        ("", None),
    ],
)
def test_a_date_is_read_or_it_is_none(written, day):
    assert Calendar().read(written) == day


def test_day_and_month_are_told_apart_by_the_other_dates_of_the_page():
    assert Calendar.of("", ["03-04-2026"]).read("03-04-2026") is None
    assert Calendar.of("", ["03-04-2026", "13-04-2026"]).read("03-04-2026").month == 4
    assert Calendar.of("", ["03-04-2026", "04-13-2026"]).read("03-04-2026").month == 3
    assert Calendar.of("", ["13-04-2026", "04-13-2026"]).read("03-04-2026") is None


@pytest.mark.parametrize(
    ("about", "hour"),
    [
        ("All times are UTC+02:00", 8), ("All times are UTC - 5 hours [ DST ]", 14),
        ("All times are GMT +5:30. The time now is 10:04 PM.", 5), ("All times are UTC", 10),
        ("", 10), ("UTC+99:00", 10),
    ],
)  # fmt: skip
def test_a_page_that_says_in_which_zone_it_writes_is_believed(about, hour):
    assert Calendar.of(about, []).read("Mar 3, 2026 10:30").hour == hour
