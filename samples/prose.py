"""What people wrote, as HTML: raw for the wire, cleaned for the eye.

The wire carries hostile strings as they were written, because a crawler must defend itself;
the sites' own pages show the same text through nh3, so that nothing in it can run.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

_MARKDOWN = MarkdownIt("commonmark", {"html": True, "langPrefix": "lang-"}).enable(
    ["table", "strikethrough"]
)


@cache
def cook(text: str) -> str:
    """Turn Markdown into HTML; HTML inside it goes through untouched, whatever it is."""
    rendered: str = _MARKDOWN.render(text)
    return rendered


@cache
def clean(markup: str) -> str:
    """Return `markup` with everything that could run, load or disguise itself removed."""
    return nh3.clean(markup)


def plain(markup: str, limit: int | None = None) -> str:
    """Return the words of `markup` on one line, cut after `limit` characters where it is given."""
    words = " ".join(html.unescape(nh3.clean(markup, tags=set())).split())
    if limit is None or len(words) <= limit:
        return words
    return f"{words[:limit].rstrip()}…"


def steps(text: str) -> list[str]:
    """Return the items of the ordered lists of Markdown, each as plain words."""
    lists = [n for n in SyntaxTreeNode(_MARKDOWN.parse(text)).children if n.type == "ordered_list"]
    return [_words(item) for each in lists for item in each.children]


def _words(item: SyntaxTreeNode) -> str:
    said = (node for node in item.walk() if node.type in {"inline", "fence", "code_block"})
    return " ".join(plain(cook(node.content)) for node in said)


def slug(title: str) -> str:
    """Return `title` as it stands in an address: ASCII words and hyphens, 80 characters at most.

    A title with none of them is a `topic`.
    """
    ascii_only = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")[:80].strip("-") or "topic"


def escaped(text: str) -> str:
    """Escape as Stack Exchange and Discourse do; they write an apostrophe as `&#39;`."""
    return html.escape(text).replace("&#x27;", "&#39;")
