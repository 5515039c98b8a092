"""Textile, as trackers older than Markdown are written in: what is common of it, as Markdown.

Form: https://www.redmine.org/projects/redmine/wiki/RedmineTextFormattingTextile
"""

from __future__ import annotations

import re

_PRE = re.compile(r"<pre>(?:<code[^>]*>)?(.*?)(?:</code>)?</pre>", re.DOTALL)
_MARKS = (
    (re.compile(r"^h[1-6]\.\s+", re.MULTILINE), "### "),
    (re.compile(r"^#\s+", re.MULTILINE), "1. "),
    (re.compile(r"^bq\.\s+", re.MULTILINE), "> "),
    (re.compile(r"(?<![\w@])@([^@\n]+)@(?![\w@])"), r"`\1`"),
    (re.compile(r'"([^"\n]+)":(https?://[^\s)]+)'), r"[\1](\2)"),
    (re.compile(r"(?<![\w*])\*([^*\s][^*\n]*)\*(?![\w*])"), r"**\1**"),
)


def markdown(text: str) -> str:
    """Write headings, lists, quotes, links and code as Markdown; code stays as it is."""
    pieces = _PRE.split(text)  # every second one is what stood inside
    return "".join(_fenced(piece) if at % 2 else _marked(piece) for at, piece in enumerate(pieces))


def _fenced(code: str) -> str:
    return "\n\n```\n" + code.strip("\n") + "\n```\n\n"


def _marked(text: str) -> str:
    for pattern, written in _MARKS:
        text = pattern.sub(written, text)
    return text
