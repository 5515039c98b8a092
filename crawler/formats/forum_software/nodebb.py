"""NodeBB, with Persona, Harmony or a theme made of these (<https://nodebb.org/>)."""

from __future__ import annotations

from crawler.formats.forum import Software

NODEBB = Software(
    name="NodeBB",
    signs=(
        "[component='topic'], [component='category'], [component='categories'],"
        " [component='categories/category'], [component='category/topic'], [component='navbar']"
    ),
    thread=r"(?P<root>.*/)topic/(?P<id>[\w-]+)(?:/[^/?]*)?(?:\?page=(?P<start>\d+))?",
    key="topic/",
    closed=(
        r".*/(?:login|register|reset|users?|uid|groups?|search|notifications|chats?|unread|flags"
        r"|post|admin|me)(?:[/?].*)?|.*/topic/[\w-]+/[^/?]*/.*|.*\.rss"
    ),
    ballast=r"(?:sort|lang|term|filter|_|tag)=.*",
    link="{page}#{number}",
    per_page=20,
    lists="[component='category'], [component='categories'], [component='category/topic']",
    wall="#login-form, .login-block",
    title="[component='topic/title']",
    container=".breadcrumb a",
    tags="[component='topic/tags'] a",
    post="li[component='post'][data-pid]:not(.deleted)",
    withheld="li[component='post'].deleted",
    mark="::attr(data-pid)",
    number="::attr(data-index)",
    first_number=0,
    body="[component='post/content']",
    cut="blockquote, [component='post/signature']",
    date=(
        "::attr(data-timestamp)",
        "meta[itemprop='datePublished']::attr(content)",
        ".permalink .timeago::attr(title)",
    ),
    edited="meta[itemprop='dateModified']::attr(content)",
    score="[component='post/vote-count']::attr(data-votes)",
    author=("::attr(data-username)", "[data-username]::attr(data-username)"),
    profile="a[href*='/user/']::attr(href)",
    member=("::attr(data-uid)", "[data-uid]::attr(data-uid)"),
    staff="a[href*='/groups/administrators']",
    moderator="a[href*='/groups/global-moderators'], a[href*='/groups/moderators']",
)
