"""Bluesky: accounts, and with a key searches and hashtags, each post with its thread.

    [[source]]
    name = "sky"
    platform = "bluesky"
    url = "https://public.api.bsky.app"    # with a key: the server it is for, as https://bsky.social
    accounts = ["help.example.com"]        # handles or DIDs
    queries = ["kettle descale"]           # searches need a key
    tags = ["myproduct"]
    staff = ["did:plc:…"]                  # people are known by their DID; handles change
    api_key = "env:BLUESKY_TOKEN"          # an access token (`accessJwt`)

Accounts need no key. Without one the service mostly refuses searches, and never gives more than the
newest hundred posts. Posts labelled `!no-unauthenticated` (their authors let nobody read them who
is not signed in), hidden, warned of or adult are not kept; labels that authors give their own posts
count. A handle that is a domain says whose site that is: Bluesky has checked it, and it joins
accounts. Reposts are no posts. A post cannot be edited; its date is its author's claim, and never
later than when it was first seen. There are no accepted answers, moderators or reputation. Lists do
not tell of deletions: a thread does where something below still stands, and posts are asked for
again, 25 at a time.
API: https://docs.bsky.app/docs/category/http-reference
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import msgspec

from contract import Author, Post, Signals, Tombstone
from crawler.clean import plain_line
from crawler.fetch import Dropped, Fetch, Page
from crawler.formats import atproto
from crawler.formats.atproto import (
    APP,
    Account,
    Item,
    Node,
    View,
    body_of,
    is_post,
    native_id,
    uri_of,
)
from crawler.payload import decode
from crawler.urls import web

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from contract.errors import SourceError
    from contract.record import Role
    from crawler.fetch import Found, Held

PAGE_SIZE = 100
"""The most a list gives at once."""

BATCH = 25
"""The most posts that `getPosts` gives at once."""

DEPTH = 100
"""Levels of replies asked for at once. The API allows 1,000, which is more than can be decoded: a
level is an object in a list in an object. What lies deeper is asked for from there."""

HIDING = frozenset({
    "!hide", "!warn", "!takedown", "!no-unauthenticated", "porn", "sexual", "graphic-media", "gore",
    "nsfl", "dmca-violation", "doxxing", "spam",
})  # fmt: skip
"""Labels of what the app hides or covers for somebody who is not signed in.
https://docs.bsky.app/docs/advanced-guides/moderation#label-values"""

SERVICES = (".bsky.social", ".brid.gy")
"""Ends of handles that a service hands out: there is no site of its own behind one."""

UNKNOWN = "handle.invalid"
"""What the service calls an account whose domain does not name it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only this platform needs to know."""

    accounts: tuple[str, ...] = ()
    """Accounts to follow, by handle such as "help.example.com", or by DID."""
    queries: tuple[str, ...] = ()
    """Searches to follow, in the words of the app's search field."""
    tags: tuple[str, ...] = ()
    """Hashtags to follow, without the sign."""


class _Feed(msgspec.Struct):
    feed: list[Item]
    cursor: str | None = None


class _Posts(msgspec.Struct):
    posts: list[View]
    cursor: str | None = None


class _Thread(msgspec.Struct):
    thread: Node


