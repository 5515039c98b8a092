"""The one Scrapy spider: carries any source's wishes out and its pages in."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING, Any, TypeVar

import scrapy
from scrapy.exceptions import CannotResolveHostError, DownloadCancelledError
from scrapy.logformatter import LogFormatter

from contract.errors import ArchiveError, AskaroundError, UnreachableError
from crawler.gather import Gathering, Reply
from crawler.polite import Errand, RobotsRefusedError, headers_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.logformatter import LogFormatterResult
    from twisted.python.failure import Failure

    from crawler.frontier import Leased


log = logging.getLogger(__name__)

Done = TypeVar("Done")

SOON_S = 0.2
"""Replies are settled at most so often: at once where they come slowly, else together."""


class SourceSpider(scrapy.Spider):
    """Connections, redirects and unpacking are Scrapy's; meaning is the source's."""

    name = "source"

    def __init__(self, gathering: Gathering, errand: Errand, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.gathering = gathering
        self.errand = errand
        self.trouble: ArchiveError | None = None
        self._settled_at = -SOON_S
        self._settling: asyncio.TimerHandle | None = None
        self._stopping: asyncio.Future[None] | None = None

    async def start(self) -> AsyncIterator[Any]:
        """Begin with nothing: the frontier has the first wishes already."""
        nothing: tuple[scrapy.Request, ...] = ()
        for request in nothing:
            yield request

    def parse(self, response: Response, **kwargs: Any) -> None:
        """Hand a reply to the gathering, whatever its status."""
        leased: Leased = response.meta["leased"]
        followed = bool(response.meta.get("redirect_times"))
        reply = Reply(
            status=response.status,
            url=response.url if followed else leased.fetch.url,
            headers=headers_of(response),
            body=response.body,
        )
        self.with_archive(lambda: self.gathering.arrived(leased, reply))
        self._settle_soon()

    def failed(self, failure: Failure) -> None:
        """Settle a wish that brought no reply."""
        leased: Leased = failure.request.meta["leased"]  # type: ignore[attr-defined]  # Scrapy's
        error = failure.value
        if isinstance(error, RobotsRefusedError):
            self.with_archive(lambda: self.gathering.refused(leased))
        elif isinstance(error, Exception):
            why = error if isinstance(error, AskaroundError) else _unreachable(leased, error)
            self.with_archive(lambda: self.gathering.failed(leased, why))
        self._settle_soon()

    def closed(self, reason: str) -> None:
        """Leave nothing unsettled behind."""
        self.with_archive(self.gathering.settle)

    def with_archive(self, act: Callable[[], Done]) -> Done | None:
        """Do something that may write to the archive, or stop the crawl where that cannot be.

        What cannot be kept must not be asked for. `trouble` says afterwards what it was.
        """
        try:
            return act()
        except ArchiveError as error:
            log.error("source=%s error=%s", self.gathering.source.name, error)  # noqa: TRY400  said once, by the command
            if self.trouble is None and self.crawler.engine is not None:
                stop = self.crawler.engine.close_spider_async(reason="archive")
                self._stopping = asyncio.ensure_future(stop)
            self.trouble = error
            return None

    def _settle_soon(self) -> None:
        if self._settling is not None:
            return
        loop = asyncio.get_running_loop()
        if loop.time() >= self._settled_at + SOON_S:
            self._settle()
        else:
            self._settling = loop.call_at(self._settled_at + SOON_S, self._settle)

    def _settle(self) -> None:
        self._settling = None
        self.with_archive(self.gathering.settle)
        self._settled_at = asyncio.get_running_loop().time()


def _unreachable(leased: Leased, error: Exception) -> UnreachableError:
    return UnreachableError(_why(leased.fetch.url, error))


def _why(url: str, error: Exception) -> str:
    if isinstance(error, CannotResolveHostError):
        return f"{url}: the name cannot be resolved to a public address"
    if isinstance(error, DownloadCancelledError):
        return f"{url}: the page is larger than `max_body_mb` under [crawl] allows"
    return f"{url}: {str(error) or type(error).__name__}"


class DiscreetLog(LogFormatter):
    """Names a page as its wish does: the address that was asked may hold a key."""

    def spider_error(
        self,
        failure: Failure,
        request: scrapy.Request,
        response: Response | Failure,
        spider: scrapy.Spider | None = None,
    ) -> LogFormatterResult:
        """Say which reply could not be settled; the traceback follows."""
        leased: Leased = request.meta["leased"]
        return {
            "level": logging.ERROR,
            "msg": "url=%(url)s error=%(error)s",
            "args": {"url": leased.fetch.url, "error": type(failure.value).__name__},
        }


class FrontierScheduler:
    """Scrapy's queue, standing on the durable frontier.

    What Scrapy itself sends round again (redirects, retries) waits in memory: its wish stays leased
    until it is settled, so a killed process loses none of it.
    """

    def __init__(self, gathering: Gathering, spider: SourceSpider) -> None:
        self._gathering = gathering
        self._spider = spider
        self._again: deque[scrapy.Request] = deque()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FrontierScheduler:
        """Build it as Scrapy asks."""
        spider = crawler.spider
        if not isinstance(spider, SourceSpider):
            raise TypeError(f"this scheduler serves source spiders, not {spider!r}")
        return cls(spider.gathering, spider)

    def has_pending_requests(self) -> bool:
        """Whether anything waits."""
        return bool(self._again) or self._gathering.waits()

    def enqueue_request(self, request: scrapy.Request) -> bool:
        """Take back a request that goes round again."""
        self._again.append(request)
        return True

    def next_request(self) -> scrapy.Request | None:
        """The next request, or None for now."""
        if self._again:
            return self._again.popleft()
        leased = self._spider.with_archive(self._gathering.lease)
        return None if leased is None else self._request(leased)

    def _request(self, leased: Leased) -> scrapy.Request:
        wish = self._gathering.signed(leased)
        return scrapy.Request(
            wish.url,
            method="POST" if wish.body else "GET",
            body=wish.body,
            headers=wish.headers,
            callback=self._spider.parse,
            errback=self._spider.failed,
            meta={"leased": leased, "wait_s": wish.wait_s, "own_headers": list(wish.headers)},
            dont_filter=True,
        )
