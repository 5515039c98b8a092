"""What is read from each platform, as its recorded pages show it.

A cell of the table says what some post of those pages carries. Where none does, the platform's case
(tests/sources/cases) must say why; so the table cannot promise what nobody has seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from contract import Post, Tombstone
from crawler.fetch import Fetch
from crawler.times import EPOCH
from tests.sources.recorded import CASES, pages_of, read, source_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crawler.fetch import Found

LATER = datetime(2100, 1, 1, tzinfo=UTC)
"""When nothing recorded is new any more."""

VOTES = {
    "score": "score",
    "up": "for",
    "down": "against",
    "likes": "likes",
    "helpful_yes": "helpful or not",
}
"""Signals that somebody gives a post, and what they are called."""

HEAD = """# Platforms

What is read from each platform. Every "yes" and every word in the table is taken from what its
source makes of the pages that the tests have of it; where no page shows a thing, it says why.
[Sources](sources.md) tells how each is set up.

*Edits*: posts say when they were edited. *Members*: what not everybody may read is kept for its
groups. *Deletion*: what the platform says itself of posts that are not to be shown, and how soon
those that have merely gone are missed. *Increments*: how a crawl comes by what is new. *Compared
with*: what the pages, which are written by hand in the platform's form, were held against.
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a platform's pages say, as of the beginning of time."""

    posts: list[Post]
    stones: list[Tombstone]


def platforms() -> Iterator[str]:
    """Lines of the page."""
    yield from HEAD.splitlines()
    yield ""
    columns = ("platform", *COLUMNS, "compared with")
    yield f"| {' | '.join(columns)} |"
    yield "|" + "---|" * len(columns)
    for platform, case in CASES.items():
        cells = (_cell(platform, column) for column in COLUMNS)
        yield f"| {' | '.join((platform, *cells, case.proof.by))} |"


def _cell(platform: str, column: str) -> str:
    said, lacks = COLUMNS[column](platform), CASES[platform].proof.lacks(column)
    if bool(said) == bool(lacks):
        shown = f"it is shown ({said}) and declared as {lacks!r}" if said else "no page shows it"
        raise ValueError(f"{platform}, {column}: {shown}; mend the proof in its case or add a page")
    return said or lacks


@cache
def _said(platform: str, since: datetime) -> list[list[Found]]:
    """What each page says to a crawl that looks back so far, after what the crawl begins with."""
    begins = list(source_of(platform).start(since))
    return [begins, *(read(platform, page, since=since) for page in pages_of(platform).values())]


@cache
def _shown(platform: str) -> Shown:
    found = [one for said in _said(platform, EPOCH) for one in said]
    return Shown(
        [one for one in found if isinstance(one, Post)],
        [one for one in found if isinstance(one, Tombstone)],
    )


def _text(platform: str) -> str:
    return ", ".join(sorted({post.kind for post in _shown(platform).posts if post.text}))


def _author(platform: str) -> str:
    authors = [post.author for post in _shown(platform).posts if post.author]
    addresses = "profile" if any(author.url for author in authors) else ""
    proven = "verified links" if any(author.profiles for author in authors) else ""
    return ", ".join(filter(None, ("name" if authors else "", addresses, proven)))


def _reputation(platform: str) -> str:
    authors = (post.author for post in _shown(platform).posts if post.author)
    return _yes(author.reputation is not None for author in authors)


def _votes(platform: str) -> str:
    given = [post.signals for post in _shown(platform).posts]
    return ", ".join(
        called
        for name, called in VOTES.items()
        if any(getattr(signals, name) is not None for signals in given)
    )


def _acceptance(platform: str) -> str:
    return _yes(bool(post.accepted) for post in _shown(platform).posts)


def _staff(platform: str) -> str:
    roles = {role for post in _shown(platform).posts if post.author for role in post.author.roles}
    return ", ".join(sorted(roles - {"bot"}))


def _edits(platform: str) -> str:
    return _yes(post.updated_at is not None for post in _shown(platform).posts)


def _members(platform: str) -> str:
    return _yes(post.visibility == "members" for post in _shown(platform).posts)


def _deletion(platform: str) -> str:
    states = ", ".join(sorted({stone.state for stone in _shown(platform).stones}))
    within = source_of(platform).verify_within
    days = "" if within is None else f"{within.days} days" if within.days > 1 else "a day"
    return "; ".join(filter(None, (states and f"told: {states}", days and f"within {days}")))


def _increments(platform: str) -> str:
    news = "told by webhook" if hasattr(source_of(platform), "webhook") else ""
    return "; ".join(filter(None, (_by_date(platform), news)))


def _by_date(platform: str) -> str:
    """How pages differ by the date from which on everything is wanted."""
    said = zip(_said(platform, EPOCH), _said(platform, LATER), strict=True)
    pairs = [(_addresses(early), _addresses(late)) for early, late in said if early != late]
    if any(late - early for early, late in pairs):
        return "asked for since a date"
    return "read back to a date" if pairs else ""


def _addresses(found: list[Found]) -> set[str]:
    return {one.url for one in found if isinstance(one, Fetch)}


def _yes(shown: Iterator[bool]) -> str:
    return "yes" if any(shown) else ""


COLUMNS: dict[str, Callable[[str], str]] = {
    "text": _text,
    "author": _author,
    "reputation": _reputation,
    "votes": _votes,
    "acceptance": _acceptance,
    "staff": _staff,
    "edits": _edits,
    "members": _members,
    "deletion": _deletion,
    "increments": _increments,
}
"""What each column is taken from."""
