"""vBulletin 4, and 5 with 6, which have little in common (<https://www.vbulletin.com/>)."""

from __future__ import annotations

from crawler.formats.forum import Software

VBULLETIN_4 = Software(
    name="vBulletin 4",
    signs="html#vbulletin_html, meta[name='generator'][content^='vBulletin 4']",
    thread=(
        r"(?P<root>.*/)(?:showthread\.php[?/](?:t=)?|threads/)(?P<id>\d+)(?:-[^/?&]*)?/?"
        r"(?:(?:page|[?&]page=)(?P<start>\d+))?"
    ),
    key="showthread.php?t=",
    closed=(
        r".*/(?:login|register|memberlist|member|search|profile|usercp|private|online|calendar"
        r"|sendmessage|newreply|newthread|editpost|report|misc|ajax|printthread|showpost"
        r"|attachment|image|subscription|infraction|external|converse|poll|threadrate)\.php.*"
        r"|.*/members?/.*|.*[?&/](?:goto|p|do|view)=.*"
    ),
    ballast=r"(?:s|highlight|styleid|langid|mode|pp|sort|order|daysprune|prefixid)=.*",
    link="{page}#post{id}",
    per_page=10,
    lists="#threads, #forums, #threadlist",
    wall=".standard_error",
    title=".threadtitle",
    container="#breadcrumb .navbit a",
    tags="#thread_tags_list a",
    zone=".footer_time",
    post="#posts li.postcontainer[id^='post_']",
    mark="::attr(id)",
    number="a.postcounter",
    body="blockquote.postcontent.restore",
    cut=".bbcode_quote, .bbcode_description, .lastedited, .signaturecontainer, .attachments",
    date=(".postdate .date", ".posthead .date"),
    edited=".lastedited",
    author=".userinfo .username",
    profile=".userinfo a.username::attr(href)",
    member=".userinfo a.username::attr(href)",
    member_id=r"member(?:s/|\.php[?/](?:u=)?)(\d+)",
    badge=".userinfo .usertitle",
)

VBULLETIN_5 = Software(
    name="vBulletin 5",
    signs=(
        "meta[name='generator'][content^='vBulletin 5'],"
        " meta[name='generator'][content^='vBulletin 6'], #vb-page-body, .js-conversation-starter"
    ),
    thread=r"(?P<root>/)(?:.*/)?(?P<id>\d+)-[^/?]+(?:/page(?P<start>\d+))?/?",
    key="node/",
    closed=(
        r".*/(?:member|memberlist|login|register|lostpw|search|settings|privatemessage|online"
        r"|filedata|contact-us|reply|report)(?:[/?].*)?"
        r"|.*[?&](?:p|view|do|filter_.*)=.*"
    ),
    ballast=r"(?:s|highlight|sort|order)=.*",
    link="{page}#post{id}",
    per_page=15,
    lists=".topic-list-container, .forum-list-container, .js-topic-list",
    wall=".js-login-form-main-container",
    title=("h1.main-title", ".b-post__title"),
    container="#breadcrumbs a",
    post="li.b-post[data-node-id]",
    mark="::attr(data-node-id)",
    number=".b-post__count",
    body=".js-post__content-text",
    cut=".bbcode_quote, .bbcode_description, .post-signature, .b-post__edit",
    date=("::attr(data-node-publishdate)", ".b-post__timestamp time::attr(datetime)"),
    edited=".b-post__edit",
    likes=".votecount b, .js-post-control__vote-count",
    author=".userinfo .author",
    profile=".userinfo .author a::attr(href)",
    member=".userinfo .author a::attr(href)",
    member_id=r"/member/(\d+)",
    badge=".userinfo .usertitle",
)
