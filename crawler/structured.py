"""What a page says of itself in schema.org terms, as JSON-LD or microdata, in one form.

Text properties keep their markup (microdata) or come as they are written (JSON-LD), so that code
and lists survive; a broken block is skipped and never costs the page.
Vocabulary: https://schema.org/QAPage, /FAQPage, /DiscussionForumPosting, /Article
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import lxml.html
from extruct.jsonld import JsonLdExtractor
from extruct.w3cmicrodata import LxmlMicrodataExtractor
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


MAX_TEXT = 32 * 1024 * 1024
"""Characters taken from the marked parts of one page. A page is smaller, but parts may lie inside
one another, and then each repeats all that is in it."""


MAX_DEPTH = 30
"""Items inside items; a thread with authors, votes and comments on answers has five."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One item: its schema.org type without the address, and its properties, each a list."""

    kind: str
    values: dict[str, tuple[str | Thing, ...]]

    def text(self, *names: str) -> str:
        """First text under any of the names; empty where there is none."""
        found = (v for name in names for v in self.values.get(name, ()) if isinstance(v, str) and v)
        return next(found, "")

    def things(self, *names: str) -> list[Thing]:
        """Every item under any of the names, in that order."""
        return [v for name in names for v in self.values.get(name, ()) if isinstance(v, Thing)]

    def thing(self, *names: str) -> Thing | None:
        """First item under any of the names."""
        return next(iter(self.things(*names)), None)

    def number(self, name: str) -> int | None:
        """A whole number, as in "1,204"; None where the page does not say one."""
        digits = re.sub(r"[,\s\u202f]", "", self.text(name))
        return int(digits) if re.fullmatch(r"-?\d{1,12}", digits) else None


class _Microdata(LxmlMicrodataExtractor):  # type: ignore[misc]  # the package has no types
    """Takes the markup of a text property where the package would flatten it and lose the code."""

    def __init__(self) -> None:
        super().__init__()
        self._room = MAX_TEXT
        self._depth = 0

    def _extract_item(self, node: etree._Element, **how: Any) -> dict[str, Any] | None:
        """Go no deeper than any page needs.

        Where the package meets the recursion limit inside an XPath of lxml, the lock of that XPath
        stays taken, and the next page that uses it waits for ever.
        """
        if self._depth >= MAX_DEPTH:
            return None
        self._depth += 1
        try:
            return cast("dict[str, Any] | None", super()._extract_item(node, **how))
        finally:
            self._depth -= 1

    def _extract_textContent(self, node: etree._Element) -> str:  # noqa: N802  the package's name
        inner = "".join(etree.tostring(child, encoding="unicode", method="html") for child in node)
        self._room -= len(inner)
        return f"{node.text or ''}{inner}" if self._room >= 0 else ""


def things(root: lxml.html.HtmlElement, url: str) -> list[Thing]:
    """Everything the page says of itself, JSON-LD first, the members of a graph one by one."""
    written = [item for item in _json_ld(root) if isinstance(item, dict)]
    members = [member for item in written for member in _members(item)]
    found = list[Thing]()
    for item in (*members, *_marked(root, url)):
        with contextlib.suppress(RecursionError):  # no page says anything so deep inside itself
            found.append(_thing(item))
    return found


def walk(found: Iterable[Thing]) -> Iterator[Thing]:
    """Those things and everything inside them."""
    waiting = list(found)
    while waiting:
        item = waiting.pop(0)
        yield item
        waiting.extend(v for held in item.values.values() for v in held if isinstance(v, Thing))


def _json_ld(root: lxml.html.HtmlElement) -> Iterator[Any]:
    reader = JsonLdExtractor()
    for script in root.xpath("//script[@type='application/ld+json']"):
        try:
            yield from reader._extract_items(script)
        except (ValueError, RecursionError):
            continue


def _members(item: dict[str, Any]) -> list[dict[str, Any]]:
    """The members of a graph; an item that is none is the only member of its own."""
    graph = item.get("@graph")
    held = graph if isinstance(graph, list) else [graph or item]
    return [member for member in held if isinstance(member, dict)]


def _marked(root: lxml.html.HtmlElement, url: str) -> list[dict[str, Any]]:
    try:
        return list(_Microdata().extract_items(root, url))
    except ValueError:  # the package takes every link for a good one
        return []


def _thing(item: dict[str, Any]) -> Thing:
    """Both syntaxes in one form: microdata keeps type and properties apart, JSON-LD does not."""
    held = item.get("properties")
    properties = held if isinstance(held, dict) else item
    kind = item.get("@type", item.get("type", ""))
    values = {
        str(name): tuple(_values(value))
        for name, value in properties.items()
        if name not in {"@type", "type", "@context"}
    }
    return Thing(_local(kind), values)


def _local(kind: Any) -> str:
    """The last word of a type; of several, the first."""
    first = kind[0] if isinstance(kind, list) and kind else kind
    return str(first).rstrip("/").rpartition("/")[2]


def _values(value: Any) -> Iterator[str | Thing]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield str(one["@value"]) if "@value" in one else _thing(one)
        elif isinstance(one, bool) or one is None:
            continue
        else:
            yield str(one)
