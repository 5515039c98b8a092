"""The question-and-answer community as one application: the API, and the pages people see.

Both share one address here: the methods of the API live under `/2.3/`, the pages beside them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette

from samples.conditional import manners
from samples.qa.api import Api
from samples.qa.catalogue import Catalogue
from samples.qa.error import ApiError, refuse
from samples.qa.pages import Pages
from samples.reply import TEXT, fixed
from samples.sites import PLACEHOLDERS

if TYPE_CHECKING:
    from samples.sites import Sites
    from samples.story import Story

ROBOTS = "User-agent: *\nDisallow:\n"
"""The host of the API lets everybody read everything."""


def app(
    story: Story, sites: Sites = PLACEHOLDERS, *, quota: int = 10_000, backoff_every: int = 0
) -> Starlette:
    """Serve `story` as the community at `sites.qa`.

    `quota` calls are answered, as on one day; every `backoff_every`-th (0: none) asks for a second
    of rest by `backoff`. Raises StoryError where somebody speaks without an account.
    """
    catalogue = Catalogue(sites.settle(story), sites)
    return Starlette(
        routes=[
            *Api(catalogue, sites.qa, quota, backoff_every).routes(),
            fixed("/robots.txt", ROBOTS, TEXT),
            *Pages(catalogue, sites.qa).routes(),
        ],
        middleware=manners(),
        exception_handlers={ApiError: refuse},
    )
