"""JSON Feed, versions 1 and 1.1: https://www.jsonfeed.org/version/1.1/."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crawler.clean import from_html, from_text, plain_line
from crawler.formats.feed_entry import Entry, Feed, dates, language, withheld
from crawler.payload import decode
from crawler.privacy import masked
from crawler.times import instant
from crawler.urls import join

if TYPE_CHECKING:
    from crawler.fetch import Page


class _Author(msgspec.Struct):
    name: str = ""
    url: str | None = None


class _Item(msgspec.Struct):
    id: str | int | float
    url: str | None = None
    external_url: str | None = None
    title: str = ""
    content_html: str | None = None
    content_text: str | None = None
    summary: str | None = None
    date_published: str | None = None
    date_modified: str | None = None
    author: _Author | None = None
    authors: list[_Author] = []
    tags: list[str] = []
    language: str | None = None


class _Feed(msgspec.Struct):
    version: str
    title: str
    items: list[_Item]
    next_url: str | None = None
    author: _Author | None = None
    authors: list[_Author] = []
    language: str | None = None


def read(page: Page) -> Feed:
    """Read a page.

    Raises UnexpectedShapeError where it is no JSON Feed.
    """
    feed = decode(page, _Feed)
    return Feed(
        title=plain_line(feed.title),
        entries=tuple(_entry(item, feed, page.url) for item in feed.items),
        older_url=join(page.url, feed.next_url) if feed.next_url else None,
    )


def _entry(item: _Item, feed: _Feed, base: str) -> Entry:
    url = join(base, item.url or item.external_url or "") if item.url or item.external_url else None
    if item.content_html:
        body = from_html(item.content_html, url or base)
    else:
        body = from_text(item.content_text or item.summary or "")
    authors = [*item.authors, item.author, *feed.authors, feed.author]
    author = next((who for who in authors if who is not None), _Author())
    created, updated = dates(instant(item.date_published), instant(item.date_modified))
    return Entry(
        guid=str(item.id),
        url=url,
        title=plain_line(item.title),
        body=body,
        author=masked(plain_line(author.name)),
        author_url=join(base, author.url) if author.url else None,
        created_at=created,
        updated_at=updated,
        tags=tuple(dict.fromkeys(map(plain_line, item.tags))),
        language=language(item.language or feed.language),
        left_out=withheld(body, item.content_html or ""),
    )
