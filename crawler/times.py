"""Instants as places write them, to aware UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Before everything: what a full crawl asks for."""


def utc(at: datetime) -> datetime:
    """Return the instant in UTC; one without a zone is taken to be in UTC already."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def from_epoch(seconds: float) -> datetime:
    """Return the instant so many seconds after 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def instant(text: str | None) -> datetime | None:
    """Read an ISO 8601 or HTTP date (RFC 9110, section 5.6.7); None where it is neither.

    A page with a date nobody can read is still a page, so this never raises.
    """
    if not text:
        return None
    words = text.strip()
    try:
        return utc(datetime.fromisoformat(words))
    except (ValueError, OverflowError):
        pass
    try:
        return datetime.combine(date.fromisoformat(words[:10]), time(), UTC)
    except ValueError:
        pass
    try:
        return utc(parsedate_to_datetime(words))
    except (ValueError, OverflowError):
        return None
