"""Pairs of threads: which a community has linked, and how alike all of them are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Pairs = NDArray[np.int64]
"""(pairs, 2): numbers of threads."""

STEP = 0.005
"""How finely cosines are counted; every threshold is a multiple of it."""

ROWS = 1000
"""Threads compared with all others at a time."""


class Line(msgspec.Struct, frozen=True):
    """A post, as far as it names others."""

    id: str
    duplicate_of: tuple[str, ...] | None = ()
    linked: tuple[str, ...] | None = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of telling how alike two threads are, and what it says of every pair of a place."""

    duplicates: NDArray[np.float64]
    """Likeness of the pairs marked as duplicates."""
    linked: NDArray[np.float64]
    """Likeness of the pairs that are linked and not marked."""
    counts: NDArray[np.int64]
    """All pairs by likeness, in steps of STEP from 0 on."""

    def called_same(self, threshold: float) -> int:
        """How many pairs of all reach a threshold."""
        return int(self.counts[round(threshold / STEP) :].sum())


def marked(lines: Sequence[Line], threads: dict[str, int]) -> tuple[Pairs, Pairs]:
    """Pairs marked as duplicates, and pairs linked in another way, each pair once."""
    duplicates = _known(
        ((line.id, at) for line in lines for at in line.duplicate_of or ()), threads
    )
    linked = _known(((line.id, at) for line in lines for at in line.linked or ()), threads)
    return _array(duplicates), _array(linked - duplicates)


def joined(ways: Sequence[Way]) -> Way:
    """The pairs of several places as if of one."""
    return Way(
        duplicates=np.concatenate([one.duplicates for one in ways]),
        linked=np.concatenate([one.linked for one in ways]),
        counts=np.sum([one.counts for one in ways], axis=0),
    )


def way(vectors: NDArray[np.floating[Any]], duplicates: Pairs, linked: Pairs) -> Way:
    """Compare all pairs of these vectors, one a thread."""
    edges = np.arange(round(1 / STEP) + 2) * STEP
    counts = np.zeros(len(edges) - 1, dtype=np.int64)
    for at in range(0, len(vectors), ROWS):
        alike = vectors[at : at + ROWS] @ vectors.T
        later = np.arange(len(vectors)) > np.arange(at, at + len(alike))[:, None]
        counts += np.histogram(np.clip(alike[later], 0.0, 1.0), edges)[0]
    return Way(
        duplicates=np.einsum("ij,ij->i", *(vectors[side] for side in duplicates.T)),
        linked=np.einsum("ij,ij->i", *(vectors[side] for side in linked.T)),
        counts=counts,
    )


def _known(links: Iterable[tuple[str, str]], threads: dict[str, int]) -> set[tuple[int, int]]:
    numbers = ((threads[one], threads[two]) for one, two in links if {one, two} <= threads.keys())
    return {(min(pair), max(pair)) for pair in numbers if pair[0] != pair[1]}


def _array(pairs: set[tuple[int, int]]) -> Pairs:
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
