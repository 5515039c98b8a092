"""What the YouTube Data API sends (https://developers.google.com/youtube/v3/docs)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from crawler.clean import Body, from_html, from_text
from crawler.formats.refusal import named
from crawler.payload import decode_or

if TYPE_CHECKING:
    from contract.errors import SourceError
    from crawler.fetch import Page

SITE = "https://www.youtube.com"

NOTHING = frozenset(
    {"commentsDisabled", "videoNotFound", "commentNotFound", "commentThreadNotFound"}
)
"""Refusals that are an answer: there is nothing to read."""

_SPENT = "The quota is filled again at midnight, Pacific time; the next crawl goes on."
_SLOWER = "Raise `delay_s`; the next crawl goes on from here."
_KEY = "Check `api_key`, and the names under `channels` and `videos`."
_HINTS = {
    "quotaExceeded": _SPENT,
    "dailyLimitExceeded": _SPENT,
    "rateLimitExceeded": _SLOWER,
    "userRateLimitExceeded": _SLOWER,
    "accessNotConfigured": "Switch on the YouTube Data API for the project of the key.",
    "forbidden": "Let the key be used for the YouTube Data API.",
    "ipRefererBlocked": "Let the key be used from the address of this machine.",
    "badRequest": _KEY,
    "keyInvalid": _KEY,
    "keyExpired": _KEY,
}


class _Reason(msgspec.Struct):
    reason: str = ""


class _Refusal(msgspec.Struct):
    message: str = ""
    errors: list[_Reason] = []

    @property
    def reason(self) -> str:
        """In YouTube's own word, such as "quotaExceeded"."""
        return next((error.reason for error in self.errors if error.reason), "refused")


class _Reply(msgspec.Struct):
    error: _Refusal | None = None


class _Playlists(msgspec.Struct):
    uploads: str


class _ChannelDetails(msgspec.Struct, rename="camel"):
    related_playlists: _Playlists


class _Channel(msgspec.Struct, rename="camel"):
    id: str
    content_details: _ChannelDetails


class _PageInfo(msgspec.Struct):
    pass


class Channels(msgspec.Struct, rename="camel"):
    """Channels by name; a name that YouTube does not know brings no `items` at all."""

    page_info: _PageInfo
    items: list[_Channel] = []


class _UploadDetails(msgspec.Struct, rename="camel"):
    video_id: str
    video_published_at: datetime | None = None


class _Upload(msgspec.Struct, rename="camel"):
    content_details: _UploadDetails


class Uploads(msgspec.Struct, rename="camel"):
    """Videos of a channel, newest first."""

    items: list[_Upload]
    next_page_token: str | None = None


class _VideoSnippet(msgspec.Struct, rename="camel"):
    published_at: datetime
    channel_id: str
    title: str
    channel_title: str = ""
    description: str = ""
    tags: list[str] = []
    default_language: str | None = None
    default_audio_language: str | None = None


class _Statistics(msgspec.Struct, rename="camel"):
    """Numbers written as texts; none where the channel does not show them."""

    view_count: str | None = None
    like_count: str | None = None
    comment_count: str | None = None

    @property
    def views(self) -> int | None:
        return _number(self.view_count)

    @property
    def likes(self) -> int | None:
        return _number(self.like_count)

    @property
    def comments(self) -> int | None:
        """None is how YouTube says that comments are switched off."""
        return _number(self.comment_count)


class _Status(msgspec.Struct, rename="camel"):
    privacy_status: str = "public"


class Video(msgspec.Struct):
    """One video."""

    id: str
    snippet: _VideoSnippet
    statistics: _Statistics = msgspec.field(default_factory=_Statistics)
    status: _Status = msgspec.field(default_factory=_Status)


class Videos(msgspec.Struct):
    """Videos by id; those that are not there are left out."""

    items: list[Video]


class _ChannelId(msgspec.Struct):
    value: str = ""


class Said(msgspec.Struct, rename="camel"):
    """A comment's words and what is told of them."""

    published_at: datetime
    updated_at: datetime
    text_display: str = ""
    text_original: str | None = None
    author_display_name: str = ""
    author_channel_id: _ChannelId | None = None
    channel_id: str | None = None
    like_count: int | None = None
    moderation_status: str = "published"

    def body(self) -> Body:
        """What was written where that is told, else how YouTube shows it, which is HTML."""
        if self.text_original is not None:
            return from_text(self.text_original)
        return from_html(self.text_display, SITE)


class Comment(msgspec.Struct):
    """A comment on a video, or a reply to one."""

    id: str
    snippet: Said


class Comments(msgspec.Struct, rename="camel"):
    """Replies to one comment."""

    items: list[Comment]
    next_page_token: str | None = None


class _Opened(msgspec.Struct, rename="camel"):
    top_level_comment: Comment
    video_id: str | None = None
    channel_id: str | None = None
    total_reply_count: int = 0
    is_public: bool = True


class _Replies(msgspec.Struct):
    comments: list[Comment] = []


class Thread(msgspec.Struct):
    """A comment on a video with its first replies."""

    id: str
    snippet: _Opened
    replies: _Replies = msgspec.field(default_factory=_Replies)

    def shown(self) -> list[Comment]:
        """The comment and those of its replies, at most five, that stand beside it."""
        return [self.snippet.top_level_comment, *self.replies.comments]


class Threads(msgspec.Struct, rename="camel"):
    """Comments on videos; those asked for by id that are not there are left out."""

    items: list[Thread]
    next_page_token: str | None = None


def refusal(page: Page) -> SourceError | None:
    """Why YouTube does not answer; None where that is an answer, too."""
    told = decode_or(page, _Reply()).error
    if told is None or told.reason in NOTHING:
        return None
    return named(page, "YouTube", told.reason, told.message, _HINTS.get(told.reason))


def _number(said: str | None) -> int | None:
    return int(said) if said is not None and said.isdecimal() else None
