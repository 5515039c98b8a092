"""Any web site: its sitemaps and links, and what its pages say of themselves.

    [[source]]
    name = "help"
    platform = "site"
    url = "https://help.example.com/"
    include = ["/articles/"]         # only paths that begin so are kept; all where it is empty
    exclude = ["/articles/drafts/"]  # these are not even fetched
    follow = true                    # follow links, beside the sitemaps
    sitemaps = []                    # else those robots.txt names, and /sitemap.xml

Pages that carry schema.org markup (QAPage, FAQPage, DiscussionForumPosting, Article and its kin)
are read as the questions, answers and articles they are; any other page becomes one article made of
its main text. `noindex`, `nofollow`, `noarchive` and their kin are obeyed.

Forums made with phpBB 3, XenForo 2, vBulletin 4 to 6, NodeBB, Discourse, Flarum, Vanilla, MyBB,
SMF 2 or Askbot are known by their pages: every post of a thread is read with its author, date and
votes, over all pages of the thread (also where `follow` is false). Their members, searches, logins,
print views and pages that differ by a session or an order are neither kept nor followed, and their
lists of threads only followed. Dates that mean another day tomorrow ("yesterday") are not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import lxml.html
from lxml import etree

from contract import Post, Tombstone
from contract.errors import UnexpectedShapeError
from crawler import sitemap, urls
from crawler.directives import directives
from crawler.fetch import Dropped, Fetch, Page
from crawler.formats.markup import base
from crawler.forums import Forum

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from crawler.fetch import Found, Held
    from crawler.forums import Thread

NOT_PAGES = (
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".ico", ".css", ".js", ".pdf", ".zip", ".gz",
    ".mp4", ".mp3", ".woff", ".woff2", ".xml", ".json", ".rss", ".exe", ".dmg", ".bin",
)  # fmt: skip
"""Endings of addresses that hold no text we read; fetching them only burdens the site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only this platform needs to know."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    follow: bool = True
    sitemaps: tuple[str, ...] = ()


