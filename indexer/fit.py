"""How well a post fits the words of a query, beyond how often it says them.

*Coverage* is how much of the query a post holds at all, *adjacency* how much of it stands there
side by side as it was asked. Both count a word by its inverse document frequency, as BM25 does, and
lie from 0 to 1. BM25 cannot tell either from one rare word said often; added to the score, each
wins on community questions (bench/README.md). *Named* is how much of a short query a post holds of
what stands for a thing and not for a topic: codes, words that hardly any post holds, and a word
of several parts typed alone, which a post holds where they stand side by side. Whoever
types one of them, alone or beside a word or two, wants the posts that hold it (bench/exact.py).
Nearness of query words: Tao and Zhai 2007, https://doi.org/10.1145/1277741.1277794
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from indexer.analysis import is_identifier, is_stopword, query_terms
from indexer.forward import hashes_of
from indexer.query import ways, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from indexer.forward import ForwardIndex, Runs
    from indexer.query import Node


Slots = Sequence[tuple[str, ...]]
"""What was asked, in order: for each part of a word the terms that stand for it."""

SHORT = 3
"""Parts of a query up to which it may name a thing; in a longer one, a question, a rare word is one
word of many (bench/exact.py)."""

RARE, RARE_SHARE = 10, 0.01
"""Posts, and share of all, that at most hold a word that names a thing: no more than stand on one
page, and in a small community not every other word."""

REMEMBERED = 64
"""Queries whose slots are kept: an answer asks twice with one."""

_LEAST = 1e-9
"""Rarity below that of any word."""

_NONE = -2
"""Slot of a term that was not asked for; one more than it is no slot either."""


class Fit(NamedTuple):
    """Of each post, 0 to 1. The arrays are of one length, float32."""

    coverage: NDArray[np.float32]
    adjacency: NDArray[np.float32]
    named: NDArray[np.float32]


@functools.lru_cache(maxsize=REMEMBERED)
def slots(tree: Node | None, languages: tuple[str, ...]) -> Slots:
    """What is looked for in each post; stop words only where there is nothing else.

    A term stands in one slot, the first that it could stand in.
    """
    asked = ways(tree)
    telling = [way for way in asked if not is_stopword(way[0], languages)]
    found: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for way in telling or asked:
        for part in _parts(way, languages):
            if new := tuple(term for term in dict.fromkeys(part) if term not in seen):
                found.append(new)
                seen.update(new)
    return found


def fit(
    index: ForwardIndex, keys: NDArray[np.integer], tree: Node | None, languages: Sequence[str]
) -> Fit:
    """How well each of these posts fits what was asked."""
    asked = slots(tree, tuple(languages))
    if len(keys) == 0 or not asked:
        return Fit(*np.zeros((3, len(keys)), np.float32))
    hashes, slot_of = _table(asked)
    most = np.zeros(len(asked), dtype=np.int64)  # posts that hold the commonest term of each slot
    np.maximum.at(most, slot_of, index.frequencies(hashes))
    rarity = np.log1p((len(index) - most + 0.5) / (most + 0.5))
    pairs = np.append(np.minimum(rarity[:-1], rarity[1:]), 0.0)
    held, followed = _found(index.runs(keys), hashes, slot_of, (len(keys), len(asked)))
    whole = rarity.sum()
    naming = _naming(asked, most, len(index)) * rarity
    named = _sums(held, naming) / max(rarity[most > 0].sum(), _LEAST)
    if len(asked) > 1 and len(words(tree)) == 1:  # such as "Content-Type"
        named = followed[:, :-1].all(axis=1)
    return Fit(
        coverage=(_sums(held, rarity) / whole).astype(np.float32),
        adjacency=(_sums(followed, pairs) / whole).astype(np.float32),
        named=named.astype(np.float32),
    )


def _sums(holds: NDArray[np.bool_], weights: NDArray[Any]) -> NDArray[np.float64]:
    """What the slots of each post weigh together. `@` might wait for a second processor."""
    sums: NDArray[np.float64] = np.where(holds, weights, 0.0).sum(axis=1)
    return sums


def _naming(asked: Slots, most: NDArray[np.int64], posts: int) -> NDArray[np.bool_]:
    """For each slot whether it stands for a thing; what no post holds stands for none."""
    if len(asked) > SHORT:
        return np.zeros(len(asked), dtype=bool)
    is_code = np.array([is_identifier(forms[0]) for forms in asked])
    is_rare = most <= min(RARE, RARE_SHARE * posts)
    naming: NDArray[np.bool_] = (most > 0) & (is_code | is_rare)
    return naming


def _found(
    runs: Runs, hashes: NDArray[np.uint32], slot_of: NDArray[np.int64], shape: tuple[int, int]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """For each post and slot: whether the post holds it, and whether the next one follows there."""
    at = np.minimum(np.searchsorted(hashes, runs.terms), len(hashes) - 1)
    slot = np.where(hashes[at] == runs.terms, slot_of[at], _NONE)
    is_asked = slot != _NONE
    goes_on = is_asked[:-1] & (slot[1:] == slot[:-1] + 1) & (runs.owners[1:] == runs.owners[:-1])
    held, followed = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    held[runs.owners[is_asked], slot[is_asked]] = True
    followed[runs.owners[:-1][goes_on], slot[:-1][goes_on]] = True
    return held, followed


def _parts(way: Sequence[str], languages: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The parts of a word, each with its forms and whatever else may stand for the word."""
    others = [term for word in way[1:] for forms in query_terms(word, languages) for term in forms]
    for forms in query_terms(way[0], languages):
        yield (*forms, *others)


def _table(asked: Slots) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The hashes that are looked for, in growing order, and the slot of each."""
    hashes = hashes_of([term for forms in asked for term in forms])
    slot_of = np.repeat(np.arange(len(asked)), [len(forms) for forms in asked])
    hashes, first = np.unique(hashes, return_index=True)
    return hashes, slot_of[first]
