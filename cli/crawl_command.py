"""Gather what is new at every source, or at those named.

A crawl that was cut short goes on where it stopped. `--full` asks for everything again, which also
finds what has been deleted; `--sweep` asks only for posts that were not seen for long.
"""

from __future__ import annotations

import argparse
import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING

from cli.progress import Bars, CrawlBar
from cli.workplace import Workplace, say, settings_file
from contract.errors import AskaroundError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from contract import SourceSettings
    from crawler.crawl import Outcome
    from crawler.fetch import Fetch, Held
    from crawler.frontier import Scope
    from crawler.gather import Gathering


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("source", nargs="*", help="names of sources; all where none is given")
    parser.add_argument("--full", action="store_true", help="everything, not only what is new")
    parser.add_argument(
        "--sweep", action="store_true", help="look again at posts that were not seen for long"
    )
    parser.add_argument("--job", type=int, metavar="N", help=argparse.SUPPRESS)
    parser.add_argument("--url", help="only the page at this address, of the one source named")


def run(args: argparse.Namespace) -> int:
    """Crawl; 0 where every page was read, 2 where some were not."""
    place = Workplace.of(args)
    if args.job is not None:
        from cli import job

        return _told([job.do(place, args.job)])
    sources = [place.settings.named(name) for name in args.source] or list(place.settings.source)
    if not sources:
        raise SettingsError(
            f"{settings_file(args.config, args.data)} names no source",
            hint="Add one under a heading [[source]]; askaround.example.toml shows how.",
        )
    if args.url and len(args.source) != 1:
        raise SettingsError(
            "a page belongs to one source",
            hint="Name the source before `--url`: `askaround crawl SOURCE --url URL`.",
        )
    scope: Scope = "full" if args.full else "sweep" if args.sweep else "fresh"
    outcomes = crawl(place, sources, scope, args.url)
    return _told(outcomes) or (2 if len(outcomes) < len(sources) else 0)


def crawl(
    place: Workplace,
    sources: Sequence[SourceSettings],
    scope: Scope = "fresh",
    url: str | None = None,
) -> list[Outcome]:
    """Crawl these sources with a progress bar; how it went with each that could be begun."""
    with Bars() as bars, gathered(place, sources, scope, url, CrawlBar(bars)) as (outcomes, _):
        return outcomes


@contextlib.contextmanager
def gathered(
    place: Workplace,
    sources: Sequence[SourceSettings],
    scope: Scope,
    url: str | None,
    progress: Callable[[Gathering], None],
    *,
    touched: Sequence[Held] | None = None,
) -> Iterator[tuple[list[Outcome], list[Gathering]]]:
    """Crawl these sources, and go on holding them alone for whoever has to settle the rest.

    Where posts were `touched` (`crawler.hooks`), they alone are asked for. Of several sources, one
    that cannot be begun is told of and left out; a single one raises.
    """
    from crawler.closings import Closings
    from crawler.crawl import crawl as crawl_all
    from crawler.crawl import locked
    from crawler.user_agent import contact

    if contact(place.settings.site) is None and not all(one.private_network for one in sources):
        say("nobody can ask about this crawler: set `contact` under [site]")
    gatherings: list[Gathering] = []
    with contextlib.ExitStack() as held:
        for source in sources:
            try:
                held.enter_context(locked(place.data, [source]))
                gatherings.append(_gathering(place, source, scope, url, touched))
            except AskaroundError as error:
                if len(sources) == 1:
                    raise
                say(f"{source.name}: {error}\nhint: {error.hint}")
        closings = Closings(place.data / "closed", place.clock)
        yield crawl_all(gatherings, place.settings, place.clock, progress, closings), gatherings


def _gathering(
    place: Workplace,
    source: SourceSettings,
    scope: Scope,
    url: str | None,
    touched: Sequence[Held] | None,
) -> Gathering:
    from crawler.gather import Gathering
    from crawler.registry import build

    gathering = Gathering(
        build(source),
        source,
        place.store,
        place.clock,
        full=scope == "full",
        page=None if url is None else _page(place, source, url),
        held=_due(place, source) if scope == "sweep" else None,
        touched=touched,
        keep_pages=timedelta(days=place.settings.crawl.keep_pages_days),
    )
    if gathering.resumed:
        say(f"{source.name}: going on where the last crawl stopped")
    return gathering


def _due(place: Workplace, source: SourceSettings) -> list[Held]:
    sweeper = place.sweeper(source)
    return [] if sweeper is None else sweeper.due()


def _told(outcomes: Sequence[Outcome]) -> int:
    """Say how each crawl went; the exit status."""
    for outcome in outcomes:
        say(told(outcome))
    return 2 if any(outcome.failures or not outcome.finished for outcome in outcomes) else 0


def _page(place: Workplace, source: SourceSettings, url: str) -> Fetch:
    """The wish that brings the post at `url`: the one it came by, or the page itself."""
    from crawler.pages import Pages

    known = Pages(place.store, place.clock).wish_for(source.name, url)
    return known or page_of(source, url)


def page_of(source: SourceSettings, url: str) -> Fetch:
    """The wish for a page that was never gathered.

    Raises SettingsError unless it is a page of this web site: only there is an address enough.
    """
    from crawler import urls
    from crawler.fetch import Fetch

    if source.platform != "site":
        raise SettingsError(
            f'"{source.name}" has no post at {url}',
            hint="Give the address of a post that was gathered before, or crawl the whole source.",
        )
    if urls.web(url) is None or urls.origin(url) != urls.origin(source.url):
        raise SettingsError(
            f'"{url}" is no page of "{source.name}"', hint=f"Its pages are below {source.url}."
        )
    return Fetch(kind="page", url=url)


def told(outcome: Outcome) -> str:
    """How a crawl went, in one line."""
    counts = outcome.counts
    parts = [f"{counts.pages} pages", f"{counts.posts} posts new or changed"]
    if counts.buried:
        parts.append(f"{counts.buried} posts gone")
    if counts.refused:
        parts.append(f"{counts.refused} pages closed by robots.txt")
    if counts.dropped:
        parts.append(left_out(counts.dropped))
    if outcome.failures:
        parts.append(f"{outcome.failures} pages failed (askaround doctor tells why)")
    if not outcome.finished:
        parts.append("stopped; the next crawl goes on from here")
    return f"{outcome.source}: {', '.join(parts)}"


def left_out(dropped: Mapping[str, int]) -> str:
    """What stood on pages and was not kept, the most frequent first."""
    most_first = sorted(dropped.items(), key=lambda one: (-one[1], one[0]))
    counted = ", ".join(f"{why} {count}" for why, count in most_first)
    return f"{sum(dropped.values())} left out ({counted})"
