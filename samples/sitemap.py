"""Sitemaps: what a site wants found, and when it last changed.

https://www.sitemaps.org/protocol.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from samples.instant import iso_s

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_DOCUMENT = """\
<?xml version="1.0" encoding="UTF-8"?>
<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{rows}</{root}>
"""


def urlset(pages: Mapping[str, datetime]) -> str:
    """Return the sitemap of `pages`: address to the instant of the last change."""
    return _document("urlset", "url", pages)


def sitemapindex(sitemaps: Mapping[str, Mapping[str, datetime]]) -> str:
    """Return the index of `sitemaps`: address to its pages; one without any is left out."""
    changed = {url: max(pages.values()) for url, pages in sitemaps.items() if pages}
    return _document("sitemapindex", "sitemap", changed)


def _document(root: str, row: str, entries: Mapping[str, datetime]) -> str:
    rows = "".join(
        f"<{row}><loc>{escape(url)}</loc><lastmod>{iso_s(at)}</lastmod></{row}>\n"
        for url, at in entries.items()
    )
    return _DOCUMENT.format(root=root, rows=rows)
