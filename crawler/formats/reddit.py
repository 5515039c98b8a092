"""What Reddit's API sends: things in listings, and trees of comments.

A thing is a `kind` and its `data`: t1 is a comment, t3 a post, "more" a stub for comments that were
left out (https://www.reddit.com/dev/api/). `created_utc` is right, `created` is not; `edited` is
false or an instant, or true on very old things; `replies` is "" or a listing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contract import Author, Signals, Tombstone
from crawler.clean import Body, from_html, from_markdown
from crawler.formats.refusal import named
from crawler.payload import decode_or
from crawler.times import from_epoch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from contract.errors import SourceError
    from contract.record import Role
    from crawler.fetch import Page

SITE = "https://www.reddit.com"

DELETED, REMOVED = "[deleted]", "[removed]"
"""What stands in the place of words and names that have gone."""

OPEN = frozenset({"public", "restricted", "archived", "user"})
"""Types of subreddits that everybody may read."""

ROLES: dict[str | None, tuple[Role, ...]] = {"moderator": ("moderator",), "admin": ("moderator",)}
"""`distinguished` to roles. An admin works for Reddit, and so is no staff of ours."""


_HINTS: dict[str | int, str] = {
    "private": "Ask its moderators to let the token's account in, or take it out of `subreddits`.",
    "quarantined": "Take it out of `subreddits`, or let the token's account opt in to see it.",
    "banned": "Reddit has closed this subreddit: take it out of `subreddits`.",
    401: "Tokens run out within a day: renew the one that `api_key` names.",
    403: "Check `user_agent`, and that the token has the scope `read`.",
    404: "Correct the names under `subreddits`.",
    429: "Raise `delay_s`; the next crawl goes on from here.",
}
"""By the reason that Reddit gives, else by the status."""


class Written(msgspec.Struct, kw_only=True):
    """What posts and comments have in common."""

    id: str
    name: str
    """Its id with its kind, such as "t1_c0b7g40"."""
    created_utc: float
    subreddit: str
    author: str | None = None
    edited: bool | float = False
    score: int | None = None
    distinguished: str | None = None
    permalink: str | None = None
    subreddit_type: str = "public"

    def edited_at(self) -> datetime | None:
        """When it was edited; None where it was not, or where nobody knows."""
        return None if isinstance(self.edited, bool) else from_epoch(self.edited)

    def by(self, source: str) -> Author | None:
        """Who wrote it; None where the account has gone."""
        if self.author in {None, DELETED, REMOVED}:
            return None
        roles = ROLES.get(self.distinguished, ())
        if self.author == "AutoModerator":
            roles = (*roles, "bot")
        return Author(
            author_id=f"{source}:{self.author}",
            name=str(self.author),
            url=f"{SITE}/user/{self.author}",
            roles=roles,
        )

    def groups(self, source: str) -> tuple[str, ...]:
        """Who may read it where not everybody may."""
        return () if self.subreddit_type in OPEN else (f"{source}:{self.subreddit}",)


class Link(Written, kw_only=True):
    """A post: a text, or a link with a title."""

    title: str
    selftext: str = ""
    selftext_html: str | None = None
    num_comments: int | None = None
    hide_score: bool = False
    link_flair_text: str | None = None
    removed_by_category: str | None = None

    def url(self) -> str:
        """Where people read it."""
        return f"{SITE}{self.permalink or f'/r/{self.subreddit}/comments/{self.id}/'}"

    def body(self) -> Body:
        """Its words; none where it is a link."""
        return _body(self.selftext_html, self.selftext, self.url())

    def signals(self) -> Signals:
        """What the community made of it."""
        score = None if self.hide_score else self.score
        return Signals(score=score, replies=self.num_comments)

    def stone(self, post_id: str) -> Tombstone | None:
        """Word that it has gone, where it has."""
        by = self.removed_by_category
        if by in {"deleted", "author"} or (by is None and self.selftext == DELETED):
            return Tombstone(post_id=post_id, state="deleted", reason="deleted by its author")
        if by is not None or self.selftext == REMOVED:
            reason = f"removed by {by or 'a moderator'}"
            return Tombstone(post_id=post_id, state="removed", reason=reason)
        return None


class Comment(Written, kw_only=True):
    """A comment, with the comments below it where they are shown."""

    link_id: str
    parent_id: str
    body: str = ""
    body_html: str | None = None
    score_hidden: bool = False
    replies: Listing | str = ""

    def url(self) -> str:
        """Where people read it."""
        link = self.link_id.removeprefix("t3_")
        path = self.permalink or f"/r/{self.subreddit}/comments/{link}/_/{self.id}/"
        return f"{SITE}{path}"

    def words(self) -> Body:
        """What it says."""
        return _body(self.body_html, self.body, self.url())

    def signals(self) -> Signals:
        """What the community made of it."""
        return Signals(score=None if self.score_hidden else self.score)

    def stone(self, post_id: str) -> Tombstone | None:
        """Word that it has gone, where it has."""
        if self.body == DELETED:
            return Tombstone(post_id=post_id, state="deleted", reason="deleted by its author")
        if self.body == REMOVED:
            return Tombstone(post_id=post_id, state="removed", reason="removed by a moderator")
        return None


class Stub(msgspec.Struct):
    """Comments that were left out."""

    id: str
    """ "_" where the branch goes on, at a page of its own."""
    parent_id: str
    children: list[str] = []


class T1(msgspec.Struct, tag_field="kind", tag="t1"):
    """A comment, as a thing."""

    data: Comment


class T3(msgspec.Struct, tag_field="kind", tag="t3"):
    """A post, as a thing."""

    data: Link


class More(msgspec.Struct, tag_field="kind", tag="more"):
    """A stub, as a thing."""

    data: Stub


Thing = T1 | T3 | More


class _Things(msgspec.Struct):
    children: list[Thing]
    after: str | None = None


class Listing(msgspec.Struct, tag_field="kind", tag="Listing"):
    """Things in their order."""

    data: _Things


class _Children(msgspec.Struct):
    things: list[Thing] = []


class _Json(msgspec.Struct):
    data: _Children = msgspec.field(default_factory=_Children)
    errors: list[list[str | None]] = []


class MoreChildren(msgspec.Struct):
    """Comments that were left out before, in no tree."""

    json: _Json


def flat(things: Iterable[Thing]) -> Iterator[T1 | More]:
    """Comments and stubs of a tree in the order in which people read them, however deep."""
    waiting = list(things)[::-1]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, T3):
            continue
        yield thing
        if isinstance(thing, T1) and isinstance(thing.data.replies, Listing):
            waiting += thing.data.replies.data.children[::-1]


class _Refusal(msgspec.Struct):
    message: str = ""
    reason: str | None = None


def refusal(page: Page, status: int) -> SourceError | None:
    """Why Reddit does not answer; what is asked for is never one post alone."""
    told = decode_or(page, _Refusal())
    what = told.reason or status
    hint = _HINTS.get(what) or _HINTS.get(status)
    return named(page, "Reddit", what, told.message, hint) if hint else None


def _body(markup: str | None, markdown: str, url: str) -> Body:
    """HTML where Reddit sends it, and else the Markdown it was made from."""
    return from_html(markup, url) if markup else from_markdown(markdown, url)
