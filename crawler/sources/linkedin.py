"""LinkedIn: the posts of an organisation that you administer, and what it says below them.

    [[source]]
    name = "linkedin"
    platform = "linkedin"
    url = "https://api.linkedin.com"
    organization = "2414183"         # the number of your page
    organization_name = "Kettlebrook"
    version = "202606"               # of the API; each is switched off after a year
    api_key = "env:LINKEDIN_TOKEN"   # needed: a token with r_organization_social

Off unless you set it up, and it does not begin without a token. LinkedIn gives access to its
Community Management API after vetting, and for pages that one administers; members, other pages and
a search cannot be read. A token runs out: renew it in the variable from outside.

A post opens a thread; comments stand below it. The organisation is staff. There are likes, but no
votes against, no accepted answers and no reputation. Drafts, and what only members of LinkedIn may
see, are never kept. New comments are looked for on posts of the last `comment_days` days.

What members write is a different matter. LinkedIn allows to use it for managing one's page, and not
to take it elsewhere (Restricted Uses); whether a search for your own staff is that, is for you to
settle with LinkedIn. So comments of members are left out, unless `member_comments` is set. They are
then kept without their author and expire 48 hours after LinkedIn sent them, which is what we hold
to (Storage tells what holds for you): set `members_only`, too. Everything is asked for again within
24 hours: leave `verify_days` alone, or below 1.
API: https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api
Storage: https://learn.microsoft.com/linkedin/marketing/data-storage-requirements
Restricted Uses: https://learn.microsoft.com/linkedin/marketing/restricted-use-cases
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from contract import Author, Post, Tombstone, Usage
from contract.errors import SourceError, UnexpectedShapeError
from crawler.clean import from_text
from crawler.fetch import Dropped, Fetch, Page
from crawler.formats import credentials, linkedin
from crawler.formats.linkedin import SITE, Comment, Comments, Posts, SomeComments, SomePosts
from crawler.payload import decode
from crawler.times import EPOCH, from_epoch, instant
from crawler.urls import join

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from crawler.fetch import Found, Held

PAGE_SIZE = 100
"""The most posts or comments the API gives at once."""

BATCH = 50
"""Posts or comments asked for by id at once: more would make an address too long."""

KEPT = timedelta(hours=48)
"""How long what members wrote may be kept without asking for it again."""

STEP = timedelta(hours=12)
"""Comments expire on every twelfth hour, so that one asked for again does not change each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only this platform needs to know."""

    organization: str
    """The number in the address of your page, as its administrators see it."""
    organization_name: str
    """What it is called: the API tells only its number."""
    version: str = "202606"
    """Year and month of the API's version."""
    member_comments: bool = False
    """Read comments of members, too, without their names: see above whether you may."""
    comment_days: int = 30
    """How old a post may be for new comments on it to be looked for."""


