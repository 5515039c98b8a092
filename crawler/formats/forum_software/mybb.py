"""MyBB 1.8 (<https://mybb.com/>)."""

from __future__ import annotations

from crawler.formats.forum import Software

MYBB = Software(
    name="MyBB",
    signs=(
        "#posts .post_body[id^='pid_'], script[src*='/jscripts/general.js'],"
        " #footer a[href*='mybb.com'], #copyright a[href*='mybb.com']"
    ),
    thread=(
        r"(?P<root>.*/)(?:showthread\.php\?tid=|thread-)(?P<id>\d+)"
        r"(?:(?:&page=|-page-)(?P<start>\d+))?(?:\.html)?"
    ),
    key="showthread.php?tid=",
    closed=(
        r".*/(?:member|memberlist|search|printthread|newreply|newthread|editpost|private|usercp"
        r"|online|report|reputation|ratethread|sendthread|attachment|moderation|misc|syndication"
        r"|archive|calendar|showteam|stats|polls)\.php.*"
        r"|.*/(?:user|printthread)-\d+.*|.*[?&](?:action|pid)=.*"
        r"|.*-(?:post-\d+|lastpost|newpost|nextnewest|nextoldest)\b.*"
    ),
    ballast=r"(?:highlight|sortby|order|datecut|prefix|mode|sid)=.*",
    link="{page}#pid{id}",
    per_page=10,
    lists=".forumdisplay_regular, .forumdisplay_sticky, .expcolimage",
    title=("td.thead > div:not(.float_right) > strong", "td.thead > strong"),
    container=".navigation a",
    post="div.post[id^='post_']",
    mark="::attr(id)",
    number=".post_head strong a, .post_head .float_right a",
    body=".post_body",
    cut="blockquote, .codeblock .title, .signature",
    code=".codeblock code",
    date=".post_date",
    edited=".post_edit",
    author=".author_information .largetext",
    profile=".author_information .largetext a::attr(href)",
    member=".author_information .largetext a::attr(href)",
    member_id=r"(?:uid=|user-)(\d+)",
    reputation=".author_statistics [class^='reputation_']",
    badge=".author_information img[src*='usergroups']::attr(alt)",
)
