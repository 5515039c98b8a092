"""The application: every route in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount, Route

from contract import AskaroundError
from web import api, pages, troubles
from web.health import health, ready
from web.hooks import hook
from web.security import SecurityHeaders
from web.static_files import HashedFiles

if TYPE_CHECKING:
    from web.site import Site

ROUTES = (
    Route("/", pages.home),
    Route("/search", pages.search),
    Route("/thread/{thread_id:path}", pages.thread),
    Route("/api/v1/search", api.search),
    Route("/api/v1/suggest", api.suggest),
    Route("/api/v1/experts", api.experts),
    Route("/api/v1/places", api.places),
    Route("/api/v1/hooks/{source}", hook, methods=["GET", "POST"]),
    Route("/healthz", health),
    Route("/readyz", ready),
    Mount("/static", HashedFiles(), name="static"),
)
"""All but the hooks answer GET and HEAD only; endpoints are plain functions and run in threads."""

SMALLEST_PACKED = 500
"""Bytes below which packing a reply makes it no smaller."""


def app(site: Site) -> Starlette:
    """Make the application for a site."""
    made = Starlette(
        routes=ROUTES,
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(troubles.Boundary),
            Middleware(GZipMiddleware, minimum_size=SMALLEST_PACKED),
        ],
        exception_handlers={HTTPException: troubles.http, AskaroundError: troubles.known},
    )
    made.state.site = site
    return made
