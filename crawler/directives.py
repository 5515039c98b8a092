"""What the owner of a page allows, from its robots directives.

They stand in `<meta name="robots">` (or under our own name) and in the header `X-Robots-Tag`, which
may open with the name of a robot; where several speak, the strictest wins.
Specification: https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from contract import Usage
from crawler.times import instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

ROBOT = "askaround"
"""The name we go by, in robots.txt and in directives."""

_NAMES = {"robots", ROBOT}
_WITH_VALUE = {"max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"}
"""Rules that look like the name of a robot in front of a rule."""

_COMMA = re.compile(r",(?!\s*\d{1,2}[ -]\w{3})")
"""Ends a rule, unless it stands inside a date ("Sat, 25 Jun 2026")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Directives:
    """What may be done with one page."""

    index: bool = True
    follow: bool = True
    usage: Usage = field(default_factory=Usage)


def directives(metas: Iterable[tuple[str, str]], header: str = "") -> Directives:
    """Combine the page's `<meta>` elements (name, content) and its `X-Robots-Tag` header."""
    said = [rule for name, content in metas if name.lower() in _NAMES for rule in _rules(content)]
    said += _rules_for_us(header)
    names = {name for name, _ in said}
    closed = bool(names & {"noindex", "none"})
    return Directives(
        index=not closed,
        follow=not names & {"nofollow", "none"},
        usage=Usage(
            snippet="nosnippet" not in names,
            max_snippet=_least(said),
            archive="noarchive" not in names,
            expires_at=_expiry(said),
        ),
    )


def _rules(content: str) -> list[tuple[str, str]]:
    """Split "noindex, max-snippet: 20" into pairs of name (in lower case) and value."""
    pairs = (rule.partition(":") for rule in _COMMA.split(content))
    return [(name.strip().lower(), value.strip()) for name, _, value in pairs if name.strip()]


def _rules_for_us(header: str) -> Iterator[tuple[str, str]]:
    """Rules of the header that speak to everybody or to us.

    "otherbot: noindex" opens a list for that robot alone; it lasts until another name is given, or
    to the end of that header where several were sent.
    """
    for line in header.splitlines():
        for_us = True
        for name, value in _rules(line):
            if name in _NAMES or (value and name not in _WITH_VALUE):
                for_us = name in _NAMES
                yield from _rules(value) if for_us else ()
            elif for_us:
                yield name, value


def _least(said: list[tuple[str, str]]) -> int | None:
    values = (value for name, value in said if name == "max-snippet")
    lengths = [int(value) for value in values if value.isascii() and value.isdigit()]
    return min(lengths, default=None)


def _expiry(said: list[tuple[str, str]]) -> datetime | None:
    dates = (instant(value) for name, value in said if name == "unavailable_after")
    return min((date for date in dates if date is not None), default=None)
