"""What the Stack Exchange API says in the place of an answer.

https://api.stackexchange.com/docs/error-handling
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crawler.formats.refusal import named
from crawler.payload import decode_or

if TYPE_CHECKING:
    from contract.errors import SourceError
    from crawler.fetch import Page

_KEY = "Correct `api_key`, or leave it out."
_HINTS = {
    "throttle_violation": "The next crawl goes on from here; a free `api_key` raises 300 calls a "
    "day to 10,000.",
    "bad_parameter": "Check `site`, `tagged` and `api_key`.",
    "key_required": "Set `api_key`.",
    "access_token_required": "Only what everybody may read is gathered: check `site`.",
    "access_denied": _KEY,
    "invalid_access_token": _KEY,
}


class _Refusal(msgspec.Struct, rename={"name": "error_name", "message": "error_message"}):
    name: str = ""
    message: str = ""


def refusal(page: Page) -> SourceError | None:
    """Why the API does not answer; None where it does not say."""
    told = decode_or(page, _Refusal())
    if not told.name:
        return None
    return named(page, "Stack Exchange", told.name, told.message, _HINTS.get(told.name))
