"""The knowledge base as one application: its pages, and what robots are told.

Robots find it by `/robots.txt` and `/sitemap.xml`; machines read JSON-LD; some pages ask not to
be indexed, some are not for robots at all, old addresses lead on, and one page's JSON-LD is broken.
https://www.sitemaps.org/protocol.html and https://www.rfc-editor.org/rfc/rfc9309
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette

from samples.conditional import manners
from samples.kb.pages import WORDS, Pages
from samples.kb.shelves import Shelves, article_path
from samples.reply import TEXT, XML, fixed
from samples.sitemap import sitemapindex, urlset
from samples.sites import PLACEHOLDERS

if TYPE_CHECKING:
    from starlette.routing import Route

    from samples.sites import Sites
    from samples.story import Story

ROBOTS = """\
User-agent: *
Disallow: /internal/
Crawl-delay: 0.05

Sitemap: {site}/sitemap.xml
"""
"""A twentieth of a second between requests: enough to be noticed, too little to be waited for."""


def app(story: Story, sites: Sites = PLACEHOLDERS, *, broken_markup: bool = True) -> Starlette:
    """Serve `story` as the help site at `sites.kb`.

    `broken_markup` spoils the JSON-LD of the last article that may be indexed. Raises StoryError
    where two articles share an address or an author is nobody.
    """
    told = sites.settle(story)
    shelves = Shelves(told)
    broken = shelves.indexable[-1] if broken_markup and shelves.indexable else None
    pages = Pages(shelves, told.people, sites, broken)
    return Starlette(
        routes=[*_for_robots(shelves, sites.kb), *pages.routes()], middleware=manners()
    )


def _for_robots(shelves: Shelves, site: str) -> list[Route]:
    """Return the rules, a sitemap for each language, and their index."""
    sitemaps = {
        f"{site}/sitemap-{lang}.xml": {
            f"{site}{article_path(article)}": article.changed_at
            for article in shelves.indexable
            if article.language == lang
        }
        for lang in WORDS
    }
    return [
        fixed("/robots.txt", ROBOTS.format(site=site), TEXT),
        fixed("/sitemap.xml", sitemapindex(sitemaps), XML),
        *(fixed(url.removeprefix(site), urlset(pages), XML) for url, pages in sitemaps.items()),
    ]
