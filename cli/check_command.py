"""Fetch one page of a source, show what would be kept, and write nothing.

Without `--url` it is the source's first page that holds posts.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cli.crawl_command import page_of
from cli.workplace import Workplace, say
from contract import Post, Tombstone
from crawler.fetch import Dropped, Fetch

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from crawler.fetch import Found, Held, Page, Source

SHOWN = 200
"""Characters of each text."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("source", help="name of the source")
    parser.add_argument("--url", help="the page at this address (platform site)")


def run(args: argparse.Namespace) -> int:
    """Check a source; 1 where its pages hold no post, 2 where one cannot be read."""
    from crawler.crawl import crawl
    from crawler.gather import Gathering
    from crawler.registry import build
    from crawler.standing import standings
    from crawler.store import Store

    place = Workplace.of(args)
    settings = place.settings.named(args.source)
    source = Tasting(build(settings))
    page = page_of(settings, args.url) if args.url else None
    with tempfile.TemporaryDirectory() as scratch:
        store = Store(Path(scratch) / "archive.db")
        gathering = Gathering(source, settings, store, place.clock, page=page)
        outcome = crawl([gathering], place.settings, place.clock)[0]
        for url, found in source.tasted:
            show(url, found)
        for standing in standings(store):
            if standing.last_reason:
                say(f"failed: {standing.last_reason}")
        store.close()
    if outcome.failures:
        return 2
    return 0 if source.has_posts else 1


class Tasting:
    """A source that stops at its first page with posts, and remembers what it read."""

    def __init__(self, source: Source) -> None:
        self.name, self.url, self.whole = source.name, source.url, source.whole
        self.verify_within = source.verify_within
        self.tasted: list[tuple[str, list[Found]]] = []
        self._source = source

    @property
    def has_posts(self) -> bool:
        """Whether any page held a post."""
        return any(isinstance(item, Post) for _, found in self.tasted for item in found)

    def start(self, since: datetime) -> Iterable[Fetch]:
        """Begin as the source does."""
        return self._source.start(since)

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read a page; of where it leads, at most one comes back, and none once a post was seen."""
        if self.has_posts:
            return
        found = list(self._source.read(page, since))
        self.tasted.append((page.url, found))
        wishes = [item for item in found if isinstance(item, Fetch)]
        yield from (item for item in found if not isinstance(item, Fetch))
        if not self.has_posts:
            yield from wishes[:1]

    def verify(self, held: Sequence[Held]) -> Iterable[Fetch]:
        """Ask again as the source does."""
        return self._source.verify(held)

    def sign(self, wish: Fetch) -> Fetch:
        """Sign as the source does."""
        return self._source.sign(wish)


def show(url: str, found: Iterable[Found]) -> None:
    """Print what a page led to."""
    print(f"== {url}")
    for item in found:
        if isinstance(item, Post):
            author = item.author.name if item.author else "unknown"
            when = f"{item.created_at:%Y-%m-%d %H:%M}" if item.created_at else "at an unknown date"
            print(f"{item.kind}  {item.post_id}  {item.url}\n    by {author}, {when}")
            text = " ".join(item.text.split())[:SHOWN]
            print(f"    {item.title}\n    {text}" if item.title else f"    {text}")
        elif isinstance(item, Tombstone):
            print(f"gone  {item.post_id}  {item.reason}")
        elif isinstance(item, Dropped):
            print(f"left out  {item.why}")
        else:
            print(f"next  {item.kind}  {item.url}")
