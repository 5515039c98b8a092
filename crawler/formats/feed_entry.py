"""What every form of feed says: entries, and where older ones are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from crawler.clean import Body
from crawler.fetch import LeftOut

_PASSWORD_FORM = re.compile(r"""<form\b[^<>]*\bclass=["'][^"'<>]*\bpost-password-form\b""")
_PROTECTED = "There is no excerpt because this is a protected post."
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry, in whichever form it came. Addresses are absolute; None: the feed does not say."""

    guid: str
    url: str | None
    title: str
    body: Body
    author: str = ""
    author_url: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    licence: str | None = None
    replies: int | None = None
    comments_url: str | None = None
    """A feed of what others said to it."""
    answers: str | None = None
    """`guid` of what it replies to."""
    left_out: LeftOut | None = None
    """Why it is not kept; None where it may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What one page of a feed says."""

    title: str
    entries: tuple[Entry, ...]
    deleted: tuple[str, ...] = ()
    """`guid` of entries that were taken back (RFC 6721)."""
    older_url: str | None = None
    is_whole: bool = True
    """Whether the page holds its own end."""


def dates(
    created: datetime | None, updated: datetime | None
) -> tuple[datetime | None, datetime | None]:
    """Return when an entry was written, and when it was changed after that."""
    if created is None or updated is None:
        return created or updated, None
    return created, updated if updated > created else None


def withheld(body: Body, *markup: str) -> LeftOut | None:
    """Why an entry is not kept: WordPress asks for a password in place of what it says.

    In a feed of summaries there is no form, but a sentence, which is known in English alone.
    """
    is_protected = body.text == _PROTECTED or any(map(_PASSWORD_FORM.search, markup))
    return "private" if is_protected else None


def language(declared: str | None) -> str | None:
    """Return the primary tag of a declared language: "pt-BR" is "pt"; None where it is none."""
    found = _LANGUAGE.match(declared or "")
    return found[1].lower() if found else None
