"""Discourse forums, through the public JSON of `/site`, `/latest` and `/t`.

    [[source]]
    name = "forum"
    platform = "discourse"
    url = "https://discuss.example.com"
    api_key = "env:FORUM_KEY"        # only for rooms that guests may not read
    api_user = "searchbot"

A topic page carries only its first 20 posts; the ids of all of them are in `stream`, and the rest
come by `/t/<id>/posts.json?post_ids[]=…`. Whispers and system notices are not what people said and
are left out; posts that are hidden or deleted become tombstones. Solutions are read in both forms:
`accepted_answer` (one, until 2026) and `accepted_answers` (several).

Webhooks: under Admin, Advanced, Webhooks, add one with the address `/api/v1/hooks/NAME` of this
installation, the secret that `webhook_secret` names, and the events of topics, posts and solutions.
API: https://docs.discourse.org/
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from contract import Author, Post, Signals, Tombstone
from crawler.clean import from_html, plain_line
from crawler.fetch import Dropped, Fetch, Page
from crawler.formats import discourse, discourse_events
from crawler.payload import decode
from crawler.times import utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contract.errors import SourceError
    from contract.record import Role
    from crawler.delivery import Delivery, Heard
    from crawler.fetch import Found, Held

BATCH = 20
"""Posts asked for at once; the site's own chunk size."""

LIKE = 2
"""The action's number in `actions_summary`."""

REGULAR = 1
"""The `post_type` of what somebody said; 2 and 3 are notices."""

WHISPER = 4
"""The `post_type` of what staff say among themselves."""

LETTER = "private_message"
"""The `archetype` of what some write to each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only this platform needs to know."""

    api_user: str = "system"
    """The account the API key belongs to."""


class _Permission(msgspec.Struct):
    group_name: str


class _Category(msgspec.Struct):
    id: int
    name: str
    slug: str = ""
    read_restricted: bool = False
    group_permissions: list[_Permission] = []


class _Site(msgspec.Struct):
    categories: list[_Category] = []


class _Row(msgspec.Struct):
    id: int
    last_posted_at: datetime | None = None
    bumped_at: datetime | None = None
    pinned: bool = False
    pinned_globally: bool = False
    archetype: str = "regular"
    category_id: int | None = None


class _Rows(msgspec.Struct):
    topics: list[_Row]
    more_topics_url: str | None = None


class _Latest(msgspec.Struct):
    topic_list: _Rows


class _Action(msgspec.Struct):
    id: int
    count: int = 0


class _Post(msgspec.Struct):
    id: int
    post_number: int
    username: str
    cooked: str
    created_at: datetime
    updated_at: datetime
    name: str | None = None
    post_type: int = REGULAR
    version: int = 1
    reply_to_post_number: int | None = None
    reply_count: int | None = None
    reads: int | None = None
    actions_summary: list[_Action] = []
    trust_level: int | None = None
    admin: bool = False
    moderator: bool = False
    hidden: bool = False
    user_deleted: bool = False
    deleted_at: datetime | None = None
    accepted_answer: bool = False


class _Stream(msgspec.Struct):
    posts: list[_Post]
    stream: list[int] = []


class _Solution(msgspec.Struct):
    post_number: int


class _Tag(msgspec.Struct):
    name: str


class _Topic(msgspec.Struct):
    id: int
    post_stream: _Stream
    title: str
    archetype: str = "regular"
    visible: bool = True
    slug: str = ""
    category_id: int | None = None
    tags: list[str | _Tag] = []
    views: int | None = None
    reply_count: int | None = None
    accepted_answer: _Solution | None = None
    accepted_answers: list[_Solution] = []
    has_accepted_answer: bool | None = None


class _Batch(msgspec.Struct):
    post_stream: _Stream


