"""What every page and every call of the API works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from contract import Clock, Settings
from crawler.hooks import Hooks
from ranker.search import Ranker

if TYPE_CHECKING:
    from starlette.requests import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One installation as the web sees it."""

    ranker: Ranker
    settings: Settings
    clock: Clock
    hooks: Hooks | None = None
    """What takes events that places send; none are taken without it."""

    def source_title(self, name: str) -> str:
        """What searchers read for a source."""
        known = {source.name: source.title for source in self.settings.source}
        return known.get(name, name)


def site_of(request: Request) -> Site:
    """The site a request was made to."""
    return cast("Site", request.app.state.site)
