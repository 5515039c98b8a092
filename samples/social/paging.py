"""Pages of statuses, cut by ids, and the `Link` header that leads to their neighbours.

`max_id` goes back in time, `min_id` forward from where somebody stopped, and `since_id` gives the
newest, with a gap if there are too many. https://docs.joinmastodon.org/api/guidelines/#pagination
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from samples.social.view import order

if TYPE_CHECKING:
    from starlette.requests import Request

    from samples.story import Status

USUAL = 20
MOST = 40
"""Statuses on a page: where no number is asked for, and at most."""

BOUNDS = ("max_id", "min_id", "since_id")


def cut(statuses: list[Status], request: Request) -> list[Status]:
    """Return the page that the request asks for; both are sorted, the newest first."""
    given = request.query_params
    kept = statuses
    if below := given.get("max_id"):
        kept = [s for s in kept if order(s) < (len(below), below)]
    if above := given.get("min_id") or given.get("since_id"):
        kept = [s for s in kept if order(s) > (len(above), above)]
    limit = page_size(request)
    return kept[-limit:] if given.get("min_id") and limit else kept[:limit]


def page_size(request: Request) -> int:
    """Return how many statuses are asked for, as far as that can be read."""
    asked = request.query_params.get("limit", "")
    return min(int(asked), MOST) if asked.isdecimal() else USUAL


def neighbours(page: list[Status], request: Request, site: str, *, ends: bool) -> dict[str, str]:
    """Return the `Link` header of a page; of an empty one there is none.

    Timelines promise a next page even after the last one; with `ends` a short page has no next.
    """
    if not page:
        return {}
    links = []
    if not ends or len(page) == page_size(request):
        links.append(_link(request, site, "max_id", page[-1], "next"))
    links.append(_link(request, site, "min_id", page[0], "prev"))
    return {"Link": ", ".join(links)}


def _link(request: Request, site: str, bound: str, status: Status, rel: str) -> str:
    given = request.query_params.multi_items()
    kept = [(name, value) for name, value in given if name not in BOUNDS]
    query = urlencode([*kept, (bound, status.id)])
    return f'<{site}{request.url.path}?{query}>; rel="{rel}"'
