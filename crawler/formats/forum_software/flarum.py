"""Flarum, as it shows itself to readers without a script (<https://flarum.org/>).

Where the page carries its data too, `crawler.formats.flarum` reads those.
"""

from __future__ import annotations

from crawler.formats.forum import Software

FLARUM = Software(
    name="Flarum",
    signs="script#flarum-json-payload, #flarum-content, #flarum-loading",
    thread=r"(?P<root>.*/)d/(?P<id>\d+)(?:-[^/?]*)?(?:/\d+)?(?:\?page=(?P<start>\d+))?",
    key="d/",
    closed=(
        r".*/(?:u|settings|notifications|following|flags|login|register|reset|confirm|logout|api"
        r"|admin)(?:[/?].*)?|.*/d/[^/?]+/.*|.*[?&]q=.*"
    ),
    ballast=r"(?:sort|filter.*)=.*",
    link="{thread}/{number}",
    per_page=20,
    lists="#flarum-content ul li a[href*='/d/']",
    title="#flarum-content h1",
    post="#flarum-content article",
    mark="::attr(data-id)",
    body=".Post-body",
    cut="blockquote:has(.PostMention)",
    author=".PostUser-name",
)
