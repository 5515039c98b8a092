"""Pages for people, rendered on the server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from starlette.exceptions import HTTPException

from web import views, words
from web.asked import read
from web.caching import fresh, unchanged
from web.render import page
from web.site import site_of
from web.structured import question_page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from ranker.results import Results
    from web.asked import Asked
    from web.site import Site

ADVICE_WORDS = 4
"""Words from which on fewer may find more."""


def home(request: Request) -> Response:
    """One box, and what it searches."""
    overview = site_of(request).ranker.overview()
    return page(request, "home.html", {"overview": overview, "hint": ""})


def search(request: Request) -> Response:
    """The answer, the results, and where else to go."""
    asked, site = read(request.query_params), site_of(request)
    if not asked.query:
        hint = "Type a question, an error message or a few words, then press Search."
        overview = site.ranker.overview()
        return page(request, "home.html", {"overview": overview, "hint": hint})
    tag = asked.tag("page", site.ranker.version(), site.clock.now().date())
    if unchanged(request, tag):
        return fresh(None, tag)
    found = site.ranker.search(
        asked.query,
        choices=asked.choices,
        page=asked.page,
        verbatim=asked.verbatim,
        order=asked.order,
    )
    return fresh(page(request, "search.html", _shown(found, asked, site)), tag)


def thread(request: Request) -> Response:
    """A whole thread, the trusted replies first."""
    site = site_of(request)
    shown = site.ranker.thread(request.path_params["thread_id"])
    if shown is None:
        raise HTTPException(404)
    first = (shown.opening or shown.replies[0]).post
    return page(
        request,
        "thread.html",
        {
            "thread": shown,
            "original": first.url,
            "source": site.source_title(first.source),
            "byline": lambda post: views.byline(post, site),
            "kinds": words.KIND,
            "structured": Markup(_script_safe(question_page(shown))),  # noqa: S704  escaped there
        },
    )


def _shown(found: Results, asked: Asked, site: Site) -> dict[str, Any]:
    return {
        "query": asked.query,
        "asked": asked,
        "found": found,
        "counted": words.counted(found.total, "result", "results"),
        "answer": None if found.answer is None else views.quotation(found.answer, site),
        "hits": views.hits(found, site),
        "first": (found.page - 1) * site.settings.ranking.per_page + 1,
        "people": views.people(found.experts, site),
        "places": views.ask_at(found.places),
        "filters": views.filters(found, asked, site),
        "chosen": views.chosen(found, asked, site),
        "orders": views.orders(found, asked),
        "steps": views.steps(found, asked),
        "long": len(asked.query.split()) >= ADVICE_WORDS,
        "home": site.ranker.overview() if not found.total else None,
    }


def _script_safe(value: dict[str, Any]) -> str:
    """JSON that cannot leave the element it stands in."""
    text = json.dumps(value, ensure_ascii=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text
