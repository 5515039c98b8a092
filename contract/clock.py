"""The only way to learn the time: an argument, so that a test can choose it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the present instant, aware and in UTC."""

    def now(self) -> datetime:
        """Return the present instant."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present instant, as far as this machine knows it."""
        return datetime.now(UTC)  # noqa: TID251  the one place that may ask


class FixedClock:
    """A clock that stands still, for tests and for reading the past as it was."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return the instant it stands at."""
        return self.at
