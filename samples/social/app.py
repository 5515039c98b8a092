"""The social community as one application: its JSON, its pages, and a limit on requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware

from samples.conditional import manners
from samples.reply import TEXT, fixed, fixed_json
from samples.sites import PLACEHOLDERS
from samples.social.about import ROBOTS, instance, nodeinfo, nodeinfo_links
from samples.social.api import Api
from samples.social.entity import Entities
from samples.social.limit import ROOMY, RateLimit, system_clock
from samples.social.pages import Pages
from samples.social.view import View

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from starlette.routing import Route

    from samples.sites import Sites
    from samples.story import Story


def app(
    story: Story,
    sites: Sites = PLACEHOLDERS,
    *,
    limit: int = ROOMY,
    clock: Callable[[], datetime] = system_clock,
) -> Starlette:
    """Serve `story` as the community at `sites.social`, `limit` requests in five minutes.

    Raises StoryError where somebody speaks without an account, or replies to nothing.
    """
    entities = Entities(View(sites.settle(story), sites.social), sites.social)
    return Starlette(
        routes=[*_about(entities), *Api(entities).routes(), *Pages(entities).routes()],
        middleware=[Middleware(RateLimit, limit=limit, clock=clock), *manners()],
    )


def _about(entities: Entities) -> list[Route]:
    """Return what the server says of itself, whoever asks."""
    view, site = entities.view, entities.site
    return [
        fixed_json("/api/v2/instance", instance(view, site)),
        fixed_json("/.well-known/nodeinfo", nodeinfo_links(site)),
        fixed_json("/nodeinfo/2.0", nodeinfo(view)),
        fixed("/robots.txt", ROBOTS, TEXT),
    ]