class Discourse:
    """Topics changed since a date, newest first, then their posts."""

    whole = frozenset({"topic", "batch"})
    verify_within = timedelta(days=3)
    signing = discourse_events.SIGNING

    def __init__(
        self, name: str, url: str, options: Options | None = None, api_key: str | None = None
    ) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.options = options or Options()
        self._api_key = api_key

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin with the rooms, which tell whose eyes a topic is for."""
        yield Fetch(kind="site", url=f"{self.url}/site.json")

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read the rooms, a list of topics, a topic, or a batch of a long topic's later posts."""
        match page.kind:
            case "site" if page.held:
                yield from self._again(page, _rooms(decode(page, _Site)))
            case "site":
                yield self._list_page(0, _rooms(decode(page, _Site)))
            case "list":
                yield from self._read_list(page, since)
            case "topic":
                yield from self._read_topic(page)
            case "batch":
                stream = decode(page, _Batch).post_stream
                yield from self._found(stream.posts, page.note)
            case _:
                raise ValueError(f"discourse has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Ask for the rooms, which may have been closed, and then for the topics."""
        topics: dict[str, list[str]] = {}
        for post in held:
            topics.setdefault(post.url.split("/")[-2], []).append(post.post_id)
        ids = tuple(post.post_id for post in held)
        note = {"topics": json.dumps(topics)}
        yield Fetch(kind="site", url=f"{self.url}/site.json", note=note, held=ids)

    def webhook(self, delivery: Delivery) -> Iterator[Heard]:
        """Take word of posts, topics and solutions."""
        yield from discourse_events.heard(self.name, self.url, delivery)

    def refusal(self, page: Page, status: int) -> SourceError | None:
        """Say why the forum does not answer, where it is about more than one topic."""
        return discourse.refusal(page)

    def sign(self, wish: Fetch) -> Fetch:
        """Add the key: with it, rooms that guests may not read are served too."""
        if not self._api_key:
            return wish
        key = {"Api-Key": self._api_key, "Api-Username": self.options.api_user}
        return replace(wish, headers={**wish.headers, **key})

    def _list_page(self, number: int, rooms: str) -> Fetch:
        url = f"{self.url}/latest.json?order=activity&page={number}"
        return Fetch(kind="list", url=url, note={"number": str(number), "rooms": rooms})

    def _read_list(self, page: Page, since: datetime) -> Iterator[Found]:
        rows, rooms = decode(page, _Latest).topic_list, json.loads(page.note["rooms"])
        for row in rows.topics:
            active = [utc(at) for at in (row.last_posted_at, row.bumped_at) if at is not None]
            if active and max(active) < since:  # an edit of the last post bumps a topic, too
                if row.pinned or row.pinned_globally:
                    continue  # pinned topics stand first, whatever their age
                return
            if row.archetype == "regular":
                about = rooms.get(str(row.category_id), {})
                yield Fetch(kind="topic", url=f"{self.url}/t/{row.id}.json", note=about)
            else:
                yield Dropped("private" if row.archetype == LETTER else "of another kind")
        if rows.more_topics_url and rows.topics:
            yield self._list_page(int(page.note["number"]) + 1, page.note["rooms"])

    def _again(self, page: Page, rooms: str) -> Iterator[Fetch]:
        for topic, ids in json.loads(page.note["topics"]).items():
            url = f"{self.url}/t/{topic}.json"
            note = {"rooms": rooms}
            yield Fetch(kind="topic", url=url, note=note, held=tuple(ids), optional=True)

    def _read_topic(self, page: Page) -> Iterator[Found]:
        topic = decode(page, _Topic)
        if topic.archetype != "regular" or not topic.visible:
            yield from self._withheld(topic)
            return
        room = page.note
        if "rooms" in room:
            room = json.loads(room["rooms"]).get(str(topic.category_id), {})
        about = {**room, **self._about(topic)}
        first = topic.post_stream.posts
        yield from self._found(first, about)
        later = topic.post_stream.stream[len(first) :]
        all_of_it = discourse_events.topic_id(self.name, topic.id) in page.held
        for at in range(0, len(later), BATCH):
            some = later[at : at + BATCH]
            held = {f"{self.name}:{i}" for i in some}
            held = held if all_of_it else held & set(page.held)
            if not page.held or held:
                ids = "&".join(f"post_ids[]={i}" for i in some)
                url = f"{self.url}/t/{topic.id}/posts.json?{ids}"
                yield Fetch(kind="batch", url=url, note=about, held=tuple(sorted(held)))

    def _withheld(self, topic: _Topic) -> Iterator[Tombstone]:
        """No list shows letters and unlisted topics, but by its number each can be had."""
        for post in topic.post_stream.posts:
            reason = "in a letter" if topic.visible else "in a topic that is not listed"
            yield Tombstone(post_id=f"{self.name}:{post.id}", state="hidden", reason=reason)

    def _about(self, topic: _Topic) -> dict[str, str]:
        """What every post of the topic must know; a note is text, so that a queue can keep it."""
        opening = next((p for p in topic.post_stream.posts if p.post_number == 1), None)
        solutions = [*topic.accepted_answers]
        if topic.accepted_answer is not None:
            solutions.append(topic.accepted_answer)
        counts = {"views": topic.views, "replies": topic.reply_count}
        return {
            "topic": str(topic.id),
            "slug": topic.slug or "-",
            "title": plain_line(topic.title),
            "tags": json.dumps([tag if isinstance(tag, str) else tag.name for tag in topic.tags]),
            "opening": f"{self.name}:{opening.id}" if opening else f"{self.name}:t{topic.id}",
            "solutions": json.dumps([solution.post_number for solution in solutions]),
            "counts": json.dumps(counts),
        }

    def _found(self, posts: list[_Post], about: dict[str, str]) -> Iterator[Found]:
        for post in posts:
            post_id = f"{self.name}:{post.id}"
            if post.post_type != REGULAR:
                yield Dropped("private" if post.post_type == WHISPER else "system notice")
            elif post.deleted_at is not None or post.user_deleted:
                yield Tombstone(post_id=post_id, state="deleted", reason="deleted in the forum")
            elif post.hidden:
                yield Tombstone(post_id=post_id, state="hidden", reason="hidden in the forum")
            elif (found := self._post(post, post_id, about)).text or found.title:
                yield found
            else:
                yield Dropped("without words")

    def _post(self, post: _Post, post_id: str, about: dict[str, str]) -> Post:
        opens = post.post_number == 1
        url = f"{self.url}/t/{about['slug']}/{about['topic']}/{post.post_number}"
        body = from_html(post.cooked, url)
        groups = tuple(f"{self.name}:{group}" for group in json.loads(about.get("groups", "[]")))
        solved = post.accepted_answer or post.post_number in json.loads(about["solutions"])
        return Post(
            post_id=post_id,
            thread_id=about["opening"],
            parent_id=None if opens else about["opening"],
            position=post.post_number - 1,
            source=self.name,
            platform="discourse",
            kind="question" if opens else "answer",
            url=url,
            title=about["title"] if opens else "",
            text=body.text,
            html=body.html,
            author=self._author(post),
            created_at=utc(post.created_at),
            updated_at=utc(post.updated_at) if post.version > 1 else None,
            tags=tuple(json.loads(about["tags"])),
            container=about.get("room"),
            signals=self._signals(post, about if opens else None),
            accepted=None if opens else solved,
            visibility="members" if groups else "public",
            groups=groups,
        )

    def _signals(self, post: _Post, about: dict[str, str] | None) -> Signals:
        counts = json.loads(about["counts"]) if about else {}
        likes = sum(action.count for action in post.actions_summary if action.id == LIKE)
        return Signals(
            likes=likes,
            views=counts.get("views", post.reads),
            replies=counts.get("replies", post.reply_count),
        )

    def _author(self, post: _Post) -> Author:
        roles: tuple[Role, ...] = ("staff",) if post.admin else ()
        if post.moderator:
            roles = (*roles, "moderator")
        return Author(
            author_id=f"{self.name}:{post.username}",
            name=plain_line(post.name or post.username),
            url=f"{self.url}/u/{post.username}",
            roles=roles,
            reputation=post.trust_level,
        )


def _rooms(site: _Site) -> str:
    """Notes for the topics of each room, by the room's number."""
    rooms: dict[str, dict[str, str]] = {}
    for category in site.categories:
        about = {"room": plain_line(category.name)}
        if category.read_restricted:
            named = [permission.group_name for permission in category.group_permissions]
            about["groups"] = json.dumps(named or [f"room-{category.slug or category.id}"])
        rooms[str(category.id)] = about
    return json.dumps(rooms)