class Site:
    """Pages of one host, found by sitemap and by link."""

    whole = frozenset({"page"})
    verify_within = timedelta(days=30)

    def __init__(
        self, name: str, url: str, options: Options | None = None, api_key: str | None = None
    ) -> None:
        self.name = name
        self.url = url
        self.options = options or Options()

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin with the sitemaps and the first page."""
        for address in self.options.sitemaps:
            yield Fetch(kind="sitemap", url=address)
        if not self.options.sitemaps:
            home = urls.origin(self.url)
            yield Fetch(kind="robots", url=f"{home}/robots.txt", optional=True)
            yield Fetch(kind="sitemap", url=f"{home}/sitemap.xml", optional=True)
        yield Fetch(kind="page", url=self.url)

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read robots.txt for the sitemaps it names, a sitemap, or a page."""
        match page.kind:
            case "robots":
                yield from self._read_robots(page)
            case "sitemap":
                yield from self._read_sitemap(page, since)
            case "page":
                yield from self._read_page(page)
            case _:
                raise ValueError(f"site has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Ask for the pages that the posts stand on."""
        pages = sorted((urls.canonical(post.url), post.post_id) for post in held)
        for url, posts in groupby(pages, key=itemgetter(0)):
            yield Fetch(kind="page", url=url, held=tuple(post_id for _, post_id in posts))

    def sign(self, wish: Fetch) -> Fetch:
        """Public pages need no credentials."""
        return wish

    def _read_robots(self, page: Page) -> Iterator[Fetch]:
        for line in page.body.decode("utf-8", "replace").splitlines():
            field, _, value = line.partition(":")
            if field.strip().lower() == "sitemap" and (address := urls.join(page.url, value)):
                yield Fetch(kind="sitemap", url=urls.canonical(address), optional=True)

    def _read_sitemap(self, page: Page, since: datetime) -> Iterator[Fetch]:
        for entry in sitemap.entries(page.body):
            address = urls.join(page.url, entry.url)
            if address is None or (entry.changed_at is not None and entry.changed_at < since):
                continue
            if entry.is_sitemap:
                yield Fetch(kind="sitemap", url=address)
            elif self._is_wanted(address):
                yield Fetch(kind="page", url=urls.canonical(address))

    def _is_wanted(self, address: str) -> bool:
        include = self.options.include
        return self._is_ours(address) and (not include or urls.path(address).startswith(include))

    def _is_ours(self, address: str) -> bool:
        path = urls.path(address)
        return (
            urls.origin(address) == urls.origin(self.url)
            and not (self.options.exclude and path.startswith(self.options.exclude))
            and not path.lower().partition("?")[0].endswith(NOT_PAGES)
        )

    def _read_page(self, page: Page) -> Iterator[Found]:
        root = _parse(page)
        metas = [
            (meta.get("name"), meta.get("content", "")) for meta in root.xpath("//meta[@name]")
        ]
        allowed = directives(metas, page.headers.get("x-robots-tag", ""))
        forum = Forum(root)
        if self.options.follow and allowed.follow:
            yield from self._links(root, page.url, forum)
        address = forum.address(urls.canonical(page.url), self._address(root, page.url))
        if not self._is_wanted(address):
            yield Dropped("of another kind")
            return
        if not page.held or not allowed.index:  # else whatever address shows the posts will do
            if forum.is_closed(address):
                yield Dropped("of another kind")
                return
            if urls.canonical(page.url) != address:
                if allowed.index:
                    yield Fetch(kind="page", url=address)  # the original, as the page itself says
                yield Dropped("repeats another" if allowed.index else "not to be indexed")
                return
        from crawler.html_page import PageReader  # noqa: PLC0415  half a second for its libraries

        reader = PageReader(self.name, address, root, allowed.usage, forum)
        found = list(reader.found())
        if not allowed.index:  # what was kept of it before goes at once
            yield from map(_hidden, found)
            return
        yield from found
        if reader.thread is not None:
            shown = {one.post_id for one in found if isinstance(one, Post)}
            yield from self._rest(reader.thread, page, shown)

    def _rest(self, thread: Thread, page: Page, shown: set[str]) -> Iterator[Fetch]:
        """The page after this one; of posts asked for, those that moved to the page before."""
        if thread.after is not None and not self.options.follow and self._is_ours(thread.after):
            yield Fetch(kind="page", url=thread.after)
        moved = tuple(post_id for post_id in page.held if post_id not in shown)
        if moved and thread.before is not None and "moved" not in page.note:
            url = f"{thread.before}#moved"
            yield Fetch(kind="page", url=url, held=moved, note={"moved": "yes"})

    def _links(self, root: lxml.html.HtmlElement, url: str, forum: Forum) -> Iterator[Fetch]:
        seen, beside = set[str](), base(root, url)
        for link in root.xpath("//a[@href]"):
            if "nofollow" in (link.get("rel") or "").lower().split():
                continue
            address = urls.join(beside, link.get("href"))
            if address is None or not self._is_ours(address):
                continue
            address = forum.plain(urls.canonical(address))
            if address not in seen and not forum.is_closed(address):
                seen.add(address)
                yield Fetch(kind="page", url=address)

    def _address(self, root: lxml.html.HtmlElement, url: str) -> str:
        """The page's own address: what `rel=canonical` says, as long as it stays on this site."""
        for link in root.xpath("//link[@rel='canonical']/@href"):
            named = urls.join(base(root, url), str(link))
            if named is not None and urls.origin(named) == urls.origin(self.url):
                return urls.canonical(named)
        return urls.canonical(url)


def _hidden(found: Post | Dropped) -> Tombstone | Dropped:
    if isinstance(found, Dropped):
        return found
    return Tombstone(post_id=found.post_id, state="hidden", reason="marked noindex")


def _parse(page: Page) -> lxml.html.HtmlElement:
    kind = page.headers.get("content-type", "text/html").lower()
    if "html" not in kind:
        raise UnexpectedShapeError(f"{page.url}: a page of type {kind!r} holds no HTML")
    try:
        parser = lxml.html.HTMLParser(encoding=_charset(kind, page.body))
    except LookupError:  # a name nobody knows says nothing
        parser = lxml.html.HTMLParser(encoding=_charset("", page.body))
    try:
        return lxml.html.document_fromstring(page.body, parser=parser)
    except (etree.ParserError, ValueError) as error:
        raise UnexpectedShapeError(f"{page.url}: {error}") from error


def _charset(kind: str, body: bytes) -> str | None:
    """What the header says; a page that says it nowhere is taken for UTF-8 where it can be."""
    if declared := kind.partition("charset=")[2].strip("\"' ;"):
        return declared
    if b"charset" in body[:4096].lower():  # the parser finds it, and sees a byte order mark
        return None
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"
