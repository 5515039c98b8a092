"""The few lines of a post that show why it was found, with the words of the query marked."""

from __future__ import annotations

import bisect
import re
from typing import TYPE_CHECKING

from indexer.analysis import is_stopword, query_terms, spans_of
from indexer.query import ways

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from contract import Usage
    from indexer.query import Query
    from ranker.results import Segment

_NOTATION = re.compile(r"^(?:# |> ?)+", re.MULTILINE)
_SPACE, _LAST_SPACE = re.compile(r"\s"), re.compile(r"\s\S*\Z")

LONGEST = 260
"""Characters: about three lines on a wide page, five on a phone."""

LONGEST_WORD = 40
"""Characters: what has no space for longer (data, a script without spaces) is cut anywhere."""


def asked_words(query: Query, languages: Sequence[str]) -> tuple[frozenset[str], ...]:
    """The terms each word of a query may stand as, without stop-words if anything else is left."""
    asked = ways(query.tree)
    telling = [way for way in asked if not is_stopword(way[0], languages)] or list(asked)
    return tuple(
        frozenset((*forms, *_terms(way[1:], languages)))
        for way in telling
        for forms in query_terms(way[0], languages)
    )


def _terms(words: Iterable[str], languages: Sequence[str]) -> Iterator[str]:
    return (form for word in words for forms in query_terms(word, languages) for form in forms)


def allowed(usage: Usage) -> int:
    """Characters that a page's owner allows to be quoted of it, as far as we quote at all."""
    if not usage.snippet:
        return 0
    return LONGEST if usage.max_snippet is None else min(LONGEST, usage.max_snippet)


def snippet(
    text: str, asked: Sequence[frozenset[str]], language: str, longest: int = LONGEST
) -> tuple[Segment, ...]:
    """The stretch of `text` with most of the asked terms, cut at words, as runs marked or not.

    Joined, the runs are a part of the text, letter by letter, but for line breaks made spaces and
    an ellipsis where it was cut. Nothing where nothing may be quoted.
    """
    if longest <= 0:
        return ()
    sought = frozenset().union(*asked)
    marked = spans_of(sought, text, language)
    start, end = _stretch(text, marked, longest)
    runs = list(_runs(text, [span for span in _merged(marked) if span[0] >= start], start, end))
    if start > 0:
        runs.insert(0, ("… ", False))
    if end < len(text):
        runs.append((" …", False))
    return tuple(runs)


def _stretch(text: str, marked: list[tuple[int, int]], longest: int) -> tuple[int, int]:
    """Where the stretch starts and ends: it opens a little before the first of the most marks."""
    if len(text) <= longest:
        return 0, len(text)
    starts = [start for start, _ in marked]
    best, most = 0, 0
    for number, start in enumerate(starts):
        within = bisect.bisect_right(starts, start + longest * 3 // 4) - number
        if within > most:
            best, most = start, within
    first = _word_start(text, max(0, min(best - longest // 5, len(text) - longest)))
    return first, _word_end(text, first, min(len(text), first + longest))


def _word_start(text: str, at: int) -> int:
    if at == 0:
        return 0
    space = _SPACE.search(text, at)
    return at if space is None or space.start() > at + LONGEST_WORD else space.end()


def _word_end(text: str, first: int, at: int) -> int:
    if at >= len(text):
        return len(text)
    space = _LAST_SPACE.search(text, first + 1, at)
    return at if space is None or space.start() < at - LONGEST_WORD else space.start()


def _merged(marked: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that overlap, as those of an identifier and its parts, made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(marked):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _runs(text: str, marked: list[tuple[int, int]], start: int, end: int) -> list[Segment]:
    runs: list[Segment] = []
    at = start
    for first, last in marked:
        if last > end:
            break
        if first > at:
            runs.append((_flat(text, at, first), False))
        runs.append((text[first:last], True))
        at = last
    if at < end:
        runs.append((_flat(text, at, end), False))
    return runs


def _flat(text: str, start: int, end: int) -> str:
    """`text[start:end]` on one line, without the signs of the notation."""
    before = "" if start == 0 or text[start - 1] == "\n" else "x"  # only a line opens with them
    whole = _NOTATION.sub("", before + text[start:end].replace("`", ""))
    plain = whole[len(before) :]
    kept = " ".join(plain.split())
    left = " " if plain[:1].isspace() and kept else ""
    right = " " if plain[-1:].isspace() and kept else ""
    return f"{left}{kept}{right}" or " "
