"""Dates as forums write them, to aware UTC.

Seconds or milliseconds since 1970, ISO 8601, "Tue Mar 03, 2015 10:04 pm", "March 3rd, 2015,
22:04", "03-04-2015, 10:04 PM". Words that mean another day tomorrow ("yesterday", "2 hours ago")
are no date, and "03-04-2015" is one only where the page elsewhere shows whether it puts the day
first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING

from crawler.times import from_epoch, utc

if TYPE_CHECKING:
    from collections.abc import Iterable

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WRITTEN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_MONTH} {_DAY},? (?P<year>\d{{4}})\b",
        rf"\b{_DAY}\.? {_MONTH},? (?P<year>\d{{4}})\b",
    )
)
_NUMBERS = re.compile(r"\b(\d{1,2})([-./])(\d{1,2})\2(\d{4})\b")
_ISO = re.compile(
    r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?)?(?: ?(?:[+-]\d\d:?\d\d|Z))?"
)
_CLOCK = re.compile(r"\b(\d{1,2}):(\d\d)(?::(\d\d))?(?: ?([ap])\.?m\b)?", re.IGNORECASE)
_ZONE = re.compile(r"\b(?:UTC|GMT)\s*(?:([-+\u2212])\s*(\d{1,2})(?::(\d\d))?)?(.{0,9}\[ ?DST)?")
_EPOCH = re.compile(r"\d{9,13}")
_MILLISECONDS = 10**11
"""Of seconds, so many are the year 5138."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """How one page writes its dates."""

    zone: tzinfo = UTC
    day_first: bool | None = None
    """Whether "03-04-2015" is in April; None where nobody can tell."""

    @classmethod
    def of(cls, about: str, dates: Iterable[str]) -> Calendar:
        """Learn from what a page says about its zone, and from all dates on it."""
        pairs = [(int(m[1]), int(m[3])) for date in dates for m in _NUMBERS.finditer(date)]
        found = {first > 12 for first, second in pairs if max(first, second) > 12}
        return cls(_zone(about), found.pop() if len(found) == 1 else None)

    def read(self, text: str) -> datetime | None:
        """Return the last instant in the text, or None; never raises."""
        words = " ".join(text.split())
        if _EPOCH.fullmatch(words):
            number = int(words)
            return from_epoch(number / 1000 if number >= _MILLISECONDS else number)
        try:
            return self._iso(words) or self._day(words)
        except (ValueError, OverflowError):
            return None

    def _iso(self, words: str) -> datetime | None:
        found = list(_ISO.finditer(words))
        if not found:
            return None
        written = re.sub(r" ?([-+]\d\d:?\d\d|Z)$", r"\1", found[-1][0])
        at = datetime.fromisoformat(written)
        if len(written) == 10:
            at = self._at(at.year, at.month, at.day, words[found[-1].end() :])
        return utc(at.replace(tzinfo=self.zone) if at.tzinfo is None else at)

    def _day(self, words: str) -> datetime | None:
        for pattern in _WRITTEN:
            if found := list(pattern.finditer(words)):
                last = found[-1]
                month = _MONTHS.index(last["month"].lower()) + 1
                rest = words[last.end() :]
                return utc(self._at(int(last["year"]), month, int(last["day"]), rest))
        return self._numbers(words)

    def _numbers(self, words: str) -> datetime | None:
        found = list(_NUMBERS.finditer(words))
        if not found:
            return None
        first, second, year = int(found[-1][1]), int(found[-1][3]), int(found[-1][4])
        if first != second and max(first, second) <= 12 and self.day_first is None:
            return None
        day_first = first > 12 or (second <= 12 and bool(self.day_first))
        day, month = (first, second) if day_first else (second, first)
        return utc(self._at(year, month, day, words[found[-1].end() :]))

    def _at(self, year: int, month: int, day: int, rest: str) -> datetime:
        """That day, and the time written behind it; midnight where there is none."""
        clock = _CLOCK.search(rest[:20])
        if clock is None:
            return datetime(year, month, day, tzinfo=self.zone)
        hour = int(clock[1])
        if half := (clock[4] or "").lower():
            hour = hour % 12 + (12 if half == "p" else 0)
        seconds = int(clock[3] or 0)
        return datetime(year, month, day, hour, int(clock[2]), seconds, tzinfo=self.zone)


def _zone(about: str) -> tzinfo:
    """UTC, unless the page says how far from it it is."""
    found = _ZONE.search(about)
    if found is None or found[2] is None:
        return UTC
    away = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    if away > timedelta(hours=14):
        return UTC
    summer = timedelta(hours=1 if found[4] else 0)
    return timezone((away if found[1] == "+" else -away) + summer)
