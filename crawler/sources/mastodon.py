"""Mastodon and servers that speak its API: hashtags, accounts, and the threads around them.

    [[source]]
    name = "social"
    platform = "mastodon"
    url = "https://social.example.com"
    tags = ["myproduct"]
    accounts = ["support"]
    local = false                    # everything said publicly on this server

Only what people chose to be found is kept: public posts of accounts that are `indexable`
(FEP-5feb) and do not ask search engines to stay away. Unlisted, private and boosted posts are not.
A thread is read from its first post, so that replies stand under what they answer. A link in a
profile that the server has verified says that two accounts are one person's.

Webhooks: on a server of your own, under Administration, Webhooks, add one with the address
`/api/v1/hooks/NAME` of this installation and the events `status.created` and `status.updated`, and
set the signing secret that Mastodon shows as `webhook_secret`. Deletions are not told.
API: https://docs.joinmastodon.org/methods/
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import lxml.html
import msgspec

from contract import Author, Post, Signals, Tombstone
from crawler.clean import from_html, plain_line
from crawler.fetch import Dropped, Fetch, Page
from crawler.formats import mastodon_events
from crawler.formats.refusal import named
from crawler.payload import decode, decode_or
from crawler.times import utc
from crawler.urls import web

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from contract.errors import SourceError
    from contract.record import Role
    from crawler.delivery import Delivery, Heard
    from crawler.fetch import Found, Held

REFUSALS = {
    401: "Set or renew `api_key`: this server answers to nobody without a token.",
    403: "Give the token the scope `read`, or ask whoever runs the server to let it in.",
    422: "Set `api_key`: the token of an account here, since that of an application is not enough.",
}
"""Statuses that never speak of one post, and what helps: a post that is not for us answers 404."""

PAGE_SIZE = 40
"""The most a timeline gives at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only this platform needs to know."""

    tags: tuple[str, ...] = ()
    """Hashtags to follow, without the sign."""
    accounts: tuple[str, ...] = ()
    """Accounts to follow, such as "support" or "someone@example.org"."""
    local: bool = False
    """Follow the whole local timeline."""
    only_indexable: bool = True
    """Leave out accounts that did not opt in to search. Set it to false on your own server alone,
    where your terms say that posts are searched."""


class _Refusal(msgspec.Struct):
    error: str = ""


class _Field(msgspec.Struct):
    name: str
    value: str
    verified_at: datetime | None = None


class _Account(msgspec.Struct):
    id: str
    acct: str
    url: str
    display_name: str = ""
    bot: bool = False
    indexable: bool | None = None
    noindex: bool | None = None
    suspended: bool = False
    fields: list[_Field] = []


class _Tag(msgspec.Struct):
    name: str


class _Boosted(msgspec.Struct):
    """Somebody else's post, which is read where they wrote it."""


class _Status(msgspec.Struct):
    id: str
    uri: str
    created_at: datetime
    visibility: str
    content: str
    account: _Account
    url: str | None = None
    edited_at: datetime | None = None
    in_reply_to_id: str | None = None
    spoiler_text: str = ""
    language: str | None = None
    replies_count: int = 0
    reblogs_count: int = 0
    favourites_count: int = 0
    tags: list[_Tag] = []
    reblog: _Boosted | None = None


class _Context(msgspec.Struct):
    ancestors: list[_Status]
    descendants: list[_Status]


