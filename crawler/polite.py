"""Manners on the way out and back: robots.txt, one request at a time, and doing as one is told.

This takes the place of three of Scrapy's middlewares: its robots.txt takes any failure for a yes,
its delay knows no Crawl-delay, and its retries know no Retry-After (see `crawler.limits`).
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest

from contract import AskaroundError, Clock
from crawler import limits, urls
from crawler.egress import Gate
from crawler.robots import KEPT, NOTHING, TRIED_AGAIN, Rules, kept_for, rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.closings import Closings


BUSY = {429, 500, 502, 503, 504, 520, 522, 524}
"""Replies that say "not now"; all others are final."""

FIRST_BACKOFF_S = 1.0
"""Wait after the first failure where the place does not say; it doubles with each further one."""

FIRST_REST_S = 60.0
"""The same where a place says that it was asked too often, as GitHub wants it:
https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api"""


class RobotsRefusedError(IgnoreRequest):
    """robots.txt does not let us fetch this page."""


class NoRobotsError(IgnoreRequest):
    """robots.txt cannot be had, and until it can nothing may be fetched."""


class StayAwayError(IgnoreRequest):
    """The host asked us to stay away for longer than a crawl waits."""


class Turnstile:
    """Lets one request at a time through to a host, for all crawls of this process.

    Times are those of the event loop's own clock, which no change of the wall clock can move.
    """

    def __init__(self, closings: Closings | None = None) -> None:
        """Without `closings` nothing is known of what earlier processes were told."""
        self._closings = closings
        self._free_at: dict[str, float] = {}
        self._closed_until: dict[str, float] = {}
        self._inside: dict[str, asyncio.Lock] = {}

    async def enter(
        self, host: str, delay_s: float, max_wait_s: float = math.inf, method: str = ""
    ) -> None:
        """Wait until nobody is inside and the time has come; the next may come `delay_s` later.

        Who waits for a `method` that rests lets others go first. Raises StayAwayError where host or
        method is closed for longer than `max_wait_s`.
        """
        inside = self._inside.get(host) or self._first(host)
        while True:
            await _sleep(lambda: self._closed_s(method, max_wait_s))
            await inside.acquire()
            if self._closed_s(method) <= 0:
                break
            inside.release()  # the method was told to rest while we stood in line
        try:
            await _sleep(lambda: max(self._closed_s(host, max_wait_s), self._engaged_s(host)))
        except BaseException:
            inside.release()
            raise
        self._free_at[host] = _now() + delay_s

    def leave(self, host: str) -> None:
        """Let the next one in."""
        self._inside[host].release()

    def close(self, host: str, wait_s: float) -> None:
        """Let nobody in for so long."""
        if wait_s > self._closed_s(host):
            self.rest(host, wait_s)
            if self._closings is not None:
                self._closings.keep(host, wait_s)

    def rest(self, method: str, wait_s: float) -> None:
        """Let nobody in for so long who wants to call this method."""
        self._closed_until[method] = max(_now() + wait_s, self._closed_until.get(method, 0.0))

    def _first(self, host: str) -> asyncio.Lock:
        """Open the door to a host that nobody went to yet."""
        if self._closings is not None:
            self.rest(host, self._closings.left_s(host))
        return self._inside.setdefault(host, asyncio.Lock())

    def _engaged_s(self, host: str) -> float:
        return self._free_at.get(host, 0.0) - _now()

    def _closed_s(self, name: str, max_wait_s: float = math.inf) -> float:
        """Seconds for which it is closed. Raises StayAwayError where they are too many."""
        left_s = self._closed_until.get(name, 0.0) - _now()
        if left_s > max_wait_s:
            raise StayAwayError(f"{name} asked us to stay away for another {left_s:.0f} s")
        return left_s


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _sleep(left_s: Callable[[], float]) -> None:
    """Sleep until nothing is left; the time may be put off while we do."""
    left = left_s()
    while left > 0:
        await asyncio.sleep(left)
        left = left_s()


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What a crawl may do on its way: where to, how fast, for how long."""

    gate: Gate
    turnstile: Turnstile
    clock: Clock
    delay_s: float
    obey_robots: bool
    max_attempts: int
    max_wait_s: float


