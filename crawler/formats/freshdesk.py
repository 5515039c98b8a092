"""What Freshdesk's API sends, and how far a walk through its rooms has come.

Rooms (folders and forums) stand in categories and say whom they are for; only when all are known
can their articles and topics be read (https://developers.freshdesk.com/api/).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from crawler.urls import path

if TYPE_CHECKING:
    from crawler.fetch import Page

STAMPS = {
    1: "planned",
    2: "implemented",
    3: "not taken",
    4: "in progress",
    5: "deferred",
    6: "answered",
    7: "unanswered",
    8: "solved",
    9: "unsolved",
}


class _Contact(msgspec.Struct):
    name: str = ""


class Agent(msgspec.Struct):
    """Somebody who works for the help desk."""

    id: int
    contact: _Contact = msgspec.field(default_factory=_Contact)


class Room(msgspec.Struct):
    """A category, a folder or a forum."""

    id: int
    name: str
    visibility: int | None = None
    forum_visibility: int | None = None
    forum_type: int = 0
    company_ids: list[int] | None = None
    sub_folders_count: int = 0

    def groups(self) -> list[str]:
        """Who may see what stands in it; nobody is named where everybody may."""
        match self.visibility or self.forum_visibility:
            case 1:
                return []
            case 2:
                return ["users", "agents"]
            case 3:
                return ["agents"]
            case 4:
                return [*(f"company-{one}" for one in self.company_ids or ()), "agents"]
            case _:
                return [f"room-{self.id}", "agents"]


class _Named(msgspec.Struct):
    language: str | None = None


class _Level(msgspec.Struct):
    data: _Named = msgspec.field(default_factory=_Named)


class Article(msgspec.Struct):
    """An article in one language."""

    id: int
    title: str
    status: int
    created_at: datetime
    updated_at: datetime
    modified_at: datetime | None = None
    description: str | None = None
    agent_id: int | None = None
    thumbs_up: int | None = None
    thumbs_down: int | None = None
    hits: int | None = None
    tags: list[str] | None = None
    hierarchy: list[_Level] = []

    def language(self) -> str | None:
        """Code of the language that its folders are named in."""
        return next((one.data.language for one in self.hierarchy if one.data.language), None)


class Topic(msgspec.Struct):
    """A topic of a forum; its words are its first comment."""

    id: int
    title: str
    created_at: datetime
    updated_at: datetime
    replied_at: datetime | None = None
    published: bool = True
    locked: bool = False
    stamp_type: int | None = None
    comments_count: int | None = None
    hits: int | None = None
    user_votes: int | None = None
    merged_topic_id: int | None = None

    def tags(self) -> list[str]:
        """Its stamp, and "closed" where nobody may answer any more."""
        stamp = STAMPS.get(self.stamp_type or 0)
        return [*([stamp] if stamp else []), *(["closed"] if self.locked else [])]

    def hidden(self) -> str:
        """Why it is not shown; empty where it is."""
        if self.merged_topic_id is not None:
            return "merged into another topic"
        return "" if self.published else "not published"


class Comment(msgspec.Struct):
    """What somebody said in a topic."""

    id: int
    created_at: datetime
    updated_at: datetime
    body: str | None = None
    user_id: int | None = None
    published: bool = True
    spam: bool | None = None
    answer: bool | None = None


class Listed(msgspec.Struct):
    """A list of articles or topics that is to be read, and where it stands."""

    kind: str
    path: str
    container: str
    groups: list[str]
    language: str = ""
    asks: bool = False
    """Its topics are questions."""


class Walk(msgspec.Struct):
    """How far we have come: rooms still to be asked for, and lists that are known."""

    todo: list[tuple[str, str]] = []
    """Paths, each with the name of the room above."""
    lists: list[Listed] = []
    agents: dict[str, str] = {}
    """Names of agents by their number."""
    threads: dict[str, list[str]] = {}
    """In a verification: ids that are asked about, by that of the opening post."""

    def note(self) -> dict[str, str]:
        """As what a page comes back with."""
        return {"walk": msgspec.json.encode(self).decode()}


def walk_of(page: Page) -> Walk:
    """The walk as it stood when the page was asked for."""
    return msgspec.json.decode(page.note["walk"], type=Walk)


def onward(page: Page) -> str | None:
    """Path of the next page, as the `Link` header tells; None at the end."""
    link = page.next_link
    return path(link) if link is not None else None
