"""How fast the sample communities are crawled, beside a plain Scrapy spider on the same pages.

Both fetch from the same servers, which run in a process of their own, without any delay and one
request at a time to each of the four. The plain spider is told every address beforehand, looks at
nothing and keeps nothing; ours finds the addresses, reads the pages and keeps posts and queue so
that a pulled plug loses none. The ratio is the price of that.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import scrapy
import sqlalchemy as sa
from scrapy.crawler import CrawlerProcess

from bench.apart import apart, peak_mb
from cli.demo_command import prepare
from cli.workplace import Workplace
from crawler import registry
from crawler.crawl import CONCURRENT_REQUESTS, crawl
from crawler.fetch import Fetch
from crawler.gather import Gathering
from crawler.schema import wishes
from crawler.urls import origin

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy.http import Response

SITES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """What one crawl did."""

    seconds: float
    pages: int
    posts: int
    peak_mb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A request as it goes over the wire."""

    url: str
    headers: dict[str, str]


def compared(rounds: int) -> dict[str, list[Crawl]]:
    """Crawls by us, by Scrapy with its queue in memory and with its queue on disk, in turn."""
    found: dict[str, list[Crawl]] = {"Askaround": [], "Scrapy": [], "Scrapy, queue on disk": []}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as scratch, communities() as urls:
            folder = Path(scratch)
            ours, asked = apart(by_us, folder / "data", urls)
            found["Askaround"].append(ours)
            plain = apart(by_scrapy, asked, None)
            found["Scrapy"].append(replace(plain, posts=ours.posts))
            durable = apart(by_scrapy, asked, folder / "queue")
            found["Scrapy, queue on disk"].append(replace(durable, posts=ours.posts))
    return found


@contextlib.contextmanager
def communities() -> Iterator[dict[str, str]]:
    """The sample communities in a process of their own: the address of each by its name."""
    with served("samples.serve", "--port", "0", lines=SITES) as said:
        yield dict(line.split() for line in said)


@contextlib.contextmanager
def served(module: str, *words: str, lines: int = 1) -> Iterator[list[str]]:
    """Run a module that serves, in a process of its own; the first lines that it prints."""
    command = [sys.executable, "-m", module, *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
        if server.stdout is None:
            raise RuntimeError(f"{module} cannot be heard")
        try:
            yield [server.stdout.readline().strip() for _ in range(lines)]
        finally:
            server.terminate()


def by_us(data: Path, urls: dict[str, str]) -> tuple[Crawl, list[Signed]]:
    """Crawl everything the product's way, and tell every request that it took."""
    place = at_once(prepare(data, urls, port=0))
    started = time.perf_counter()
    gatherings = [
        Gathering(registry.build(source), source, place.store, place.clock)
        for source in place.settings.source
    ]
    outcomes = crawl(gatherings, place.settings, place.clock)
    seconds = time.perf_counter() - started
    done = Crawl(
        seconds=seconds,
        pages=sum(one.counts.pages for one in outcomes),
        posts=sum(one.counts.posts for one in outcomes),
        peak_mb=peak_mb(),
    )
    return done, list(_asked(place, gatherings))


def by_scrapy(asked: list[Signed], queue: Path | None) -> Crawl:
    """Fetch the same with a spider that does nothing else, from Scrapy's own scheduler."""
    started = time.perf_counter()
    pages = fetched(
        asked,
        CONCURRENT_REQUESTS=CONCURRENT_REQUESTS * SITES,
        CONCURRENT_REQUESTS_PER_DOMAIN=1,
        JOBDIR=str(queue) if queue else None,
    )
    seconds = time.perf_counter() - started
    return Crawl(seconds=seconds, pages=pages, posts=0, peak_mb=peak_mb())


def fetched(asked: list[Signed], **settings: int | str | None) -> int:
    """Fetch it all with a spider that keeps nothing, under these settings; how many pages came."""
    process = CrawlerProcess(
        {
            "DOWNLOAD_DELAY": 0,
            "ROBOTSTXT_OBEY": False,
            "HTTPERROR_ALLOW_ALL": True,
            "TELNETCONSOLE_ENABLED": False,
            "LOG_ENABLED": False,
            **settings,
        }
    )
    counts = {"pages": 0}
    process.crawl(Plain, asked=asked, counts=counts)
    process.start()
    return counts["pages"]


class Plain(scrapy.Spider):
    """Fetches and counts."""

    name = "plain"

    def __init__(self, asked: list[Signed], counts: dict[str, int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._asked = asked
        self._counts = counts

    async def start(self) -> AsyncIterator[Any]:
        """Ask for everything at once."""
        for one in self._asked:
            yield scrapy.Request(
                one.url,
                headers=one.headers,
                dont_filter=True,
                meta={"download_slot": origin(one.url)},  # else four ports are one site to it
            )

    def parse(self, response: Response, **kwargs: Any) -> None:
        """Count it."""
        self._counts["pages"] += 1


def at_once(place: Workplace) -> Workplace:
    """The same place without delays and without robots.txt, which asks for some."""
    hasty = [replace(source, delay_s=0.0, obey_robots=False) for source in place.settings.source]
    return Workplace(replace(place.settings, source=tuple(hasty)), place.data)


def _asked(place: Workplace, gatherings: list[Gathering]) -> Iterator[Signed]:
    sources = {gathering.source.name: gathering.source for gathering in gatherings}
    with place.store.reading() as tx:
        for row in tx.execute(sa.select(wishes.c.source, wishes.c.plan)):
            wish = msgspec.msgpack.decode(row.plan, type=Fetch)
            at_home = origin(wish.url) == origin(sources[row.source].url)
            signed = sources[row.source].sign(wish) if at_home else wish
            yield Signed(url=signed.url, headers=signed.headers)