class Manners:
    """Downloader middleware of one crawl, the last before the network: no reply passes it by."""

    def __init__(self, crawler: Crawler, errand: Errand) -> None:
        self._crawler = crawler
        self._errand = errand
        self._rules: dict[str, tuple[datetime, Rules]] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Manners:
        """Build it as Scrapy asks."""
        errand: Errand = crawler.spider.errand  # type: ignore[union-attr]  # every spider here has one
        return cls(crawler, errand)

    async def process_request(self, request: Request) -> None:
        """Pass the gate, robots.txt and the turnstile, in that order."""
        self._errand.gate.check(request.url)
        _leave_at_home(request)
        host, delay_s = urls.host(request.url), self._errand.delay_s
        if self._errand.obey_robots and not request.meta.get("robots"):
            found = await self._rules_of(request.url)
            if found is NOTHING:
                raise NoRobotsError(f"{urls.origin(request.url)}/robots.txt cannot be fetched")
            if not found.allows(request.url):
                raise RobotsRefusedError(f"{request.url}: robots.txt forbids it")
            delay_s = max(delay_s, found.crawl_delay_s)
        if wait_s := request.meta.pop("wait_s", 0.0):
            await asyncio.sleep(min(wait_s, self._errand.max_wait_s))
        method = limits.method(request.url)
        await self._errand.turnstile.enter(host, delay_s, self._errand.max_wait_s, method)
        request.meta["inside"] = host

    def process_response(self, request: Request, response: Response) -> Response | Request:
        """Ask again later where the place says "not now"; slow down where it says "enough".

        A refusal that is one for now gets the status that says so: as a 403 or 400 it would be
        taken for a word about the page.
        """
        self._leave(request)
        told = limits.limit(
            response.status, headers_of(response), response.body, self._errand.clock.now()
        )
        if told.method_s is not None:
            self._errand.turnstile.rest(limits.method(request.url), told.method_s)
        if told.refuses and response.status != limits.TOO_MANY:
            response = response.replace(status=limits.TOO_MANY)
            return self._again(request, told.wait_s, FIRST_REST_S) or response
        if response.status in BUSY:
            return self._again(request, told.wait_s) or response
        if told.wait_s is not None:
            self._errand.turnstile.close(urls.host(request.url), told.wait_s)
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Ask again after a connection that failed; refusals of our own are final."""
        self._leave(request)
        if isinstance(exception, _FINAL):
            return None
        return self._again(request, None)

    def _leave(self, request: Request) -> None:
        if host := request.meta.pop("inside", None):
            self._errand.turnstile.leave(host)

    def _again(
        self, request: Request, asked_s: float | None, first_s: float = FIRST_BACKOFF_S
    ) -> Request | None:
        attempt = request.meta.get("attempt", 1)
        wait_s = first_s * 2 ** (attempt - 1) if asked_s is None else asked_s
        is_last = attempt >= self._errand.max_attempts
        if asked_s is not None or not is_last:
            self._errand.turnstile.close(urls.host(request.url), wait_s)
        if is_last or wait_s > self._errand.max_wait_s:
            return None
        again: Request = request.replace(dont_filter=True)
        again.meta["attempt"] = attempt + 1
        return again

    async def _rules_of(self, url: str) -> Rules:
        home = urls.origin(url)
        if home in self._rules and self._rules[home][0] > self._errand.clock.now():
            return self._rules[home][1]
        async with self._asking.setdefault(home, asyncio.Lock()):
            until, found = self._rules.get(home, (_LONG_AGO, NOTHING))
            if until <= self._errand.clock.now():
                found = await self._ask_rules(home, found)
            return found

    async def _ask_rules(self, home: str, known: Rules) -> Rules:
        """Ask for robots.txt; what is `known` of it holds on while it cannot be had."""
        request = Request(f"{home}/robots.txt", meta={"robots": True}, dont_filter=True)
        try:
            response = await self._crawler.engine.download_async(request)
        except Exception as error:  # noqa: BLE001  whatever the reason, there was no reply
            too_far = type(error) is IgnoreRequest  # more than five redirects (section 2.3.1.2)
            found, kept = rules(404 if too_far else None, b""), KEPT
        else:
            found = rules(response.status, response.body)
            kept = kept_for(headers_of(response).get("cache-control", ""))
        if found is NOTHING:
            found, kept = known, TRIED_AGAIN
        self._rules[home] = self._errand.clock.now() + kept, found
        return found


_LONG_AGO = datetime.min.replace(tzinfo=UTC)

_FINAL = (IgnoreRequest, AskaroundError, ValueError, DownloadCancelledError)
"""Refusals of our own, among them that of a body that is too large."""


def _leave_at_home(request: Request) -> None:
    """Take along to another host nothing that was meant for the first: keys, and what we know."""
    came_from = request.meta.get("redirect_urls")
    if came_from and urls.origin(came_from[0]) != urls.origin(request.url):
        for name in request.meta.get("own_headers", ()):
            request.headers.pop(name, None)


def headers_of(response: Response) -> dict[str, str]:
    """The headers of a reply in our form: names in lower case, several values a line each."""
    raw: dict[bytes, list[bytes]] = response.headers
    return {
        name.decode("latin-1").lower(): b"\n".join(values).decode("latin-1")
        for name, values in dict.items(raw)  # Scrapy's own spells every name once more
    }
