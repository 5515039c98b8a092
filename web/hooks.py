"""Where places send word that something has happened; `crawler.hooks` says what becomes of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, PlainTextResponse

from crawler.delivery import Delivery
from web import words
from web.site import site_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from crawler.hooks import Hooks, Receipt

LARGEST = 1024 * 1024
"""Bytes of a delivery. GitHub allows itself 25 MB, but an event about one post is a hundredth of
this; the largest come where many are told at once (Facebook)."""

PATIENCE_S = 10.0
"""How long a delivery may take to come in."""

TYPES = {"application/json", "application/x-www-form-urlencoded"}

STATUS = {
    "accepted": 202,
    "known": 200,
    "ignored": 200,
    "unknown": 404,
    "unsigned": 401,
    "late": 401,
    "unreadable": 400,
}


async def hook(request: Request) -> Response:
    """Take an event that a place has sent; 202 where posts will be read anew because of it."""
    hooks, name = site_of(request).hooks, request.path_params["source"]
    if hooks is None or not hooks.listens_for(name):
        raise _refused(404, "unknown")
    if request.method != "POST":
        return _greeted(request, hooks, name)
    delivery = Delivery(headers=dict(request.headers), body=await _body(request))
    receipt = await run_in_threadpool(hooks.receive, name, delivery)
    status = STATUS[receipt.verdict]
    if status >= 400:
        raise _refused(status, receipt.verdict, receipt.reason)
    return JSONResponse(_told(receipt), status, headers={"Cache-Control": "no-store"})


def _greeted(request: Request, hooks: Hooks, name: str) -> Response:
    """Some places ask whether this is the right address before they send anything."""
    answer = hooks.greeting(name, request.query_params)
    if answer is None:
        raise HTTPException(405, words.HOOK["method"], headers={"Allow": "POST"})
    return PlainTextResponse(answer, headers={"Cache-Control": "no-store"})


async def _body(request: Request) -> bytes:
    """The body, unless it is too large, too slow or of another kind."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in TYPES:
        raise _refused(415, "type")
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > LARGEST:
        raise _refused(413, "large")
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST:
                    raise _refused(413, "large")
    except (TimeoutError, ClientDisconnect) as error:
        raise _refused(408, "slow") from error
    return bytes(body)


def _told(receipt: Receipt) -> dict[str, str | int]:
    told = {"status": receipt.verdict, "reason": receipt.reason}
    counts = {"posts": receipt.posts, "hidden": receipt.buried}
    return {name: value for name, value in (told | counts).items() if value}


def _refused(status: int, why: str, reason: str = "") -> HTTPException:
    said = words.HOOK[why]
    return HTTPException(status, f"{said} ({reason})" if reason else said)
