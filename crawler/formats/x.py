"""What the X API of version 2 sends: posts, their authors beside them, and what is not there.

An edit is a post of its own with an id of its own; `edit_history_tweet_ids` names all versions,
oldest first. Ids of posts tell when they were made ("snowflakes").
https://docs.x.com/x-api/fundamentals/data-dictionary
"""

from __future__ import annotations

import html
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from contract import Author, Signals
from crawler.clean import from_text, plain_line
from crawler.formats.refusal import named
from crawler.payload import decode_or
from crawler.times import from_epoch, utc

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contract.errors import SourceError
    from crawler.fetch import Page

SITE = "https://x.com"

FIELDS = {
    "tweet.fields": "author_id,conversation_id,created_at,edit_history_tweet_ids,entities,lang,"
    "note_tweet,public_metrics,referenced_tweets,withheld",
    "expansions": "author_id",
    "user.fields": "name,protected,username",
}
"""Fields beyond `id` and `text`, which are all that comes unasked."""

EPOCH_MS = 1288834974657
"""From when on ids are snowflakes: 22 bits follow the milliseconds since then."""

OLD_CODES = {"in": "id", "iw": "he", "ji": "yi"}
"""Codes of languages that X still uses, to those of today."""


_HINTS: dict[str | int, str] = {
    "client-forbidden": "Attach the app of the token to a project at X that may use these calls.",
    "client-not-enrolled": "Attach the app of the token to a project at X, which has to be paid.",
    "usage-capped": "The posts of this month are used up: lower `pages`, or buy more of X.",
    "credits": "Buy credits of X, or switch the source off.",
    "unsupported-authentication": "Set `api_key` to the bearer token of an app.",
    "invalid-request": "Check `queries` and `users`.",
    401: "Renew `api_key`: X does not know the token.",
    403: "See at X what the plan of the app lets it read.",
    429: "Raise `delay_s`; the next crawl goes on from here.",
}
"""By the reason or the type of a problem, else by the status.
https://docs.x.com/x-api/fundamentals/response-codes-and-errors"""


class _Url(msgspec.Struct):
    url: str
    expanded_url: str | None = None


class _Tag(msgspec.Struct):
    tag: str


class _Entities(msgspec.Struct):
    urls: list[_Url] = []
    hashtags: list[_Tag] = []


class _Note(msgspec.Struct):
    text: str
    entities: _Entities = msgspec.field(default_factory=_Entities)


class _Metrics(msgspec.Struct):
    retweet_count: int | None = None
    reply_count: int | None = None
    like_count: int | None = None
    impression_count: int | None = None


class _Reference(msgspec.Struct):
    type: str
    id: str


class User(msgspec.Struct):
    """An account."""

    id: str
    name: str = ""
    username: str = ""
    protected: bool = False

    def author(self, source: str) -> Author:
        """The account as an author; its id stays, its handle may change."""
        return Author(
            author_id=f"{source}:{self.id}",
            name=plain_line(self.name) or self.username or self.id,
            url=f"{SITE}/{self.username}" if self.username else f"{SITE}/i/user/{self.id}",
        )


class Tweet(msgspec.Struct):
    """A version of a post."""

    id: str
    text: str
    author_id: str | None = None
    conversation_id: str | None = None
    created_at: datetime | None = None
    edit_history_tweet_ids: list[str] = []
    entities: _Entities = msgspec.field(default_factory=_Entities)
    lang: str | None = None
    note_tweet: _Note | None = None
    public_metrics: _Metrics = msgspec.field(default_factory=_Metrics)
    referenced_tweets: list[_Reference] = []
    withheld: msgspec.Raw = msgspec.Raw()

    @property
    def first(self) -> str:
        """Id of its first version: what it is known by, however often it is edited."""
        return self.edit_history_tweet_ids[0] if self.edit_history_tweet_ids else self.id

    @property
    def last(self) -> str:
        """Id of its present version."""
        return self.edit_history_tweet_ids[-1] if self.edit_history_tweet_ids else self.id

    @property
    def thread(self) -> str:
        """Id of the post that opened its thread, in its first version as far as is known."""
        thread = self.conversation_id or self.first
        return self.first if thread in self.edit_history_tweet_ids else thread

    @property
    def is_repost(self) -> bool:
        """Somebody else's words, which are read where they stand."""
        return any(reference.type == "retweeted" for reference in self.referenced_tweets)

    def answers(self) -> str | None:
        """Id of what it replies to."""
        replied = (one.id for one in self.referenced_tweets if one.type == "replied_to")
        return next(replied, None)

    def made_at(self) -> datetime | None:
        """When its first version was written."""
        if self.first == self.id:
            return utc(self.created_at) if self.created_at else None
        return from_epoch(((int(self.first) >> 22) + EPOCH_MS) / 1000)

    def edited_at(self) -> datetime | None:
        """When it was last edited; None where it never was."""
        is_edited = self.first != self.id and self.created_at is not None
        return utc(self.created_at) if is_edited and self.created_at else None

    def words(self) -> str:
        """The whole text, with links as they lead rather than as X shortens them."""
        said = self.note_tweet or self
        text = said.text
        for link in said.entities.urls:
            is_picture = (link.expanded_url or "").endswith(("/photo/1", "/video/1"))
            text = text.replace(link.url, "" if is_picture else link.expanded_url or link.url)
        return from_text(html.unescape(text)).text

    def language(self) -> str | None:
        """None where X cannot tell, or where there are no words."""
        code = self.lang or "und"
        says_nothing = code == "und" or (len(code) == 3 and code[0] in "qz")
        return None if says_nothing else OLD_CODES.get(code, code)

    def tags(self) -> tuple[str, ...]:
        """Its hashtags, without the sign."""
        said = self.note_tweet or self
        return tuple(tag.tag for tag in said.entities.hashtags)

    def signals(self) -> Signals:
        """What people did with it."""
        counts = self.public_metrics
        return Signals(
            likes=counts.like_count,
            shares=counts.retweet_count,
            replies=counts.reply_count,
            views=counts.impression_count,
        )


class _Includes(msgspec.Struct):
    users: list[User] = []


class Problem(msgspec.Struct):
    """Why something that was asked for is not there."""

    title: str = ""
    detail: str = ""
    type: str = ""
    value: str | None = None
    resource_id: str | None = None
    resource_type: str | None = None

    @property
    def about(self) -> str | None:
        """Id of what was asked for."""
        return self.resource_id or self.value


class _Refusal(msgspec.Struct):
    title: str = ""
    detail: str = ""
    type: str = ""
    reason: str | None = None


class _Meta(msgspec.Struct):
    next_token: str | None = None


class Answer(msgspec.Struct):
    """A list of posts, or the posts that were asked for by id."""

    data: list[Tweet] = []
    includes: _Includes = msgspec.field(default_factory=_Includes)
    errors: list[Problem] = []
    meta: _Meta = msgspec.field(default_factory=_Meta)

    def users(self) -> Mapping[str, User]:
        """Accounts by id."""
        return {user.id: user for user in self.includes.users}


def refusal(page: Page, status: int) -> SourceError | None:
    """Why X does not answer; what is asked for is never one post alone."""
    told = decode_or(page, _Refusal())
    kind = told.reason or told.type.rpartition("/problems/")[2]
    hint = _HINTS.get(kind) or _HINTS.get(status)
    if not told.title and hint is None:
        return None
    return named(page, "X", told.title or status, told.detail, hint)
