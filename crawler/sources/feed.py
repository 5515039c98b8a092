"""Feeds: RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed.

    [[source]]
    name = "blog"
    platform = "feed"
    url = "https://blog.example.com/feed.xml"
    feeds = ["https://blog.example.com/news.atom"]   # further ones of the same place
    comments = true                                  # also the comments that entries point to

Each entry becomes an article: its content, or the summary where that is all a feed gives. Comments
are read where an entry names their feed (`wfw:commentRss`, `rel="replies"`); older entries where a
feed is handed out in pages (RFC 5005: `next`, `prev-archive`; JSON Feed: `next_url`).

A feed shows only its newest entries, so one that is not in it any more has not gone: what is
deleted is learned only from feeds that say so (RFC 6721, `at:deleted-entry`). To learn of the rest,
add the site itself as a source of the platform `site`. Feeds know no votes, reputation or staff;
where they count comments (`slash:comments`, `thr:count`), that number is kept. Entries behind a
password (WordPress), and feeds that ask not to be found, are left out.
Formats: https://www.rssboard.org/rss-specification, https://www.rfc-editor.org/rfc/rfc4287,
https://www.jsonfeed.org/version/1.1/
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contract import Author, Post, Signals, Tombstone
from contract.errors import UnexpectedShapeError
from crawler.fetch import Dropped, Fetch, Page
from crawler.formats import feed_json, feed_xml
from crawler.times import EPOCH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from crawler.fetch import Found, Held
    from crawler.formats.feed_entry import Entry, Feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only this platform needs to know."""

    feeds: tuple[str, ...] = ()
    """Addresses of further feeds of the same place."""
    comments: bool = True
    """Read the comments, too, where entries name a feed of theirs."""


class FeedSource:
    """The entries of one or several feeds, newest page first, each with its comments."""

    whole = frozenset[str]()
    verify_within = None  # no page of a feed shows an old entry again

    def __init__(
        self, name: str, url: str, options: Options | None = None, api_key: str | None = None
    ) -> None:
        self.name = name
        self.url = url
        self.options = options or Options()

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin with the newest page of each feed."""
        for address in dict.fromkeys((self.url, *self.options.feeds)):
            yield Fetch(kind="feed", url=address)

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read a page of a feed, or the comments on one entry."""
        match page.kind:
            case "feed":
                yield from self._read_feed(page, since)
            case "comments":
                yield from self._read_comments(page)
            case _:
                raise ValueError(f"feed has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Ask for nothing: no page of a feed shows an entry that is not among its newest."""
        yield from ()

    def sign(self, wish: Fetch) -> Fetch:
        """Public feeds need no credentials."""
        return wish

    def _read_feed(self, page: Page, since: datetime) -> Iterator[Found]:
        feed = _feed(page)
        entries = self._by_id(feed)
        yield from _repeated(feed, entries)
        for post_id, entry in entries.items():
            if entry.left_out:
                yield Dropped(entry.left_out)
                continue
            post = self._post(post_id, entry, page, feed)
            yield post if post.text or post.title else Dropped("without words")
            if self.options.comments and entry.comments_url and entry.replies != 0:
                note = {"opening": post_id}
                yield Fetch(kind="comments", url=entry.comments_url, note=note, optional=True)
        yield from self._deleted(feed)
        fresh = [changed is None or changed >= since for changed in map(_changed, feed.entries)]
        if feed.older_url and feed.older_url != page.url and any(fresh):
            yield Fetch(kind="feed", url=feed.older_url)
        _check_end(feed, page)

    def _read_comments(self, page: Page) -> Iterator[Found]:
        feed, opening = _feed(page), page.note["opening"]
        entries = self._by_id(feed)
        yield from _repeated(feed, entries)
        oldest_first = sorted(entries.items(), key=lambda item: item[1].created_at or EPOCH)
        for position, (post_id, entry) in enumerate(oldest_first, start=1):
            answered = self._id(entry.answers) if entry.answers else opening
            parent = answered if answered in entries and answered != post_id else opening
            if post_id == opening:  # it stands here, too, and was read in its own feed
                continue
            if entry.left_out:
                yield Dropped(entry.left_out)
            elif not entry.body.text:
                yield Dropped("without words")
            else:
                yield self._post(post_id, entry, page, feed, (opening, parent, position))
        yield from self._deleted(feed)
        _check_end(feed, page)

    def _deleted(self, feed: Feed) -> Iterator[Tombstone]:
        for guid in dict.fromkeys(feed.deleted):
            yield Tombstone(post_id=self._id(guid), state="deleted", reason="at:deleted-entry")

    def _by_id(self, feed: Feed) -> dict[str, Entry]:
        """Entries by their id.

        One that stands there twice is a newer version of itself, unless it leads elsewhere: some
        feeds give all their entries the same guid, and then the link tells them apart.
        """
        links = {(entry.guid, entry.url) for entry in feed.entries}
        shared = Counter(guid for guid, _ in links)
        entries: dict[str, Entry] = {}
        for entry in feed.entries:
            told = f"{entry.guid}\n{entry.url}" if shared[entry.guid] > 1 else entry.guid
            post_id = self._id(told)
            known = entries.get(post_id)
            if known is None or (_changed(entry) or EPOCH) > (_changed(known) or EPOCH):
                entries[post_id] = entry
        return entries

    def _id(self, guid: str) -> str:
        return f"{self.name}:{hashlib.blake2b(guid.encode(), digest_size=12).hexdigest()}"

    def _post(
        self,
        post_id: str,
        entry: Entry,
        page: Page,
        feed: Feed,
        place: tuple[str, str, int] | None = None,
    ) -> Post:
        """The post of an entry; a comment's `place` is its thread, its parent and its position."""
        thread, parent, position = place or (post_id, None, 0)
        return Post(
            post_id=post_id,
            thread_id=thread,
            parent_id=parent,
            position=position,
            source=self.name,
            platform="feed",
            kind="comment" if place else "article",
            url=entry.url or f"{page.url}#{post_id.rpartition(':')[2]}",
            title="" if place else entry.title,
            text=entry.body.text,
            html=entry.body.html,
            author=self._author(entry),
            created_at=entry.created_at,
            updated_at=entry.updated_at,
            language=entry.language,
            tags=entry.tags,
            container=None if place else feed.title or None,
            signals=Signals(replies=entry.replies),
            licence=entry.licence,
            global_id=entry.guid if entry.guid.startswith(("tag:", "urn:uuid:")) else None,
        )

    def _author(self, entry: Entry) -> Author | None:
        """Feeds know people by name alone, and some by a page of theirs."""
        if not entry.author:
            return None
        known = entry.author_url or entry.author.casefold()
        return Author(author_id=f"{self.name}:{known}", name=entry.author, url=entry.author_url)


def _feed(page: Page) -> Feed:
    is_json = page.body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}
    return feed_json.read(page) if is_json else feed_xml.read(page)


def _repeated(feed: Feed, entries: dict[str, Entry]) -> list[Dropped]:
    return [Dropped("repeats another")] * (len(feed.entries) - len(entries))


def _changed(entry: Entry) -> datetime | None:
    return entry.updated_at or entry.created_at


def _check_end(feed: Feed, page: Page) -> None:
    """Say so where a page was cut short; what stood before the cut has been read."""
    if not feed.is_whole:
        raise UnexpectedShapeError(f"{page.url}: the feed ends before its end")
