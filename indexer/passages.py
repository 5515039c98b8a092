"""A post's text cut into passages: the unit that is embedded, quoted and shown.

A passage is a run of whole blocks (paragraphs, lists, code) close to what the embedding model reads
at once. A heading stays with what it heads; a block that is longer than a passage is cut between
sentences, code between lines. The spans cover the text from its first to its last letter, so every
quotation can be found again in its post.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import sentencex

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 900
"""Characters. With a title in front this fills the 256 word pieces that the default model reads;
measured best among 500, 900 and 1,400 on long articles (bench/README.md)."""

SHORTEST = 200
"""Characters below which a last passage joins the one before it, as far as that has room."""

_BLOCK = re.compile(r"```.*?(?:\n```|\Z)|[^\n]+(?:\n(?!\n|```)[^\n]+)*", re.DOTALL)


class Span(NamedTuple):
    """A passage: `text[start:end]`."""

    start: int
    end: int


def split(text: str, language: str = "en") -> list[Span]:
    """Cut a text into passages, in order; none where it is empty."""
    spans: list[Span] = []
    for piece in _pieces(text, language):
        if spans and piece.end - spans[-1].start <= LONGEST and not _closes(text, spans[-1], piece):
            spans[-1] = Span(spans[-1].start, piece.end)
        else:
            spans.append(piece)
    return _join_last(spans)


def _pieces(text: str, language: str) -> Iterator[Span]:
    """Blocks, a heading together with the block it heads, long ones cut."""
    heading: int | None = None
    for block in _BLOCK.finditer(text):
        start = block.start() if heading is None else heading
        if block[0].startswith("# ") and block.end() < len(text):
            heading = start
            continue
        heading = None
        yield from _cut(text, Span(start, block.end()), language)


def _closes(text: str, before: Span, piece: Span) -> bool:
    """A heading opens a passage of its own once there is enough for the one before it."""
    return text.startswith("# ", piece.start) and before.end - before.start >= SHORTEST


def _cut(text: str, span: Span, language: str) -> Iterator[Span]:
    if span.end - span.start <= LONGEST:
        yield span
        return
    start = last = span.start
    for end in _breaks(text, span, language):
        if end - start > LONGEST and last > start:
            yield Span(start, last)
            start = last
        if end - start > LONGEST:
            yield from _hard_cut(Span(start, end))
            start = end
        last = end
    if start < span.end:
        yield Span(start, span.end)


def _breaks(text: str, span: Span, language: str) -> Iterator[int]:
    """Where a long block may be cut: after a line of code, else after a sentence."""
    block = text[span.start : span.end]
    if "\n" in block and ("```" in block or block.count("\n") * 120 > len(block)):
        parts = block.splitlines(keepends=True)
    else:
        parts = list(sentencex.segment(language, block))
    end = span.start
    for part in parts:
        end += len(part)
        yield end


def _hard_cut(span: Span) -> Iterator[Span]:
    """One sentence longer than a passage: cut by length, for want of anything better."""
    for start in range(span.start, span.end, LONGEST):
        yield Span(start, min(start + LONGEST, span.end))


def _join_last(spans: list[Span]) -> list[Span]:
    if len(spans) < 2:
        return spans
    before, last = spans[-2:]
    small = last.end - last.start < SHORTEST and last.end - before.start <= LONGEST + SHORTEST
    return [*spans[:-2], Span(before.start, last.end)] if small else spans
