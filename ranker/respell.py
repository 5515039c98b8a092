"""Did you mean: a query with its misspelt words put right, where that finds more.

Whether a word is misspelt is judged by what the viewer may see: a word that any of their posts
holds is right, or at most doubted. Filters, quotes and what is barred stay as they were typed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexer.parser import plain_spans
from indexer.query import Filters, Node, Phrase, Query, Word
from indexer.search import Finder
from indexer.wordbook import Wordbook

if TYPE_CHECKING:
    from indexer.spelling import Proposal

MOST_WORDS = 12
"""Words of a query that is looked over. In a longer one, a pasted message, no word decides alone,
and nobody would read the correction."""

SHORTEST_SURE = 5
"""Letters of a word that is put right unasked. Of four, most are one slip from some other word, and
"bake" would become "make"; only letters that changed places speak for themselves there."""

COMPARED = 3
"""Proposals, the likeliest of a word, that are looked for in the index."""


@dataclass(frozen=True, slots=True)
class Respelling:
    """The whole query as it was probably meant."""

    text: str
    is_sure: bool
    """Some word as typed finds nothing and its correction does: search for this instead. Where it
    is a word all the same, to some post or to the model, the correction is only offered."""


@dataclass(frozen=True)
class Respeller:
    """Looks over queries of one viewer."""

    wordbook: Wordbook
    finder: Finder
    groups: Collection[str]
    dead: NDArray[np.int32]

    def respelt(self, query: Query) -> Respelling | None:
        """The query as it was probably meant; None where it seems right as it is."""
        spans = plain_spans(query.raw)
        if not 0 < len(spans) <= MOST_WORDS:
            return None
        words = [query.raw[start:end] for start, end in spans]
        doubted: dict[int, str] = {}
        wrong: dict[int, str] = {}
        for at, word in enumerate(words):
            if word[1:] not in (word[1:].lower(), word[1:].upper()):
                continue  # a name such as "iGoogle"
            if (better := self._better(word.lower(), query)) is not None:
                (wrong if better[1] else doubted)[at] = better[0]
        chosen = wrong or doubted
        if not chosen:
            return None
        text = query.raw
        for at in sorted(chosen, reverse=True):
            start, end = spans[at]
            text = f"{text[:start]}{_as_typed(chosen[at], words[at])}{text[end:]}"
        return Respelling(text, is_sure=bool(wrong))

    def _better(self, word: str, query: Query) -> tuple[str, bool] | None:
        """What a word should be, and whether that is sure; None where it may stand."""
        speller = self.wordbook.speller
        proposals = speller.proposals(word) if speller is not None else []
        if speller is None or not proposals:
            return None
        is_used = speller.is_used(word)
        if not is_used and self._finds(Word(word), replace(query, filters=Filters())):
            return None  # in a post for members, or in another form of the word
        for proposal in proposals[:COMPARED]:
            if self._finds(_node(proposal), query):
                stands = is_used or self.finder.knows(word)
                return proposal.text, not stands and _tells(word, proposal)
        return None

    def _finds(self, node: Node, query: Query) -> bool:
        """Whether the viewer may see a post that holds this and passes the filters."""
        tree = self.wordbook.synonyms.widened(node)
        bare = Query(raw=query.raw, tree=tree, plain="", filters=query.filters)
        found = self.finder.find(bare, self.groups, self.dead, depth=1)
        return len(found.ordinals) > 0


def _tells(word: str, proposal: Proposal) -> bool:
    """Whether a correction says by itself that it is one."""
    return len(word) >= SHORTEST_SURE or sorted(word) == sorted(proposal.text)


def _node(proposal: Proposal) -> Node:
    parts = proposal.text.split()
    return Word(parts[0]) if len(parts) == 1 else Phrase(tuple(parts))


def _as_typed(correction: str, typed: str) -> str:
    """The correction in capitals where the word was typed so."""
    if len(typed) > 1 and typed.isupper():
        return correction.upper()
    return correction.capitalize() if typed[:1].isupper() else correction
