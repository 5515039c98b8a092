"""For whoever watches the process: whether it is up, and whether it can answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from contract import AskaroundError
from web.site import site_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def health(_: Request) -> Response:
    """The process is up."""
    return JSONResponse({"status": "up"}, headers={"Cache-Control": "no-store"})


def ready(request: Request) -> Response:
    """The index can be read; 503 where it cannot."""
    ranker = site_of(request).ranker
    headers = {"Cache-Control": "no-store"}
    try:
        generation, sequence = ranker.version()
        posts = ranker.overview().posts
    except AskaroundError as error:
        told = {"status": "not ready", "reason": str(error), "hint": error.hint}
        return JSONResponse(told, status_code=503, headers=headers)
    degraded = [reason for reason in (ranker.trouble, ranker.lacking) if reason]
    state: dict[str, Any] = {
        "status": "degraded" if degraded else "ready",
        "generation": generation,
        "sequence": sequence,
        "posts": posts,
        "degraded": degraded,
    }
    return JSONResponse(state, headers=headers)
