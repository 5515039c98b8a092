"""Simple Machines Forum 2.0 and 2.1 (<https://www.simplemachines.org/>)."""

from __future__ import annotations

from crawler.formats.forum import Software

SMF = Software(
    name="SMF 2",
    signs=(
        "#forumposts, form#quickModForm, #footer a[href*='simplemachines.org'],"
        " #footer_section a[href*='simplemachines.org'], .copyright a[href*='simplemachines.org']"
    ),
    thread=(
        r"(?P<root>.*/)(?:index\.php)?[?/]topic[=,](?P<id>\d+)(?:\.(?P<start>\d+))?(?:\.html)?"
    ),
    key="index.php?topic=",
    closed=(
        r".*[?;&/]action[=,].*|.*topic[=,]\d+\.(?:msg|new|from).*|.*[;&](?:prev_next|imode|wap).*"
    ),
    ballast=r"(?:PHPSESSID|sort|highlight|theme)=.*|desc|asc|all|topicseen",
    link="{page}#msg{id}",
    lists="#messageindex, #boardindex_table, #boardindex",
    wall="#frmLogin",
    title=("#top_subject", "h5[id^='subject_']"),
    container=".navigate_section li:not(.last) a",
    post=".post_wrapper",
    mark="[id^='msg_']::attr(id)",
    number=(".keyinfo strong", ".page_number"),
    first_number=0,
    body=".inner[id^='msg_']",
    cut="blockquote, .quoteheader, .quotefooter, .codeheader",
    code="code.bbc_code",
    date=(".postinfo .smalltext", ".keyinfo .smalltext"),
    edited=".modified",
    likes=".like_count",
    author=".poster h4",
    profile=".poster h4 a[href*='action=profile']::attr(href)",
    member=".poster h4 a[href*='action=profile']::attr(href)",
    member_id=r"u=(\d+)",
    badge=".poster .membergroup",
)
