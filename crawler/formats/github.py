"""What the two GitHub sources share: who speaks, what others made of it, and GraphQL.

GraphQL says no with a 200 and a list of `errors` (https://docs.github.com/graphql); of those only
"not found" is an answer, all others mean that nothing is known.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from contract import Author, Signals
from contract.errors import SourceError
from crawler.fetch import Fetch, Page
from crawler.formats.refusal import named
from crawler.payload import decode, decode_or
from crawler.urls import web

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from contract.record import Role

HEADERS = {"Accept": "application/vnd.github.html+json", "X-GitHub-Api-Version": "2022-11-28"}
"""Bodies as the site renders them, and a version that does not change under us."""

STAFF = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
"""Associations that a repository's owner grants; all others come by themselves."""

GHOST = 10137
"""The account that REST names in place of deleted ones; GraphQL names nobody."""

SAID = """
fragment said on Comment {
  author { __typename login url ... on User { databaseId } ... on Bot { databaseId } }
  authorAssociation bodyHTML createdAt lastEditedAt
  ... on Reactable { reactionGroups { content reactors { totalCount } } }
  ... on Minimizable { isMinimized minimizedReason }
}
"""
"""What anything written has, as a fragment for any query."""

_HINTS = {
    "RATE_LIMITED": "The next crawl goes on from here.",
    "FORBIDDEN": "Give the token leave to read the repository, by single sign-on if need be.",
    "INSUFFICIENT_SCOPES": "Give the token leave to read the repository.",
}


_OF_STATUS = {
    401: "Set `api_key` to a new token: there is none, or it has run out or was revoked.",
    403: _HINTS["FORBIDDEN"],
    429: "The next crawl goes on from here; an `api_key` raises 60 calls an hour to 5,000.",
}


class _Actor(msgspec.Struct, rename="camel"):
    login: str
    url: str | None = None
    database_id: int | None = None
    typename: str = msgspec.field(name="__typename", default="")


class Count(msgspec.Struct, rename="camel"):
    """Length of a list that is not shown."""

    total_count: int


class _Reactions(msgspec.Struct):
    content: str
    reactors: Count


class Said(msgspec.Struct, rename="camel", kw_only=True):
    """Something written, as GraphQL shows it by the fragment `said`."""

    url: str
    html: str = msgspec.field(name="bodyHTML")
    created_at: datetime
    author: _Actor | None = None
    author_association: str = ""
    last_edited_at: datetime | None = None
    reaction_groups: list[_Reactions] | None = None
    is_minimized: bool = False
    minimized_reason: str | None = None

    def reactions(self) -> dict[str, int] | None:
        """Number of reactions by their name, such as THUMBS_UP; None where it is not told."""
        if self.reaction_groups is None:
            return None
        return {group.content: group.reactors.total_count for group in self.reaction_groups}

    def by(self, source: str) -> Author | None:
        """Who wrote it; None for an account that was deleted."""
        if self.author is None:
            return None
        return author(
            source,
            self.author.login,
            number=self.author.database_id,
            url=self.author.url,
            association=self.author_association,
            is_bot=self.author.typename == "Bot",
        )


class PageInfo(msgspec.Struct, rename="camel"):
    """Where a list goes on."""

    has_next_page: bool = False
    end_cursor: str | None = None

    @property
    def after(self) -> str | None:
        """Cursor of the next page; None at the end."""
        return self.end_cursor if self.has_next_page else None


class Label(msgspec.Struct):
    """A label, in REST and in GraphQL."""

    name: str | None = None


class Labels(msgspec.Struct):
    """Labels as GraphQL lists them."""

    nodes: list[Label]


class _Error(msgspec.Struct):
    message: str
    type: str | None = None


class _Answer(msgspec.Struct):
    errors: list[_Error] | None = None


def author(
    source: str, login: str, *, number: int | None, url: str | None, association: str, is_bot: bool
) -> Author | None:
    """An account by its number, which outlives its name; None for the ghost of deleted ones."""
    if number == GHOST:
        return None
    roles: tuple[Role, ...] = ("staff",) if association in STAFF else ()
    return Author(
        author_id=f"{source}:{login if number is None else f'u{number}'}",
        name=login.removesuffix("[bot]"),  # which REST alone adds
        url=web(url),
        roles=(*roles, "bot") if is_bot else roles,
    )


def thumbs(up: int, down: int, cheers: int, replies: int | None = None) -> Signals:
    """Reactions as signals: thumbs are votes, hearts and the like are likes."""
    return Signals(score=up - down, up=up, down=down, likes=cheers, replies=replies)


def tags(labels: Iterable[Label], *, closed: bool, reason: str | None) -> tuple[str, ...]:
    """Labels, and how it ended: "closed" and its reason, such as "not planned"."""
    words = [label.name for label in labels if label.name]
    if closed:
        words += ["closed", *([reason.lower().replace("_", " ")] if reason else [])]
    return tuple(dict.fromkeys(words))


def ask(
    kind: str,
    rest_url: str,
    query: str,
    variables: Mapping[str, object],
    *,
    mark: str,
    note: dict[str, str] | None = None,
    held: Iterable[str] = (),
) -> Fetch:
    """A wish for GraphQL's answer to `query`; `mark` tells it from others to the same address.

    On one's own server REST stands at /api/v3 and GraphQL at /api/graphql.
    """
    return Fetch(
        kind=kind,
        url=f"{rest_url.removesuffix('/v3')}/graphql#{mark}",
        headers={"Accept": "application/json", "Content-Type": "application/json"},
        body=json.dumps({"query": query, "variables": variables}),
        note=note or {},
        held=tuple(held),
    )


class _Refusal(msgspec.Struct):
    message: str = ""
    block: msgspec.Raw | None = None
    """Of a repository that GitHub has closed to everybody."""


def refusal(page: Page, status: int) -> SourceError | None:
    """Why REST does not answer; None where it speaks of one issue, or of a closed repository."""
    told = decode_or(page, _Refusal())
    if status not in _OF_STATUS or not told.message or told.block is not None:
        return None
    return named(page, "GitHub", status, told.message, _OF_STATUS[status])


def check(page: Page) -> None:
    """Raise SourceError where GraphQL answers that it does not answer."""
    for error in decode(page, _Answer).errors or []:
        if error.type != "NOT_FOUND":
            named = error.type or "refused"
            hint = _HINTS.get(named)
            raise SourceError(f"{page.url}: GraphQL: {named}: {error.message}", hint=hint)
