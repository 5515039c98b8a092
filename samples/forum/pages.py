"""The forum as people see it: what anybody may read, without a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse
from starlette.routing import Route

from samples.avatar import avatar
from samples.forum.error import ForumError
from samples.forum.post import topic_path
from samples.layout import Layout
from samples.reply import reply_json
from samples.story import last_change

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from samples.forum.wire import Wire
    from samples.story import Category, Topic


class Pages:
    """Lists, topics and people; a post's own address leads to its place in the topic."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.layout = Layout("Meadowlark Forum", wire.sites.forum, "#2f6f4f")

    def routes(self) -> list[Route]:
        """Return every page."""
        return [
            Route("/", self.home),
            Route("/latest", self.home),
            Route("/c/{slug}/{category:int}", self.category),
            Route("/t/{topic:int}", self.topic),
            Route("/t/{topic:int}/{number:int}", self.to_post),
            Route("/t/{slug}/{topic:int}", self.topic),
            Route("/t/{slug}/{topic:int}/{number:int}", self.to_post),
            Route("/p/{post:int}", self.from_id),
            Route("/u/{name}", self.user),
            Route("/letter_avatar/{name}/{size}.svg", avatar),
            self.layout.style(),
            Route("/{rest:path}", self.missing),
        ]

    async def home(self, request: Request) -> Response:
        """Show all topics, the pinned and the most recently moved first."""
        view = self.wire.view
        return self._list("Latest topics", "/", view.topics, view.categories)

    async def category(self, request: Request) -> Response:
        """Show the topics of one room."""
        given = request.path_params
        room = self.wire.view.category(given["slug"], given["category"])
        topics = self.wire.view.topics_in(room)
        return self._list(room.name, f"/c/{room.slug}/{room.id}", topics, [room])

    async def topic(self, request: Request) -> Response:
        """Show all posts of a topic, each with its number as an anchor; wrong slugs lead on."""
        topic = self.wire.view.topic(request.path_params["topic"])
        path = topic_path(topic)
        if request.url.path != path:
            return RedirectResponse(path, 301)
        stream = self.wire.view.stream(topic)
        return self.layout.show(
            "forum/topic.html",
            topic.title,
            path=path,
            changed=last_change(entry.post for entry in stream),
            topic=topic,
            room=self.wire.view.category_of(topic),
            posts=[(entry, self.wire.posts.post(entry)) for entry in stream],
        )

    async def user(self, request: Request) -> Response:
        """Show a person and what they wrote."""
        person, account = self.wire.member(request.path_params["name"])
        wrote = self.wire.view.newest(by=person.key)
        return self.layout.show(
            "forum/user.html",
            person.name,
            path=f"/u/{account.handle}",
            person=person,
            wrote=[(entry, topic_path(entry.topic, entry.number)) for entry in wrote],
            home=self.wire.posts.home(person),
        )

    async def to_post(self, request: Request) -> Response:
        """Lead on to the post's place on its topic's page."""
        topic = self.wire.view.topic(request.path_params["topic"])
        return RedirectResponse(f"{topic_path(topic)}#post_{request.path_params['number']}", 302)

    async def from_id(self, request: Request) -> Response:
        """Lead on from the short address of a post."""
        entry = self.wire.view.entry(request.path_params["post"])
        return RedirectResponse(f"{topic_path(entry.topic)}#post_{entry.number}", 302)

    async def missing(self, request: Request) -> Response:
        """Refuse an address that is none."""
        raise ForumError.missing()

    async def refuse(self, request: Request, error: Exception) -> Response:
        """Answer a refusal: JSON to whoever asked for JSON, a page to everybody else."""
        if not isinstance(error, ForumError):
            raise error
        if request.url.path.endswith(".json"):
            return reply_json(error.told(), status=error.status)
        return self.layout.show("missing.html", str(error), status=error.status)

    def _list(self, title: str, path: str, topics: list[Topic], rooms: list[Category]) -> Response:
        rows = [(topic, topic_path(topic)) for topic in self.wire.ordered(topics)]
        return self.layout.show("forum/home.html", title, path=path, rows=rows, rooms=rooms)
