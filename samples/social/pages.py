"""The social server as people see it, without signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from samples.avatar import avatar
from samples.cast import called
from samples.layout import Layout
from samples.social.about import ABOUT, NAME
from samples.story import last_change

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from samples.social.entity import Entities, Entity
    from samples.story import Status


class Pages:
    """The public timeline, hashtags, profiles, and statuses with their conversation."""

    def __init__(self, entities: Entities) -> None:
        self.entities = entities
        self.view = entities.view
        self.layout = Layout(NAME, entities.site, "#6a4c93")

    def routes(self) -> list[Route]:
        """Return every page."""
        return [
            Route("/", self.home),
            Route("/about", self.about),
            Route("/tags/{tag}", self.tag),
            Route("/@{handle}", self.profile),
            Route("/@{handle}/{id}", self.status),
            Route("/avatars/{name}.svg", avatar),
            self.layout.style(),
            Route("/{rest:path}", self.layout.nowhere),
        ]

    async def home(self, request: Request) -> Response:
        """Show the public timeline."""
        return self._list("Live feed", "/", self.view.timeline())

    async def about(self, request: Request) -> Response:
        """Say what this server is."""
        return self.layout.show("social/about.html", "About", path="/about", text=ABOUT)

    async def tag(self, request: Request) -> Response:
        """Show what carries a hashtag."""
        tag = request.path_params["tag"].lower()
        return self._list(f"#{tag}", f"/tags/{tag}", self.view.tagged(tag))

    async def profile(self, request: Request) -> Response:
        """Show an account with its links and statuses."""
        member = called(self.view.cast, request.path_params["handle"])
        if member is None:
            return self.layout.missing()
        person, account = member
        return self.layout.show(
            "social/profile.html",
            person.name,
            path=f"/@{account.handle}",
            account=self.entities.account(member),
            links=[link for link in account.links if link[1].startswith("http")],
            statuses=self._told(self.view.by(person.key)),
        )

    async def status(self, request: Request) -> Response:
        """Show a status between what it answers and what answers it."""
        status = self.view.seen.get(request.path_params["id"])
        if status is None:
            return self.layout.missing()
        person, account = self.view.cast.member(status.by)
        around = [*self.view.ancestors(status), status, *self.view.descendants(status)]
        return self.layout.show(
            "social/list.html",
            f"{person.name} on {NAME}",
            path=f"/@{account.handle}/{status.id}",
            lang=status.language,
            changed=last_change(around),
            statuses=self._told(around),
        )

    def _list(self, title: str, path: str, statuses: list[Status]) -> Response:
        told = self._told(statuses)
        return self.layout.show("social/list.html", title, path=path, statuses=told)

    def _told(self, statuses: list[Status]) -> list[Entity]:
        return [self.entities.status(status) for status in statuses]
