"""Foreign markup to two safe forms: plain text that is indexed and quoted, HTML that is shown.

What others said before (quoted posts, link previews) is cut from both: it is the text of another
post, not of this one.
"""

from __future__ import annotations

import functools
import html
import re
import sys
import unicodedata
from typing import NamedTuple

import lxml.html
import nh3
from lxml import etree
from markdown_it import MarkdownIt

from crawler.plain_text import BLOCKS, plain_text
from crawler.urls import join

TAGS = {
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "i", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "small",
    "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul", "var",
}  # fmt: skip
_OTHER_BLOCKS = BLOCKS - TAGS
_EMPTY = {"br", "hr"}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "td": {"colspan"}, "th": {"colspan"}}
SCHEMES = {"http", "https", "mailto"}

_others = etree.XPath(
    "//aside[contains(@class,'quote') or contains(@class,'onebox')]"
    "|//*[contains(@class,'lightbox-wrapper')]//div[@class='meta']"
    "|//script|//style|//noscript|//template|//svg|//form|//iframe|//object|//comment()"
)
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
    "\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f\ud800-\udfff]"
)
"""Control characters, zero-width and direction marks, language tags, code points that are no
characters: nobody sees them, and they hide words from people or from us. Joiners inside emoji go
with them."""

_SPELLED = re.compile("&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));?", re.IGNORECASE)
"""A character by its number."""


class Body(NamedTuple):
    """A post's content in both forms; `html` is empty where the text is all there is."""

    text: str
    html: str


def from_html(markup: str, base_url: str) -> Body:
    """Read HTML as a platform serves it. Links become absolute against `base_url`.

    Never raises: what cannot be parsed is taken as text.
    """
    root = _parse(parsable(markup))
    if root is None:
        return from_text(markup)
    _drop_others(root)
    _spell_out_images(root)
    _absolute_links(root, base_url)
    if "&" in markup:
        _drop_invisible(root)
    text = visible(plain_text(root))
    _leave_known_tags(root)
    whole = etree.tostring(root, encoding="unicode", method="xml")  # "html" leaves out `</li>`
    return Body(text, _sanitise(whole.removeprefix("<div>").removesuffix("</div>")))


def from_markdown(markup: str, base_url: str) -> Body:
    """Read CommonMark as some platforms and dumps keep it; raw HTML inside it is sanitised too."""
    return from_html(_markdown().render(visible(markup)), base_url)


def from_text(text: str) -> Body:
    """Take plain text as it is; line breaks stay."""
    lines = (_SPACES.sub(" ", line).rstrip() for line in visible(text).splitlines())
    return Body(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), "")


def one_line(markup: str) -> str:
    """Return a title or name that may be HTML: entities decoded, tags dropped, space folded."""
    plain = re.sub(r"<[^>]*>", " ", markup) if "<" in markup else markup
    return " ".join(visible(html.unescape(plain)).split())


def plain_line(text: str) -> str:
    """Return a title or name that is no markup: "List<String>" means what it says."""
    return " ".join(visible(text).split())


def visible(text: str) -> str:
    """Drop the characters nobody sees, and compose the rest (NFC)."""
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


def parsable(markup: str) -> str:
    """HTML without the characters nobody sees, spelled by number or not: lxml refuses some."""
    seen = _INVISIBLE.sub("", markup)
    return _SPELLED.sub(_unless_invisible, seen) if "&#" in seen else seen


def _unless_invisible(spelled: re.Match[str]) -> str:
    number = int(spelled[1], 16) if spelled[1] else int(spelled[2])
    return "" if number > sys.maxunicode or _INVISIBLE.match(chr(number)) else spelled[0]


@functools.cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


def _parse(markup: str) -> lxml.html.HtmlElement | None:
    if not markup.strip():
        return None
    try:
        return lxml.html.fragment_fromstring(markup, create_parent="div", parser=_parser())
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None


@functools.cache
def _parser() -> lxml.html.HTMLParser:
    return lxml.html.HTMLParser(huge_tree=True)  # else all is lost that is 256 deep or later


def _drop_others(root: lxml.html.HtmlElement) -> None:
    for element in _others(root):
        element.drop_tree()


def _spell_out_images(root: lxml.html.HtmlElement) -> None:
    """Leave what an image says; the image itself would call another server."""
    for image in list(root.iter("img")):
        said = image.get("alt") or ""
        image.tail = f"{said}{image.tail or ''}"
        image.drop_tree()


def _absolute_links(root: lxml.html.HtmlElement, base_url: str) -> None:
    for link in root.iter("a"):
        if link.get("href", "mailto:").startswith("mailto:"):
            continue
        if target := join(base_url, link.get("href")):
            link.set("href", target)
        else:
            del link.attrib["href"]


def _drop_invisible(root: lxml.html.HtmlElement) -> None:
    """Drop what was written as `&zwnj;` or the like.

    HTML is not composed (NFC): a mark behind ">" would become one character with it.
    """
    for element in root.iter():
        if element.text:
            element.text = _INVISIBLE.sub("", element.text)
        if element.tail:
            element.tail = _INVISIBLE.sub("", element.tail)
        if title := element.get("title"):
            element.set("title", _INVISIBLE.sub("", title))


def _leave_known_tags(root: lxml.html.HtmlElement) -> None:
    """Open up what is not shown as what it is, so that cleaned HTML is sound HTML.

    A block stays a block, or the last word of one would run into the first of the next.
    """
    unknown = set[str]()
    for element in root.iter():
        if element.tag in _OTHER_BLOCKS:
            element.tag = "div"
        elif element.tag not in TAGS:
            unknown.add(element.tag)
        if element.tag not in _EMPTY:  # written as `<p></p>`: HTML takes `<p/>` for an opening tag
            element.text = element.text or ""
        if element.tag == "pre":  # HTML drops a line break here, and the next one the next time
            element.text = element.text.lstrip("\n")
    etree.strip_tags(root, *unknown)


def _sanitise(markup: str) -> str:
    return nh3.clean(
        markup,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="nofollow ugc noopener",
    ).strip()
