"""CSS selectors over a parsed page, with the two additions of Scrapy.

`a::attr(href)` is the attribute and `h1::text` the text right inside; what names neither is the
element, and its text all there is in it. Selectors are asked from an element downwards, and the
element itself belongs to what is asked.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from lxml import etree
from parsel import css2xpath

from crawler.clean import plain_line
from crawler.urls import join

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement

Query = str | tuple[str, ...]
"""A selector, or several of which the first that says anything counts; "" never does."""


def elements(within: HtmlElement, query: str) -> list[HtmlElement]:
    """Every element the selector names, in the order of the page."""
    return list(_compiled(query)(within)) if query else []


def texts(within: HtmlElement, query: Query) -> list[str]:
    """What the selector names, each as one line; those that say nothing are left out."""
    for one in (query,) if isinstance(query, str) else query:
        found = _compiled(one)(within) if one else []
        lines = [plain_line(i if isinstance(i, str) else i.text_content()) for i in found]
        if said := [line for line in lines if line]:
            return said
    return []


def text(within: HtmlElement, query: Query) -> str:
    """The first of `texts`; empty where there is none."""
    return next(iter(texts(within, query)), "")


def drop(unwanted: Iterable[HtmlElement]) -> None:
    """Cut elements out of their tree; the text behind each stays."""
    for element in unwanted:
        if element.getparent() is not None:
            element.drop_tree()


def base(root: HtmlElement, url: str) -> str:
    """What the links of a page are relative to: its own address, or what it says instead."""
    said = root.xpath("//base/@href")
    return (join(url, str(said[0])) or url) if said else url


@functools.cache
def _compiled(query: str) -> etree.XPath:
    return etree.XPath(css2xpath(query), smart_strings=False)
