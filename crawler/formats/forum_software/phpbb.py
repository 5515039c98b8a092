"""phpBB 3, with its own style (prosilver) or one made of it (<https://www.phpbb.com/>)."""

from __future__ import annotations

from crawler.formats.forum import Software

PHPBB = Software(
    name="phpBB 3",
    signs="body#phpbb, .copyright a[href*='phpbb.com'], #page-footer a[href*='phpbb.com']",
    thread=r"(?P<root>.*/)viewtopic\.php\?(?:f=\d+&)?t=(?P<id>\d+)(?:&start=(?P<start>\d+))?",
    key="viewtopic.php?t=",
    closed=(
        r".*/(?:ucp|memberlist|search|posting|mcp|report|viewonline|cron|feed)\.php.*"
        r"|.*/app\.php/(?:user|feed|help|post)/.*"
        r"|.*/viewtopic\.php\?(?:.*&)?(?:p|view|bookmark|watch|unwatch|e)=.*"
        r"|.*/viewforum\.php\?(?:.*&)?(?:mark|watch|unwatch)=.*|.*/index\.php\?mark=.*"
        r"|.*/download/file\.php.*"
    ),
    ballast=r"(?:sid|hilit|highlight|sk|sd|st|hash)=.*",
    link="{page}#p{id}",
    lists="ul.topiclist",
    wall="form#login",
    title="h2.topic-title, h2 a[href*='viewtopic.php']",
    container=(
        ".breadcrumbs .crumb [itemprop='title'], .breadcrumbs .crumb [itemprop='name'],"
        " .navlinks .icon-home a"
    ),
    zone="#page-footer",
    post="div.post[id^='p']:not(.deleted):not(.unapproved)",
    withheld="div.post.deleted, div.post.unapproved",
    mark="::attr(id)",
    body=".content",
    cut="blockquote, .codebox > p, .codebox > dt, .inline-attachment, .attachbox, .signature",
    code=".codebox code",
    date=(".author time::attr(datetime)", ".author"),
    edited=".notice",
    author=(".author strong", ".postprofile dt"),
    profile=".author strong a::attr(href)",
    member=(".author strong a::attr(href)", ".postprofile dt a::attr(href)"),
    member_id=r"[?&]u=(\d+)",
    badge=".postprofile dd",
)
