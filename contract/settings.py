"""The whole settings tree, typed and frozen; `askaround.toml` is its only form on disk.

Settings are read once, by the command line; below it each object gets its own section.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from contract.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """`[site]`: what searchers see of this installation."""

    name: str = "Askaround"
    url: str = "http://127.0.0.1:8800"
    """Public address, without a slash at the end."""
    language: str = "en"
    contact: str = ""
    """Address for questions about the crawler, sent in its user agent; a URL or e-mail address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """`[[source]]`: one place to gather, whatever its platform."""

    name: str
    """Short name in lower case; it starts every id, so it must never change."""
    platform: str
    url: str
    label: str = ""
    """What searchers read; the name where it is empty."""
    api_key: str | None = field(default=None, repr=False)
    """A key for the place's API, best given as "env:NAME"."""
    webhook_secret: str | None = field(default=None, repr=False)
    """The secret with which the place signs the events that it sends to
    `{site url}/api/v1/hooks/{name}`, best given as "env:NAME"; 12 characters or more. Only where a
    platform has webhooks (docs/sources.md); without it none are taken."""
    delay_s: float = 0.5
    """Least seconds between two requests to one host; a longer Crawl-delay wins."""
    obey_robots: bool = True
    private_network: bool = False
    """The source stands on a private address (a company's own network, this very machine)."""
    members_only: bool = False
    """Everything found here shows to signed-in members of the group `{name}:members` alone."""
    staff: tuple[str, ...] = ()
    """Accounts here that speak for the company, by native id or handle, where the place itself
    does not say so."""
    schedule: str = "*/30 * * * *"
    """When `askaround work` looks for what is new: a cron line, in UTC; never where it is empty."""
    verify_days: float = 0.0
    """Days within which every post is looked at again, so that what has gone is not shown for
    longer; 0 takes what suits the platform and its terms."""
    trust: float = 1.0
    """How much the owner trusts this place, from 0 to 2; 1 is neutral."""
    options: Any = None
    """The platform's own options, in the type the platform names for them."""

    @property
    def title(self) -> str:
        """What searchers read."""
        return self.label or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlSettings:
    """`[crawl]`: how the crawler behaves towards every place."""

    timeout_s: float = 30.0
    max_body_mb: int = 8
    """Larger pages are refused: one page of text is never that long."""
    max_attempts: int = 4
    """How often one page is tried before the crawl goes on without it."""
    max_wait_s: float = 600.0
    """Longest wait a place may ask for (Retry-After, backoff); past it the page has failed."""
    keep_pages_days: int = 30
    """How long a page stays as it came after it was last asked for. Until then one that has not
    changed need not be fetched again, and one that could not be read can be replayed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSettings:
    """`[index]`: how gathered posts become searchable."""

    engine: Literal["tantivy", "whoosh"] = "tantivy"
    keep: int = 2
    """Generations kept on disk: the one in use and those to roll back to."""
    synonyms: tuple[tuple[str, ...], ...] = ()
    """Groups of words that mean the same here, such as [["wifi", "wlan", "wireless network"]]:
    whoever types one finds the others. No word may stand in two groups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """`[model]`: the embedding model."""

    name: str = "default"
    """The installed all-MiniLM-L6-v2 is "default", "none" is keywords alone; else the name or
    folder of any sentence-transformers model."""
    threads: int = 0
    """Threads that embed while indexing; 0 takes one for each processor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankSettings:
    """`[ranking]`: how results are ordered and when an answer is given."""

    confidence: float = 0.5
    """Least probability that an answer helps before it is shown as one, from 0 to 1."""
    per_page: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeSettings:
    """`[serve]`: where the site listens."""

    host: str = "127.0.0.1"
    port: int = 8800


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The tree itself."""

    site: SiteSettings = SiteSettings()
    source: tuple[SourceSettings, ...] = ()
    crawl: CrawlSettings = CrawlSettings()
    index: IndexSettings = IndexSettings()
    model: ModelSettings = ModelSettings()
    ranking: RankSettings = RankSettings()
    serve: ServeSettings = ServeSettings()

    def named(self, name: str) -> SourceSettings:
        """Return the source of that name.

        Raises SettingsError that names the nearest one.
        """
        for source in self.source:
            if source.name == name:
                return source
        known = ", ".join(source.name for source in self.source) or "none"
        raise SettingsError(
            f'no source is named "{name}"',
            hint=f"Name one of the sources in the settings: {known}.",
        )


def describe(kind: type[Any]) -> Iterator[tuple[str, str, object]]:
    """Name, type and default of each key of a settings type, for documentation and examples."""
    for entry in dataclasses.fields(kind):
        yield entry.name, _type_name(get_type_hints(kind)[entry.name]), entry.default


def _type_name(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return " or ".join(f'"{choice}"' for choice in get_args(hint))
    return getattr(hint, "__name__", str(hint))
