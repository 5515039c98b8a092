"""What is shown when something goes wrong: a page of the same look, or a problem of the API.

This is the boundary of one request. Problems of the API follow RFC 9457
(https://www.rfc-editor.org/rfc/rfc9457).
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from contract import AskaroundError
from contract.errors import SearchIndexError
from web import words
from web.render import page

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)


class Boundary:
    """Turns a bug into a page, inside the headers; outside of them stands Starlette's own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; where that fails before anything was sent, say so."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if begun or scope["type"] != "http":
                raise
            reply = await run_in_threadpool(unknown, Request(scope), error)
            await reply(scope, receive, send)


def http(request: Request, error: Exception) -> Response:
    """A status somebody meant: 404, 405 and their like."""
    status, headers, own = 500, dict[str, str](), ""
    if isinstance(error, HTTPException):
        status, headers = error.status_code, dict(error.headers or {})
        own = "" if error.detail == HTTPStatus(status).phrase else error.detail
    title, said = words.status(status)
    return _reply(request, status, title, own or said, headers)


def known(request: Request, error: Exception) -> Response:
    """Something that the operator can mend: the hint is for them, so it goes into the log."""
    hint = error.hint if isinstance(error, AskaroundError) else ""
    log.error("request=%s error=%s hint=%s", _request_id(request), error, hint)
    status = 503 if isinstance(error, SearchIndexError) else 500
    title, said = words.status(status)
    return _reply(request, status, title, said, {"Retry-After": "30"} if status == 503 else {})


def unknown(request: Request, error: Exception) -> Response:
    """A bug: told to the log in full, and to the visitor by the number it has there."""
    log.error("request=%s path=%s", _request_id(request), request.url.path, exc_info=error)
    title, said = words.status(500)
    return _reply(request, 500, title, said, {})


def _reply(
    request: Request, status: int, title: str, said: str, headers: dict[str, str]
) -> Response:
    headers = {**headers, "Cache-Control": "no-store"}
    if request.url.path.startswith("/api/"):
        problem = {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": said,
            "instance": f"/requests/{_request_id(request)}",
        }
        return JSONResponse(problem, status, headers, media_type="application/problem+json")
    shown = {"title": title, "said": said, "request_id": _request_id(request), "status": status}
    return page(request, "error.html", shown, status=status, headers=headers)


def _request_id(request: Request) -> str:
    return str(request.scope.get("state", {}).get("request_id", ""))
