"""Pictures of people who do not exist: their first letter on a colour of its own."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING
from zlib import crc32

from samples.reply import SVG, reply

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def avatar(request: Request) -> Response:
    """Draw the account named by the path parameter `name`, known or not."""
    name: str = request.path_params["name"]
    hue = crc32(name.encode()) % 360
    letter = html.escape(name[:1].upper())
    return reply(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96" viewBox="0 0 96 96">'
        f'<rect width="96" height="96" fill="hsl({hue},45%,40%)"/><text x="48" y="64" fill="#fff"'
        f' font-family="sans-serif" font-size="48" text-anchor="middle">{letter}</text></svg>',
        SVG,
    )
