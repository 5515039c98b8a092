"""What LinkedIn's versioned API sends: posts of an organisation, and comments on them.

Things are named by URNs, such as "urn:li:share:6844785523593134080". Text is in "little text"
format: https://learn.microsoft.com/linkedin/marketing/community-management/shares/little-text-format
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import msgspec

from contract import Signals
from crawler.formats.refusal import named
from crawler.payload import decode_or
from crawler.times import from_epoch

if TYPE_CHECKING:
    from datetime import datetime

    from contract.errors import SourceError
    from crawler.fetch import Page

SITE = "https://www.linkedin.com"

Ms = Annotated[int, msgspec.Meta(ge=0, le=10**14)]
"""Milliseconds since 1970."""

_HASHTAG = re.compile(r"\{hashtag\|\\?#\|((?:[^\\}]|\\.)+)\}")
_MENTION = re.compile(r"@\[((?:[^\\\]]|\\.)+)\]\((?:[^\\)]|\\.)*\)")
_ESCAPED = re.compile(r"\\([|{}@\[\]()<>#\\*_~])")
_COMMENT = re.compile(r"urn:li:comment:\((urn:li:[^,]+),(\d+)\)")


_HINTS = {
    401: "Make a new token and set `api_key` to it: this one has run out or was revoked.",
    403: "Give the token `r_organization_social`, by somebody who administers the page.",
    426: "Set `version` to one that LinkedIn still serves.",
    429: "The calls of the day are used up until midnight, UTC; the next crawl goes on from here.",
}
"""https://learn.microsoft.com/linkedin/shared/api-guide/concepts/error-handling"""


class _Link(msgspec.Struct):
    rel: str
    href: str


class _Paging(msgspec.Struct):
    links: list[_Link] = []

    def next(self) -> str | None:
        return next((link.href for link in self.links if link.rel == "next"), None)


class _State(msgspec.Struct):
    is_edited: bool = msgspec.field(name="isEditedByAuthor", default=False)


class Post(msgspec.Struct):
    """What an organisation wrote."""

    id: str
    author: str
    lifecycle: str = msgspec.field(name="lifecycleState")
    visibility: str
    modified: Ms = msgspec.field(name="lastModifiedAt")
    published: Ms | None = msgspec.field(name="publishedAt", default=None)
    commentary: str = ""
    state: _State = msgspec.field(name="lifecycleStateInfo", default_factory=_State)

    @property
    def is_open(self) -> bool:
        """Whether everybody may see it, and not members of LinkedIn alone."""
        return self.lifecycle == "PUBLISHED" and self.visibility == "PUBLIC"

    def modified_at(self) -> datetime:
        """When anything about it was changed."""
        return from_epoch(self.modified / 1000)

    def edited_at(self) -> datetime | None:
        """When it was last edited; None where it never was."""
        return self.modified_at() if self.state.is_edited else None

    def made_at(self) -> datetime | None:
        """When it was published."""
        return None if self.published is None else from_epoch(self.published / 1000)


class _Stamp(msgspec.Struct):
    time: Ms


class _Message(msgspec.Struct):
    text: str = ""


class _Likes(msgspec.Struct):
    total: int | None = msgspec.field(name="totalLikes", default=None)


class _Replies(msgspec.Struct):
    total: int | None = msgspec.field(name="totalFirstLevelComments", default=None)


class Comment(msgspec.Struct, kw_only=True):
    """What was said below a post, or below a comment."""

    actor: str
    created: _Stamp
    modified: _Stamp | None = msgspec.field(name="lastModified", default=None)
    urn: str = msgspec.field(name="commentUrn")
    """Names the activity that a post is to LinkedIn, which is not the post."""
    parent: str | None = msgspec.field(name="parentComment", default=None)
    message: _Message = msgspec.field(default_factory=_Message)
    likes: _Likes = msgspec.field(name="likesSummary", default_factory=_Likes)
    replies: _Replies = msgspec.field(name="commentsSummary", default_factory=_Replies)

    def edited_at(self) -> datetime | None:
        """When it was last edited; None where it never was."""
        is_edited = self.modified is not None and self.modified.time > self.created.time
        return from_epoch(self.modified.time / 1000) if is_edited and self.modified else None

    def signals(self) -> Signals:
        """What people did with it."""
        return Signals(likes=self.likes.total, replies=self.replies.total)


class Posts(msgspec.Struct):
    """A page of posts."""

    elements: list[Post]
    paging: _Paging = msgspec.field(default_factory=_Paging)


class Comments(msgspec.Struct):
    """A page of comments."""

    elements: list[Comment]
    paging: _Paging = msgspec.field(default_factory=_Paging)


class _Refusal(msgspec.Struct):
    status: int
    message: str = ""


class SomePosts(msgspec.Struct):
    """Posts that were asked for by URN."""

    results: dict[str, Post]
    errors: dict[str, _Refusal] = {}


class SomeComments(msgspec.Struct):
    """Comments that were asked for by id."""

    results: dict[str, Comment]
    errors: dict[str, _Refusal] = {}


def plain(text: str) -> str:
    """Little text as people read it: mentions and hashtags by name, no escapes."""
    text = _HASHTAG.sub(r"#\1", text)
    return _ESCAPED.sub(r"\1", _MENTION.sub(r"@\1", text))


def tags(text: str) -> tuple[str, ...]:
    """Its hashtags, without the sign."""
    return tuple(_ESCAPED.sub(r"\1", tag) for tag in _HASHTAG.findall(text))


def parts(comment_urn: str) -> tuple[str, str] | None:
    """The URN of the activity a comment stands below, and its id; None where it is no comment's."""
    found = _COMMENT.fullmatch(comment_urn)
    return (found[1], found[2]) if found else None


class _Told(msgspec.Struct):
    message: str = ""
    code: str | int | None = None
    service_code: int | None = msgspec.field(name="serviceErrorCode", default=None)


def refusal(page: Page, status: int) -> SourceError | None:
    """Why LinkedIn does not answer, where that is not about what was asked for."""
    told = decode_or(page, _Told())
    if status not in _HINTS or not told.message:
        return None
    what = told.service_code or told.code or status
    return named(page, "LinkedIn", what, told.message, _HINTS[status])
