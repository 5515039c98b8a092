"""ActivityStreams 2.0 as servers really send it (https://www.w3.org/TR/activitystreams-core/).

Nearly every property may be one value or several, an address or an object; what is read here says
which. Only the properties that are read are named.
"""

from __future__ import annotations

from html import escape, unescape
from typing import TYPE_CHECKING

import msgspec

from crawler.clean import Body, from_html, from_markdown, from_text, one_line, plain_line
from crawler.fetch import Dropped
from crawler.times import instant
from crawler.urls import origin, web

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

PUBLIC = {"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"}
"""How "everybody" is written (https://www.w3.org/TR/activitypub/#public-addressing)."""

WRITTEN = {"Note", "Article", "Page", "Question"}
"""Types of what somebody wrote. A question here is a poll."""

ACTORS = {"Person", "Group", "Organization", "Service", "Application"}


class Part(msgspec.Struct, rename="camel", omit_defaults=True):
    """A link, tag, picture, collection or choice inside of something."""

    type: str | None = None
    id: str | None = None
    href: str | None = None
    media_type: str | None = None
    name: str | None = None
    total_items: int | None = None
    first: str | Part | None = None


class Language(msgspec.Struct):
    """The language of a post, as Lemmy tells it."""

    identifier: str | None = None


class Thing(msgspec.Struct, rename="camel", omit_defaults=True):
    """An actor, an activity, a collection or a post; `type` says what."""

    type: str
    id: str | None = None
    name: str | None = None
    preferred_username: str | None = None
    summary: str | None = None
    content: str | None = None
    content_map: dict[str, str] | None = None
    media_type: str | None = None
    language: Language | list[Language] | None = None
    url: str | Part | list[str | Part] | None = None
    attributed_to: str | Part | list[str | Part] | None = None
    actor: str | Part | None = None
    object: str | Thing | list[str | Thing] | None = None
    to: str | list[str] | None = None
    cc: str | list[str] | None = None
    audience: str | Part | list[str | Part] | None = None
    in_reply_to: str | Part | list[str | Part] | None = None
    tag: Part | list[Part] | None = None
    attachment: str | Part | list[str | Part] | None = None
    one_of: list[Part] = []
    any_of: list[Part] = []
    replies: str | Part | None = None
    likes: str | Part | None = None
    shares: str | Part | None = None
    published: str | None = None
    updated: str | None = None
    distinguished: bool | None = None
    outbox: str | Part | None = None
    indexable: bool | None = None
    suspended: bool | None = None
    first: str | Thing | None = None
    next: str | Part | None = None
    items: str | Thing | list[str | Thing] | None = None
    ordered_items: str | Thing | list[str | Thing] | None = None

    @property
    def is_collection(self) -> bool:
        """Whether it lists things: a whole collection, or a page of one."""
        return self.type.removeprefix("Ordered") in {"Collection", "CollectionPage"}

    @property
    def is_public(self) -> bool:
        """Whether it is addressed to everybody, and not only allowed to be seen (`cc`).

        Discourse addresses nobody and names the group it is said in.
        """
        if self.to is None and self.cc is None:
            return self.audience is not None
        return not PUBLIC.isdisjoint([self.to] if isinstance(self.to, str) else self.to or [])

    @property
    def author(self) -> str | None:
        """Address of who wrote it."""
        return next(addresses(self.attributed_to), None)

    @property
    def parent(self) -> str | None:
        """Address of what it answers; of the first, where it answers several."""
        return next(addresses(self.in_reply_to), None)

    @property
    def called(self) -> str:
        """Its name: no markup, but some servers escape it as if it were some."""
        return plain_line(unescape(self.name or ""))

    @property
    def page(self) -> str | None:
        """Where people read it."""
        links = self.url if isinstance(self.url, list) else [self.url]
        html = [each for each in links if each is not None and _is_html(each)]
        return next(addresses(html), None)

    @property
    def created_at(self) -> datetime | None:
        """When it was written."""
        return instant(self.published)

    @property
    def updated_at(self) -> datetime | None:
        """When it was last edited; some servers say the day it was written."""
        edited_at = instant(self.updated)
        return edited_at if edited_at != self.created_at else None

    @property
    def spoken(self) -> str | None:
        """The language it says it is in, as a BCP 47 primary tag."""
        said = list(self.content_map or {})
        if isinstance(self.language, Language) and self.language.identifier:
            said = [self.language.identifier]
        tag = said[0].partition("-")[0].lower() if len(said) == 1 else ""
        return tag if tag and tag != "und" else None

    @property
    def changed_at(self) -> datetime | None:
        """When an activity happened, or what it is about was last written."""
        things = (self, *(each for each in self.contents() if isinstance(each, Thing)))
        dates = (at for thing in things for at in (thing.created_at, thing.updated_at) if at)
        return max(dates, default=None)

    @property
    def following(self) -> str | None:
        """Where a collection goes on.

        A whole one may list nothing and begin at its first page; an empty page is the end.
        """
        if self.type.endswith("Page") and not self.contents():
            return None
        first = self.first.next if isinstance(self.first, Thing) else self.first
        return next(addresses(self.next or first), None)

    def contents(self) -> list[str | Thing]:
        """Members of a collection with those of its first page, or what an activity is about."""
        found = [self.items, self.ordered_items] if self.is_collection else [self.object]
        flat = (each if isinstance(each, list) else [each] for each in found if each is not None)
        more = self.first.contents() if isinstance(self.first, Thing) else []
        return [*(one for each in flat for one in each), *more]

    def is_from(self, url: str) -> bool:
        """Whether what stands at `url` may say this: post and author are of its server."""
        return all(address and same_origin(url, address) for address in (self.id, self.author))

    def hashtags(self) -> tuple[str, ...]:
        """Hashtags, without the sign."""
        parts = self.tag if isinstance(self.tag, list) else [self.tag]
        named = (part.name for part in parts if part and part.type == "Hashtag" and part.name)
        return tuple(dict.fromkeys(one_line(name).removeprefix("#") for name in named))

    def body(self, base_url: str) -> Body:
        """What it says, with the choices of a poll and what its pictures say."""
        markup = self.content or next(iter((self.content_map or {}).values()), "")
        if self.media_type == "text/markdown":
            body = from_markdown(markup, base_url)
        elif self.media_type == "text/plain":
            body = from_text(markup)
        else:
            body = from_html(markup, base_url)
        choices = "".join(f"<li>{escape(choice)}</li>" for choice in self._choices())
        pictures = "".join(f"<p>{escape(said)}</p>" for said in self._pictures())
        more = from_html(f"<ul>{choices}</ul>{pictures}", base_url)
        if not more.text:
            return body
        html = body.html or f"<p>{escape(body.text)}</p>"
        return Body(f"{body.text}\n\n{more.text}".strip(), f"{html}{more.html}")

    def _choices(self) -> Iterator[str]:
        yield from (plain_line(part.name) for part in (*self.one_of, *self.any_of) if part.name)

    def _pictures(self) -> Iterator[str]:
        for part in self.attachment if isinstance(self.attachment, list) else [self.attachment]:
            if isinstance(part, Part) and part.name:
                kind = part.media_type or ""
                if part.type == "Image" or kind.startswith("image/"):
                    yield plain_line(part.name)


