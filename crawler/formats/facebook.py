"""What Facebook's Graph API sends: posts of a page, comments, and answers to batches.

https://developers.facebook.com/docs/graph-api/reference/post
https://developers.facebook.com/docs/graph-api/reference/comment
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import msgspec

from contract import Author, Signals
from contract.errors import SourceError, UnexpectedShapeError
from crawler.clean import plain_line
from crawler.formats.refusal import named
from crawler.payload import decode_or
from crawler.times import instant

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.fetch import Page

SITE = "https://www.facebook.com"

POST = (
    "id,message,created_time,updated_time,permalink_url,from{id,name},is_hidden,is_published,"
    "privacy{value},shares,reactions.summary(total_count).limit(0),"
    "comments.summary(total_count).filter(stream).limit(0)"
)
COMMENT = (
    "id,message,created_time,permalink_url,from{id,name},parent{id},is_hidden,is_private,like_count"
)
"""Fields that are asked for; unasked, only id, date and text come."""

OPEN = frozenset({"", "EVERYONE"})
"""Values of `privacy` of what everybody may see."""

BUSY = 90
"""Percent of what an app may use in an hour, from where on we slow down."""

BUSY_WAIT_S = 300.0
"""A twelfth of that hour."""

_NOT_THERE = ((100, 33), (803, None), (21, None))
"""Codes, with subcodes, of what does not exist (any more) for this token."""

_LIMITS = frozenset({4, 17, 32, 613})
_LEAVE = frozenset({10, *range(200, 300)})
_TOKEN = frozenset({102, 190, 463, 467})
"""Codes of calls that are too many, of what the token has no leave for, and of a token that is
none: https://developers.facebook.com/docs/graph-api/guides/error-handling"""


class _By(msgspec.Struct):
    id: str
    name: str = ""


class _Total(msgspec.Struct):
    total_count: int | None = None


class _Counted(msgspec.Struct):
    summary: _Total = msgspec.field(default_factory=_Total)


class _Privacy(msgspec.Struct):
    value: str = ""


class _Shares(msgspec.Struct):
    count: int | None = None


class _Parent(msgspec.Struct):
    id: str


class _Written(msgspec.Struct, kw_only=True):
    created_time: str
    message: str = ""
    permalink_url: str | None = None
    by: _By | None = msgspec.field(name="from", default=None)
    is_hidden: bool = False

    def made_at(self) -> datetime | None:
        """When it was written: "+0000" is no zone as RFC 3339 wants it."""
        return instant(self.created_time)

    def author(self, source: str, page_id: str) -> Author | None:
        """Who wrote it, where the token may know; the page itself is staff."""
        if self.by is None:
            return None
        is_page = self.by.id == page_id
        return Author(
            author_id=f"{source}:{self.by.id}",
            name=plain_line(self.by.name) or self.by.id,
            url=f"{SITE}/{self.by.id}" if is_page else None,
            roles=("staff",) if is_page else (),
        )


class PagePost(_Written, kw_only=True):
    """What the page or somebody on it wrote."""

    id: str
    """Of the page and of the post, such as "19292868552_10158349356748553"."""
    updated_time: str | None = None
    """Of any change, a comment among them."""
    is_published: bool = True
    privacy: _Privacy = msgspec.field(default_factory=_Privacy)
    shares: _Shares = msgspec.field(default_factory=_Shares)
    reactions: _Counted = msgspec.field(default_factory=_Counted)
    comments: _Counted = msgspec.field(default_factory=_Counted)

    @property
    def is_open(self) -> bool:
        """Whether everybody may see it."""
        return self.is_published and not self.is_hidden and self.privacy.value in OPEN

    @property
    def page_id(self) -> str:
        """Id of its page."""
        return self.id.partition("_")[0]

    def url(self) -> str:
        """Where people read it."""
        return self.permalink_url or f"{SITE}/{self.id}"

    def signals(self) -> Signals:
        """What people did with it."""
        return Signals(
            likes=self.reactions.summary.total_count,
            shares=self.shares.count,
            replies=self.comments.summary.total_count,
        )


class Comment(_Written, kw_only=True):
    """A comment on a post, or on a comment."""

    id: str | None = None
    parent: _Parent | None = None
    is_private: bool = False
    like_count: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether everybody may see it."""
        return not self.is_hidden and not self.is_private

    def native(self) -> str:
        """Its id; without leave to moderate it comes in its address alone.

        Raises ValueError where it stands in neither.
        """
        if self.id is not None:
            return self.id
        address = urlsplit(self.permalink_url or "")
        asked = parse_qs(address.query)
        number = asked.get("reply_comment_id") or asked.get("comment_id")
        post = address.path.rstrip("/").rpartition("/")[2]
        if not number or not post:
            raise ValueError("a comment has neither an id nor an address that tells it")
        return f"{post}_{number[0]}"


class _Paging(msgspec.Struct):
    next: str | None = None


class Feed(msgspec.Struct):
    """A page of posts."""

    data: list[PagePost]
    paging: _Paging = msgspec.field(default_factory=_Paging)


class Comments(msgspec.Struct):
    """A page of comments."""

    data: list[Comment]
    paging: _Paging = msgspec.field(default_factory=_Paging)


class Reply(msgspec.Struct):
    """The answer to one question of a batch."""

    code: int
    body: str


class _Error(msgspec.Struct):
    message: str = ""
    code: int = 0
    error_subcode: int | None = None


class _Refusal(msgspec.Struct):
    error: _Error

    @property
    def is_answer(self) -> bool:
        """Whether it says that what was asked for is not there."""
        error = self.error
        return (error.code, error.error_subcode) in _NOT_THERE or (error.code, None) in _NOT_THERE


def onward(link: str | None) -> str | None:
    """The address of the next page, without the token that Facebook writes into it."""
    if link is None:
        return None
    asked = parse_qsl(urlsplit(link).query, keep_blank_values=True)
    kept = [(name, value) for name, value in asked if name != "access_token"]
    return f"{link.partition('?')[0]}?{urlencode(kept, safe=',(){}')}"


def is_gone(page: Page, reply: Reply) -> bool:
    """Whether an answer says that what was asked for is not there.

    Raises SourceError where it says that we may not ask, or not now: that is no word about a post.
    """
    if reply.code == 200:
        return False
    try:
        told = msgspec.json.decode(reply.body, type=_Refusal)
    except msgspec.DecodeError as wrong:
        raise UnexpectedShapeError(f"{page.url}: {wrong}") from wrong
    if told.is_answer:
        return True
    raise _named(page, told.error)


def refusal(page: Page) -> SourceError | None:
    """Why Facebook does not answer; None where that is an answer, or where it does not say."""
    told = decode_or(page, _Refusal(_Error()))
    return None if told.is_answer or not told.error.code else _named(page, told.error)


def _named(page: Page, error: _Error) -> SourceError:
    hint = None
    if error.code in _LIMITS:
        hint = "The page or app has made too many calls: raise `delay_s`; the next crawl goes on."
    elif error.code in _LEAVE:
        hint = "Give the token `pages_read_engagement` and `pages_read_user_content`."
    elif error.code in _TOKEN:
        hint = "Make a new access token of the page and set `api_key` to it."
    return named(page, "Facebook", error.code, error.message, hint)


def asked_wait_s(page: Page) -> float:
    """Seconds to wait, where most of what the app may use in an hour is used up."""
    try:
        used = msgspec.json.decode(page.headers.get("x-app-usage", "{}"), type=dict[str, float])
    except msgspec.DecodeError:
        return 0.0
    return BUSY_WAIT_S if max(used.values(), default=0.0) >= BUSY else 0.0
