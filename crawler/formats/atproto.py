"""Posts as the AT protocol keeps and shows them (https://atproto.com/specs/lexicon, app.bsky.*).

A post is a record its author signed and a view of it that a server made: the record has text and
facets, the view has labels, counts and the time it was first seen. Only what is read is named here.
"""

from __future__ import annotations

import re
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Annotated

import msgspec

from crawler.clean import Body, from_html, from_text, plain_line
from crawler.formats.refusal import named
from crawler.payload import decode_or
from crawler.times import EPOCH, instant, utc
from crawler.urls import web

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contract.errors import SourceError
    from crawler.fetch import Page

APP = "https://bsky.app"
"""Where people read posts; the API itself gives no address of a page."""

ANSWERS = frozenset({"NotFound", "BlockedActor", "BlockedByActor"})
"""Errors that speak of what was asked for: it is not there, or not for us."""

_RENEW = "Renew `api_key`: an access token (`accessJwt`) lasts some hours."
_HINTS: dict[str | int, str] = {
    "AuthMissing": "Set `api_key`, and `url` to the server it is for.",
    "AuthenticationRequired": "Set `api_key`, and `url` to the server it is for.",
    "ExpiredToken": _RENEW,
    "InvalidToken": _RENEW,
    "Profile not found": "Correct `accounts`: there is no such account, or not any more.",
    401: "Set or renew `api_key`.",
    403: "Searches and hashtags need an `api_key`.",
    429: "Raise `delay_s`; the next crawl goes on from here.",
}
"""By the error, by its words, else by the status."""

_URI = re.compile(r"at://(did:[a-z]+:[^/]+)/app\.bsky\.feed\.post/([^/]+)")
_PostUri = Annotated[str, msgspec.Meta(pattern=f"^{_URI.pattern}$")]


class Label(msgspec.Struct):
    """A word that somebody, `src`, hung on a post or an account."""

    val: str
    src: str = ""
    neg: bool = False


class SelfLabels(msgspec.Struct):
    """Labels that authors hang on their own posts."""

    values: list[Label] = []


class Account(msgspec.Struct, rename="camel"):
    """Who wrote a post: the DID stays for ever, the handle may change."""

    did: str
    handle: str
    display_name: str = ""
    labels: list[Label] = []


class Slice(msgspec.Struct, rename="camel"):
    """A part of the text, counted in bytes of UTF-8: an emoji is four of them and more."""

    byte_start: int
    byte_end: int


class Feature(msgspec.Struct):
    """A link has a `uri`, a mention a `did`, a hashtag a `tag`."""

    uri: str | None = None
    did: str | None = None
    tag: str | None = None


class Facet(msgspec.Struct):
    """What a part of the text is."""

    index: Slice
    features: list[Feature] = []


class Ref(msgspec.Struct):
    """The address of a record."""

    uri: str


class Reply(msgspec.Struct):
    """What a post answers, and what opened the thread."""

    root: Ref
    parent: Ref


class Image(msgspec.Struct):
    """A picture, and what it says to somebody who does not see it."""

    alt: str = ""


class Media(msgspec.Struct):
    """Pictures, or a video with its `alt`."""

    images: list[Image] = []
    alt: str = ""


class Embed(Media):
    """Pictures, or, beside a quoted post, `media`."""

    media: Media | None = None


class Record(msgspec.Struct, rename="camel"):
    """A post as its author wrote it; `created_at` is their claim and may be no date at all."""

    text: str
    created_at: str = ""
    facets: list[Facet] = []
    reply: Reply | None = None
    embed: Embed | None = None
    labels: SelfLabels | None = None
    langs: list[str] = []
    tags: list[str] = []


class View(msgspec.Struct, rename="camel"):
    """A post as a server shows it."""

    uri: _PostUri
    author: Account
    record: Record
    indexed_at: datetime
    labels: list[Label] = []
    reply_count: int | None = None
    repost_count: int | None = None
    like_count: int | None = None

    @property
    def written_at(self) -> datetime:
        """When it was written, and never later than it was first seen."""
        seen_at, claimed_at = utc(self.indexed_at), instant(self.record.created_at)
        return min(seen_at, claimed_at) if claimed_at else seen_at

    @property
    def root(self) -> str:
        """Address of the post that opened the thread; its own where it opened one."""
        reply = self.record.reply
        return reply.root.uri if reply and is_post(reply.root.uri) else self.uri

    @property
    def parent(self) -> str | None:
        """Address of the post it answers; None where it opened its thread."""
        reply = self.record.reply
        if reply is None or self.root == self.uri:
            return None
        parent = reply.parent.uri
        return parent if is_post(parent) and parent != self.uri else self.root

    def labelled(self) -> set[str]:
        """Labels of the post, of its account, and those its author gave it."""
        own = self.record.labels.values if self.record.labels else []
        return {each.val for each in (*self.labels, *self.author.labels, *own) if not each.neg}

    def tags(self) -> tuple[str, ...]:
        """Hashtags in the text and beside it."""
        found = (feature.tag for facet in self.record.facets for feature in facet.features)
        lines = (plain_line(tag) for tag in (*self.record.tags, *found) if tag)
        return tuple(dict.fromkeys(filter(None, lines)))


