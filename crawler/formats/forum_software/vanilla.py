"""Vanilla 2 and later (<https://github.com/vanilla/vanilla>)."""

from __future__ import annotations

from crawler.formats.forum import Software

VANILLA = Software(
    name="Vanilla",
    signs="body[id^='vanilla_'], body.Vanilla, .PoweredByVanilla",
    thread=r"(?P<root>.*/)discussion/(?P<id>\d+)(?:/[^/?]*)??(?:/p(?P<start>\d+))?",
    key="discussion/",
    closed=(
        r".*/(?:entry|profile|activity|messages|search|post|drafts|bookmarks|member|moderation"
        r"|badges?|plugin|utility)(?:[/?].*)?"
        r"|.*/discussions/(?:bookmarked|mine|unread|unanswered)(?:[/?].*)?"
        r"|.*/discussion/(?!\d).*|.*/discussions?/.*\.rss|.*/feed\.rss"
    ),
    ballast=r"(?:sort|filter|type|Target|new)=.*|new",
    link="{page}#Comment_{id}",
    per_page=30,
    lists="ul.Discussions, table.DiscussionsTable, .CategoryBox, ul.CategoryList",
    wall="form#Form_User_SignIn",
    title=".Discussion h1, .PageTitle h1, h1",
    container=".Breadcrumbs .CrumbLabel a",
    tags=".InlineTags a",
    post="[id^='Discussion_'], [id^='Comment_']",
    opening="[id^='Discussion_']",
    mark="::attr(id)",
    number="a.Permalink::attr(name)",
    first_number=0,
    body=".Message",
    cut="blockquote, .UserQuote, .UserSignature, .Signature",
    date=".DateCreated time::attr(datetime)",
    edited=".DateUpdated time::attr(datetime)",
    likes=".ReactButton-Like .Count",
    accepted="[class*='QnA-Item-Accepted']",
    author=".Author .Username",
    profile=".Author a.Username::attr(href)",
    member=(".Author [data-userid]::attr(data-userid)", ".Author a.Username::attr(href)"),
    member_id=r"([^/?#]+)$",
    staff="[class*='Role_Admin'], [class*='Role_Staff']",
    moderator="[class*='Role_Moderator']",
    badge=".AuthorInfo .RoleTitle",
)
