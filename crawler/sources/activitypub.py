"""ActivityPub: the public outbox of any server's accounts and groups, and the threads below.

    [[source]]
    name = "blog"
    platform = "activitypub"
    url = "https://blog.example.com"       # where handles without a host are looked up
    actors = ["@anna@blog.example.com", "https://forum.example.com/ap/actor/7"]
    replies = true                         # what others answered, too
    only_indexable = true                  # false on your own server alone

WordPress, NodeBB, Discourse, Lemmy, GoToSocial and others; Mastodon has more to tell by its own
API. Kept is what people chose to be found: posts addressed to everybody (named in `to`; `cc`
is unlisted) by accounts that are `indexable` (FEP-5feb; `discoverable` speaks of profiles, not of
posts). Servers that do not know the word need `only_indexable = false`. What one server says in the
name of another is asked for there. Boosts are left out, but what a group passes on is what was said
in it. Polls are posts. Profile links are claims and join nobody; there is no acceptance, reputation
or staff but where Lemmy's moderators speak as such. Outboxes go newest first and do not tell of
edits and deletions: every post is asked for again, one by one; a 404, 410 or tombstone means that
it has gone. Servers that answer only signed requests (secure mode) cannot be read.
API: https://www.w3.org/TR/activitypub/
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec

from contract import Author, Post, Signals, Tombstone
from contract.errors import SourceError, UnexpectedShapeError
from crawler import urls
from crawler.clean import one_line
from crawler.fetch import Dropped, Fetch, Page
from crawler.formats.activitystreams import (
    ACTORS,
    WRITTEN,
    Thing,
    about,
    addresses,
    same_origin,
    total,
)
from crawler.payload import decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from contract.record import Role
    from crawler.fetch import Found, Held

ACCEPT = (
    "application/activity+json, "
    'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
)

DEPTH = 20
"""Steps taken up to the first post of a thread, and levels of replies read below one (chosen): the
servers on the way are strangers, and one may invent posts without end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only this platform needs to know."""

    actors: tuple[str, ...]
    """Accounts and groups to follow: handles such as "@anna@blog.example.com", or addresses."""
    replies: bool = True
    """Read what others answered, and what is answered."""
    only_indexable: bool = True
    """Leave out accounts that did not opt in to search. Set it to false on your own server alone,
    where your terms say that posts are searched."""


class _Webfinger(msgspec.Struct):
    links: list[_Link]


class _Link(msgspec.Struct):
    rel: str
    type: str | None = None
    href: str | None = None


class ActivityPub:
    """Posts since a date, newest first, each with its thread."""

    whole = frozenset[str]()
    verify_within = timedelta(days=1)

    def __init__(self, name: str, url: str, options: Options, api_key: str | None = None) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.options = options

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin at each actor, or where its handle leads."""
        for actor in self.options.actors:
            if "://" in actor:
                yield _wish("actor", actor)
                continue
            name, _, host = actor.removeprefix("@").partition("@")
            ours = urls.host(self.url)
            query = urlencode({"resource": f"acct:{name}@{host or ours}"})
            at = self.url if host in {"", ours} else f"https://{host}"
            yield _wish("webfinger", f"{at}/.well-known/webfinger?{query}")

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read a handle, an actor, an outbox, what stands above or below, a post, or its author."""
        match page.kind:
            case "webfinger":
                for link in decode(page, _Webfinger).links:
                    if link.rel == "self" and "json" in (link.type or "") and urls.web(link.href):
                        yield _wish("actor", str(link.href))
            case "actor":
                yield self._outbox(page)
            case "outbox":
                yield from self._read_outbox(page, since)
            case "parent":
                yield from self._read_parent(page)
            case "replies":
                yield from self._read_replies(page)
            case "post" | "reply":
                yield from self._read_post(page)
            case "author":
                yield from self._read_author(page)
            case _:
                raise ValueError(f"activitypub has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Ask for each post by its id, which is its address; and then for its author's word."""
        for post in held:
            note = {"thread": post.native_thread, "position": str(post.position)}
            wish = _wish("post", post.native, note, optional=True)
            yield replace(wish, held=(post.post_id,))

    def sign(self, wish: Fetch) -> Fetch:
        """Add nothing: what is public needs no credentials."""
        return wish

    def _outbox(self, page: Page) -> Fetch:
        actor = _actor(page)
        outbox = next(addresses(actor.outbox), None)
        if outbox is None:
            raise UnexpectedShapeError(f"{page.url}: a {actor.type} without an `outbox`")
        if actor.type != "Group" and not self._may_be_found(actor):
            raise SourceError(
                f"{self.name}: {actor.id} did not opt in to search (`indexable`)",
                hint="Ask its owner; on your own server, set `only_indexable = false`.",
            )
        author = msgspec.json.encode(self._author(actor, by_moderator=False)).decode()
        group = "yes" if actor.type == "Group" else ""
        return _wish("outbox", outbox, {"actor": str(actor.id), "author": author, "group": group})

    def _read_outbox(self, page: Page, since: datetime) -> Iterator[Found]:
        found, following = _listed(page)
        seen, stale = set[str](), False
        for activity in found:
            changed_at = activity.changed_at if isinstance(activity, Thing) else None
            if changed_at and changed_at < since:
                stale = True
                continue
            for said in about(activity, in_group=bool(page.note["group"])):
                if isinstance(said, Dropped):
                    yield said
                    continue
                address = urls.web(said if isinstance(said, str) else said.id)
                if address is None:
                    yield Dropped("of another kind")
                elif address not in seen:  # an edit stands above what it edits
                    seen.add(address)
                    yield from self._heard(page, said, address)
        if following and not stale:
            yield _wish("outbox", following, page.note)

    def _heard(self, page: Page, said: str | Thing, address: str) -> Iterator[Found]:
        """Keep what the owner wrote; ask other authors, and other servers for what is theirs."""
        if isinstance(said, Thing) and said.type not in WRITTEN:
            yield from self._buried(page, said)
        elif isinstance(said, str) or not said.is_from(page.url):
            note = {"group": page.note["group"]}
            yield _wish("post", address, note, optional=True)
        else:
            if said.author == page.note["actor"] and not page.note["group"]:
                author = msgspec.json.decode(page.note["author"], type=Author)
                yield from self._found(said, author, _place(said))
            else:
                yield from self._ask_author(said, _place(said))
            yield from self._thread(said)

    def _thread(self, said: Thing) -> Iterator[Fetch]:
        """Wishes for what stands above a post, or else below it."""
        if not self.options.replies or not said.is_public:
            return
        if said.parent:
            yield _wish("parent", said.parent, {"steps": "1"}, optional=True)
        else:
            yield from self._below(said, {**_place(said), "steps": "0"})

    def _below(self, said: Thing, place: dict[str, str]) -> Iterator[Fetch]:
        address = next(addresses(said.replies), None)
        steps, position = int(place["steps"]) + 1, int(place["position"]) + 1
        if address and steps <= DEPTH and said.is_public:
            note = {**place, "steps": str(steps), "position": str(position)}
            yield _wish("replies", address, note, optional=True)

    def _read_parent(self, page: Page) -> Iterator[Found]:
        """Climb to the post that opened a thread, and read the thread from there."""
        said, steps = decode(page, Thing), int(page.note["steps"])
        if said.type not in WRITTEN or not said.is_from(page.url):
            yield from _left_out(said)
        elif not said.parent:
            yield from self._ask_author(said, _place(said))
            yield from self._thread(said)
        elif steps < DEPTH:
            yield _wish("parent", said.parent, {"steps": str(steps + 1)}, optional=True)

    def _read_replies(self, page: Page) -> Iterator[Found]:
        found, following = _listed(page)
        first = int(page.note["position"])
        for position, said in enumerate(found, start=first):
            place = {**page.note, "position": str(position)}
            if isinstance(said, Thing) and said.type in WRITTEN and said.is_from(page.url):
                yield from self._ask_author(said, place)
                yield from self._below(said, place)
            elif address := urls.web(said if isinstance(said, str) else said.id):
                yield _wish("reply", address, place, optional=True)
            else:
                yield Dropped("of another kind")
        if following:
            note = {**page.note, "position": str(first + len(found))}
            yield _wish("replies", following, note, optional=True)

    def _read_post(self, page: Page) -> Iterator[Found]:
        """Read a post by its own address; who wrote it has to be asked whether it may be found."""
        thing, in_group = decode(page, Thing), bool(page.note.get("group"))
        said = next(about(thing, in_group=in_group), thing)
        if isinstance(said, Dropped):
            yield said
        elif isinstance(said, str):
            yield Dropped("repeats another")
        elif said.type not in WRITTEN:
            yield from self._buried(page, said)
        elif not said.is_from(page.url):
            yield Dropped("repeats another")
        else:
            place = {**_place(said), **page.note}
            yield from self._ask_author(said, place, page.held)
            if page.kind == "reply":
                yield from self._below(said, place)
            elif not page.held:
                yield from self._thread(said)

    def _read_author(self, page: Page) -> Iterator[Found]:
        actor, said = _actor(page), msgspec.json.decode(page.note["post"], type=Thing)
        if actor.id != said.author:
            raise UnexpectedShapeError(f"{page.url}: {actor.id} did not write {said.id}")
        if self._may_be_found(actor):
            author = self._author(actor, by_moderator=bool(said.distinguished))
            yield from self._found(said, author, page.note)
        else:
            yield self._hidden(said, "its author did not opt in to search")

    def _ask_author(
        self, said: Thing, place: dict[str, str], held: tuple[str, ...] = ()
    ) -> Iterator[Tombstone | Fetch]:
        """A wish of its own for each post: the fragment tells them apart, and is not sent.

        What is not for everybody is not carried any further.
        """
        if not said.is_public:
            yield self._hidden(said, "not addressed to everybody")
            return
        place = {name: place[name] for name in ("thread", "position")}
        which = urlencode({"post": said.id, "thread": place["thread"]})
        url = f"{str(said.author).partition('#')[0]}#{which}"
        post = msgspec.json.encode(said).decode()
        yield replace(_wish("author", url, {**place, "post": post}, optional=True), held=held)

    def _may_be_found(self, actor: Thing) -> bool:
        willing = bool(actor.indexable) or not self.options.only_indexable
        return willing and not actor.suspended

    def _buried(self, page: Page, said: Thing) -> Iterator[Found]:
        yield from _left_out(said)
        if said.type == "Tombstone" and said.id and same_origin(page.url, said.id):
            reason = "its server shows a tombstone"
            yield Tombstone(post_id=f"{self.name}:{said.id}", state="deleted", reason=reason)

    def _hidden(self, said: Thing, reason: str) -> Tombstone:
        return Tombstone(post_id=f"{self.name}:{said.id}", state="hidden", reason=reason)

    def _found(self, said: Thing, author: Author, place: dict[str, str]) -> Iterator[Found]:
        post_id = f"{self.name}:{said.id}"
        if not said.is_public:
            yield self._hidden(said, "not addressed to everybody")
        elif (post := self._post(said, author, post_id, place)).text or post.title:
            yield post
        else:
            yield Dropped("without words")

    def _post(self, said: Thing, author: Author, post_id: str, place: dict[str, str]) -> Post:
        url = said.page or str(said.id)
        body, opens = said.body(url), place["thread"] == said.id
        warning = None if said.type == "Article" else said.summary
        return Post(
            post_id=post_id,
            thread_id=f"{self.name}:{place['thread']}",
            parent_id=None if opens else f"{self.name}:{said.parent or place['thread']}",
            position=0 if opens else max(int(place["position"]), 1),
            source=self.name,
            platform="activitypub",
            kind="article" if said.type == "Article" else "post",
            url=url,
            title=(said.called or one_line(warning or "")) if opens else "",
            text=body.text,
            html=body.html,
            author=author,
            created_at=said.created_at,
            updated_at=said.updated_at,
            language=said.spoken,
            tags=said.hashtags(),
            signals=Signals(
                likes=total(said.likes), shares=total(said.shares), replies=total(said.replies)
            ),
            global_id=said.id,
        )

    def _author(self, actor: Thing, *, by_moderator: bool) -> Author:
        bot = actor.type in {"Service", "Application"}
        roles: tuple[Role, ...] = ("bot",) if bot else ()
        return Author(
            author_id=f"{self.name}:{actor.id}",
            name=actor.called or actor.preferred_username or str(actor.id),
            url=actor.page or urls.web(actor.id),
            roles=(*roles, "moderator") if by_moderator else roles,
        )


