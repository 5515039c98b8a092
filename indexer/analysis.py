"""Text to terms: what both keyword engines hold, and what a query is cut into.

A term is a word in lower case, without its accents and cut to its stem. Identifiers (part numbers,
error codes, versions, headers, file names) are terms as they stand, beside the words in them, so
that "LK-1047" finds itself and nothing else finds it by accident. Scripts without spaces between
words are cut into pairs of letters.
Stemmer: https://snowballstem.org/
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

import Stemmer
from whoosh.lang.stopwords import stoplists

from indexer.language import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_TOKEN = re.compile(r"[^\W_]+(?:[-_.'\u2019/:@+][^\W_]+)*\+{0,2}")
_PART = re.compile(r"[^\W_]+\+{0,2}")
_VERSION = re.compile(r"[vV]\d+(?:\.\d+)+")
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
"""A letter of a script without spaces between words."""

LONGEST = 64
"""Letters of a term; what is longer is no word but data, and nobody types it."""

MOST_KNOWN = 100_000
"""Words of which the terms are remembered in each language: some 20 MB while indexing."""


class Token(NamedTuple):
    """A term where it stands: `text[start:end]`, the `position`-th word."""

    term: str
    start: int
    end: int
    position: int


def tokens(text: str, language: str) -> Iterator[Token]:
    """Terms of a text in order. Several terms may share a position."""
    for position, match in enumerate(_TOKEN.finditer(text)):
        if _is_plain(match[0]):
            yield Token(stem(match[0], language), match.start(), match.end(), position)
        else:
            yield from _special(match, language, position)


def terms(text: str, language: str) -> list[str]:
    """Terms of a text in order, without where they stand: what `tokens` gives, and much quicker."""
    known = _known(language)
    found: list[str] = []
    for word in _TOKEN.findall(text):
        found += known[word]
    return found


def spans_of(sought: Collection[str], text: str, language: str) -> list[tuple[int, int]]:
    """Where `text` has one of these terms: what `tokens` gives for them, in a tenth of the time."""
    known, sought = _known(language), frozenset(sought)
    found: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(text):
        if sought.isdisjoint(known[match[0]]):
            continue
        if _is_plain(match[0]):
            found.append(match.span())
        else:
            special = _special(match, language, 0)
            found.extend((token.start, token.end) for token in special if token.term in sought)
    return found


class _Known(dict[str, tuple[str, ...]]):
    """Terms of every word met in one language; a text repeats what others said."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, word: str) -> tuple[str, ...]:
        if len(self) >= MOST_KNOWN:
            self.clear()
        if _is_plain(word):
            found: tuple[str, ...] = (stem(word, self._language),)
        else:
            found = tuple(token.term for token in tokens(word, self._language))
        self[word] = found
        return found


@functools.cache
def _known(language: str) -> _Known:
    return _Known(language)


def _is_plain(word: str) -> bool:
    return word.isalnum() and (word.isascii() or not CJK.search(word))


def _special(match: re.Match[str], language: str, position: int) -> Iterator[Token]:
    """What is more than a word: letters without spaces, or words joined by signs."""
    if CJK.search(match[0]):
        return _pairs(match[0], match.start(), position)
    return _compound(match, language, position)


def query_terms(word: str, languages: Sequence[str]) -> list[tuple[str, ...]]:
    """Terms of one word of a query: for each part, its forms in every language there is.

    An identifier stays whole and alone: whoever types one means it. Only the "v" of a version is
    left to taste.
    """
    found: list[tuple[str, ...]] = []
    whole_until = 0
    for same in zip(*(tokens(word, language) for language in languages), strict=True):
        start, end = same[0].start, same[0].end
        if start < whole_until:
            continue
        forms = dict.fromkeys(token.term for token in same)
        if not (spelt := word[start:end]).isalnum() and is_identifier(spelt):
            whole_until = end
            if _VERSION.fullmatch(spelt):
                forms[spelt[1:]] = None
        found.append(tuple(forms))
    return found


def is_identifier(word: str) -> bool:
    """Tell whether a word names a thing exactly: it holds a digit, or a joint that is no hyphen."""
    return any(map(str.isdigit, word)) or bool(re.search(r"[^\W_][_.:@/+][^\W_]", word))


def is_stopword(word: str, languages: Sequence[str]) -> bool:
    """Tell whether a word says nothing by itself in one of these languages."""
    return any(word.lower() in stoplists.get(language, ()) for language in languages)


@functools.lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """Return the term of a plain word: lower case, stem, no accents."""
    lowered = word.lower()
    stemmer = _stemmer(language)
    if stemmer is not None and not any(map(str.isdigit, lowered)):
        lowered = stemmer.stemWord(lowered)
    if not lowered.isascii():
        decomposed = unicodedata.normalize("NFKD", lowered.replace("ß", "ss"))
        bare = (one for one in decomposed if not unicodedata.combining(one) and not one.isspace())
        lowered = "".join(bare) or lowered
    return lowered[:LONGEST]


@functools.cache
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    name = LANGUAGES.get(language)
    return None if name is None else Stemmer.Stemmer(name, 0)


def _compound(match: re.Match[str], language: str, position: int) -> Iterator[Token]:
    """An identifier as a whole, then its parts; what a hyphen joins, or an apostrophe, as parts."""
    word = match[0]
    if is_identifier(word) and len(word) <= LONGEST:
        yield Token(word.lower(), match.start(), match.end(), position)
        if _VERSION.fullmatch(word):
            yield Token(word[1:], match.start() + 1, match.end(), position)
    for part in _PART.finditer(word):
        start = match.start() + part.start()
        if len(part[0]) > 1 or part[0].isdigit():
            yield Token(stem(part[0], language), start, start + len(part[0]), position)


def _pairs(word: str, start: int, position: int) -> Iterator[Token]:
    for at in range(max(1, len(word) - 1)):
        pair = word[at : at + 2]
        yield Token(pair.lower(), start + at, start + at + len(pair), position)