class Bluesky:
    """Posts since a date, newest first, each with its thread."""

    whole = frozenset[str]()
    verify_within = timedelta(days=1)

    def __init__(
        self, name: str, url: str, options: Options | None = None, api_key: str | None = None
    ) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.options = options or Options()
        self._api_key = api_key

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin at the newest posts of each account, search and hashtag."""
        for account in self.options.accounts:
            query = {"actor": account.removeprefix("@"), "filter": "posts_with_replies"}
            yield self._list("feed", "getAuthorFeed", query)
        latest = {"sort": "latest", "since": since.strftime("%Y-%m-%dT%H:%M:%SZ")}
        for words in self.options.queries:
            yield self._list("search", "searchPosts", {"q": words, **latest})
        for tag in self.options.tags:
            bare = tag.removeprefix("#")
            yield self._list("search", "searchPosts", {"q": f"#{bare}", "tag": bare, **latest})

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read a feed, a search, the posts that open threads, a thread, or some posts."""
        match page.kind:
            case "feed":
                feed = decode(page, _Feed)
                listed = [item.listed_at for item in feed.feed if not item.is_pinned]
                reposted = [item.listed_at for item in feed.feed if item.is_repost]
                yield from self._read_list(
                    [item.post for item in feed.feed if not item.is_repost], since
                )
                yield from (Dropped("repeats another") for at in reposted if at >= since)
                yield from self._older(page, feed.cursor, listed, since)
            case "search":
                hits = decode(page, _Posts)
                yield from self._read_list(hits.posts, since)
                if self._api_key:  # without one a second page is refused
                    listed = [post.written_at for post in hits.posts]
                    yield from self._older(page, hits.cursor, listed, since)
            case "roots":
                yield from self._read_roots(decode(page, _Posts).posts, json.loads(page.note["by"]))
            case "thread":
                yield from self._read_thread(decode(page, _Thread).thread, page.note)
            case "posts":
                positions = json.loads(page.note["positions"])
                for post in decode(page, _Posts).posts:
                    yield from self._found(post, positions.get(native_id(post.uri), 1))
            case _:
                raise ValueError(f"bluesky has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Ask for the posts, as many at a time as the API gives; one that is left out has gone."""
        for at in range(0, len(held), BATCH):
            some = held[at : at + BATCH]
            wish = self._posts({post.native: post.position for post in some})
            yield replace(wish, held=tuple(post.post_id for post in some))

    def refusal(self, page: Page, status: int) -> SourceError | None:
        """Say why the service does not answer."""
        return atproto.refusal(page, status)

    def sign(self, wish: Fetch) -> Fetch:
        """Add the token, which searches need."""
        if not self._api_key:
            return wish
        token = {"Authorization": f"Bearer {self._api_key}"}
        return replace(wish, headers={**wish.headers, **token})

    def _list(self, kind: str, method: str, query: dict[str, str]) -> Fetch:
        url = self._address(method, {**query, "limit": str(PAGE_SIZE)}.items())
        return Fetch(kind=kind, url=url, note={"first": url})

    def _posts(self, positions: dict[str, int]) -> Fetch:
        url = self._address("getPosts", [("uris", uri_of(native)) for native in positions])
        return Fetch(kind="posts", url=url, note={"positions": json.dumps(positions)})

    def _thread(self, uri: str, root: str, position: int, known: Iterable[str] = ()) -> Fetch:
        query = {"uri": uri, "depth": str(DEPTH), "parentHeight": "0"}
        url = self._address("getPostThread", query.items())
        note = {"root": root, "position": str(position), "known": json.dumps(list(known))}
        return Fetch(kind="thread", url=url, note=note, optional=True)

    def _address(self, method: str, query: Iterable[tuple[str, str]]) -> str:
        return f"{self.url}/xrpc/app.bsky.feed.{method}?{urlencode(list(query))}"

    def _older(
        self, page: Page, cursor: str | None, listed: list[datetime], since: datetime
    ) -> Iterator[Fetch]:
        if cursor and listed and min(listed) >= since:
            url = f"{page.note['first']}&cursor={quote(cursor, safe='')}"
            yield Fetch(kind=page.kind, url=url, note=page.note)

    def _read_list(self, posts: list[View], since: datetime) -> Iterator[Found]:
        """Keep what stands alone; what has a thread is read with it, from its first post."""
        threads: dict[str, list[str]] = {}
        for post in posts:
            if post.written_at < since:
                continue
            if post.parent:
                threads.setdefault(post.root, []).append(post.uri)
            elif post.reply_count:
                threads.setdefault(post.root, [])
            else:
                yield from self._found(post, 0)
        roots = list(threads)
        for at in range(0, len(roots), BATCH):
            some = roots[at : at + BATCH]
            by = json.dumps({root: threads[root] for root in some})
            url = self._address("getPosts", [("uris", root) for root in some])
            yield Fetch(kind="roots", url=url, note={"by": by})

    def _read_roots(self, posts: list[View], by: dict[str, list[str]]) -> Iterator[Found]:
        """Read threads from their first posts; where one has gone, from the replies we know of.

        Asked for the thread of a post that has gone, the API answers 400, as to a bad question.
        """
        standing = {post.uri: post for post in posts}
        for root, replies in by.items():
            if root in standing:
                yield from self._found(standing[root], 0)
                yield self._thread(root, root, 0, known=replies)
            else:
                yield self._gone(root)
                for position, reply in enumerate(replies, start=1):
                    yield self._thread(reply, root, position)

    def _read_thread(self, top: Node, note: dict[str, str]) -> Iterator[Found]:
        nodes, first = [top, *top.below()], int(note["position"])
        for position, node in enumerate(nodes, start=first):
            if node.post is None:
                yield from self._missing(node)
                continue
            yield from self._found(node.post, position)
            if node.replies is None and node.post.reply_count and node is not top:
                yield self._thread(node.post.uri, note["root"], position)
        unseen = set(json.loads(note["known"])) - {node.address for node in nodes}
        later = {native_id(uri): first + len(nodes) for uri in sorted(unseen) if is_post(uri)}
        for at in range(0, len(later), BATCH):  # a thread does not show all that stands
            yield self._posts(dict(list(later.items())[at : at + BATCH]))

    def _missing(self, node: Node) -> Iterator[Tombstone | Dropped]:
        if node.not_found:
            yield self._gone(node.uri)
        elif node.blocked:
            reason = "its author and somebody in the thread block each other"
            yield Tombstone(post_id=self._id(node.uri), state="hidden", reason=reason)
        else:
            yield Dropped("of another kind")

    def _gone(self, uri: str) -> Tombstone:
        return Tombstone(post_id=self._id(uri), state="gone", reason="the service does not show it")

    def _found(self, post: View, position: int) -> Iterator[Found]:
        if hiding := post.labelled() & HIDING:
            reason = f"labelled {', '.join(sorted(hiding))}"
            yield Tombstone(post_id=self._id(post.uri), state="hidden", reason=reason)
        elif (found := self._post(post, position)).text:
            yield found
        else:
            yield Dropped("without words")

    def _post(self, post: View, position: int) -> Post:
        langs, body = post.record.langs, body_of(post.record)
        return Post(
            post_id=self._id(post.uri),
            thread_id=self._id(post.root),
            parent_id=self._id(post.parent) if post.parent else None,
            position=max(position, 1) if post.parent else 0,
            source=self.name,
            platform="bluesky",
            kind="post",
            url=f"{APP}/profile/{native_id(post.uri).replace('/', '/post/')}",
            text=body.text,
            html=body.html,
            author=self._author(post.author),
            created_at=post.written_at,
            language=langs[0].partition("-")[0].lower() if len(langs) == 1 else None,
            tags=post.tags(),
            signals=Signals(
                likes=post.like_count, shares=post.repost_count, replies=post.reply_count
            ),
            global_id=post.uri,
        )

    def _author(self, account: Account) -> Author:
        bot = any(label.val == "bot" and label.src == account.did for label in account.labels)
        roles: tuple[Role, ...] = ("bot",) if bot else ()
        handle = account.handle
        proven = handle != UNKNOWN and not handle.endswith(SERVICES)
        own_site = web(f"https://{handle}") if proven else None
        return Author(
            author_id=f"{self.name}:{account.did}",
            name=plain_line(account.display_name) or handle,
            url=f"{APP}/profile/{account.did}",
            roles=roles,
            profiles=(own_site,) if own_site else (),
        )

    def _id(self, uri: str) -> str:
        return f"{self.name}:{native_id(uri)}"
