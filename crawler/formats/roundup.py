"""What Roundup's REST API answers, as far as it is read.

Things are asked for with `@verbose`, so that a linked one comes with its name: a user with
`username`, others with whatever their class is known by.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crawler.formats.refusal import named
from crawler.payload import decode_or

if TYPE_CHECKING:
    from contract.errors import SourceError
    from crawler.fetch import Page


class User(msgspec.Struct):
    """Who wrote something, by the name they log in with."""

    id: str
    username: str = ""


class Linked(msgspec.Struct):
    """A message of an issue; what it says comes by another page."""

    id: str


class Issue(msgspec.Struct, omit_defaults=True):
    """An issue. What the account may not see of it is left out, by old versions even its number."""

    id: str = ""
    title: str | None = None
    creation: str | None = None
    activity: str | None = None
    """When it last changed. Dates are written as "2026-04-18.10:00:00", in UTC."""
    creator: User | None = None
    real_name: str | None = msgspec.field(default=None, name="creator.realname")
    roles: str | None = msgspec.field(default=None, name="creator.roles")
    """Separated by commas."""
    messages: list[Linked] = []


class Link(msgspec.Struct):
    """Another page of a list."""

    uri: str


class Links(msgspec.Struct):
    """Where a list goes on."""

    next: list[Link] = []


class _Issues(msgspec.Struct):
    collection: list[Issue]
    links: Links = msgspec.field(default_factory=Links, name="@links")


class IssueList(msgspec.Struct):
    """A page of issues."""

    data: _Issues


class _Properties(msgspec.Struct):
    collection: list[dict[str, object]]


class PropertyList(msgspec.Struct):
    """The same page with everything that was asked for: each tracker names its own properties."""

    data: _Properties


class Message(msgspec.Struct):
    """A message, which knows nothing of the issue it is on."""

    id: str = ""
    content: str | None = None
    type: str | None = None
    date: str | None = None
    creation: str | None = None
    author: User | None = None
    real_name: str | None = msgspec.field(default=None, name="author.realname")
    roles: str | None = msgspec.field(default=None, name="author.roles")
    messageid: str | None = None
    inreplyto: str | None = None


class _Messages(msgspec.Struct):
    collection: list[Message]


class MessageList(msgspec.Struct):
    """Messages that were asked for by their numbers; retired ones are left out."""

    data: _Messages


class Thread(msgspec.Struct, omit_defaults=True):
    """An issue, as those of its messages must know it that come by another page."""

    designator: str
    """Its class and number, by which Roundup knows things everywhere: "issue12"."""
    issue: Issue
    tags: tuple[str, ...] = ()

    @property
    def messages(self) -> list[str]:
        """Numbers of its messages, in the order they were made."""
        return sorted((message.id for message in self.issue.messages), key=int)


class _Said(msgspec.Struct):
    msg: str = ""


class _Refusal(msgspec.Struct):
    error: _Said = msgspec.field(default_factory=_Said)


def refusal(page: Page, status: int) -> SourceError | None:
    """What the account may not do. What it may not see is left out of lists, without a word."""
    told = decode_or(page, _Refusal()).error.msg
    if not told or status not in {401, 403}:
        return None
    hint = 'Give the account of `api_key` the right "Rest Access", or set `people = false`.'
    return named(page, "Roundup", status, told, hint)


def labels(value: object) -> list[str]:
    """What a property says: a text as it is, linked things by their names."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        told = (said for name, said in value.items() if name not in {"id", "link"})
        return [said for said in told if isinstance(said, str)][:1]
    return [label for one in value for label in labels(one)] if isinstance(value, list) else []
