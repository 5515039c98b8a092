"""Near-duplicates: a 64-bit simhash of a text's words, and how far two of them lie apart.

Texts that share most of their runs of three words differ in few bits, however long they are.
Charikar 2002, https://doi.org/10.1145/509907.509965; Manku, Jain and Das Sarma 2007 use the same
for web pages, with the threshold of 3 bits that is used here.
"""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SAME_WITHIN = 3
"""Bits in which two copies of one text may differ."""

CROSS_POSTED_WITHIN = 7
"""The same for texts at two places, where whoever says a thing twice changes a greeting, a link or
a hashtag. Of 11,000 posts in six communities every two that were 8 bits apart or less were one text
revised; those 10 bits apart mostly were not."""

SHORTEST = 12
"""Words below which a text is too short to be called a copy of another."""

_ODD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)
"""Odd factors that keep the order of three words apart."""


def likeness(terms: Sequence[str]) -> int:
    """Simhash of a text, as 64 bits; 0 for one too short to be compared."""
    if len(terms) < SHORTEST:
        return 0
    words = np.array([_term_hash(term) for term in terms], dtype=np.uint64)
    runs = np.sort(_mixed(words[:-2] * _ODD[0] + words[1:-1] * _ODD[1] + words[2:] * _ODD[2]))
    distinct = runs[np.append(True, runs[1:] != runs[:-1])]
    each = np.unpackbits(distinct.astype("<u8").view(np.uint8).reshape(-1, 8), axis=1)
    ones = each.sum(axis=0, dtype=np.uint32)
    bits = np.packbits(ones * 2 > len(distinct))
    return int.from_bytes(bits.tobytes(), "little")


def are_copies(
    first: NDArray[np.uint64], second: NDArray[np.uint64], within: int = SAME_WITHIN
) -> NDArray[np.bool_]:
    """For each pair whether one is a copy of the other, `within` so many bits."""
    apart = np.bitwise_count(first ^ second)
    copies: NDArray[np.bool_] = (apart <= within) & (first != 0) & (second != 0)
    return copies


@functools.lru_cache(maxsize=200_000)
def _term_hash(term: str) -> int:
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread every bit over all (the finalizer of splitmix64)."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        values = (values ^ (values >> np.uint64(shift))) * np.uint64(factor)
    return values ^ (values >> np.uint64(31))
