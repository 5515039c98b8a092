"""What Zendesk's Help Center API sends: lists, what stands beside them, and where they go on.

Users, sections, categories and topics come beside the rows where `include` asks for them
(https://developer.zendesk.com/api-reference/help_center/help-center-api/introduction/). Lists go on
by cursor (`links.next`) or, on older paths and in the incremental export, by `next_page`.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from contract import Author, Signals
from crawler.clean import plain_line
from crawler.formats.refusal import named
from crawler.payload import decode, decode_or
from crawler.times import utc
from crawler.urls import path

if TYPE_CHECKING:
    from contract.errors import SourceError
    from contract.record import Role
    from crawler.fetch import Page

LISTS = frozenset({"articles", "posts"})
"""Kinds of pages that list what opens threads."""

NOBODY = "No help desk"
"""How Zendesk begins what it says at an address that is nobody's."""

_HINTS = {
    401: "Set or correct `api_key`: this help center shows nothing to guests.",
    403: "Give the account of `api_key` the right to see the help center.",
    404: "Check `url`; where there is no community, set `community = false`.",
    429: "Raise `delay_s`; the next crawl goes on from here.",
}

STAFF = frozenset({"agent", "admin"})
"""Roles of those who work for the help desk; all others are end users."""

_HELP_CENTER = re.compile(r"https?://[^/]+/hc/[^/?#]+")


class _User(msgspec.Struct):
    id: int
    name: str = ""
    role: str | None = None


class _Category(msgspec.Struct):
    id: int
    name: str


class _Section(msgspec.Struct):
    id: int
    name: str
    category_id: int | None = None


class _Topic(msgspec.Struct):
    id: int
    name: str
    user_segment_id: int | None = None


class Written(msgspec.Struct, kw_only=True):
    """What articles, community posts and comments have in common."""

    id: int
    created_at: datetime
    updated_at: datetime
    """Of any change, a vote or a move among them."""
    edited_at: datetime | None = None
    non_author_updated_at: datetime | None = None
    html_url: str | None = None
    author_id: int | None = None
    body: str | None = None
    vote_sum: int | None = None
    vote_count: int | None = None

    def edit(self) -> datetime | None:
        """When its words were last changed, as far as that is told; never on a mere vote."""
        told = [at for at in (self.edited_at, self.non_author_updated_at) if at is not None]
        return utc(max(told)) if told and max(told) > self.created_at else None

    def votes(self) -> tuple[int | None, int | None]:
        """Votes for and against; the sum alone may be 0 after many votes."""
        if self.vote_sum is None or self.vote_count is None:
            return None, None
        up = max(0, (self.vote_count + self.vote_sum) // 2)
        return up, max(0, self.vote_count - up)

    def score(self, replies: int | None = None) -> Signals:
        """What the community made of it."""
        up, down = self.votes()
        return Signals(score=self.vote_sum, up=up, down=down, replies=replies)


class Article(Written, kw_only=True):
    """One article in one locale; its words are in `body`."""

    title: str
    locale: str
    draft: bool = False
    comments_disabled: bool = False
    section_id: int | None = None
    label_names: list[str] = []
    user_segment_id: int | None = None
    user_segment_ids: list[int] | None = None

    def segments(self) -> list[int]:
        """Segments of users who may see it; none where everybody may."""
        one = [] if self.user_segment_id is None else [self.user_segment_id]
        return self.user_segment_ids or one


class CommunityPost(Written, kw_only=True):
    """What opens a thread in the community; its words are in `details`."""

    title: str
    details: str | None = None
    topic_id: int | None = None
    status: str | None = None
    closed: bool = False
    comment_count: int | None = None

    def tags(self) -> list[str]:
        """How it stands, such as "answered", "not planned" or "closed"."""
        status = (self.status or "none").replace("_", " ")
        return [*([status] if status != "none" else []), *(["closed"] if self.closed else [])]


class Comment(Written, kw_only=True):
    """On an article or on a post; only the latter can be official."""

    official: bool = False


class _Meta(msgspec.Struct):
    has_more: bool = False


class _Links(msgspec.Struct):
    next: str | None = None


class Answer(msgspec.Struct, kw_only=True):
    """What stands beside the rows of any page."""

    users: list[_User] = []
    sections: list[_Section] = []
    categories: list[_Category] = []
    topics: list[_Topic] = []
    meta: _Meta | None = None
    links: _Links | None = None
    next_page: str | None = None

    def onward(self) -> str | None:
        """Path of the next page; the host that is named may be another one of the same place."""
        if self.meta is not None and self.links is not None:
            link = self.links.next if self.meta.has_more else None
        else:
            link = self.next_page
        return path(link) if link else None

    def place(self, section_id: int | None) -> str | None:
        """Category and section, as far as they stand on the page."""
        section = next((one for one in self.sections if one.id == section_id), None)
        if section is None:
            return None
        named = [one.name for one in self.categories if one.id == section.category_id]
        return " / ".join(plain_line(name) for name in (*named, section.name))

    def topic(self, topic_id: int | None) -> _Topic | None:
        """The topic, where it stands on the page."""
        return next((one for one in self.topics if one.id == topic_id), None)

    def author(self, source: str, written: Written) -> Author | None:
        """Who wrote it; None where it is nobody we are told of. Only staff write articles."""
        user = next((one for one in self.users if one.id == written.author_id), None)
        is_staff = isinstance(written, Article) or (user is not None and user.role in STAFF)
        name = plain_line(user.name) if user is not None else ""
        if written.author_id is None or not (name or is_staff):
            return None
        home = _HELP_CENTER.match(written.html_url or "")
        roles: tuple[Role, ...] = ("staff",) if is_staff else ()
        return Author(
            author_id=f"{source}:u{written.author_id}",
            name=name or "Support",
            url=f"{home[0]}/profiles/{written.author_id}" if home else None,
            roles=roles,
        )


class _Articles(Answer, kw_only=True):
    articles: list[Article]


class _OneArticle(Answer, kw_only=True):
    article: Article


class _Posts(Answer, kw_only=True):
    posts: list[CommunityPost]


class _OnePost(Answer, kw_only=True):
    post: CommunityPost


class Comments(Answer, kw_only=True):
    """Comments on one article or post."""

    comments: list[Comment]


class _Told(msgspec.Struct):
    title: str = ""
    message: str = ""


class _Refusal(msgspec.Struct):
    error: str | _Told = ""
    description: str = ""


def refusal(page: Page, status: int) -> SourceError | None:
    """Why Zendesk does not answer; None where it speaks of one article, post or their comments."""
    told = decode_or(page, _Refusal())
    what, said = (
        (told.error, told.description)
        if isinstance(told.error, str)
        else (told.error.title, told.error.message)
    )
    is_of_all = what.startswith(NOBODY) or status == 429 or "required scopes" in said
    if is_of_all or (what and page.kind in LISTS):
        return named(page, "Zendesk", what or status, said, _HINTS.get(status))
    return None


def threads(page: Page) -> tuple[Answer, list[Article] | list[CommunityPost]]:
    """What opens threads on a page of the kind "articles", "article", "posts" or "post"."""
    match page.kind:
        case "articles":
            articles = decode(page, _Articles)
            return articles, articles.articles
        case "article":
            article = decode(page, _OneArticle)
            return article, [article.article]
        case "posts":
            posts = decode(page, _Posts)
            return posts, posts.posts
        case _:
            post = decode(page, _OnePost)
            return post, [post.post]
