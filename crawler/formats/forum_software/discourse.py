"""Discourse, as it shows itself to readers without a script (<https://www.discourse.org/>)."""

from __future__ import annotations

from crawler.formats.forum import Software

DISCOURSE = Software(
    name="Discourse",
    signs="meta[name='generator'][content^='Discourse']",
    thread=r"(?P<root>.*/)t/(?:[^/?]*[^\d/?][^/?]*/|-/)?(?P<id>\d+)/?(?:\?page=(?P<start>\d+))?",
    key="t/",
    closed=(
        r".*/(?:login|signup|session|password-reset|u|users?|user_actions|g|groups|search|my|new"
        r"|unread|posted|bookmarks|badges|admin|review|invites|posts|p)(?:[/?].*)?"
        r"|.*/t/(?:[^/?]+/)?\d+/(?:\d+|print|summary).*|.*/print|.*\.rss(?:\?.*)?"
    ),
    ballast=r"(?:order|ascending|u|no_definitions|preview_theme_id|filter|tl)=.*",
    link="{page}#post_{id}",
    per_page=20,
    lists=".topic-list, #topic-list-body, .topic-list-item",
    title=("#topic-title h1 a", "#topic-title h1", "h1"),
    container="#topic-title .category-title, #topic-title .category-name",
    tags="#topic-title .discourse-tag",
    solvable="[itemtype$='/QAPage']",
    post="div.crawler-post[id^='post_']",
    mark="::attr(id)",
    number="::attr(id)",
    body=".post",
    cut="aside.quote",
    date=("time.post-time::attr(datetime)", "time::attr(datetime)"),
    edited="[itemprop='dateModified']::attr(content)",
    likes=".post-likes",
    accepted="div[itemprop~='acceptedAnswer']",
    author=(".creator [itemprop='name']", ".creator a"),
    profile=".creator a::attr(href)",
    member=".creator a::attr(href)",
    member_id=r"/u(?:sers)?/([^/?#]+)",
)
