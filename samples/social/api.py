"""The JSON of the social server, as Mastodon tells it to whoever is not signed in.

Served are the public and hashtag timelines, accounts and their statuses, single statuses, several
by their ids, and conversations. https://docs.joinmastodon.org/api/
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.routing import Route

from samples.cast import called
from samples.reply import reply_json
from samples.social.paging import cut, neighbours
from samples.story import last_change

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from samples.cast import Member
    from samples.social.entity import Entities
    from samples.story import SocialAccount, Status

MOST_IDS = 20
"""Statuses that can be asked for at once."""


class Api:
    """What anybody can ask for. Building it tells every status once, to find errors."""

    def __init__(self, entities: Entities) -> None:
        self.entities = entities
        self.view = entities.view
        self.site = entities.site
        for status in self.view.standing.values():
            entities.status(status)

    def routes(self) -> list[Route]:
        """Return every address that answers in JSON; the rest of `/api/` is not found."""
        answers = {
            "/api/v1/timelines/public": self.public,
            "/api/v1/timelines/tag/{tag}": self.tagged,
            "/api/v1/accounts/lookup": self.lookup,
            "/api/v1/accounts/{id}": self.account,
            "/api/v1/accounts/{id}/statuses": self.statuses_by,
            "/api/v1/statuses": self.several,
            "/api/v1/statuses/{id}": self.status,
            "/api/v1/statuses/{id}/context": self.context,
            "/api/{rest:path}": self.nothing,
        }
        return [Route(path, answer) for path, answer in answers.items()]

    async def public(self, request: Request) -> Response:
        """Answer the public timeline; nothing here comes from elsewhere, so `remote` is empty."""
        found = [] if _true(request, "remote") else self.view.timeline()
        return self._page(found, request)

    async def tagged(self, request: Request) -> Response:
        """Answer the timeline of a hashtag."""
        return self._page(self.view.tagged(request.path_params["tag"]), request)

    async def lookup(self, request: Request) -> Response:
        """Answer the account called `acct`, with or without this server's name."""
        handle, _, host = request.query_params.get("acct", "").partition("@")
        local = host in {"", urlsplit(self.site).netloc}
        return self._account(called(self.view.cast, handle) if local else None)

    async def account(self, request: Request) -> Response:
        """Answer an account by its id."""
        return self._account(self.view.accounts.get(request.path_params["id"]))

    async def statuses_by(self, request: Request) -> Response:
        """Answer what an account wrote, unlisted posts too."""
        member = self.view.accounts.get(request.path_params["id"])
        if member is None:
            return _not_found()
        wrote = self.view.by(member.person.key)
        if _true(request, "exclude_replies"):
            wrote = [status for status in wrote if self.view.parent(status) is None]
        if _true(request, "only_media") or _true(request, "pinned"):
            wrote = []
        return self._page(wrote, request, ends=True)

    async def several(self, request: Request) -> Response:
        """Answer the statuses named by `id[]`; one that is gone or not for us is left out."""
        wanted = request.query_params.getlist("id[]")
        if len(wanted) > MOST_IDS:
            return reply_json({"error": "Validation failed: too many ids"}, status=422)
        found = [s for s in self.view.seen.values() if s.id in wanted]
        return self._statuses(found)

    async def status(self, request: Request) -> Response:
        """Answer a status; private and deleted ones are not found."""
        status = self._seen(request)
        if status is None:
            return _not_found()
        return reply_json(self.entities.status(status), changed=status.changed_at)

    async def context(self, request: Request) -> Response:
        """Answer the conversation around a status."""
        status = self._seen(request)
        if status is None:
            return _not_found()
        before, after = self.view.ancestors(status), self.view.descendants(status)
        told = {
            "ancestors": [self.entities.status(each) for each in before],
            "descendants": [self.entities.status(each) for each in after],
        }
        return reply_json(told, changed=last_change([*before, status, *after]))

    async def nothing(self, request: Request) -> Response:
        """Refuse what this server does not answer."""
        return _not_found()

    def _seen(self, request: Request) -> Status | None:
        return self.view.seen.get(request.path_params["id"])

    def _account(self, member: Member[SocialAccount] | None) -> Response:
        return reply_json(self.entities.account(member)) if member else _not_found()

    def _page(self, statuses: list[Status], request: Request, *, ends: bool = False) -> Response:
        page = cut(statuses, request)
        return self._statuses(page, neighbours(page, request, self.site, ends=ends))

    def _statuses(self, found: list[Status], headers: dict[str, str] | None = None) -> Response:
        told = [self.entities.status(status) for status in found]
        return reply_json(told, changed=last_change(found), headers=headers)


def _true(request: Request, name: str) -> bool:
    return request.query_params.get(name, "").lower() in {"1", "true", "t", "on"}


def _not_found() -> Response:
    return reply_json({"error": "Not Found"}, status=404)