class Mastodon:
    """Posts since a date, newest first, each with its thread."""

    whole = frozenset[str]()
    verify_within = timedelta(days=1)
    signing = mastodon_events.SIGNING

    def __init__(
        self, name: str, url: str, options: Options | None = None, api_key: str | None = None
    ) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.options = options or Options()
        self._api_key = api_key

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin at the newest posts of each hashtag, account and, where wished, the server."""
        for tag in self.options.tags:
            yield self._timeline(f"timelines/tag/{quote(tag.removeprefix('#'))}", {})
        for account in self.options.accounts:
            query = urlencode({"acct": account.removeprefix("@")})
            yield Fetch(kind="account", url=f"{self.url}/api/v1/accounts/lookup?{query}")
        if self.options.local:
            yield self._timeline("timelines/public", {"local": "true"})

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read an account, a page of a timeline, the way up from a reply, a thread or one post."""
        match page.kind:
            case "account":
                account = decode(page, _Account)
                query = {"exclude_reblogs": "true"}
                yield self._timeline(f"accounts/{account.id}/statuses", query)
            case "timeline":
                yield from self._read_timeline(page, since)
            case "root":
                yield from self._read_root(page)
            case "context":
                context = decode(page, _Context)
                yield from self._found(context.descendants, thread=page.note["root"])
            case "status":
                status = decode(page, _Status)
                root = page.note.get("root", status.id)
                yield from self._found([status], root, int(page.note.get("position", 1)))
            case _:
                raise ValueError(f"mastodon has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Ask for each post; the server says 404 where it has gone, or is not for us any more."""
        for post in held:
            if not post.thread_id:  # of a new reply it is not told which thread it is in
                root = self._thread("root", post.native, post.native)
                yield replace(root, held=(post.post_id,))
                continue
            yield Fetch(
                kind="status",
                url=f"{self.url}/api/v1/statuses/{post.native}",
                note={"root": post.native_thread, "position": str(post.position)},
                optional=True,
                held=(post.post_id,),
            )

    def webhook(self, delivery: Delivery) -> Iterator[Heard]:
        """Take word of posts that were written or edited on this server."""
        follows = self.options
        yield from mastodon_events.heard(
            self.name,
            self.url,
            delivery,
            tags=follows.tags,
            accounts=follows.accounts,
            local=follows.local,
        )

    def refusal(self, page: Page, status: int) -> SourceError | None:
        """Say what is wrong where the server wants another token, or any."""
        told = decode_or(page, _Refusal()).error
        if not told or status not in REFUSALS:
            return None
        return named(page, "Mastodon", status, told, REFUSALS[status])

    def sign(self, wish: Fetch) -> Fetch:
        """Add the token, which some servers ask for even on public timelines."""
        if not self._api_key:
            return wish
        token = {"Authorization": f"Bearer {self._api_key}"}
        return replace(wish, headers={**wish.headers, **token})

    def _timeline(self, path: str, query: dict[str, str]) -> Fetch:
        asked = urlencode({**query, "limit": PAGE_SIZE})
        return Fetch(kind="timeline", url=f"{self.url}/api/v1/{path}?{asked}")

    def _read_timeline(self, page: Page, since: datetime) -> Iterator[Found]:
        statuses = decode(page, list[_Status])
        fresh = [status for status in statuses if utc(status.created_at) >= since]
        for status in fresh:
            if status.reblog is not None:
                yield Dropped("repeats another")
            elif status.in_reply_to_id is not None:
                yield self._thread("root", status.id, status.id)
            elif status.replies_count:
                yield from self._found([status], thread=status.id)
                yield self._thread("context", status.id, status.id)
            else:
                yield from self._found([status], thread=status.id)
        older = page.next_link
        if older and fresh and len(fresh) == len(statuses):
            yield Fetch(kind="timeline", url=older)

    def _thread(self, kind: str, asked_id: str, root: str) -> Fetch:
        url = f"{self.url}/api/v1/statuses/{asked_id}/context"
        return Fetch(kind=kind, url=url, note={"root": root}, optional=True)

    def _read_root(self, page: Page) -> Iterator[Found]:
        """Climb from a reply to the post that opened its thread, and read the thread from there."""
        ancestors = decode(page, _Context).ancestors
        root = ancestors[0].id if ancestors else page.note["root"]
        if ancestors:
            yield from self._found(ancestors[:1], thread=root)
        else:  # what it answers is deleted, or not for us to see: it stands alone
            url = f"{self.url}/api/v1/statuses/{root}"
            yield Fetch(kind="status", url=url, optional=True, held=page.held)
        held = page.held if ancestors else ()  # nothing stands below itself
        yield replace(self._thread("context", root, root), held=held)

    def _found(self, statuses: Iterable[_Status], thread: str, first: int = 1) -> Iterator[Found]:
        for position, status in enumerate(statuses, start=first):
            post_id = f"{self.name}:{status.id}"
            if status.reblog is not None:
                yield Dropped("repeats another")
            elif self._may_be_found(status):
                post = self._post(status, post_id, thread, position)
                yield post if post.text or post.title else Dropped("without words")
            else:
                reason = "not public, or its author did not opt in to search"
                yield Tombstone(post_id=post_id, state="hidden", reason=reason)

    def _may_be_found(self, status: _Status) -> bool:
        account = status.account
        willing = bool(account.indexable) or not self.options.only_indexable
        public = status.visibility == "public"
        return public and willing and not account.noindex and not account.suspended

    def _post(self, status: _Status, post_id: str, thread: str, position: int) -> Post:
        at_home = f"{self.url}/@{status.account.acct}/{status.id}"
        url = web(status.url) or web(status.uri) or at_home
        body = from_html(status.content, url)
        opens = status.id == thread
        return Post(
            post_id=post_id,
            thread_id=f"{self.name}:{thread}",
            parent_id=None if opens else f"{self.name}:{status.in_reply_to_id or thread}",
            position=0 if opens else position,
            source=self.name,
            platform="mastodon",
            kind="post",
            url=url,
            title=plain_line(status.spoiler_text) if opens else "",
            text=body.text,
            html=body.html,
            author=self._author(status.account),
            created_at=utc(status.created_at),
            updated_at=utc(status.edited_at) if status.edited_at else None,
            language=status.language,
            tags=tuple(tag.name for tag in status.tags),
            signals=Signals(
                likes=status.favourites_count,
                shares=status.reblogs_count,
                replies=status.replies_count,
            ),
            global_id=status.uri,
        )

    def _author(self, account: _Account) -> Author:
        roles: tuple[Role, ...] = ("bot",) if account.bot else ()
        return Author(
            author_id=f"{self.name}:{account.acct}",
            name=plain_line(account.display_name) or account.acct,
            url=web(account.url),
            roles=roles,
            profiles=tuple(_verified(account.fields)),
        )


def _verified(fields: list[_Field]) -> Iterator[str]:
    """Addresses that link back to this account, as the server itself has checked."""
    for field in fields:
        if field.verified_at is None or not field.value.strip():
            continue
        links = lxml.html.fragment_fromstring(field.value, create_parent="div").xpath("//a/@href")
        yield from filter(None, (web(str(link)) for link in links[:1]))
