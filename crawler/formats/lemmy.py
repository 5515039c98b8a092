"""Posts and comments as Lemmy shows them, in the API's versions 3 and 4.

Version 3 keeps numbers beside a post and calls its dates `published` and `updated`; version 4 has
the numbers in it, and `published_at` and `updated_at`. Only what is read is named here.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from crawler.clean import plain_line
from crawler.formats.refusal import named
from crawler.payload import decode_or
from crawler.times import EPOCH, utc
from crawler.urls import web

if TYPE_CHECKING:
    from contract.errors import SourceError
    from contract.record import State
    from crawler.fetch import Page

UNDETERMINED = 0
"""The language of what nobody gave one."""


_CLOSED = "This server is private: set `api_key` to the token of an account there."
_HINTS = {
    "not_logged_in": _CLOSED,
    "instance_is_private": _CLOSED,
    "incorrect_login": "Renew `api_key`: the server does not know the token.",
    "rate_limit_error": "Raise `delay_s`; the next crawl goes on from here.",
    "couldnt_find_community": "Correct the names under `communities`.",
}


class Language(msgspec.Struct):
    """What a site's number of a language means."""

    id: int
    code: str


class Site(msgspec.Struct):
    """A server."""

    version: str
    all_languages: list[Language] = []


class Numbers(msgspec.Struct):
    """Votes and replies: beside a post or comment in version 3, in it in version 4."""

    score: int | None = None
    upvotes: int | None = None
    downvotes: int | None = None
    comments: int | None = None
    child_count: int | None = None
    newest_comment_time: datetime | None = None
    newest_comment_time_at: datetime | None = None


class Written(Numbers, kw_only=True):
    """What posts and comments have in common."""

    id: int
    ap_id: str
    published: datetime | None = None
    published_at: datetime | None = None
    updated: datetime | None = None
    updated_at: datetime | None = None
    removed: bool = False
    deleted: bool = False
    language_id: int = UNDETERMINED

    @property
    def created_at(self) -> datetime | None:
        """When it was written."""
        at = self.published_at or self.published
        return utc(at) if at else None

    @property
    def edited_at(self) -> datetime | None:
        """When it was last edited."""
        at = self.updated_at or self.updated
        return utc(at) if at else None


class Submission(Written, kw_only=True):
    """What opens a thread, which Lemmy calls a post."""

    name: str
    body: str | None = None
    url: str | None = None
    url_content_type: str | None = None
    alt_text: str | None = None
    featured_community: bool = False
    featured_local: bool = False

    @property
    def is_featured(self) -> bool:
        """Whether it stands first whatever its age."""
        return self.featured_community or self.featured_local

    @property
    def markdown(self) -> str:
        """What it says, then what its picture says, and the page it links to."""
        is_picture = (self.url_content_type or "").startswith("image/")
        linked = None if is_picture else web(self.url)
        parts = (self.body, self.alt_text, f"<{linked}>" if linked else None)
        return "\n\n".join(filter(None, parts))


class Comment(Written, kw_only=True):
    """A reply; `path` has the ids from the post, which is 0, down to its own."""

    content: str
    path: str
    distinguished: bool = False

    @property
    def above(self) -> str | None:
        """Id of the comment it answers; None where it answers the post."""
        parent = self.path.split(".")[-2:-1]
        return parent[0] if parent and parent != ["0"] else None

    @property
    def markdown(self) -> str:
        """What it says."""
        return self.content


class Person(msgspec.Struct):
    """Who wrote something; its address is `actor_id` in version 3, `ap_id` in version 4."""

    name: str
    display_name: str | None = None
    actor_id: str | None = None
    ap_id: str | None = None
    local: bool = True
    bot_account: bool = False


class Community(msgspec.Struct):
    """Where something was said."""

    name: str
    title: str = ""
    removed: bool = False
    deleted: bool = False
    hidden: bool = False
    visibility: str = "public"

    @property
    def is_open(self) -> bool:
        """Whether everybody may read it, and may come across it."""
        closed = self.removed or self.deleted or self.hidden
        return not closed and self.visibility.lower() == "public"


class Tag(msgspec.Struct):
    """What a community calls some of its posts."""

    display_name: str | None = None
    name: str | None = None


class View(msgspec.Struct, kw_only=True):
    """A post, or a comment with the post it stands below, and all around it."""

    post: Submission
    creator: Person
    community: Community
    comment: Comment | None = None
    counts: Numbers | None = None
    creator_is_moderator: bool = False
    creator_is_admin: bool = False
    tags: list[Tag] = []

    @property
    def written(self) -> Submission | Comment:
        """What this shows: the comment where there is one, else the post."""
        return self.comment or self.post

    @property
    def numbers(self) -> Numbers:
        """Its votes and replies, wherever they stand."""
        return self.counts or self.written

    @property
    def active_at(self) -> datetime:
        """When a post was last answered, or else written: what its list is sorted by."""
        last = self.numbers.newest_comment_time_at or self.numbers.newest_comment_time
        return max(utc(last) if last else EPOCH, self.post.created_at or EPOCH)

    @property
    def is_by_moderator(self) -> bool:
        """Whether its author moderates the community, or speaks for it here."""
        speaks_for_it = self.comment is not None and self.comment.distinguished
        return self.creator_is_moderator or speaks_for_it

    def names(self) -> tuple[str, ...]:
        """Tags of the post."""
        lines = (plain_line(tag.display_name or tag.name or "") for tag in self.tags)
        return tuple(filter(None, lines))

    def why_not(self) -> tuple[State, str] | None:
        """Why it is not to be shown; its text may still stand in the payload."""
        if not self.community.is_open:
            return "hidden", "its community is not open to everybody"
        if self.written.deleted:
            return "deleted", "deleted by its author"
        if self.written.removed:
            return "removed", "removed by a moderator"
        if self.post.deleted or self.post.removed:
            return "hidden", "the post it stands below was taken away"
        return None


class _Refusal(msgspec.Struct):
    error: str = ""
    message: str = ""


def refusal(page: Page) -> SourceError | None:
    """Why a server does not answer; None where that is about one post."""
    told = decode_or(page, _Refusal())
    hint = _HINTS.get(told.error)
    return named(page, "Lemmy", told.error, told.message, hint) if hint else None
