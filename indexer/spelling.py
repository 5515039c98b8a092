"""What a word that nobody uses was probably meant to be.

A noisy channel (Kernighan, Church and Gale 1990): of the words a slip or two away, the likeliest is
the one used most, each slip making it a good deal less likely. A word that is in use stands, unless
another is used so much more that it looks like a slip that several people made. Identifiers, words
of one's own (`known`) and words of a few letters always stand.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.analysis import is_stopword, stem
from indexer.vocabulary import LEAST

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from indexer.vocabulary import Near, Vocabulary

SLIPS = {4: 1, 8: 2}
"""Slips looked for, from so many letters on. Words of three letters are a slip from dozens."""

COST = math.log(200)
"""What a slip costs: a word one slip further away must be used 200 times as much."""

FIRST_COST = math.log(10)
"""What it costs besides to be wrong in the first letter, where people slip least."""

DWARFED = 50
"""How many times as much a word must be used to be offered in place of one that is used too."""

MOST_DWARFED = 5
"""Threads that hold a word which may be a slip all the same: more make it a word by right, and
looking for what dwarfs the words of every query would take most of its time."""

SHORTEST_DWARFED = 5
"""Letters of a word that may be a slip although it is used: of four, most are words by right."""

SHORTEST_PART = 3
"""Letters of each half of two words that were typed as one."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What may have been meant."""

    text: str
    """In lower case; two words where a space was left out."""
    score: float
    """Logarithm of how likely it is, up to a constant."""


class Speller:
    """Proposes corrections from a vocabulary."""

    def __init__(
        self, vocabulary: Vocabulary, languages: Sequence[str], known: Collection[str] = ()
    ) -> None:
        self._vocabulary = vocabulary
        self._languages = languages
        self._known = frozenset(known)

    def is_used(self, word: str) -> bool:
        """Whether any thread that everybody may read holds a word, in lower case."""
        return self._vocabulary.threads(word) > 0

    def proposals(self, word: str) -> list[Proposal]:
        """What a word, in lower case, was probably meant to be: the likeliest first, often none."""
        slips = max((most for size, most in SLIPS.items() if len(word) >= size), default=0)
        if slips == 0 or word in self._known or is_stopword(word, self._languages):
            return []
        used = self._vocabulary.threads(word)
        if used:
            found = list(self._dwarfing(word, used))
        else:
            found = [*self._slipped(word, slips), *self._run_together(word)]
        return sorted(found, key=lambda one: (-one.score, one.text))

    def _slipped(self, word: str, slips: int) -> Iterator[Proposal]:
        for near in self._vocabulary.near(word, slips):
            if not self._is_same(near.word, word):
                yield Proposal(near.word, _score(word, near))

    def _dwarfing(self, word: str, used: int) -> Iterator[Proposal]:
        if len(word) < SHORTEST_DWARFED or used > MOST_DWARFED:
            return
        for near in self._vocabulary.near(word, 1):
            if near.threads >= DWARFED * used and not self._is_same(near.word, word):
                yield Proposal(near.word, _score(word, near))

    def _run_together(self, word: str) -> Iterator[Proposal]:
        """Two words without their space, the rarer of them deciding."""
        for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
            halves = word[:cut], word[cut:]
            used = min(self._vocabulary.threads(half) for half in halves)
            if used >= LEAST:
                yield Proposal(" ".join(halves), math.log(used) - COST)

    def _is_same(self, one: str, other: str) -> bool:
        """Whether the index holds both as one: then nothing is gained."""
        return any(stem(one, tag) == stem(other, tag) for tag in self._languages)


def _score(word: str, near: Near) -> float:
    first = FIRST_COST if near.word[0] != word[0] else 0.0
    return math.log(near.threads) - COST * near.slips - first
