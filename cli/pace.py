"""When `askaround work` indexes: what a crawl brings is soon found, and crawls keep their time."""

from __future__ import annotations

APART_S = 30.0
"""While a long crawl goes on, so long at least lies between two indexings: with the seconds that an
update takes, a post is found within a minute of being read."""

REST = 2.0
"""While crawls go on, the rest after an indexing is so many times as long as it took: a first crawl
that brings posts faster than they are embedded keeps two thirds of the time."""


class Pace:
    """When the next indexing is due. Told of instants in seconds of a clock that only goes on."""

    def __init__(self, now: float) -> None:
        self._began = self._ended = now
        self._not_before = now
        self._crawl_has_ended = False

    def begin(self, now: float) -> None:
        """An indexing begins."""
        self._began = now
        self._crawl_has_ended = False

    def end(self, now: float, *, failed: bool = False) -> None:
        """It has ended."""
        self._ended = now
        if failed:
            self._not_before = now + APART_S

    def crawl_ended(self) -> None:
        """A crawl has ended; what it brought last may not be indexed."""
        self._crawl_has_ended = True

    def is_due(self, now: float, *, crawling: bool) -> bool:
        """Whether to index now, where something has changed and no indexing is under way.

        At once where no crawl goes on. Where one has ended beside others, after as long a rest as
        the last indexing took. Later where the last one failed.
        """
        took = max(0.0, self._ended - self._began)
        rest = took if self._crawl_has_ended else max(APART_S, REST * took)
        return now >= self._not_before and (not crawling or now >= self._ended + rest)