class Reason(msgspec.Struct, rename="camel"):
    """Why something stands in a feed that was not newly written: a repost, or a pin."""

    type: str = msgspec.field(name="$type")
    indexed_at: datetime | None = None


class Item(msgspec.Struct):
    """A line of a feed."""

    post: View
    reason: Reason | None = None

    @property
    def is_repost(self) -> bool:
        """Whether it is somebody's word on a post that may be anybody's."""
        return self.reason is not None and self.reason.type.endswith("#reasonRepost")

    @property
    def is_pinned(self) -> bool:
        """Whether it stands first whatever its age."""
        return self.reason is not None and self.reason.type.endswith("#reasonPin")

    @property
    def listed_at(self) -> datetime:
        """The time that says where it stands in the feed."""
        at = self.reason.indexed_at if self.reason and self.is_repost else None
        return utc(at) if at else self.post.written_at


class Node(msgspec.Struct, rename="camel"):
    """A post with what answers it, or word of one that is not shown."""

    uri: str = ""
    not_found: bool = False
    blocked: bool = False
    post: View | None = None
    replies: list[Node] | None = None
    """None is not asked for so deep; empty is nobody has answered."""

    @property
    def address(self) -> str:
        """The post's, shown or not."""
        return self.post.uri if self.post else self.uri

    def below(self) -> list[Node]:
        """Everything under this, oldest first; without recursion, since others decide how deep."""
        found, waiting = list[Node](), list(self.replies or [])
        while waiting:
            node = waiting.pop()
            found.append(node)
            waiting.extend(node.replies or [])
        return sorted(found, key=lambda node: (_written_at(node), node.address))


def _written_at(node: Node) -> datetime:
    return node.post.written_at if node.post else EPOCH


def is_post(uri: str) -> bool:
    """Whether it is the address of a post, and not of a feed, a list or nothing."""
    return _URI.fullmatch(uri) is not None


def native_id(uri: str) -> str:
    """The part of a post's address that is its own, such as "did:plc:abc/3kq"."""
    found = _URI.fullmatch(uri)
    return f"{found[1]}/{found[2]}" if found else uri


def uri_of(native: str) -> str:
    """The address of the post with this native id."""
    did, _, key = native.partition("/")
    return f"at://{did}/app.bsky.feed.post/{key}"


def body_of(record: Record) -> Body:
    """What a post says, with what its pictures say; HTML only where there is something to follow.

    What is quoted and what a link leads to is not this author's text, and left out.
    """
    said = [record.text, *_pictures(record.embed)]
    plain = from_text("\n\n".join(filter(None, said)))
    if not any(feature.uri or feature.did for f in record.facets for feature in f.features):
        return plain
    markup = "".join(_marked_up(record)) + "".join(f"<p>{escape(alt)}</p>" for alt in said[1:])
    return Body(plain.text, from_html(markup.replace("\n", "<br>"), APP).html)


def _pictures(embed: Embed | None) -> Iterator[str]:
    for media in (embed, embed.media) if embed else ():
        if media is not None:
            yield from (alt for alt in (*(image.alt for image in media.images), media.alt) if alt)


def _marked_up(record: Record) -> Iterator[str]:
    """The text as HTML. A facet that overlaps, or cuts a character in two, is only text."""
    text, done = record.text.encode(), 0
    for facet in sorted(record.facets, key=lambda facet: facet.index.byte_start):
        start, end = facet.index.byte_start, facet.index.byte_end
        target = next(filter(None, map(_target, facet.features)), None)
        if target is None or not done <= start < end <= len(text):
            continue
        try:
            before, linked = text[done:start].decode(), text[start:end].decode()
        except UnicodeDecodeError:
            continue
        yield f'{escape(before)}<a href="{escape(target)}">{escape(linked)}</a>'
        done = end
    yield escape(text[done:].decode())


def _target(feature: Feature) -> str | None:
    if feature.did:
        return f"{APP}/profile/{feature.did}"
    return web(feature.uri)


class _Refusal(msgspec.Struct):
    error: str = ""
    message: str = ""


def refusal(page: Page, status: int) -> SourceError | None:
    """Why a server does not answer (https://atproto.com/specs/xrpc#error-responses)."""
    told = decode_or(page, _Refusal())
    hint = _HINTS.get(told.error) or _HINTS.get(told.message) or _HINTS.get(status)
    if told.error in ANSWERS or (not told.error and hint is None):
        return None
    return named(page, "Bluesky", told.error or status, told.message, hint)
