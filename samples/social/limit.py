"""The rate limit of the social server, and its headers; the reset is an ISO time, not an epoch.

https://docs.joinmastodon.org/api/rate-limits/
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

from samples.reply import reply_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

WINDOW = timedelta(minutes=5)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
"""From when windows are counted, so that they begin at full five minutes."""

ROOMY = 3000
"""Requests a window. Mastodon's own number is 300; a demo should not have to wait five minutes."""


def system_clock() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)  # noqa: TID251  samples stand alone: contract.clock is not for them


class RateLimit:
    """Counts the requests to `/api/` in windows of five minutes; one too many is answered 429."""

    def __init__(self, app: ASGIApp, limit: int, clock: Callable[[], datetime]) -> None:
        self.app = app
        self.limit = limit
        self.clock = clock
        self.reset = LONG_AGO
        self.used = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the request, and tell with the answer how many are left."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return
        headers = self._count()

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        answer = self.app
        if self.used > self.limit:
            answer = reply_json({"error": "Too many requests"}, status=429)
        await answer(scope, receive, tell)

    def _count(self) -> dict[str, str]:
        now = self.clock()
        if now >= self.reset:
            self.used = 0
            self.reset = now - (now - LONG_AGO) % WINDOW + WINDOW
        self.used += 1
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(self.limit - self.used, 0)),
            "X-RateLimit-Reset": f"{self.reset:%Y-%m-%dT%H:%M:%S.%fZ}",
        }
