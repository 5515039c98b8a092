"""The same answers as JSON, for programs. Errors follow RFC 9457."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from ranker import as_json
from ranker.search import SUGGESTED
from web.asked import number, read
from web.caching import fresh, unchanged
from web.site import site_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

MOST = 50
"""Results in one reply."""


def search(request: Request) -> Response:
    """Results, with the answer, people and places beside them."""
    asked, site = read(request.query_params), site_of(request)
    if not asked.query:
        raise HTTPException(400)
    size = site.settings.ranking.per_page
    limit = number(request.query_params.get("limit"), least=1, most=MOST, otherwise=size)
    tag = asked.tag("api", limit, site.ranker.version(), site.clock.now().date())
    if unchanged(request, tag):
        return fresh(None, tag)
    found = site.ranker.search(
        asked.query,
        choices=asked.choices,
        page=asked.page,
        limit=limit,
        verbatim=asked.verbatim,
        order=asked.order,
    )
    return fresh(JSONResponse(as_json.results(found)), tag)


def experts(request: Request) -> Response:
    """People who know about something."""
    people = site_of(request).ranker.experts(_query(request))
    return JSONResponse([as_json.expert(one) for one in people])


def places(request: Request) -> Response:
    """Places where a question is likely to be solved."""
    found = site_of(request).ranker.places(_query(request))
    return JSONResponse([as_json.place(one) for one in found])


def suggest(request: Request) -> Response:
    """What to search for, from what was typed so far; nothing where nothing was.

    With `format=opensearch` in the form that browsers ask for beside their own address box:
    https://github.com/dewitt/opensearch (Suggestions extension, 1.1).
    """
    asked, site = read(request.query_params), site_of(request)
    count = number(request.query_params.get("limit"), least=1, most=MOST, otherwise=SUGGESTED)
    found = site.ranker.suggest(asked.query, count) if asked.query else ()
    if request.query_params.get("format") == "opensearch":
        said = [asked.query, [one.query.strip() for one in found]]
        return JSONResponse(said, media_type="application/x-suggestions+json")
    suggestions = [as_json.suggestion(one) for one in found]
    return JSONResponse({"query": asked.query, "suggestions": suggestions})


def _query(request: Request) -> str:
    query = read(request.query_params).query
    if not query:
        raise HTTPException(400)
    return query
