"""The JSON of the forum, as Discourse tells it.

https://docs.discourse.org/
"""

from __future__ import annotations

import re
from secrets import compare_digest
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import RedirectResponse
from starlette.routing import Route

from samples.forum.error import ForumError
from samples.forum.post import topic_path
from samples.forum.search import search_payload
from samples.forum.site import category_payload, site_payload
from samples.forum.topic import CHUNK
from samples.prose import slug
from samples.reply import reply_json
from samples.story import last_change

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response

    from samples.forum.view import Entry
    from samples.forum.wire import Wire
    from samples.story import Topic

PER_PAGE = 30
LATEST_POSTS = 50


class Api:
    """What anybody is told, and what the holder of the key is."""

    def __init__(self, public: Wire, keyed: Wire, key: str) -> None:
        self.public = public
        self.keyed = keyed
        self.key = key

    def routes(self) -> list[Route]:
        """Return every address that answers in JSON."""
        answers = {
            "/latest.json": self.latest,
            "/c/{slug}/{category:int}/l/latest.json": self.in_category,
            "/c/{slug}/{category:int}.json": self.in_category,
            "/c/{category:int}/show.json": self.category,
            "/categories.json": self.categories,
            "/site.json": self.about,
            "/t/{topic:int}/posts.json": self.batch,
            "/t/{topic:int}.json": self.topic,
            "/t/{slug}/{topic:int}.json": self.topic,
            "/posts.json": self.posts,
            "/posts/{post:int}.json": self.post,
            "/search.json": self.search,
            "/u/{name}.json": self.user,
        }
        return [Route(path, answer) for path, answer in answers.items()]

    async def latest(self, request: Request) -> Response:
        """Answer a page of all topics; pinned ones stand first, whatever their age."""
        wire = self._wire(request)
        return _list(request, wire, wire.view.topics, "/latest")

    async def in_category(self, request: Request) -> Response:
        """Answer a page of one room's topics."""
        wire = self._wire(request)
        given = request.path_params
        room = wire.view.category(given["slug"], given["category"])
        return _list(request, wire, wire.view.topics_in(room), f"/c/{room.slug}/{room.id}/l/latest")

    async def category(self, request: Request) -> Response:
        """Answer one room, by its id alone."""
        view = self._wire(request).view
        room = view.category_by_id(request.path_params["category"])
        return reply_json({"category": category_payload(view, room)})

    async def categories(self, request: Request) -> Response:
        """Answer the rooms the visitor may enter."""
        view = self._wire(request).view
        told = [category_payload(view, room) for room in view.categories]
        settings = {"can_create_category": False, "can_create_topic": False}
        return reply_json({"category_list": settings | {"categories": told}})

    async def about(self, request: Request) -> Response:
        """Answer what a client needs to know of the site."""
        return reply_json(site_payload(self._wire(request).view))

    async def topic(self, request: Request) -> Response:
        """Answer a topic with 20 of its posts and the ids of all; a wrong slug is put right."""
        wire = self._wire(request)
        topic = wire.view.topic(request.path_params["topic"])
        if request.path_params.get("slug", "") not in {"", slug(topic.title)}:
            return RedirectResponse(f"{topic_path(topic)}.json", 301)
        given = request.query_params
        stream = wire.view.stream(topic, deleted=given.get("show_deleted") == "true")
        start = (max(_number(given.get("page")), 1) - 1) * CHUNK
        shown = stream[start : start + CHUNK]
        told = wire.topics.page(topic, shown, stream, raw="include_raw" in given)
        return reply_json(told, changed=_changed_at(stream))

    async def batch(self, request: Request) -> Response:
        """Answer the posts asked for by `post_ids[]`, or the first 20; unknown ids add nothing."""
        wire = self._wire(request)
        topic = wire.view.topic(request.path_params["topic"])
        wanted = set(request.query_params.getlist("post_ids[]"))
        stream = wire.view.stream(topic, deleted=bool(wanted))
        shown = [e for e in stream if str(e.post.id) in wanted] if wanted else stream[:CHUNK]
        told = wire.topics.batch(topic, shown, raw="include_raw" in request.query_params)
        return reply_json(told, changed=_changed_at(shown))

    async def posts(self, request: Request) -> Response:
        """Answer the newest 50 posts of the site, up to and with the id `before`."""
        wire = self._wire(request)
        before = _number(request.query_params.get("before"))
        newest = [e for e in wire.view.newest() if not before or e.post.id <= before]
        shown = newest[:LATEST_POSTS]
        told = [wire.posts.latest(entry) for entry in shown]
        return reply_json({"latest_posts": told}, changed=_changed_at(shown))

    async def post(self, request: Request) -> Response:
        """Answer one post, with its source."""
        wire = self._wire(request)
        entry = wire.view.entry(request.path_params["post"])
        return reply_json(wire.posts.post(entry, raw=True), changed=entry.post.changed_at)

    async def search(self, request: Request) -> Response:
        """Answer the posts with all the words of `q`."""
        return reply_json(search_payload(self._wire(request), request.query_params.get("q", "")))

    async def user(self, request: Request) -> Response:
        """Answer a person, whatever the case of their handle."""
        wire = self._wire(request)
        member = wire.member(request.path_params["name"])
        return reply_json({"user_badges": [], "user": wire.posts.profile(member)})

    def _wire(self, request: Request) -> Wire:
        key = request.headers.get("Api-Key")
        if key is None:
            return self.public
        if not compare_digest(key.encode(), self.key.encode()):
            raise ForumError.bad_key()
        return self.keyed


def _list(request: Request, wire: Wire, topics: list[Topic], path: str) -> Response:
    """Answer a page of `topics`. The address of the next page is told without `.json`."""
    given = request.query_params
    page = _number(given.get("page"))
    kept = {name: given[name] for name in ("order", "ascending") if name in given}
    ascending = given.get("ascending") == "true"
    ordered = wire.ordered(topics, given.get("order", ""), ascending=ascending)
    shown = ordered[page * PER_PAGE : (page + 1) * PER_PAGE]
    told = {
        "can_create_topic": False,
        "per_page": PER_PAGE,
        "topics": [wire.topics.row(topic) for topic in shown],
    }
    if (page + 1) * PER_PAGE < len(ordered):
        onward = {"no_definitions": "true"} | kept | {"page": page + 1}
        told["more_topics_url"] = f"{path}?{urlencode(onward)}"
    posts = [e for topic in shown for e in wire.view.stream(topic)]
    body = {"users": wire.users(posts), "primary_groups": [], "topic_list": told}
    return reply_json(body, changed=_changed_at(posts))


def _changed_at(entries: Iterable[Entry]) -> datetime | None:
    return last_change(entry.post for entry in entries)


def _number(text: str | None) -> int:
    """Read a number as Rails does: what is none counts as 0."""
    found = re.match(r"\d+", text or "")
    return int(found[0]) if found else 0
