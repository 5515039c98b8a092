"""A page as one of a forum: which software made it, which addresses matter, what a thread shows.

Known are phpBB 3, XenForo 2, vBulletin 4 to 6, NodeBB, Discourse, Flarum, Vanilla, MyBB, SMF 2 and
Askbot, by what stands in their HTML. How each looks is data: `crawler.formats.forum_software`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from crawler import urls
from crawler.formats import flarum, forum_page
from crawler.formats.forum import Shown
from crawler.formats.forum_software import FLARUM, NONE, SOFTWARE
from crawler.formats.markup import base, elements

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from crawler.formats.forum import Person, Said

_REWRITTEN = re.compile(
    r"(?P<root>.+?)(?:(?:[?&;](?:page|start)=|[/-]page-?)(?P<start>\d+)/?(?:\.html)?)?"
)
"""A thread at an address of the owner's own making: all that differs is the page."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """Which page of which thread an address names."""

    forum: str
    """Path of the forum."""
    key: str
    """Names the thread, whatever its title and whichever page it is: a path."""
    start: int
    """Its page, from 1, or the number of posts before it; 0 or 1 is the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A page of a thread."""

    key: str
    shown: Shown
    base: str
    """What its links are relative to."""
    has_likes_alone: bool
    """Its posts are liked, but not voted on."""
    link: str
    """Address of a reply, but for `{id}` and `{number}`."""
    before: str | None
    """Address of the page before it."""
    after: str | None

    def address(self, said: Said) -> str:
        """Address of a reply."""
        return self.link.format(id=said.number, number=said.place + 1)


class Forum:
    """The forum a page is of; that of any other page changes nothing and shows no thread."""

    def __init__(self, root: HtmlElement) -> None:
        self._root = root
        self.software = next((kind for kind in SOFTWARE if elements(root, kind.signs)), NONE)

    def plain(self, address: str) -> str:
        """The address without sessions, highlighting and the like."""
        path, _, query = address.partition("?")
        parts = re.split("[&;]", query)
        kept = [part for part in parts if not re.fullmatch(self.software.ballast, part)]
        if len(kept) == len(parts):
            return address
        return f"{path}?{(';' if ';' in query else '&').join(kept)}".rstrip("?")

    def is_closed(self, address: str) -> bool:
        """Whether it is of members, of a search, a way to print, or the like."""
        return re.fullmatch(self.software.closed, urls.path(address)) is not None

    def address(self, url: str, named: str) -> str:
        """The page's own address: `url`, or as which it is `named` on the page.

        Where later pages of a thread name the first as the original, they are mistaken.
        """
        if self.software is NONE:
            return named
        own, original = self._leaf(url), self._leaf(named)
        is_later = own.key == original.key and own.start > 1 >= original.start
        return self.plain(url if is_later else named)

    @cached_property
    def asks_for_login(self) -> bool:
        """Whether the page is a form in place of what was asked for."""
        return bool(elements(self._root, self.software.wall))

    @cached_property
    def is_list(self) -> bool:
        """Whether the page only leads to threads."""
        return bool(elements(self._root, self.software.lists))

    def thread(self, url: str) -> Thread | None:
        """Read the page, whose own address is `url`, as one of a thread; None where it is none."""
        if self.software is NONE:
            return None
        leaf = self._leaf(url)
        shown = self._shown(leaf)
        if not shown.said:
            return None
        said = tuple(
            replace(each, person=self._with_plain_link(each.person, url))
            for each in shown.said
            if each.place or leaf.start <= 1  # some show the opening post on every page
        )
        pages = self._pages(url, leaf)
        first = f"{urls.origin(url)}{leaf.key}"
        return Thread(
            key=leaf.key,
            shown=replace(shown, said=said),
            base=base(self._root, url),
            has_likes_alone=bool(self.software.likes) and not self.software.score,
            link=self.software.link.replace("{page}", _literal(url)).replace(
                "{thread}", _literal(first)
            ),
            before=pages.get(max((start for start in pages if start < leaf.start), default=-1)),
            after=pages.get(min((start for start in pages if start > leaf.start), default=-1)),
        )

    def _shown(self, leaf: Leaf) -> Shown:
        if self.software is FLARUM:
            shown = flarum.shown(self._root, FLARUM, leaf.forum)
            if shown.said:
                return shown
        size = self.software.per_page
        offset = (max(leaf.start, 1) - 1) * size if size else leaf.start
        return forum_page.shown(self._root, self.software, offset)

    def _with_plain_link(self, person: Person | None, url: str) -> Person | None:
        link = urls.join(base(self._root, url), person.link) if person and person.link else None
        return replace(person, link=self.plain(link)) if person and link else person

    def _leaf(self, address: str) -> Leaf:
        path = urls.path(self.plain(address))
        start: str | None
        if found := re.fullmatch(self.software.thread, path):
            root, start = found["root"], found["start"]
            return Leaf(root, f"{root}{self.software.key}{found['id']}", _count(start))
        found = _REWRITTEN.fullmatch(path)
        root, start = (found["root"], found["start"]) if found else (path, None)
        root = root.removesuffix(".html").rstrip("/")
        return Leaf("/", root or "/", _count(start))

    def _pages(self, url: str, leaf: Leaf) -> dict[int, str]:
        """Pages of this thread that the page links to, by where they start."""
        pages, beside = dict[int, str](), base(self._root, url)
        for href in self._root.xpath("//a/@href|//link[@rel='next' or @rel='prev']/@href"):
            address = urls.join(beside, str(href))
            if address is None or urls.origin(address) != urls.origin(url):
                continue
            address = self.plain(urls.canonical(address))
            other = self._leaf(address)
            if other.key == leaf.key and not self.is_closed(address):
                pages.setdefault(other.start, address)
        return pages


def _count(digits: str | None) -> int:
    return int((digits or "0")[:9])  # nobody reads on for so long


def _literal(text: str) -> str:
    """The text as it must be written in a format."""
    return text.replace("{", "{{").replace("}", "}}")