def _is_html(link: str | Part) -> bool:
    return isinstance(link, str) or link.media_type in {None, "text/html"}


def about(activity: str | Thing, *, in_group: bool) -> Iterator[str | Thing | Dropped]:
    """Posts that an activity is about, or their addresses; tombstones of those it deletes.

    A boost is about nothing new, but a group passes on what is said in it.
    """
    if isinstance(activity, str) or activity.type in WRITTEN:
        yield activity
    elif activity.type in {"Create", "Update"}:
        yield from (_addressed(each, activity) for each in activity.contents())
    elif activity.type == "Delete":
        for each in activity.contents():
            yield each if isinstance(each, Thing) else Thing(type="Tombstone", id=each)
    elif activity.type == "Announce" and in_group:
        for each in activity.contents():
            yield from about(each, in_group=in_group)
    elif activity.type == "Announce":
        yield Dropped("repeats another")
    elif activity.type != "Tombstone":
        yield Dropped("of another kind")


def _addressed(said: str | Thing, activity: Thing) -> str | Thing:
    """What an activity is about; where it names no readers, they are the activity's."""
    if isinstance(said, Thing) and said.to is None and said.cc is None:
        return msgspec.structs.replace(said, to=activity.to, cc=activity.cc)
    return said


def addresses(value: str | Part | list[str | Part] | None) -> Iterator[str]:
    """The web addresses in a property, however they are written."""
    for each in value if isinstance(value, list) else [value]:
        address = (each.id or each.href) if isinstance(each, Part) else each
        if address and web(address):
            yield address


def total(collection: str | Part | None) -> int | None:
    """How many a collection says it has."""
    return collection.total_items if isinstance(collection, Part) else None


def same_origin(url: str, other: str) -> bool:
    """Whether two addresses are of one server."""
    return bool(web(url) and web(other)) and origin(url) == origin(other)
