"""Instants in the spellings of the platforms. All are aware; what goes out is UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from email.utils import format_datetime


def epoch(at: datetime) -> int:
    """Return whole seconds since 1970, as Stack Exchange counts."""
    return int(at.timestamp())


def iso_ms(at: datetime) -> str:
    """Return the spelling of Discourse and Mastodon: 2026-03-01T09:30:00.000Z."""
    return _zulu(at, "milliseconds")


def iso_s(at: datetime) -> str:
    """Return the spelling of sitemaps and JSON-LD: 2026-03-01T09:30:00Z."""
    return _zulu(at, "seconds")


def http_date(at: datetime) -> str:
    """Return the spelling of HTTP headers: Sun, 01 Mar 2026 09:30:00 GMT."""
    return format_datetime(at.astimezone(UTC), usegmt=True)


def midnight(day: date) -> datetime:
    """Return the first instant of `day`."""
    return datetime.combine(day, time(), UTC)


def _zulu(at: datetime, timespec: str) -> str:
    return at.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")
