"""Reading one page: the boundary at which whatever a page does to its reader ends, by name."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import msgspec

from contract import Post, Tombstone
from contract.errors import AskaroundError, SourceError, UnexpectedShapeError
from crawler.fetch import Explaining, Fetch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from contract.record import State
    from crawler.fetch import Found, Page, Source


log = logging.getLogger(__name__)


def read(source: Source, page: Page, since: datetime) -> tuple[list[Found], SourceError | None]:
    """Read one page: what was found before anything went wrong, and what went wrong."""
    found: list[Found] = []
    try:
        for item in source.read(page, since):
            msgspec.msgpack.encode(item)  # a number too large to be kept must end here, too
            found.append(item)
    except SourceError as error:
        return found, error
    except Exception as error:  # noqa: BLE001  a page must not end a crawl
        what = f"{page.url}: {type(error).__name__}: {error}"
        return found, UnexpectedShapeError(what)
    return found, None


def refusal(source: Source, page: Page, status: int) -> SourceError | None:
    """What a refusal is about, where its source can tell; None where it means what it says."""
    if not isinstance(source, Explaining):
        return None
    try:
        return source.refusal(page, status)
    except Exception as error:  # noqa: BLE001  a page must not end a crawl
        log.info("url=%s status=%s error=%s", page.url, status, error)
        return None


def of_held(found: list[Found], held: Sequence[str]) -> list[Found]:
    """Of what a page says, what tells whether these posts still stand; it leads nowhere else."""
    onward = [item for item in found if isinstance(item, Fetch) and item.held]
    said = [item for item in found if isinstance(item, Post | Tombstone)]
    known = {item.post_id for item in said}.union(*(wish.held for wish in onward))
    missing = [post_id for post_id in held if post_id not in known]
    return [*said, *onward, *stones_for(missing, "gone", "its place does not show it any more")]


def with_hint(error: Exception) -> str:
    """What went wrong, with the remedy where it is one of its own and not that of its kind."""
    if isinstance(error, AskaroundError) and error.hint != type(error).hint:
        return f"{error} ({error.hint})"
    return str(error)


def stones_for(post_ids: Sequence[str], state: State, reason: str) -> list[Tombstone]:
    """One tombstone for each of these posts."""
    return [Tombstone(post_id=post_id, state=state, reason=reason) for post_id in post_ids]
