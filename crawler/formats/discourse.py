"""What Discourse says in the place of a page, as JSON: `errors` in words, and `error_type`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crawler.formats.refusal import named
from crawler.payload import decode_or

if TYPE_CHECKING:
    from contract.errors import SourceError
    from crawler.fetch import Page

_KEY = "Check `api_key` and `api_user`."
_HINTS = {
    "not_logged_in": "This forum shows nothing to guests: set `api_key` and `api_user`.",
    "rate_limit": "Raise `delay_s`; the next crawl goes on from here.",
    "read_only": "The forum is being worked on; the next crawl goes on from here.",
}


class _Refusal(msgspec.Struct):
    errors: list[str] = []
    error_type: str = ""


def refusal(page: Page) -> SourceError | None:
    """Why a forum does not answer; None where that is about one topic or room.

    A key that is refused has no type of its own: only the words, in any language, name the API.
    """
    told = decode_or(page, _Refusal())
    said = " ".join(told.errors)
    is_key = told.error_type == "invalid_access" and "API" in said
    hint = _KEY if is_key else _HINTS.get(told.error_type)
    return named(page, "Discourse", told.error_type, said, hint) if hint else None
