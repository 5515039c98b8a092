"""Short posts as Mastodon's HTML: paragraphs, links with their ends hidden, mentions, hashtags.

Mastodon would escape HTML in what people type. Here it goes through untouched, so that hostile
content reaches whoever reads the API; all other `<` and `&` are escaped.
https://docs.joinmastodon.org/spec/activitypub/#sanitization
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

SHOWN = 30
"""Characters of a link that are not hidden."""

_SPECIAL = re.compile(
    r"(?P<html></?[a-zA-Z!][^>]*>)"
    r"|(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)'])"
    r"|(?<![\w/&#])\#(?P<tag>\w*[^\W\d_]\w*)"
    r"|(?<![\w/])@(?P<handle>\w+)"
)


class Content:
    """Turns text into HTML for the server at `site`, where `handles` are accounts."""

    def __init__(self, site: str, handles: Container[str]) -> None:
        self.site = site
        self.handles = handles

    def html(self, text: str) -> str:
        """Return `text` as HTML: a blank line parts paragraphs, a line break stays one."""
        blocks = re.split(r"\n\s*\n", text.strip())
        lines = ("<br />".join(self._line(line) for line in b.splitlines()) for b in blocks)
        return "".join(f"<p>{block}</p>" for block in lines)

    def tags(self, text: str) -> list[str]:
        """Return the hashtags of `text`, lower case, each once."""
        return list(dict.fromkeys(m["tag"].lower() for m in _SPECIAL.finditer(text) if m["tag"]))

    def mentions(self, text: str) -> list[str]:
        """Return the accounts mentioned in `text`, each once."""
        named = (m["handle"] for m in _SPECIAL.finditer(text) if m["handle"])
        return [name for name in dict.fromkeys(named) if name in self.handles]

    def link(self, url: str, rel: str = "nofollow noopener") -> str:
        """Return a link as Mastodon shortens it: protocol and far end are there, but invisible."""
        start = re.match(r"https?://(www\.)?", url)
        cut = len(start[0]) if start else 0
        parts = [url[:cut], url[cut : cut + SHOWN], url[cut + SHOWN :]]
        first, middle, last = (html.escape(part) for part in parts)
        return (
            f'<a href="{html.escape(url)}" target="_blank" rel="{rel}" translate="no">'
            f'<span class="invisible">{first}</span>'
            f'<span class="{"ellipsis" if last else ""}">{middle}</span>'
            f'<span class="invisible">{last}</span></a>'
        )

    def _line(self, line: str) -> str:
        told, end = [], 0
        for match in _SPECIAL.finditer(line):
            told += [_escape(line[end : match.start()]), self._special(match)]
            end = match.end()
        return "".join([*told, _escape(line[end:])])

    def _special(self, match: re.Match[str]) -> str:
        tag, handle = match["tag"], match["handle"]
        if match["url"]:
            return self.link(match["url"])
        if tag:
            href = f"{self.site}/tags/{tag.lower()}"
            return f'<a href="{href}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'
        if handle in self.handles:
            href = f"{self.site}/@{handle}"
            inside = f'<a href="{href}" class="u-url mention">@<span>{handle}</span></a>'
            return f'<span class="h-card" translate="no">{inside}</span>'
        return match[0]


def _escape(text: str) -> str:
    return html.escape(text, quote=False)
