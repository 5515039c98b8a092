"""Hacker News, by what its search finds and the threads around it.

    [[source]]
    name = "hn"
    platform = "hackernews"
    url = "https://hn.algolia.com"
    queries = ["myproduct", '"my product"']
    tags = []                        # such as "story", "ask_hn" or "author_somebody": all of them

Threads in which something matches a query are read whole, and again while they can still be replied
to (two weeks). Hacker News tells the points of stories but not of comments; it has no accepted
answers, no edits, no licence, and does not say who keeps order. The search shows a thousand finds,
so it is walked by time. Whether a post still stands is asked of the official API, one by one:
there it is deleted, or dead (killed by flags or moderators), or null.
API: https://hn.algolia.com/api and https://github.com/HackerNews/API
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec

from contract import Author, Post, Signals, Tombstone
from crawler.clean import from_html, one_line
from crawler.fetch import Dropped, Fetch, Page
from crawler.payload import decode
from crawler.times import from_epoch
from crawler.urls import web

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from crawler.fetch import Found, Held

SITE = "https://news.ycombinator.com"

PAGE_SIZE = 100
"""Finds asked for at once; the search shows a thousand of a query at most."""

OPEN = timedelta(days=14)
"""How long a post can be replied to. The search tells when something was written, not when it was
answered, so threads that may have grown are read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only this platform needs to know."""

    queries: tuple[str, ...]
    """What to search for; words in quotes stand together."""
    tags: tuple[str, ...] = ()
    """Only what has all of these tags of the search."""
    official: str = "https://hacker-news.firebaseio.com"
    """Address of the official API."""


class _Hit(msgspec.Struct, rename={"id": "objectID"}):
    id: str
    created_at_i: int
    story_id: int | None = None


class _Hits(msgspec.Struct):
    hits: list[_Hit]
    pages: int = msgspec.field(name="nbPages", default=1)


class _Node(msgspec.Struct):
    """A post as the search knows it, with everything below it."""

    id: int
    type: str
    created_at_i: int
    author: str | None = None
    title: str | None = None
    url: str | None = None
    text: str | None = None
    points: int | None = None
    parent_id: int | None = None
    story_id: int | None = None
    children: list[_Node] = []


class _Item(msgspec.Struct):
    """A post as the official API knows it."""

    id: int
    type: str
    time: int
    by: str | None = None
    title: str | None = None
    url: str | None = None
    text: str | None = None
    score: int | None = None
    parent: int | None = None
    descendants: int | None = None
    kids: list[int] = []
    deleted: bool = False
    dead: bool = False


class HackerNews:
    """Threads found by a query since a date, newest find first."""

    whole = frozenset[str]()
    verify_within = timedelta(days=7)

    def __init__(self, name: str, url: str, options: Options, api_key: str | None = None) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.options = options

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin each query at its newest finds."""
        for query in self.options.queries:
            yield self._search(query, after=max(0, int((since - OPEN).timestamp())))

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read a page of finds, a thread, or one post as the official API has it."""
        match page.kind:
            case "search":
                yield from self._read_search(page)
            case "thread":
                yield from self._read_thread(decode(page, _Node))
            case "item":
                yield from self._read_item(page)
            case _:
                raise ValueError(f"hackernews has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Ask the official API for each: the search may not have heard yet that a post has gone."""
        for post in held:
            yield Fetch(
                kind="item",
                url=f"{self.options.official.rstrip('/')}/v0/item/{post.native}.json",
                note={"thread": post.native_thread, "position": str(post.position)},
                held=(post.post_id,),
            )

    def sign(self, wish: Fetch) -> Fetch:
        """Add nothing: both APIs serve everybody."""
        return wish

    def _search(self, query: str, after: int, before: int | None = None, number: int = 0) -> Fetch:
        window = [f"created_at_i>={after}"]
        if before is not None:
            window.append(f"created_at_i<={before}")
        asked = {"query": query, "numericFilters": ",".join(window), "hitsPerPage": PAGE_SIZE}
        if self.options.tags:
            asked["tags"] = ",".join(self.options.tags)
        url = f"{self.url}/api/v1/search_by_date?{urlencode({**asked, 'page': number})}"
        note = {
            "query": query,
            "after": str(after),
            "before": str(before or ""),
            "page": str(number),
        }
        return Fetch(kind="search", url=url, note=note)

    def _read_search(self, page: Page) -> Iterator[Fetch]:
        found, note = decode(page, _Hits), page.note
        number = int(note["page"])
        for story in dict.fromkeys(hit.story_id or hit.id for hit in found.hits):
            yield self._thread(story)
        if found.hits and number + 1 < found.pages:
            oldest = found.hits[-1].created_at_i
            same = note["before"] == str(oldest)  # a second that fills a page
            yield self._search(note["query"], int(note["after"]), oldest, number + 1 if same else 0)

    def _thread(self, story: int | str) -> Fetch:
        return Fetch(kind="thread", url=f"{self.url}/api/v1/items/{story}", optional=True)

    def _read_thread(self, root: _Node) -> Iterator[Found]:
        if root.parent_id is not None:  # an old find that does not name its story
            story = root.story_id
            yield Dropped("of another kind") if story is None else self._thread(story)
            return
        nodes = sorted(_below(root), key=lambda node: node.id)  # ids grow with time
        for position, node in enumerate([root, *nodes]):
            item = _Item(
                id=node.id,
                type=node.type,
                time=node.created_at_i,
                by=node.author,
                title=node.title,
                url=node.url,
                text=node.text,
                score=node.points,
                parent=node.parent_id,
                descendants=len(nodes) if node is root else None,
                deleted=node.author is None,
            )
            yield from self._found(item, root.id, position)

    def _read_item(self, page: Page) -> Iterator[Found]:
        if page.held and page.body.strip() == b"null":  # the API's word for what is not there
            return
        item = decode(page, _Item)
        yield from self._found(item, int(page.note["thread"]), int(page.note["position"]))

    def _found(self, item: _Item, thread: int, position: int) -> Iterator[Found]:
        post_id = f"{self.name}:{item.id}"
        if item.deleted:
            yield Tombstone(post_id=post_id, state="deleted", reason="deleted by its author")
        elif item.dead:
            yield Tombstone(post_id=post_id, state="removed", reason="dead: killed on the site")
        elif (post := self._post(item, post_id, thread, position)).text or post.title:
            yield post
        else:
            yield Dropped("without words")

    def _post(self, item: _Item, post_id: str, thread: int, position: int) -> Post:
        opens, url = item.parent is None, f"{SITE}/item?id={item.id}"
        title = one_line(item.title or "")
        link = web(item.url)
        shown = f'<p><a href="{escape(link)}">{escape(link)}</a></p>' if link else ""
        body = from_html(f"{shown}{item.text or ''}", url)
        asks = title.startswith("Ask HN")
        return Post(
            post_id=post_id,
            thread_id=post_id if opens else f"{self.name}:{thread}",
            parent_id=None if opens else f"{self.name}:{item.parent}",
            position=0 if opens else position,
            source=self.name,
            platform="hackernews",
            kind=("question" if asks else "post") if opens else "comment",
            url=url,
            title=title if opens else "",
            text=body.text,
            html=body.html,
            author=self._author(item.by),
            created_at=from_epoch(item.time),
            signals=Signals(score=item.score, replies=item.descendants),
        )

    def _author(self, handle: str | None) -> Author | None:
        if not handle:
            return None
        url = f"{SITE}/user?{urlencode({'id': handle})}"
        return Author(author_id=f"{self.name}:{handle}", name=handle, url=url)


def _below(root: _Node) -> Iterator[_Node]:
    """All replies, replies to replies and so on."""
    waiting = list(root.children)
    while waiting:
        node = waiting.pop()
        waiting.extend(node.children)
        yield node
