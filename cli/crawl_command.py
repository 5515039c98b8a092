"""Gather what is new at every source, or at those named.

A crawl that was cut short goes on where it stopped. `--full` asks for everything again, which also
finds what has been deleted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.progress import Bars, CrawlBar
from cli.workplace import Workplace, say
from contract.errors import SettingsError

if TYPE_CHECKING:
    import argparse

    from contract import SourceSettings
    from crawler.crawl import Outcome
    from crawler.fetch import Fetch
    from crawler.gather import Gathering


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("source", nargs="*", help="names of sources; all where none is given")
    parser.add_argument("--full", action="store_true", help="everything, not only what is new")
    parser.add_argument("--url", help="only the page at this address, of the one source named")


def run(args: argparse.Namespace) -> int:
    """Crawl; 0 where every page was read, 2 where some were not."""
    place = Workplace.of(args)
    sources = [place.settings.named(name) for name in args.source] or list(place.settings.source)
    if not sources:
        raise SettingsError(
            f"{args.config} names no source",
            hint="Add one under a heading [[source]]; askaround.example.toml shows how.",
        )
    outcomes = crawl(place, sources, full=args.full, url=args.url)
    for outcome in outcomes:
        say(told(outcome))
    return 2 if any(outcome.failures or not outcome.finished for outcome in outcomes) else 0


def crawl(
    place: Workplace, sources: list[SourceSettings], *, full: bool = False, url: str | None = None
) -> list[Outcome]:
    """Crawl these sources with a progress bar."""
    from crawler.crawl import crawl as crawl_all
    from crawler.crawl import locked
    from crawler.gather import Gathering
    from crawler.registry import build

    with locked(place.data, sources), Bars() as bars:
        gatherings: list[Gathering] = [
            Gathering(
                build(source),
                source,
                place.store,
                place.clock,
                full=full,
                page=None if url is None else _page(place, source, url),
            )
            for source in sources
        ]
        for gathering in gatherings:
            if gathering.resumed:
                say(f"{gathering.source.name}: going on where the last crawl stopped")
        return crawl_all(gatherings, place.settings, place.clock, CrawlBar(bars))


def _page(place: Workplace, source: SourceSettings, url: str) -> Fetch:
    """The wish that brings the post at `url`: the one it came by, or the page itself."""
    from crawler.fetch import Fetch
    from crawler.pages import Pages

    known = Pages(place.store, place.clock).wish_for(source.name, url)
    if known is None and source.platform != "site":
        raise SettingsError(
            f'"{source.name}" has no post at {url}',
            hint="Give the address of a post that was gathered before, or crawl the whole source.",
        )
    return known or Fetch(kind="page", url=url)


def told(outcome: Outcome) -> str:
    """How a crawl went, in one line."""
    counts = outcome.counts
    parts = [f"{counts.pages} pages", f"{counts.posts} posts new or changed"]
    if counts.buried:
        parts.append(f"{counts.buried} posts gone")
    if counts.refused:
        parts.append(f"{counts.refused} pages closed by robots.txt")
    if outcome.failures:
        parts.append(f"{outcome.failures} pages failed (askaround doctor tells why)")
    if not outcome.finished:
        parts.append("stopped; the next crawl goes on from here")
    return f"{outcome.source}: {', '.join(parts)}"
