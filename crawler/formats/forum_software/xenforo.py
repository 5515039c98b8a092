"""XenForo 2 (<https://xenforo.com/>)."""

from __future__ import annotations

from crawler.formats.forum import Software

XENFORO = Software(
    name="XenForo 2",
    signs="html#XF, html[data-app='public'][data-template]",
    thread=r"(?P<root>.*/)threads/(?:[^/?]*\.)?(?P<id>\d+)/?(?:page-(?P<start>\d+))?",
    key="threads/",
    closed=(
        r".*/(?:login|lost-password|register|members|search|search-forums|account|conversations"
        r"|direct-messages|posts|profile-posts|online|attachments|misc|goto|find-threads"
        r"|whats-new|logout)(?:[/?].*)?"
        r"|.*/threads/[^/?]+/(?!page-\d+$)[^?].*|.*/forums/[^/?]+/(?:post-thread|mark-read).*"
        r"|.*\.rss(?:\?.*)?"
    ),
    ballast=(
        r"(?:order|direction|last_days|starter_id|prefix_id.*|no_date_limit|thread_type|s|_xf.*)=.*"
    ),
    link="{page}#post-{id}",
    per_page=20,
    lists=".structItem, .node",
    wall="html[data-template='login'], html[data-template='error']",
    title=("h1.p-title-value > a::text", "h1.p-title-value::text"),
    container=".p-breadcrumbs [itemprop='name']",
    tags=".js-tagList a",
    solvable="html[data-template='thread_view_type_question']",
    post="article.message[data-content^='post-']:not(.message--deleted)",
    withheld=".message--deleted[data-content^='post-']",
    mark="::attr(data-content)",
    number=".message-attribution-opposite",
    body=".message-body .bbWrapper",
    cut=(
        "blockquote.bbCodeBlock--quote, .bbCodeBlock--unfurl, .bbCodeBlock-title,"
        " .bbCodeBlock-expandLink, .bbCodeBlock-shrinkLink, .bbCodeSpoiler-button"
    ),
    date=".message-attribution time::attr(datetime)",
    edited=".message-lastEdit time::attr(datetime)",
    likes=".reactionsBar-link",
    likers="bdi",
    score=".contentVote-score",
    accepted="article.message--solution",
    author=(".message-name", "::attr(data-author)"),
    profile=".message-name a::attr(href)",
    member=(".message-user [data-user-id]::attr(data-user-id)", ".message-name a::attr(href)"),
    staff=".message-user .username--staff, .message-user .username--admin, .userBanner--staff",
    moderator=".message-user .username--moderator",
    badge=".message-user .userBanner",
)
