"""The words of a mail's own author, without what they quoted, their signature and the list's foot.

Mail has no markup for any of it, only customs: ">" before what others said, "-- " before a
signature (RFC 3676, section 4.3), lines of underscores before what the list adds. Code is told by
its indentation and kept as it stands.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import lxml.html
from lxml import etree

from crawler.clean import parsable, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNATURE_LINES = 12
"""Longer than this, what follows "-- " is no signature: it may be code, or a patch."""

_FOOT = re.compile(
    r"_{30,}\s*$|-{8,} next part -{8,}\s*$|-{3,} ?(original|forwarded) message", re.IGNORECASE
)
_WROTE = re.compile(
    r"(wrote|writes|said|schrieb|écrit|escribió|ha scritto|schreef|escreveu|skrev|napisał|писал)"
    r"|\d{4}|\d{1,2}:\d\d",
    re.IGNORECASE,
)
_PROMPT = re.compile(r">>>( |$)")
_INDENTED = re.compile(r"( {4,}|\t)\S?")
_ITEM = re.compile(r"\s*([-*+•]|\d+[.)])\s")
_CODE = re.compile(r"[{}();=<>$\\|/_#]")
_DIFF = re.compile(r"(diff --git |--- \S|\+\+\+ \S|@@ |Index: )")
_LINK = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]")
_OTHERS = (
    "//blockquote[@type='cite' or @cite or contains(@class,'gmail_quote')]"
    "|//*[contains(@class,'gmail_quote') or contains(@class,'gmail_attr')"
    " or contains(@class,'gmail_signature') or contains(@class,'moz-signature')"
    " or contains(@class,'moz-cite-prefix') or contains(@class,'yahoo_quoted')]"
    "|//*[@id='divRplyFwdMsg' or @id='appendonsend']/following-sibling::*"
    "|//*[@id='divRplyFwdMsg' or @id='appendonsend']|//title"
)


def own_html(markup: str) -> str:
    """Return the HTML part of a mail without quotes and signature; unparsable markup as it is."""
    if not markup.strip():
        return ""
    try:
        parser = lxml.html.HTMLParser(huge_tree=True)
        seen = visible(parsable(markup))
        root = lxml.html.fragment_fromstring(seen, create_parent="div", parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return markup
    for element in root.xpath(_OTHERS):
        element.clear(keep_tail=True)
    return str(etree.tostring(root, encoding="unicode", method="html"))


def plain_html(text: str, *, flowed: bool = False) -> str:
    """Return the plain part of a mail as HTML, without quotes, signature and foot.

    `flowed` (RFC 3676): a line that ends with a space goes on in the next.
    """
    lines = _without_quotes(_without_signature(_without_foot(text.splitlines())))
    return "\n".join(_blocks(_joined(lines) if flowed else lines))


def _without_foot(lines: list[str]) -> list[str]:
    """Cut what the list adds, and messages that were forwarded whole."""
    at = next((at for at, line in enumerate(lines) if _FOOT.match(line)), len(lines))
    return lines[:at]


def _without_signature(lines: list[str]) -> list[str]:
    signs = [at for at, line in enumerate(lines) if line in {"-- ", "--"}]
    if signs and len(lines) - signs[-1] <= SIGNATURE_LINES + 1:
        return lines[: signs[-1]]
    return lines


def _without_quotes(lines: list[str]) -> list[str]:
    """Cut what others said, and the line that says who did."""
    kept, at = list[str](), 0
    while at < len(lines):
        end = at
        while end < len(lines) and lines[end].startswith(">"):
            end += 1
        quoted = lines[at:end]
        if not quoted:
            kept.append(lines[at])
            at += 1
        elif all(_PROMPT.match(line) for line in quoted):  # Python's prompt, not a third reply
            kept.extend(quoted)
            at = end
        else:
            _drop_attribution(kept)
            at = end
    return kept


def _drop_attribution(kept: list[str]) -> None:
    """Drop "On Monday, Moira wrote:" from the end, which may be broken into three lines."""
    at = len(kept)
    while at and not kept[at - 1].strip():
        at -= 1
    start = at
    while start and kept[start - 1].strip() and at - start < 3:
        start -= 1
    said = " ".join(kept[start:at])
    if said.rstrip().endswith(":") and _WROTE.search(said):
        del kept[start:]
    kept.append("")


def _joined(lines: list[str]) -> list[str]:
    joined, goes_on = list[str](), False
    for line in lines:
        words = line.removeprefix(" ")
        if goes_on and words.strip():
            joined[-1] += words
        else:
            joined.append(words)
        goes_on = words.endswith(" ") and bool(words.strip())
    return joined


def _blocks(lines: list[str]) -> Iterator[str]:
    """Paragraphs and code, each as an element; pieces of code with a gap between are one."""
    code = list[str]()
    for is_code, block in _parts(lines):
        if is_code:
            code.extend([*([""] if code else []), *block])
            continue
        if code:
            yield _pre(code)
            code = []
        yield f"<p>{'<br>'.join(map(_linked, block))}</p>"
    if code:
        yield _pre(code)


def _parts(lines: list[str]) -> Iterator[tuple[bool, list[str]]]:
    for group in _groups(lines):
        if _DIFF.match(group[0]):
            yield True, group
        elif _ITEM.match(group[0]) and not _INDENTED.match(group[0]):
            yield False, group
        else:
            yield from _runs(group)


def _groups(lines: list[str]) -> Iterator[list[str]]:
    """Lines that stand together, between empty ones or between fences."""
    group, fenced = list[str](), False
    for line in [*lines, ""]:
        if line.strip() == "```" or line.startswith("```"):
            if group:
                yield [f"    {line}" for line in group] if fenced else group
            group, fenced = [], not fenced
        elif line.strip() or fenced:
            group.append(line)
        elif group:
            yield group
            group = []
    if group := [line for line in group if line.strip()]:
        yield group


def _runs(group: list[str]) -> Iterator[tuple[bool, list[str]]]:
    """Split where the indentation begins and ends."""
    run, inside = list[str](), False
    for line in group:
        indented = bool(_INDENTED.match(line) or _PROMPT.match(line))
        if run and indented != inside:
            yield inside and _is_code(run), run
            run = []
        run.append(line)
        inside = indented
    if run:
        yield inside and _is_code(run), run


def _is_code(run: list[str]) -> bool:
    """A name below a greeting is indented too, and a single line of words is none."""
    return len(run) > 1 or bool(_CODE.search(run[0]))


def _pre(lines: list[str]) -> str:
    widths = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    margin = min(widths, default=0)
    return f"<pre><code>{html.escape(chr(10).join(line[margin:] for line in lines))}</code></pre>"


def _linked(line: str) -> str:
    pieces, at = list[str](), 0
    for link in _LINK.finditer(line):
        pieces.append(html.escape(line[at : link.start()]))
        pieces.append(f'<a href="{html.escape(link[0])}">{html.escape(link[0])}</a>')
        at = link.end()
    return "".join([*pieces, html.escape(line[at:])])
