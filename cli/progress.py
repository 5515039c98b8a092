"""Progress bars on stderr, for every step that takes longer than a second; none in a log file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    from tqdm import tqdm

    from crawler.gather import Gathering

DELAY_S = 1.0
"""A step that is done sooner shows no bar."""


class Bars:
    """One bar at a time, a new one for each step."""

    def __init__(self) -> None:
        self._bar: tqdm[None] | None = None
        self._step = ""

    def __enter__(self) -> Bars:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def __call__(self, step: str, done: int, total: int) -> None:
        """`done` of `total` of a step are through; a total of 0 is not known yet."""
        from tqdm import tqdm

        if step != self._step or self._bar is None:
            self._close()
            self._step = step
            self._bar = tqdm(
                desc=step,
                total=total or None,
                file=sys.stderr,
                delay=DELAY_S,
                unit="",
                disable=None,  # where it is no terminal
            )
        self._bar.total = total or None
        self._bar.update(done - self._bar.n)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class CrawlBar:
    """One bar for a whole crawl: pages read out of all that are known so far."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._pages: dict[str, int] = {}
        self._known: dict[str, int] = {}

    def __call__(self, gathering: Gathering) -> None:
        """A gathering has got on."""
        name = gathering.source.name
        self._pages[name] = gathering.counts.pages
        self._known[name] = gathering.counts.pages + gathering.left()
        self._bars("crawling", sum(self._pages.values()), sum(self._known.values()))
