"""Crawls any number of sources side by side, in this process, and returns when all are done.

A source that fails, stalls or floods us costs the others nothing: each has its own queue,
middlewares and limits. Only manners are shared, since two sources may stand on one host.
"""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ada_url
from filelock import FileLock, Timeout
from scrapy import signals
from scrapy.crawler import Crawler, CrawlerProcess

from contract.errors import BusyError
from crawler.egress import Gate
from crawler.gather import Counts
from crawler.polite import Errand, Turnstile
from crawler.spider import SourceSpider
from crawler.user_agent import user_agent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from contract import Clock, Settings, SourceSettings
    from crawler.closings import Closings
    from crawler.gather import Gathering

CONCURRENT_REQUESTS = 8
"""Wishes of one source under way at once. One host still sees them one by one (see `polite`); more
would only lie waiting with their leases running."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How the crawl of one source ended."""

    source: str
    counts: Counts
    finished: bool
    """False where it was stopped; it goes on the next time."""
    failures: int


@contextlib.contextmanager
def locked(data: Path, sources: Sequence[SourceSettings]) -> Iterator[None]:
    """Hold these sources alone. A killed process lets go by itself.

    Raises BusyError that names the first one somebody else holds.
    """
    folder = data / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as held:
        for source in sources:
            try:
                held.enter_context(FileLock(folder / f"crawl-{source.name}.lock", timeout=0))
            except Timeout as error:
                raise BusyError(f'another process is crawling "{source.name}"') from error
        yield


def crawl(
    gatherings: Sequence[Gathering],
    settings: Settings,
    clock: Clock,
    progress: Callable[[Gathering], None] = lambda _: None,
    closings: Closings | None = None,
) -> list[Outcome]:
    """Run every gathering to its end, or until the process is told to stop (SIGINT, SIGTERM).

    `progress` is called after each reply; `closings` remembers who wants to be left alone for long
    (None: nobody does, past this process). Can run once in a process, since Twisted's reactor can.
    Raises ArchiveError where what came could not be kept.
    """
    private = frozenset(
        _host(gathering.settings) for gathering in gatherings if gathering.settings.private_network
    )
    process = CrawlerProcess(_scrapy_settings(settings, private))
    logging.getLogger("scrapy").setLevel(logging.ERROR)  # it tells signed addresses, keys and all
    turnstile, finished, crawlers = Turnstile(closings), dict[str, bool](), list[Crawler]()
    for gathering in gatherings:
        crawler = process.create_crawler(SourceSpider)
        _watch(crawler, gathering, finished, progress)
        errand = _errand(gathering.settings, settings, clock, turnstile, private)
        process.crawl(crawler, gathering=gathering, errand=errand)
        crawlers.append(crawler)
    process.start()
    _raise_trouble(crawlers)
    return [_outcome(gathering, finished) for gathering in gatherings]


def _raise_trouble(crawlers: Sequence[Crawler]) -> None:
    for crawler in crawlers:
        if isinstance(crawler.spider, SourceSpider) and crawler.spider.trouble is not None:
            raise crawler.spider.trouble


def _errand(
    source: SourceSettings,
    settings: Settings,
    clock: Clock,
    turnstile: Turnstile,
    private: frozenset[str],
) -> Errand:
    return Errand(
        gate=Gate(private, own=_host(source) if source.private_network else None),
        turnstile=turnstile,
        clock=clock,
        delay_s=source.delay_s,
        obey_robots=source.obey_robots,
        max_attempts=settings.crawl.max_attempts,
        max_wait_s=settings.crawl.max_wait_s,
    )


def _outcome(gathering: Gathering, finished: dict[str, bool]) -> Outcome:
    name = gathering.source.name
    failures = gathering.end() if finished.get(name) else gathering.counts.failures
    return Outcome(
        source=name,
        counts=gathering.counts,
        finished=finished.get(name, False),
        failures=failures,
    )


def _watch(
    crawler: Crawler,
    gathering: Gathering,
    finished: dict[str, bool],
    progress: Callable[[Gathering], None],
) -> None:
    def closed(reason: str) -> None:
        finished[gathering.source.name] = reason == "finished"

    def replied() -> None:
        progress(gathering)

    crawler.signals.connect(closed, signal=signals.spider_closed, weak=False)
    crawler.signals.connect(replied, signal=signals.response_received, weak=False)


def _host(source: SourceSettings) -> str:
    return str(ada_url.URL(source.url).hostname).strip("[]")


def _scrapy_settings(settings: Settings, private: frozenset[str]) -> dict[str, Any]:
    most = settings.crawl.max_body_mb * 1024 * 1024
    return {
        "PRIVATE_HOSTS": private,
        "USER_AGENT": user_agent(settings.site),
        "DOWNLOAD_TIMEOUT": settings.crawl.timeout_s,
        "DOWNLOAD_MAXSIZE": most,
        "DOWNLOAD_WARNSIZE": most,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "CONCURRENT_REQUESTS": CONCURRENT_REQUESTS,
        "CONCURRENT_REQUESTS_PER_DOMAIN": CONCURRENT_REQUESTS,
        "CONCURRENT_ITEMS": 1,  # Scrapy starts as many tasks a reply; ours bring it no items
        "SCHEDULER": "crawler.spider.FrontierScheduler",
        "LOG_FORMATTER": "crawler.spider.DiscreetLog",
        "TWISTED_DNS_RESOLVER": "crawler.egress.GateResolver",
        "DOWNLOADER_MIDDLEWARES": {
            "crawler.polite.Manners": 900,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
            "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
            "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
            "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
            "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
        },
        "SPIDER_MIDDLEWARES_BASE": {},  # they guard requests that spiders make; ours makes none
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
        "REDIRECT_MAX_TIMES": 5,
        "METAREFRESH_ENABLED": False,
        "EXTENSIONS_BASE": {},  # a console, a remote control and statistics that nobody reads
        "DOWNLOAD_HANDLERS": dict.fromkeys(("data", "file", "ftp", "s3")),
        "LOG_ENABLED": False,
        "LOG_INSTALL_ROOT_HANDLER": False,
    }
