"""Facebook: the posts of your own page, and the comments on them, with a token of the page.

    [[source]]
    name = "facebook"
    platform = "facebook"
    url = "https://graph.facebook.com/v25.0"
    page = "kettlebrook"             # its name or id; one source for each page
    api_key = "env:FACEBOOK_TOKEN"   # needed: an access token of the page

Off unless you set it up, and it does not begin without a token. The token is of a page that you
manage, with `pages_read_engagement` and, for what others wrote on it, `pages_read_user_content`.
Pages of others can be read only after Meta's review (Page Public Content Access); groups, profiles
and a search over Facebook cannot be read at all.

A post opens a thread; comments stand below it, replies to a comment below that. The page itself is
staff. Without the second leave, people have no names; nobody has a public address. There are
reactions, shares and comments, but no votes against, no accepted answers, no reputation and no time
of an edit. What is hidden, unpublished, private or not for everybody is never kept.

New comments are looked for on posts of the last `comment_days` days. Meta's terms ask to keep what
is held up to date and to delete what has gone, without naming hours: each post and comment is asked
for again every day, fifty a call, and what is not there any more goes from here, too. Whoever asks
Meta to have their data deleted is told to your app (data deletion callback): erase what they wrote.

Webhooks: in your app subscribe to the field `feed` of the object Page, with the address
`/api/v1/hooks/NAME` of this installation and any verify token, let the page install the app, and
set the secret of the app as `webhook_secret`.
API: https://developers.facebook.com/docs/graph-api
Terms: https://developers.facebook.com/terms
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from contract import Post, Signals, Tombstone
from contract.errors import SourceError, UnexpectedShapeError
from crawler.clean import from_text
from crawler.fetch import Dropped, Fetch, Page
from crawler.formats import credentials, facebook, facebook_events
from crawler.formats.facebook import (
    COMMENT,
    POST,
    SITE,
    Comment,
    Comments,
    Feed,
    PagePost,
    Reply,
    asked_wait_s,
    is_gone,
    onward,
)
from crawler.payload import decode
from crawler.times import instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from crawler.delivery import Delivery, Heard
    from crawler.fetch import Found, Held

PAGE_SIZE = 100
"""The most posts or comments the API gives at once."""

BATCH = 50
"""The most questions it takes in one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only this platform needs to know."""

    page: str
    """Name or id of the page the token is of."""
    comment_days: int = 30
    """How old a post may be for new comments on it to be looked for; older ones are found when the
    source is read whole (`askaround crawl --full`)."""


class Facebook:
    """Posts of a page since a date, newest first, and comments on those of late."""

    whole = frozenset[str]()
    verify_within = timedelta(hours=24)
    signing = facebook_events.SIGNING

    def __init__(self, name: str, url: str, options: Options, api_key: str | None = None) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.options = options
        self._api_key = api_key

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin with the newest posts."""
        credentials.needed(self.name, self._api_key, "an access token of the page")
        query = {"fields": POST, "limit": PAGE_SIZE}
        yield Fetch(kind="feed", url=self._address(f"{quote(self.options.page)}/feed", query))

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read posts, comments on one, or both as they were asked for by id."""
        match page.kind:
            case "feed":
                yield from self._read_feed(page, since)
            case "comments":
                yield from self._read_comments(page)
            case "batch":
                yield from self._read_batch(page)
            case _:
                raise ValueError(f"facebook has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Ask for them by id, fifty at a time, each with an answer of its own."""
        credentials.needed(self.name, self._api_key, "an access token of the page")
        for at in range(0, len(held), BATCH):
            some = held[at : at + BATCH]
            asked = [
                {"method": "GET", "relative_url": f"{post.native}?fields={fields}"}
                for post in some
                for fields in [POST if post.native == post.native_thread else COMMENT]
            ]
            about = [(post.native, post.native_thread, post.position) for post in some]
            yield Fetch(
                kind="batch",
                url=f"{self.url}/#{quote(','.join(post.native for post in some))}",
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                body=urlencode({"batch": json.dumps(asked), "include_headers": "false"}),
                note={"asked": json.dumps(about)},
                held=tuple(post.post_id for post in some),
            )

    def webhook(self, delivery: Delivery) -> Iterator[Heard]:
        """Take word of posts and comments."""
        yield from facebook_events.heard(self.name, self.options.page, delivery)

    def greeting(self, query: Mapping[str, str]) -> str | None:
        """Answer the question with which Facebook begins."""
        return facebook_events.challenge(query)

    def refusal(self, page: Page, status: int) -> SourceError | None:
        """Say why Facebook does not answer."""
        return facebook.refusal(page)

    def sign(self, wish: Fetch) -> Fetch:
        """Add the token, where the API wants it: in the address."""
        if not self._api_key:
            return wish
        address, mark, fragment = wish.url.partition("#")
        by = "&" if "?" in address else "?"
        token = urlencode({"access_token": self._api_key})
        return replace(wish, url=f"{address}{by}{token}{mark}{fragment}")

    def _address(self, path: str, query: Mapping[str, object]) -> str:
        return f"{self.url}/{path}?{urlencode(query, safe=',(){}')}"

    def _next(self, page: Page, link: str | None, note: dict[str, str]) -> Iterator[Fetch]:
        if (url := onward(link)) is not None:
            yield Fetch(kind=page.kind, url=url, note=note, wait_s=asked_wait_s(page))

    def _read_feed(self, page: Page, since: datetime) -> Iterator[Found]:
        feed = decode(page, Feed)
        back_to = since - timedelta(days=self.options.comment_days)
        made = [(post, post.made_at()) for post in feed.data]
        recent = [(post, at) for post, at in made if at is None or at >= back_to]
        for post, at in recent:
            changed_at = instant(post.updated_time) or at
            if changed_at is None or changed_at >= since:
                yield from self._post(post)
                if post.is_open and post.comments.summary.total_count:
                    yield self._comments(post)
        if feed.data and len(recent) == len(made):
            yield from self._next(page, feed.paging.next, page.note)

    def _comments(self, post: PagePost) -> Fetch:
        query = {
            "fields": COMMENT,
            "filter": "stream",  # replies among them
            "order": "chronological",
            "limit": PAGE_SIZE,
        }
        url = self._address(f"{quote(post.id)}/comments", query)
        return Fetch(kind="comments", url=url, note={"thread": post.id, "first": "1"})

    def _read_comments(self, page: Page) -> Iterator[Found]:
        told, thread, first = decode(page, Comments), page.note["thread"], int(page.note["first"])
        for position, comment in enumerate(told.data, start=first):
            yield from self._comment(page, comment, thread, position)
        note = {**page.note, "first": str(first + len(told.data))}
        yield from self._next(page, told.paging.next, note)

    def _read_batch(self, page: Page) -> Iterator[Found]:
        replies, asked = decode(page, list[Reply | None]), json.loads(page.note["asked"])
        if len(replies) != len(asked):
            raise UnexpectedShapeError(f"{page.url}: an answer for each question was expected")
        for (native, thread, position), reply in zip(asked, replies, strict=True):
            if reply is None:
                raise SourceError(f"{page.url}: Facebook took too long over {native}")
            if is_gone(page, reply):
                reason = "Facebook has it no more"
                yield Tombstone(post_id=f"{self.name}:{native}", state="gone", reason=reason)
                continue
            answer = replace(page, body=reply.body.encode())
            if native == thread:
                yield from self._post(decode(answer, PagePost))
            else:
                yield from self._comment(page, decode(answer, Comment), thread, position)

    def _post(self, post: PagePost) -> Iterator[Found]:
        post_id, text = f"{self.name}:{post.id}", from_text(post.message).text
        if not post.is_open:
            reason = "hidden, unpublished or not for everybody"
            yield Tombstone(post_id=post_id, state="hidden", reason=reason)
        elif text:
            yield Post(
                post_id=post_id,
                thread_id=post_id,
                source=self.name,
                platform="facebook",
                kind="post",
                url=post.url(),
                text=text,
                author=post.author(self.name, post.page_id),
                created_at=post.made_at(),
                signals=post.signals(),
            )
        else:
            yield Dropped("without words")

    def _comment(self, page: Page, comment: Comment, thread: str, position: int) -> Iterator[Found]:
        try:
            native = comment.native()
        except ValueError as error:
            raise UnexpectedShapeError(f"{page.url}: {error}") from error
        post_id, text = f"{self.name}:{native}", from_text(comment.message).text
        if not comment.is_open:
            yield Tombstone(post_id=post_id, state="hidden", reason="hidden or private")
        elif text:
            yield Post(
                post_id=post_id,
                thread_id=f"{self.name}:{thread}",
                parent_id=f"{self.name}:{comment.parent.id if comment.parent else thread}",
                position=position,
                source=self.name,
                platform="facebook",
                kind="comment",
                url=comment.permalink_url or f"{SITE}/{native}",
                text=text,
                author=comment.author(self.name, thread.partition("_")[0]),
                created_at=comment.made_at(),
                signals=Signals(likes=comment.like_count),
            )
        else:
            yield Dropped("without words")
