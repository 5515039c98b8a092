"""Askbot (<https://askbot.com/>)."""

from __future__ import annotations

from crawler.formats.forum import Software

ASKBOT = Software(
    name="Askbot",
    signs=(
        ".js-question[data-post-id], link[title='RSS feed from Askbot'], #ground a[href*='askbot']"
    ),
    thread=r"(?P<root>.*/)question/(?P<id>\d+)(?:/[^/?]*)?/?(?:\?page=(?P<start>\d+))?",
    key="question/",
    closed=(
        r".*/(?:users|account|search|feeds|avatar|badges|tags|messages|comment|answers?)(?:/.*)?"
        r"|.*/questions?/\d+/(?:revisions|edit|close|reopen).*|.*[?&](?:answer|comment)=.*"
        r"|.*/questions/(?!(?:scope:all/)?(?:sort:activity-desc/)?(?:page:\d+/)?$).+"
    ),
    ballast=r"sort=.*",
    link="{page}#post-id-{id}",
    per_page=100,  # ten answers, and their comments
    lists="#question-list, .short-summary",
    title="h1 a",
    tags="#question-tags a[rel='tag']",
    solvable=".js-question",
    post=".js-question[data-post-id], .answer[data-post-id], .comment[data-comment-id]",
    opening=".js-question",
    comment=".comment",
    mark=("::attr(data-post-id)", "::attr(data-comment-id)"),
    body=".post-body, .comment-body",
    cut=".post-update-info-container",
    date="abbr.timeago::attr(title)",
    edited=".post-update-info + .post-update-info abbr.timeago::attr(title)",
    score=".vote-number, .js-score",
    accepted=".accepted-answer",
    author=(".post-update-info .user-info a[href*='/users/']", "a.author"),
    profile=".user-info a[href*='/users/']::attr(href), a.author::attr(href)",
    member=".user-info a[href*='/users/']::attr(href), a.author::attr(href)",
    member_id=r"/users/(\d+)",
    reputation=".post-update-info .reputation-score",
)
