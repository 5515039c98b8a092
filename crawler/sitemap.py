"""Sitemaps, in the forms people publish: XML, an index of sitemaps, plain text, feeds.

Protocol: https://www.sitemaps.org/protocol.html
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from crawler.times import instant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

MAX_BYTES = 50 * 1024 * 1024
"""What the protocol allows one sitemap to be, unpacked."""


class Entry(NamedTuple):
    """An address, and when the site says it changed (None where it does not say)."""

    url: str
    changed_at: datetime | None
    is_sitemap: bool


def entries(body: bytes) -> Iterator[Entry]:
    """Read any of the forms; what is none of them yields nothing.

    Namespaces are ignored, since many sites get them wrong, and so is the file's name: whether it
    is packed shows in its first bytes.
    """
    unpacked = _unpack(body)
    if unpacked.lstrip()[:1] != b"<":
        yield from _lines(unpacked)
        return
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, recover=True, huge_tree=False, load_dtd=False
    )
    root = etree.fromstring(unpacked, parser)
    if root is not None:
        yield from _elements(root)


def _unpack(body: bytes) -> bytes:
    if body[:2] != b"\x1f\x8b":
        return body.removeprefix(b"\xef\xbb\xbf")
    try:
        unpacked = zlib.decompressobj(wbits=31).decompress(body, MAX_BYTES)
    except zlib.error:
        return b""
    return unpacked.removeprefix(b"\xef\xbb\xbf")


def _lines(text: bytes) -> Iterator[Entry]:
    for line in text.decode("utf-8", "replace").splitlines():
        if line.strip().startswith(("http://", "https://")):
            yield Entry(line.strip(), None, is_sitemap=False)


_DATES = ("lastmod", "updated", "pubDate", "published")


def _elements(root: etree._Element) -> Iterator[Entry]:
    for element in root.iter("{*}url", "{*}sitemap", "{*}item", "{*}entry"):
        children = [child for child in element if isinstance(child.tag, str)]
        said = (child.text for child in children if etree.QName(child).localname in _DATES)
        dates = [at for text in said if (at := instant(text)) is not None]
        if address := _address(element, children):
            is_sitemap = etree.QName(element).localname == "sitemap"
            yield Entry(address, max(dates, default=None), is_sitemap)


def _address(element: etree._Element, children: list[etree._Element]) -> str:
    """The `<loc>` of a sitemap, else the `<link>` of a feed, else what stands there bare."""
    links = ""
    for child in children:
        name, relation = etree.QName(child).localname, child.get("rel", "alternate")
        if name == "loc":
            return (child.text or "").strip()
        if name == "link" and relation == "alternate":  # in a sitemap: the page in other languages
            links = links or (child.text or child.get("href") or "").strip()
    return links or (element.text or "").strip()
