"""Why a platform refuses, as its body says, with what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contract.errors import SourceError
from crawler.clean import one_line

if TYPE_CHECKING:
    from crawler.fetch import Page


def named(
    page: Page, platform: str, what: str | int, said: str = "", hint: str | None = None
) -> SourceError:
    """Name a refusal: `what` is the platform's own code for it, and `said` its words."""
    told = ": ".join(filter(None, [str(what), one_line(said)]))
    return SourceError(f"{page.url}: {platform} says {told}", hint=hint)
