"""The methods of the Stack Exchange API v2.3, as far as a reader needs them.

Served are `/questions`, `/answers`, `/posts` and `/users` with their ids, the answers and comments
under them, and `/filters/create`; the rest is the API's own `no_method`.
https://api.stackexchange.com/docs
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.routing import Route

from samples.conditional import label
from samples.qa.error import ApiError
from samples.qa.filter import make_filter, read_filter
from samples.qa.query import read_ids, read_query
from samples.reply import encoded, reply_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from samples.qa.catalogue import Catalogue
    from samples.qa.filter import Filter
    from samples.qa.item import Item
    from samples.qa.query import Query

SITE_PARAMETER = "meadowlark"
"""What `site=` must say; the address of the site is understood too."""


class Api:
    """The methods, and the count of what may still be called."""

    def __init__(self, catalogue: Catalogue, site: str, quota: int, backoff_every: int) -> None:
        self.catalogue = catalogue
        self.sites = {SITE_PARAMETER, urlsplit(site).netloc}
        self.quota_max = quota
        self.backoff_every = backoff_every
        self.calls = 0

    def routes(self) -> list[Route]:
        """Return every method; whatever else is under `/2.3` is an error of the API's own form."""
        methods = {
            "/questions": self.all_questions,
            "/questions/{ids}": self.questions,
            "/questions/{ids}/answers": self.answers_to,
            "/questions/{ids}/comments": self.comments_on,
            "/answers/{ids}": self.answers,
            "/answers/{ids}/comments": self.comments_on,
            "/posts/{ids}": self.posts,
            "/posts/{ids}/comments": self.comments_on,
            "/users/{ids}": self.users,
            "/filters/create": self.create_filter,
            "/{rest:path}": self.nothing,
        }
        return [Route(f"/2.3{path}", method) for path, method in methods.items()]

    async def all_questions(self, request: Request) -> Response:
        """Answer `/questions`: https://api.stackexchange.com/docs/questions."""
        return self._list(request, "question", self.catalogue.questions.values())

    async def questions(self, request: Request) -> Response:
        """Answer `/questions/{ids}`; an id that is gone is left out without a word."""
        return self._list(request, "question", _picked(request, self.catalogue.questions))

    async def answers_to(self, request: Request) -> Response:
        """Answer `/questions/{ids}/answers`."""
        asked = _picked(request, self.catalogue.questions)
        return self._list(request, "answer", [a for q in asked for a in q["answers"]])

    async def answers(self, request: Request) -> Response:
        """Answer `/answers/{ids}`."""
        return self._list(request, "answer", _picked(request, self.catalogue.answers))

    async def posts(self, request: Request) -> Response:
        """Answer `/posts/{ids}`: both kinds, told apart by `post_type`."""
        return self._list(request, "post", _picked(request, self.catalogue.posts))

    async def comments_on(self, request: Request) -> Response:
        """Answer `/{questions,answers,posts}/{ids}/comments`."""
        posts = _picked(request, self.catalogue.posts)
        return self._list(request, "comment", [c for post in posts for c in post["comments"]])

    async def users(self, request: Request) -> Response:
        """Answer `/users/{ids}`."""
        return self._list(request, "user", _picked(request, self.catalogue.users))

    async def create_filter(self, request: Request) -> Response:
        """Answer `/filters/create`, the one method that asks for no site."""
        given = request.query_params
        include, exclude = (given.get(name, "").split(";") for name in ("include", "exclude"))
        base = given.get("base") or "default"
        made = make_filter(base, filter(None, include), filter(None, exclude))
        told = {
            "filter": made.encode(),
            "filter_type": "safe",
            "included_fields": sorted(made.fields),
        }
        usual = read_filter("default")
        return self._wrap({"items": [usual.apply("filter", told)], "has_more": False}, usual)

    async def nothing(self, request: Request) -> Response:
        """Refuse what is no method."""
        raise ApiError.no_method()

    def _list(self, request: Request, kind: str, items: Iterable[Item]) -> Response:
        given = request.query_params
        if "site" not in given:
            raise ApiError.bad_parameter("site is required")
        if given["site"] not in self.sites:
            raise ApiError.bad_parameter(f"No site found for name `{given['site']}`")
        return self._answer(read_query(given, kind), items)

    def _answer(self, query: Query, items: Iterable[Item]) -> Response:
        found = query.select(items)
        shown = query.turn(found)
        wrapper = {
            "items": [query.filter.apply(query.kind, item) for item in shown],
            "has_more": query.page * query.pagesize < len(found),
            "total": len(found),
            "page": query.page,
            "page_size": query.pagesize,
            "type": query.kind,
        }
        return self._wrap(wrapper, query.filter, _changed_at(shown))

    def _wrap(
        self, wrapper: dict[str, Any], shown: Filter, changed: datetime | None = None
    ) -> Response:
        """Answer with the fields of the wrapper that are `shown`, and count the call."""
        if self.calls >= self.quota_max:
            raise ApiError.throttled()
        self.calls += 1
        tag = label(encoded(shown.apply("", wrapper)))  # the quota is no change
        whole = wrapper | {
            "quota_max": self.quota_max,
            "quota_remaining": self.quota_max - self.calls,
        }
        if self.backoff_every and self.calls % self.backoff_every == 0:
            whole["backoff"] = 1
        return reply_json(shown.apply("", whole), changed=changed, headers={"ETag": tag})


def _picked(request: Request, shelf: Mapping[int, Item]) -> list[Item]:
    """Return the items with the ids in the address; one that is not there adds nothing."""
    ids = dict.fromkeys(read_ids(request.path_params["ids"]))
    return [shelf[each] for each in ids if each in shelf]


def _changed_at(items: list[Item]) -> datetime | None:
    touched = [item.get("last_activity_date") or item["creation_date"] for item in items]
    return datetime.fromtimestamp(max(touched), UTC) if touched else None
