"""Answers to a request, each with its charset and the instant its content last changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from samples.instant import http_date

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from starlette.requests import Request

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"
XML = "text/xml; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
CSS = "text/css; charset=utf-8"
SVG = "image/svg+xml; charset=utf-8"


def encoded(payload: object) -> bytes:
    """Return `payload` as JSON."""
    return msgspec.json.encode(payload)


def reply(
    body: str | bytes,
    media_type: str,
    *,
    changed: datetime | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with `body`; `changed` becomes Last-Modified, and None sends none."""
    sent = dict(headers or {})
    if changed is not None:
        sent["Last-Modified"] = http_date(changed)
    return Response(body, status_code=status, media_type=media_type, headers=sent)


def reply_json(
    payload: object,
    *,
    changed: datetime | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with `payload` as JSON."""
    return reply(encoded(payload), JSON, changed=changed, status=status, headers=headers)


def fixed(path: str, body: str | bytes, media_type: str) -> Route:
    """Return the route of what is the same for everybody, at any time."""

    async def answer(_: Request) -> Response:
        return reply(body, media_type)

    return Route(path, answer)


def fixed_json(path: str, payload: object) -> Route:
    """Return the route of `payload`, the same for everybody, as JSON."""
    return fixed(path, encoded(payload), JSON)
