"""Replies that a browser may keep for a moment and ask about again (RFC 9110, section 13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request

KEPT = "private, max-age=30, stale-while-revalidate=300"
"""Half a minute: going back to a page is instant, and nothing stale lasts."""


def unchanged(request: Request, tag: str) -> bool:
    """Whether the browser has this very page already."""
    known = request.headers.get("if-none-match", "")
    return tag in (one.strip() for one in known.split(","))


def fresh(response: Response | None, tag: str) -> Response:
    """The reply with its tag; without one, the word that nothing has changed."""
    reply = response or Response(status_code=304)
    reply.headers["ETag"] = tag
    reply.headers["Cache-Control"] = KEPT
    return reply
