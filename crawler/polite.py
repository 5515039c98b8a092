"""Manners on the way out and back: robots.txt, one request at a time, and doing as one is told.

This takes the place of three of Scrapy's middlewares: its robots.txt takes any failure for a yes,
its delay knows no Crawl-delay, and its retries know no Retry-After
(RFC 9110, section 10.2.3: https://www.rfc-editor.org/rfc/rfc9110#name-retry-after).
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest

from contract import AskaroundError, Clock
from crawler import urls
from crawler.egress import Gate
from crawler.robots import KEPT, NOTHING, Rules, rules
from crawler.times import instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.crawler import Crawler
    from scrapy.http import Response


A_YEAR_S = 366 * 24 * 3600.0
"""A larger number of seconds is a date since 1970, not a wait."""

BUSY = {429, 500, 502, 503, 504, 520, 522, 524}
"""Replies that say "not now"; all others are final."""

FIRST_BACKOFF_S = 1.0
"""Wait after the first failure where the place does not say; it doubles with each further one."""


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

    def __init__(self) -> None:
        self._free_at: dict[str, float] = {}
        self._closed_until: dict[str, float] = {}
        self._inside: dict[str, asyncio.Lock] = {}

    async def enter(self, host: str, delay_s: float, max_wait_s: float = math.inf) -> None:
        """Wait until nobody is inside and the time has come; the next may come `delay_s` later.

        Raises StayAwayError where the host is closed for longer than `max_wait_s`.
        """
        loop = asyncio.get_running_loop()
        await self._inside.setdefault(host, asyncio.Lock()).acquire()
        while (wait_s := self._free_at.get(host, 0.0) - loop.time()) > 0:
            closed_s = self._closed_until.get(host, 0.0) - loop.time()
            if closed_s > max_wait_s:
                self.leave(host)
                raise StayAwayError(f"{host} asked us to stay away for another {closed_s:.0f} s")
            await asyncio.sleep(wait_s)  # the time may be put off while we sleep
        self._free_at[host] = loop.time() + delay_s

    def leave(self, host: str) -> None:
        """Let the next one in."""
        self._inside[host].release()

    def close(self, host: str, wait_s: float) -> None:
        """Let nobody in for so long."""
        until = asyncio.get_running_loop().time() + wait_s
        for times in (self._free_at, self._closed_until):
            times[host] = max(until, times.get(host, 0.0))


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
        await self._errand.turnstile.enter(host, delay_s, self._errand.max_wait_s)
        request.meta["inside"] = host

    def process_response(self, request: Request, response: Response) -> Response | Request:
        """Ask again later where the place says "not now"; slow down where it says "enough"."""
        self._leave(request)
        wait_s = asked_wait_s(headers_of(response), self._errand.clock.now())
        if response.status not in BUSY:
            if wait_s is not None:
                self._errand.turnstile.close(urls.host(request.url), wait_s)
            return response
        return self._again(request, wait_s) or response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Ask again after a connection that failed; refusals of our own are final."""
        self._leave(request)
        if isinstance(exception, _FINAL):
            return None
        return self._again(request, None)

    def _leave(self, request: Request) -> None:
        if host := request.meta.pop("inside", None):
            self._errand.turnstile.leave(host)

    def _again(self, request: Request, asked_s: float | None) -> Request | None:
        attempt = request.meta.get("attempt", 1)
        wait_s = FIRST_BACKOFF_S * 2 ** (attempt - 1) if asked_s is None else asked_s
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
        async with self._asking.setdefault(home, asyncio.Lock()):
            asked_at, found = self._rules.get(home, (datetime.min.replace(tzinfo=UTC), NOTHING))
            if self._errand.clock.now() - asked_at >= KEPT:
                found = await self._ask_rules(home)
                self._rules[home] = self._errand.clock.now(), found
            return found

    async def _ask_rules(self, home: str) -> Rules:
        request = Request(f"{home}/robots.txt", meta={"robots": True}, dont_filter=True)
        try:
            response = await self._crawler.engine.download_async(request)
        except Exception:  # noqa: BLE001  whatever the reason, there was no reply
            return rules(None, b"")
        return rules(response.status, response.body)


_FINAL = (IgnoreRequest, AskaroundError, ValueError, DownloadCancelledError)
"""Refusals of our own, among them that of a body that is too large."""


def _leave_at_home(request: Request) -> None:
    """Take along to another host nothing that was meant for the first: keys, and what we know."""
    came_from = request.meta.get("redirect_urls")
    if came_from and urls.origin(came_from[0]) != urls.origin(request.url):
        for name in request.meta.get("own_headers", ()):
            request.headers.pop(name, None)


def asked_wait_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds the place asks us to stay away; None where it does not ask.

    `Retry-After` is seconds or a date; where a quota is used up, `X-RateLimit-Reset` says when it
    is filled again, in seconds since 1970 (GitHub), until then (Reddit) or as a date (Mastodon).
    """
    if (said := headers.get("retry-after", "").strip()) != "":
        return _wait_s(said, now)
    if headers.get("x-ratelimit-remaining", "").partition(".")[0] == "0":
        return _wait_s(headers.get("x-ratelimit-reset", "").strip(), now)
    return None


def _wait_s(said: str, now: datetime) -> float | None:
    try:
        seconds = float(said)
    except ValueError:
        at = instant(said)
        return None if at is None else max(0.0, (at - now).total_seconds())
    if not seconds >= 0:
        return None
    return seconds if seconds < A_YEAR_S else max(0.0, seconds - now.timestamp())


def headers_of(response: Response) -> dict[str, str]:
    """The headers of a reply in our form: names in lower case, several values a line each."""
    raw: Any = response.headers
    return {
        name.decode("latin-1").lower(): b"\n".join(raw.getlist(name)).decode("latin-1")
        for name in raw
    }
