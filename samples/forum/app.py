"""The forum community as one application: its JSON, its pages, and what robots are told.

Without a key it tells what anybody may see. The header `Api-Key: meadowlark-demo-key` opens the
restricted rooms, whispers and deleted posts, and adds to each room who may enter; a wrong key is
refused. `Api-Username` is ignored: the key sees with an administrator's eyes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.applications import Starlette

from samples.conditional import manners
from samples.forum.api import Api
from samples.forum.error import ForumError
from samples.forum.pages import Pages
from samples.forum.post import topic_path
from samples.forum.wire import Wire
from samples.reply import TEXT, XML, fixed
from samples.sitemap import sitemapindex, urlset
from samples.sites import PLACEHOLDERS

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.routing import Route

    from samples.sites import Sites
    from samples.story import Story

DEMO_KEY = "meadowlark-demo-key"
"""Openly known, as everything here is: it opens nothing real."""

RECENT = timedelta(days=3)
"""How far back Discourse's sitemap of recent topics goes, here from the story's end."""

ROBOTS = """\
# See http://www.robotstxt.org/robotstxt.html for documentation on how to use the robots.txt file
User-agent: *
Disallow: /admin/
Disallow: /auth/
Disallow: /email/
Disallow: /search
Disallow: /session
Disallow: /user-api-key
Disallow: /*?api_key*
Disallow: /*?*api_key*
Disallow: /badges
Disallow: /my
Disallow: /g

Sitemap: {site}/sitemap.xml
"""
"""Discourse's own rules, which keep robots out of the search."""


def app(
    story: Story, sites: Sites = PLACEHOLDERS, *, key: str = DEMO_KEY, old_form: bool = False
) -> Starlette:
    """Serve `story` as the community at `sites.forum`.

    `old_form` answers as servers before 2026 did: one `accepted_answer`, and tags as words.
    Raises StoryError where the topics do not fit the people and rooms.
    """
    told = sites.settle(story)
    public = Wire(told, sites, keyed=False, old_form=old_form)
    keyed = Wire(told, sites, keyed=True, old_form=old_form)
    pages = Pages(public)
    return Starlette(
        routes=[*Api(public, keyed, key).routes(), *_for_robots(public), *pages.routes()],
        middleware=manners(),
        exception_handlers={ForumError: pages.refuse},
    )


def _for_robots(wire: Wire) -> list[Route]:
    """Return the rules, the sitemap of every topic, that of the recent ones, and their index."""
    site = wire.sites.forum
    topics = {f"{site}{topic_path(t)}": wire.topics.bumped_at(t) for t in wire.view.topics}
    sitemaps = {f"{site}/sitemap_1.xml": topics, f"{site}/sitemap_recent.xml": _recent(topics)}
    return [
        fixed("/robots.txt", ROBOTS.format(site=site), TEXT),
        fixed("/sitemap.xml", sitemapindex(sitemaps), XML),
        *(fixed(url.removeprefix(site), urlset(pages), XML) for url, pages in sitemaps.items()),
    ]


def _recent(pages: dict[str, datetime]) -> dict[str, datetime]:
    end = max(pages.values(), default=None)
    return {url: at for url, at in pages.items() if end and at >= end - RECENT}