class LinkedIn:
    """Posts of an organisation changed since a date, last changed first, with their comments."""

    whole = frozenset[str]()
    verify_within = timedelta(hours=24)

    def __init__(self, name: str, url: str, options: Options, api_key: str | None = None) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.options = options
        self._api_key = api_key
        self._organization = f"urn:li:organization:{options.organization}"

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin with the posts that changed last."""
        credentials.needed(self.name, self._api_key, "a token with r_organization_social")
        author = quote(self._organization, safe="")
        query = f"q=author&author={author}&sortBy=LAST_MODIFIED&count={PAGE_SIZE}&start=0"
        yield self._ask("posts", f"{self.url}/rest/posts?{query}", method="FINDER")

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read posts, comments below one, or some of either as they were asked for by id."""
        match page.kind:
            case "posts":
                yield from self._read_posts(page, since)
            case "comments":
                yield from self._read_comments(page)
            case "some-posts":
                some = decode(page, SomePosts)
                _check(page, {urn: refusal.status for urn, refusal in some.errors.items()})
                for post in some.results.values():
                    yield from self._post(post)
            case "some-comments":
                yield from self._read_some_comments(page)
            case _:
                raise ValueError(f"linkedin has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Ask for posts, and for the comments of each, fifty at a time; what is left out has gone.

        Comments are asked for below what they name in their own URN.
        """
        credentials.needed(self.name, self._api_key, "a token with r_organization_social")
        below: dict[str, list[Held]] = {}
        for post in held:
            named = linkedin.parts(post.native)
            below.setdefault(named[0] if named else "", []).append(post)
        for activity, posts in below.items():
            for at in range(0, len(posts), BATCH):
                yield self._some(activity, posts[at : at + BATCH])

    def refusal(self, page: Page, status: int) -> SourceError | None:
        """Say why LinkedIn does not answer."""
        return linkedin.refusal(page, status)

    def sign(self, wish: Fetch) -> Fetch:
        """Add the token; and ask for the whole page, since one that is unchanged has no new date.

        By that date comments expire.
        """
        conditions = {"If-None-Match", "If-Modified-Since"}
        headers = {name: said for name, said in wish.headers.items() if name not in conditions}
        wish = replace(wish, headers=headers)
        if not self._api_key:
            return wish
        return replace(wish, headers={**headers, "Authorization": f"Bearer {self._api_key}"})

    def _ask(
        self,
        kind: str,
        url: str,
        note: Mapping[str, str] | None = None,
        *,
        method: str = "",
        held: Sequence[str] = (),
    ) -> Fetch:
        headers = {
            "LinkedIn-Version": self.options.version,
            "X-Restli-Protocol-Version": "2.0.0",
        }
        if method:
            headers["X-RestLi-Method"] = method
        return Fetch(kind=kind, url=url, headers=headers, note=dict(note or {}), held=tuple(held))

    def _some(self, activity: str, posts: Sequence[Held]) -> Fetch:
        ids = tuple(post.post_id for post in posts)
        if not activity:
            listed = ",".join(quote(post.native, safe="") for post in posts)
            url = f"{self.url}/rest/posts?ids=List({listed})"
            return self._ask("some-posts", url, method="BATCH_GET", held=ids)
        numbers = {named[1]: post for post in posts if (named := linkedin.parts(post.native))}
        about = {number: (post.native_thread, post.position) for number, post in numbers.items()}
        path = f"rest/socialActions/{quote(activity, safe='')}/comments"
        url = f"{self.url}/{path}?ids=List({','.join(numbers)})"
        note = {"about": json.dumps(about)}
        return self._ask("some-comments", url, note, method="BATCH_GET", held=ids)

    def _next(self, page: Page, link: str | None, note: dict[str, str]) -> Iterator[Fetch]:
        if link and (url := join(page.url, link)):
            method = "FINDER" if page.kind == "posts" else ""
            yield self._ask(page.kind, url, note, method=method)

    def _read_posts(self, page: Page, since: datetime) -> Iterator[Found]:
        told = decode(page, Posts)
        back_to = since - timedelta(days=self.options.comment_days)
        recent = [post for post in told.elements if post.modified_at() >= back_to]
        for post in recent:
            if post.modified_at() >= since:
                yield from self._post(post)
            if post.is_open:
                yield self._comments(post.id, post.id, "")
        if recent and len(recent) == len(told.elements):
            yield from self._next(page, told.paging.next(), {})

    def _comments(self, below: str, thread: str, parent: str) -> Fetch:
        path = f"rest/socialActions/{quote(below, safe='')}/comments"
        note = {"thread": thread, "parent": parent or thread, "first": "1"}
        return self._ask("comments", f"{self.url}/{path}?count={PAGE_SIZE}&start=0", note)

    def _read_comments(self, page: Page) -> Iterator[Found]:
        told, thread, first = decode(page, Comments), page.note["thread"], int(page.note["first"])
        for position, comment in enumerate(told.elements, start=first):
            yield from self._comment(page, comment, thread, page.note["parent"], position)
            if comment.replies.total and comment.parent is None:
                yield self._comments(comment.urn, thread, comment.urn)
        if told.elements:
            note = {**page.note, "first": str(first + len(told.elements))}
            yield from self._next(page, told.paging.next(), note)

    def _read_some_comments(self, page: Page) -> Iterator[Found]:
        some, about = decode(page, SomeComments), json.loads(page.note["about"])
        _check(page, {number: refusal.status for number, refusal in some.errors.items()})
        for number, comment in some.results.items():
            if number not in about:
                raise UnexpectedShapeError(f"{page.url}: shows {number}, which nobody asked for")
            thread, position = about[number]
            yield from self._comment(page, comment, thread, comment.parent or thread, position)

    def _post(self, post: linkedin.Post) -> Iterator[Found]:
        post_id, text = f"{self.name}:{post.id}", from_text(linkedin.plain(post.commentary)).text
        if not post.is_open:
            reason = f"{post.lifecycle}, {post.visibility}"
            yield Tombstone(post_id=post_id, state="hidden", reason=reason)
        elif text:
            yield Post(
                post_id=post_id,
                thread_id=post_id,
                source=self.name,
                platform="linkedin",
                kind="post",
                url=f"{SITE}/feed/update/{post.id}/",
                text=text,
                author=self._author(post.author),
                created_at=post.made_at(),
                updated_at=post.edited_at(),
                tags=linkedin.tags(post.commentary),
            )
        else:
            yield Dropped("without words")

    def _comment(
        self, page: Page, comment: Comment, thread: str, parent: str, position: int
    ) -> Iterator[Post | Dropped]:
        is_ours = comment.actor == self._organization
        text = from_text(comment.message.text).text
        if not text or not (is_ours or self.options.member_comments):
            yield Dropped("private" if text else "without words")
            return
        yield Post(
            post_id=f"{self.name}:{comment.urn}",
            thread_id=f"{self.name}:{thread}",
            parent_id=f"{self.name}:{parent}",
            position=position,
            source=self.name,
            platform="linkedin",
            kind="comment",
            url=f"{SITE}/feed/update/{thread}/?commentUrn={quote(comment.urn, safe='')}",
            text=text,
            author=self._author(comment.actor),
            created_at=from_epoch(comment.created.time / 1000),
            updated_at=comment.edited_at(),
            signals=comment.signals(),
            usage=Usage() if is_ours else _usage(page),
        )

    def _author(self, urn: str) -> Author | None:
        """The organisation itself; of members not even the id may be kept for long."""
        if urn != self._organization:
            return None
        return Author(
            author_id=f"{self.name}:{urn}",
            name=self.options.organization_name,
            url=f"{SITE}/company/{self.options.organization}/",
            roles=("staff",),
        )


def _usage(page: Page) -> Usage:
    """Until when it may be shown, counted from the date of LinkedIn's answer."""
    at = instant(page.headers.get("date"))
    return Usage() if at is None else Usage(expires_at=EPOCH + (at + KEPT - EPOCH) // STEP * STEP)


def _check(page: Page, statuses: Mapping[str, int]) -> None:
    """Raise SourceError where something is refused for another reason than that it has gone."""
    for urn, status in statuses.items():
        if status != 404:
            raise SourceError(f"{page.url}: LinkedIn answers {status} for {urn}")
