"""Conditional requests: whoever already has the current version is told 304, without the body.

https://www.rfc-editor.org/rfc/rfc9110#section-13
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


def manners() -> list[Middleware]:
    """Return what every sample site does for every request: compress, and spare a known body."""
    return [Middleware(GZipMiddleware), Middleware(Conditional)]


def label(body: bytes) -> str:
    """Return the ETag of `body`; weak, because compression changes bytes and not content."""
    return f'W/"{sha256(body).hexdigest()[:32]}"'


class Conditional:
    """Labels each 200 with an ETag and answers 304 where the label, or the date, is known.

    An ETag set by the application stands: some bodies change with every call (a quota counts
    down) though nothing that matters has.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold the answer back until it is whole, then send it or 304."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
            return
        held = _Held()
        await self.app(scope, receive, held.take)
        held.settle(Headers(scope=scope), bodiless=scope["method"] == "HEAD")
        await held.release(send)


class _Held:
    """One answer, kept whole: the sites are small and their pages are kilobytes."""

    def __init__(self) -> None:
        self.start: Message = {}
        self.body = b""

    async def take(self, message: Message) -> None:
        """Stand in for `send`."""
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self.body += message.get("body", b"")

    def settle(self, asked: Headers, *, bodiless: bool) -> None:
        """Label the answer, then drop its body where it need not be sent."""
        if self.start["status"] == 200:
            headers = MutableHeaders(raw=self.start["headers"])
            headers.setdefault("ETag", label(self.body))
            if _known(asked, headers):
                self.start["status"] = 304
                del headers["Content-Length"]
                del headers["Content-Type"]
                self.start["headers"] = headers.raw
                bodiless = True
        if bodiless:
            self.body = b""

    async def release(self, send: Send) -> None:
        """Send what was held."""
        await send(self.start)
        await send({"type": "http.response.body", "body": self.body})


def _known(asked: Headers, headers: Headers) -> bool:
    """Tell whether the asker's copy is current; the date counts only where no label was sent."""
    labels = asked.get("If-None-Match")
    if labels is not None:
        own = headers["ETag"].removeprefix("W/")
        return any(each.strip().removeprefix("W/") in {own, "*"} for each in labels.split(","))
    return _unchanged(asked.get("If-Modified-Since"), headers.get("Last-Modified"))


def _unchanged(since: str | None, changed: str | None) -> bool:
    if since is None or changed is None:
        return False
    try:
        return parsedate_to_datetime(changed) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):  # a date nobody can read, or one without a zone: ignored
        return False
