"""A parsed HTML tree to plain text that keeps what a reader needs to see.

The notation is the one people write to each other: blocks stand apart by an empty line, "# " opens
a heading, "- " or "1. " a list item, "> " a quotation, inline code stands between backticks and
blocks of code between lines of three.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    import lxml.html

FENCE = "```"

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
BLOCKS = HEADINGS | {
    "address", "article", "aside", "blockquote", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "thead", "tr", "ul",
}  # fmt: skip
"""Elements that stand apart from what is beside them."""

_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")
_WHITE = re.compile(r"\s+")


def plain_text(root: lxml.html.HtmlElement) -> str:
    """Write the tree below `root` as text; comments and scripts must be gone by then."""
    return _Writer().write(root)


class _Writer:
    """Walks a tree once, without recursion: hostile pages nest a hundred thousand deep."""

    def __init__(self) -> None:
        self._done: list[tuple[str, str]] = []
        self._line: list[str] = []
        self._marks: list[str] = []
        self._lists: list[int | None] = []
        self._quotes = 0
        self._pre = 0
        self._hidden = 0

    def write(self, root: lxml.html.HtmlElement) -> str:
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if event == "start":
                self._enter(element)
                self._say(element.text)
            else:
                self._leave(element)
                self._say(element.tail if element is not root else None)
        self._end_block()
        return self._joined()

    def _enter(self, element: lxml.html.HtmlElement) -> None:
        tag = element.tag
        if _is_invisible(element):
            self._hidden += 1
        if tag == "br":
            self._line.append("\n")
        elif tag in BLOCKS:
            self._open_block(tag, element)
        elif tag in {"td", "th"} and element.getprevious() is not None:
            self._line.append(" | ")
        elif tag == "code" and not self._pre:
            self._line.append("`")

    def _open_block(self, tag: str, element: lxml.html.HtmlElement) -> None:
        self._end_block()
        if tag in HEADINGS:
            self._marks.append("# ")
        elif tag in {"ul", "ol"}:
            self._lists.append(_first_number(element) if tag == "ol" else None)
        elif tag == "li":
            self._marks.append(self._item_mark())
        elif tag == "blockquote":
            self._quotes += 1
        elif tag == "pre":
            self._pre += 1

    def _item_mark(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number}. "

    def _leave(self, element: lxml.html.HtmlElement) -> None:
        tag = element.tag
        if tag == "code" and not self._pre:
            self._line.append("`")
        elif tag in BLOCKS:
            self._end_block("row" if tag == "tr" else "block")
        if tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        elif tag == "blockquote":
            self._quotes -= 1
        elif tag == "pre":
            self._pre -= 1
        elif tag in HEADINGS or tag == "li":
            self._marks.clear()
        if _is_invisible(element):
            self._hidden -= 1

    def _say(self, text: str | None) -> None:
        if text and not self._hidden:
            self._line.append(text if self._pre else _WHITE.sub(" ", text))

    def _end_block(self, kind: str = "block") -> None:
        if not self._line:
            return
        written, self._line = "".join(self._line), []
        if self._pre:
            if written.strip():
                self._keep("code", f"{FENCE}\n{written.strip(chr(10)).rstrip()}\n{FENCE}")
            return
        lines = [_SPACES.sub(" ", line.replace("``", "")).strip() for line in written.split("\n")]
        content = "\n".join(lines).strip()
        if content:
            mark = self._marks.pop() if self._marks else ""
            self._marks.clear()
            self._keep("item" if mark.endswith(("- ", ". ")) else kind, f"{mark}{content}")

    def _keep(self, kind: str, content: str) -> None:
        if self._quotes > 0:
            content = "\n".join(f"> {line}".rstrip() for line in content.split("\n"))
        self._done.append((kind, content))

    def _joined(self) -> str:
        pieces, before = list[str](), ""
        for kind, content in self._done:
            if pieces:
                pieces.append("\n" if kind == before and kind in {"item", "row"} else "\n\n")
            pieces.append(content)
            before = kind
        return "".join(pieces)


def _is_invisible(element: lxml.html.HtmlElement) -> bool:
    classes = element.get("class")
    return classes is not None and "invisible" in classes.split()


def _first_number(element: lxml.html.HtmlElement) -> int:
    start = element.get("start") or "1"
    return int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 1
