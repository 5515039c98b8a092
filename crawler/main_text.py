"""The part of a page that is its own: what remains without menus, banners and footers.

Where the page marks its content (`<article>`, `<main>`, `itemprop="articleBody"` or the well-known
class of its software), that is taken whole, with lists, tables and code. Elsewhere trafilatura
guesses.
"""

from __future__ import annotations

import lxml.html
import trafilatura
from lxml import etree

MARKED = (
    "//*[@itemprop='articleBody']",
    "//*[contains(concat(' ',@class,' '),' mw-parser-output ')]",
    "//*[contains(concat(' ',@class,' '),' entry-content ')]",
    "//*[@id='dokuwiki__content']//*[contains(concat(' ',@class,' '),' page ')]",
    "//article[not(ancestor::article)]",
    "//main",
    "//*[@role='main']",
)
"""From the surest mark to the weakest."""

NOISE = (
    "//nav|//footer|//aside|//form|//button|//script|//style|//noscript|//template"
    "|//*[@role='navigation' or @role='search' or @role='banner' or @role='contentinfo']"
    "|//*[contains(concat(' ',@class,' '),' mw-editsection ')]"
    "|//*[contains(concat(' ',@class,' '),' toc ') or @id='toc' or @id='dw__toc']"
    "|//*[contains(concat(' ',@class,' '),' breadcrumbs ')]"
    "|//*[contains(concat(' ',@class,' '),' navbox ')]"
    "|//*[contains(concat(' ',@class,' '),' byline ')]"
    "|//p[.//time][string-length(normalize-space()) < 120]"
    "|//*[contains(@class,'helpful') or contains(@class,'feedback')]"
    "|//*[@data-nosnippet]|//*[@hidden]|//*[@aria-hidden='true']"
)

LEAST = 80
"""Characters below which a marked part is taken for an empty shell: a sentence is longer."""


def main_html(root: lxml.html.HtmlElement, url: str) -> str:
    """Return the content of the page as HTML; empty where there is none. `root` is not changed."""
    for mark in MARKED:
        marked = root.xpath(mark)
        if len(marked) == 1 and len(marked[0].text_content().strip()) >= LEAST:
            return _without_noise(marked[0])
    guessed = trafilatura.extract(
        etree.tostring(root, encoding="unicode", method="html"),
        url=url,
        output_format="html",
        include_formatting=True,
        include_links=True,
        include_tables=True,
        include_comments=False,
    )
    return guessed or ""


def _without_noise(element: lxml.html.HtmlElement) -> str:
    part = lxml.html.fragment_fromstring(
        etree.tostring(element, encoding="unicode", method="html", with_tail=False),
        create_parent="div",
    )
    for noise in part.xpath(NOISE):
        noise.drop_tree()
    return str(etree.tostring(part, encoding="unicode", method="html"))
