"""How fast one place is crawled whose pages are JSON, beside a plain Scrapy spider.

    python -m bench.json_crawl [--topics N] [--rounds N]

Both ask the same made-up forum (`bench.made_forum`), eight requests under way at once and without
delay. The plain spider is told every address beforehand and keeps nothing; ours goes from list to
topic, reads the posts and has each page, its posts and the queue safe on disk. Seconds of the
processor tell what it takes of one core, whoever else is at work on the machine.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench.apart import apart, peak_mb
from bench.crawling import Signed, fetched, served
from bench.made_forum import PER_LIST
from bench.table import table
from contract import SystemClock, parse_settings
from crawler import registry
from crawler.crawl import CONCURRENT_REQUESTS, crawl
from crawler.gather import Gathering
from crawler.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.table import Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """What one crawl did and took."""

    pages: int
    posts: int
    seconds: float
    processor_s: float
    peak_mb: float


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--topics", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    with forum(args.topics) as url:
        rounds = [
            (by_us_apart(url), apart(by_scrapy, url, args.topics)) for _ in range(args.rounds)
        ]
    print(told(rounds))
    return 0


@contextlib.contextmanager
def forum(topics: int) -> Iterator[str]:
    """The forum in a process of its own; its address."""
    with served("bench.made_forum", "--topics", str(topics)) as (url,):
        yield url


def by_us_apart(url: str) -> Crawl:
    """Crawl it the product's way, into a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as scratch:
        return apart(by_us, url, Path(scratch))


def by_us(url: str, data: Path) -> Crawl:
    """Crawl it the product's way."""
    lines = ("[[source]]", 'name = "forum"', 'platform = "discourse"', f'url = "{url}"')
    more = ("delay_s = 0.0", "private_network = true")
    settings = parse_settings("\n".join((*lines, *more)), registry.options())
    store, clock = Store(data / "archive.db"), SystemClock()
    started, worked = time.perf_counter(), time.process_time()
    (source,) = settings.source
    (outcome,) = crawl([Gathering(registry.build(source), source, store, clock)], settings, clock)
    return _crawl(outcome.counts.pages, outcome.counts.posts, started, worked)


def by_scrapy(url: str, topics: int) -> Crawl:
    """Fetch the same with a spider that does nothing else."""
    lists = -(-topics // PER_LIST)
    paths = ["site.json", *(f"latest.json?order=activity&page={at}" for at in range(lists))]
    paths += [f"t/{topic}.json" for topic in range(topics)]
    asked = [Signed(url=f"{url}/{path}", headers={}) for path in paths]
    started, worked = time.perf_counter(), time.process_time()
    pages = fetched(
        asked,
        CONCURRENT_REQUESTS=CONCURRENT_REQUESTS,
        CONCURRENT_REQUESTS_PER_DOMAIN=CONCURRENT_REQUESTS,
    )
    return _crawl(pages, 0, started, worked)


def _crawl(pages: int, posts: int, started: float, worked: float) -> Crawl:
    return Crawl(
        pages=pages,
        posts=posts,
        seconds=time.perf_counter() - started,
        processor_s=time.process_time() - worked,
        peak_mb=peak_mb(),
    )


def told(rounds: list[tuple[Crawl, Crawl]]) -> str:
    """Medians over the rounds; the ratio is taken within each round."""
    rows: list[list[Cell]] = []
    for name, at in (("Askaround", 0), ("Scrapy", 1)):
        ours = [one[at] for one in rounds]
        share = [_per_s(us) / _per_s(it) for us, it in rounds] if at == 0 else [1.0]
        rows.append(
            [
                name,
                round(median(one.pages / one.seconds for one in ours)),
                round(median(map(_per_s, ours))),
                round(median(one.posts / one.seconds for one in ours)),
                f"{median(share):.2f}",
                round(ours[0].peak_mb),
            ]
        )
    head = ["", "pages/s", "pages/s of a core", "posts/s", "of Scrapy's", "peak MB"]
    return table(head, rows)


def _per_s(crawl: Crawl) -> float:
    return crawl.pages / crawl.processor_s


if __name__ == "__main__":
    sys.exit(main())
