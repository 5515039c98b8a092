"""Feeds written in XML: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0.

Nothing is fetched and no entity is expanded, whatever a feed declares. Feeds that are not well
formed are read as far as they can be; https://www.rssboard.org/rss-specification and RFC 4287 say
what should stand where.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from html.entities import html5
from typing import TYPE_CHECKING

from lxml import etree

from contract.errors import UnexpectedShapeError
from crawler import licences
from crawler.clean import Body, from_html, from_text, one_line, plain_line
from crawler.formats.feed_entry import Entry, Feed, dates, language, withheld
from crawler.privacy import masked, sender
from crawler.times import instant
from crawler.urls import join

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from lxml.etree import _Element

    from crawler.fetch import Page

MODULES = {
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/slash/": "slash:",
    "http://wellformedweb.org/CommentAPI/": "wfw:",
    "http://purl.org/syndication/thread/1.0": "thr:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://web.resource.org/cc/": "cc:",
    "http://backend.userland.com/creativeCommonsRssModule": "cc:",
    "http://www.w3.org/1999/xhtml": "xhtml:",
    "http://www.w3.org/2005/Atom": "",
    "http://purl.org/atom/ns#": "",
}
"""What elements of a namespace are called here, whichever prefix a feed gives it."""

CREATED = ("pubDate", "published", "issued", "created", "dcterms:issued", "dc:date", "date")
UPDATED = ("updated", "modified", "dcterms:modified")
WORDS = (
    *("content:encoded", "content", "xhtml:body", "xhtml:div"),
    *("description", "summary", "dc:description", "media:description"),
)
"""The content, then what stands in for it."""

_THREAD = "{http://purl.org/syndication/thread/1.0}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31};)")
_BARE = re.compile(rb"&(?![#A-Za-z])")
_OWN_ENTITIES = {b"amp;", b"lt;", b"gt;", b"quot;", b"apos;"}
_END = re.compile(rb"</(?:\w+:)?(?:rss|RDF|feed)\s*>", re.IGNORECASE)
_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*")
_TAG = re.compile(r"</?(?:a|b|br|code|em|i|s|small|span|strong|sub|sup|tt|u)[\s/>]", re.IGNORECASE)
_ANSWERS = re.compile(  # "In reply to Anna.", in the language of the site
    r"\A\s*(?:<p>)?[^<>]{0,40}<a [^<>]{0,400}#comment-\d{1,12}[^<>]{0,200}>[^<>]{0,200}</a>"
    r"[^<>]{0,20}(?:</p>|\n\n)\s*(?=\S)"
)
_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]*>|&(?:#\w+|\w+);")


def read(page: Page) -> Feed:
    """Read a page.

    Raises UnexpectedShapeError where no feed is in it.
    """
    body = page.body.removeprefix(b"\xef\xbb\xbf").lstrip()
    root = _parse(body, page)
    channel = next(root.iter("{*}channel", "{*}feed"), None)
    if channel is None:
        raise UnexpectedShapeError(f"{page.url}: neither RSS nor Atom nor JSON Feed")
    return _Reader(root, channel).read(is_whole=bool(_END.search(body[-4096:])))


def _parse(body: bytes, page: Page) -> _Element:
    """Read XML without what makes it dangerous, as it should be or else as far as it can be read.

    HTML's entities are spelled out, DTD or not.
    """
    declared = page.headers.get("content-type", "").partition("charset=")[2].strip("\"' ;")
    known = declared if declared and b"encoding" not in body[:200] else None
    body = _ENTITY.sub(_spelled_out, body)
    try:
        return etree.fromstring(body, _parser(known), base_url=page.url)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        pass
    parser = _parser(None, recover=True)
    try:
        root = etree.fromstring(_BARE.sub(b"&amp;", body), parser, base_url=page.url)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnexpectedShapeError(f"{page.url}: {error}") from error
    if root is None:
        raise UnexpectedShapeError(f"{page.url}: neither RSS nor Atom nor JSON Feed")
    return root


def _parser(encoding: str | None, *, recover: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        recover=recover,
        encoding=encoding,
    )


def _spelled_out(found: re.Match[bytes]) -> bytes:
    if found[1] in _OWN_ENTITIES or (meant := html5.get(found[1].decode())) is None:
        return found[0]
    return "".join(f"&#{ord(letter)};" for letter in meant).encode()


class _Reader:
    """Reads entries; knows what they inherit from the feed."""

    def __init__(self, root: _Element, channel: _Element) -> None:
        self._root = root
        self._channel = _children(channel)

    def read(self, *, is_whole: bool) -> Feed:
        entries = tuple(map(self._entry, self._root.iter("{*}item", "{*}entry")))
        hidden = any(
            "noindex" in (meta.get("content") or "").lower()
            for meta in self._channel.get("xhtml:meta", [])
        )
        if hidden:
            entries = tuple(replace(entry, left_out="not to be indexed") for entry in entries)
        older = map(_link, _related(self._channel, "next", "prev-archive"))
        gone = (dead.get("ref") for dead in self._root.iter("{*}deleted-entry"))
        return Feed(
            title=_title(self._channel),
            entries=entries,
            deleted=tuple(filter(None, gone)),
            older_url=None if hidden else next(filter(None, older), None),
            is_whole=is_whole,
        )

    def _entry(self, element: _Element) -> Entry:
        said = _children(element)
        url, title = _address(said), _title(said)
        body = _body(said, url)
        author, author_url = self._author(said)
        created, updated = dates(_date(said, CREATED), _date(said, UPDATED))
        guid = _first(said, "guid", "id") or element.get(f"{_RDF}about") or url
        return Entry(
            guid=guid or f"{title}\n{body.text}",
            url=url,
            title=title,
            body=body,
            author=author,
            author_url=author_url,
            created_at=created,
            updated_at=updated,
            tags=tuple(dict.fromkeys(filter(None, _tags(said)))),
            language=self._language(element, said),
            licence=_licence(said) or _licence(self._channel),
            replies=_count(said),
            comments_url=_comments(said),
            answers=next((e.get("ref") for e in said.get("thr:in-reply-to", [])), None),
            left_out=withheld(body, *(each.text or "" for each in _worded(said))),
        )

    def _author(self, said: dict[str, list[_Element]]) -> tuple[str, str | None]:
        for where in (said, self._channel):
            for author in where.get("author", []):
                person = _children(author)
                if name := masked(one_line(_first(person, "name"))):
                    uri = _first(person, "uri", "url")
                    return name, _join(author, uri) if uri else None
            written = _first(where, "dc:creator") or _first(where, "author")
            if name := sender(one_line(written)).name:
                return name, None
        return "", None

    def _language(self, element: _Element, said: dict[str, list[_Element]]) -> str | None:
        content = next(iter(said.get("content", [])), element)
        for around in (content, *content.iterancestors()):
            if declared := around.get(_XML_LANG):
                return language(declared)
        return language(_first(self._channel, "language", "dc:language"))


def _children(element: _Element) -> dict[str, list[_Element]]:
    """Children by name; where a prefix was never declared, it is part of the name."""
    children: dict[str, list[_Element]] = {}
    for child in element:
        if not isinstance(child.tag, str):
            continue
        space, _, name = child.tag.rpartition("}")
        prefix = MODULES.get(space.removeprefix("{"), "" if child.prefix is None else "other:")
        children.setdefault(f"{prefix}{name}", []).append(child)
        if name == "group":  # of media: what a video is about stands inside
            for key, inner in _children(child).items():
                children.setdefault(key, []).extend(inner)
    return children


def _first(said: dict[str, list[_Element]], *names: str) -> str:
    """The first text that stands under one of these names."""
    for name in names:
        for element in said.get(name, []):
            if text := "".join(element.itertext()).strip():
                return text
    return ""


def _title(said: dict[str, list[_Element]]) -> str:
    """The title as a line of text; RSS does not say whether it is HTML, so its tags must be."""
    for name in ("title", "dc:title", "media:title"):
        for element in said.get(name, []):
            written, kind = "".join(element.itertext()), element.get("type", "")
            is_html = kind == "html" or (not kind and _TAG.search(written))
            unescaped = written if kind == "text" else html.unescape(written)
            if line := one_line(written) if is_html else plain_line(unescaped):
                return line
    return ""


def _join(element: _Element, link: str) -> str | None:
    """An address against `xml:base`, wherever around it that is declared."""
    return join(element.base or "", link)


def _link(element: _Element) -> str | None:
    written = element.get("href") or (element.text or "").strip()
    return _join(element, written) if written else None


def _related(said: dict[str, list[_Element]], *relations: str) -> Iterator[_Element]:
    for link in said.get("link", []):
        if link.get("rel", "alternate").rpartition("/")[2] in relations:
            yield link


def _address(said: dict[str, list[_Element]]) -> str | None:
    """The page an entry stands on; a feed that counts clicks still names the real one."""
    links = [*said.get("feedburner:origLink", []), *_related(said, "alternate")]
    links += [guid for guid in said.get("guid", []) if guid.get("isPermaLink") != "false"]
    return next(filter(None, map(_absolute, links)), None)


def _absolute(link: _Element) -> str | None:
    """A guid may be any text at all: what is no address by itself is none."""
    written = link.get("href") or (link.text or "").strip()
    is_guid = link.tag.endswith("guid")
    if not written or (is_guid and not written.startswith(("http://", "https://"))):
        return None
    return _join(link, written)


def _worded(said: dict[str, list[_Element]]) -> Iterator[_Element]:
    yield from (element for name in WORDS for element in said.get(name, []))


def _body(said: dict[str, list[_Element]], url: str | None) -> Body:
    """The content, or the first of what stands in for it."""
    for element in _worded(said):
        body = _content(element, url)
        if body.text:
            return body
    return Body("", "")


def _content(element: _Element, url: str | None) -> Body:
    kind = element.get("type", "").lower()
    base = url or element.base or ""
    if any(around.get(_XML_BASE) for around in (element, *element.iterancestors())):
        base = element.base or base
    if kind in {"xhtml", "application/xhtml+xml"} or len(element):
        return from_html(_inside(element), base)
    text = element.text or ""
    if "/" in kind and not kind.startswith("text/"):  # a picture, or a file
        return Body("", "")
    if kind not in {"text", "text/plain"} and _MARKUP.search(text):
        return from_html(_ANSWERS.sub("", text), base)
    return from_text(text)


def _inside(element: _Element) -> str:
    """Markup that stands in a feed as elements, without the names XML gives their kind."""
    for inner in element.iter():
        if isinstance(inner.tag, str):
            name = re.split("[}:]", inner.tag)[-1]
            inner.tag = name if _NAME.fullmatch(name) else "span"
    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))


def _date(said: dict[str, list[_Element]], names: tuple[str, ...]) -> datetime | None:
    """The first date that can be read; many cannot."""
    written = (_first(said, name) for name in names)
    return next(filter(None, map(instant, written)), None)


def _tags(said: dict[str, list[_Element]]) -> Iterator[str]:
    for category in (*said.get("category", []), *said.get("dc:subject", [])):
        yield one_line(category.get("label") or category.get("term") or category.text or "")


def _licence(said: dict[str, list[_Element]]) -> str | None:
    stated = [link.get("href") for link in _related(said, "license", "copyright")]
    stated += [e.get(f"{_RDF}resource") or e.text for e in said.get("cc:license", [])]
    return next(filter(None, map(licences.licence, stated)), None)


def _count(said: dict[str, list[_Element]]) -> int | None:
    counts = [link.get(f"{_THREAD}count") or "" for link in _related(said, "replies")]
    for written in (_first(said, "slash:comments", "thr:total"), *counts):
        if written.isascii() and written.isdigit() and len(written) < 10:
            return int(written)
    return None


def _comments(said: dict[str, list[_Element]]) -> str | None:
    """The feed of an entry's comments; `replies` also names pages, which are none."""
    for element in (*said.get("wfw:commentRss", []), *said.get("wfw:commentRSS", [])):
        if address := _link(element):
            return address
    for link in _related(said, "replies"):
        kind, address = link.get("type", ""), _link(link)
        if address and (
            "xml" in kind or (not kind and address.endswith((".atom", ".xml", ".rss")))
        ):
            return address
    return None