def _wish(
    kind: str, url: str, note: dict[str, str] | None = None, *, optional: bool = False
) -> Fetch:
    headers = {"Accept": ACCEPT}
    return Fetch(kind=kind, url=url, headers=headers, note=note or {}, optional=optional)


def _left_out(said: Thing) -> Iterator[Dropped]:
    """Count what is no post, or a post that another server shows; a tombstone is word of one."""
    if said.type != "Tombstone":
        yield Dropped("repeats another" if said.type in WRITTEN else "of another kind")


def _place(said: Thing) -> dict[str, str]:
    """Where a post stands, as far as it says itself: below what it answers."""
    position = "1" if said.parent else "0"
    return {"thread": said.parent or str(said.id), "position": position}


def _actor(page: Page) -> Thing:
    actor = decode(page, Thing)
    if actor.type not in ACTORS or not actor.id or not same_origin(page.url, actor.id):
        raise UnexpectedShapeError(
            f"{page.url}: a {actor.type} {actor.id}, and no actor of its own"
        )
    return actor


def _listed(page: Page) -> tuple[list[str | Thing], str | None]:
    collection = decode(page, Thing)
    if not collection.is_collection:
        raise UnexpectedShapeError(f"{page.url}: a {collection.type}, and no collection")
    return collection.contents(), collection.following
