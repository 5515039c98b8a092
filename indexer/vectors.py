"""Vectors of passages, with FAISS, alone here: which passages mean what was asked.

The exact vectors lie in memory-mapped files; FAISS finds the likely ones and their scores are then
computed exactly, so scores never depend on the index in use. Up to SCAN_LIMIT passages it looks at
all of them, cut to 8 bits; above, it walks a graph (HNSW, https://arxiv.org/abs/1603.09320).
One thread a query: a fork after a search with several threads hangs.

A vector stands in a row, in which it stays over several generations: what comes with later ones is
added behind, in files of its own that are scanned, and the first files are never written again. A
generation's passages are numbered anew each time and name their rows; what none names is dead.

    vectors/passages.npy, vectors.faiss    the first rows, float16, and the index over them
    vectors/added.npy, added.faiss         the rows behind them, where there are any
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import faiss
import numpy as np
from numpy.typing import NDArray

from indexer.sealed import take_over

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SCAN_LIMIT = 20_000
"""Passages up to which a scan (8 bits, 2 to 4 ms) costs about what a graph does, and misses none;
at 50,000 it takes four times as long (bench/vectors.py)."""

LINKS = 32
"""Neighbours of each passage in the graph."""

BUILD_EFFORT, SEARCH_EFFORT = 80, 128
"""Candidates kept while the graph is built and walked: recall@10 of .96 at 0.8 ms."""

OVERSAMPLING = 2
"""Passages taken from the index for each one wanted, before the exact scores decide."""

FEW = 20_000
"""Passages that a filter may leave for them to be scored one by one, which misses nothing."""

TRAINED_ON = 20_000
"""Vectors from which the 8-bit ranges are learned."""

FIRST, ADDED = ("passages.npy", "vectors.faiss"), ("added.npy", "added.faiss")
"""Exact vectors, and the index over them."""

_SIGN_AND_NUMBER = np.uint32(0x8FFFE000).view(np.int32)
"""Bits of a float32 that a float16 fills; shifted there as int16, its sign stands in three more."""

_EXPONENTS_APART = np.float32(2.0**112)

NOT_NAMED = -1
"""Passage of a dead row."""


class Near(NamedTuple):
    """Passages by falling similarity: their numbers, and the cosine to the query (float32)."""

    passages: NDArray[np.int64]
    similarities: NDArray[np.float32]


class VectorIndex:
    """A sealed index. Safe to share between threads."""

    def __init__(self, folder: Path, rows: NDArray[np.int32] | None = None) -> None:
        """`rows` says for each passage in which row it stands; None where it is its number."""
        faiss.omp_set_num_threads(1)
        first = _Part.load(folder, FIRST, 0)
        self._parts = [first]
        if (folder / ADDED[0]).exists():
            self._parts.append(_Part.load(folder, ADDED, len(first.exact)))
        held = sum(len(part.exact) for part in self._parts)
        self._rows = np.arange(held, dtype=np.int32) if rows is None else rows
        self._passages = np.full(held, NOT_NAMED, dtype=np.int64)
        self._passages[self._rows] = np.arange(len(self._rows))
        self._alive = self._passages != NOT_NAMED

    def __len__(self) -> int:
        return len(self._rows)

    def search(
        self, query: NDArray[np.float32], limit: int, allowed: NDArray[np.bool_] | None = None
    ) -> Near:
        """The passages nearest to `query`; `allowed` says for each passage whether it counts."""
        if allowed is not None and np.count_nonzero(allowed) <= FEW:
            found = np.flatnonzero(allowed)
        else:
            found = self._likely(query, limit * OVERSAMPLING, allowed)
        similarities = self.similarities(query, found)
        order = np.lexsort((found, -similarities))[:limit]
        return Near(found[order], similarities[order])

    def similarities(
        self, query: NDArray[np.float32], passages: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Exact cosines of just these passages, in their order."""
        # by itself each, so that a passage has one score wherever it stands; and `@` would wait for
        # a second processor: 8 ms where that is busy
        cosines: NDArray[np.float32] = np.vecdot(self.vectors(passages), query)
        return cosines

    def vectors(self, passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors of these passages, rows of length 1."""
        return _taken([part.exact for part in self._parts], self._rows[passages])

    def _likely(
        self, query: NDArray[np.float32], limit: int, allowed: NDArray[np.bool_] | None
    ) -> NDArray[np.int64]:
        counts = self._alive if allowed is None else self._alive & allowed[self._passages]
        some = None if allowed is None and len(self) == len(self._alive) else counts
        found = [part.search(query, limit, some) for part in self._parts]
        rows, scores = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
        if len(rows) > limit:
            rows = rows[np.argpartition(-scores, limit)[:limit]]
        passages: NDArray[np.int64] = self._passages[rows]
        return passages


@dataclass(frozen=True, slots=True)
class _Part:
    """Some rows in a row, and the index over them."""

    exact: NDArray[np.float16]
    index: Any
    first: int

    @classmethod
    def load(cls, folder: Path, names: tuple[str, str], first: int) -> _Part:
        exact = np.load(folder / names[0], mmap_mode="r").view(np.ndarray)
        return cls(exact, faiss.read_index(str(folder / names[1])), first)

    def search(
        self, query: NDArray[np.float32], limit: int, counts: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows that are likely to be the nearest, and about how near; `counts` says which may be.

        It says so of all rows there are.
        """
        size = len(self.exact)
        if size == 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        some = None if counts is None else counts[self.first : self.first + size]
        scores, found = self.index.search(
            query[None, :], min(limit, size), params=self._params(some)
        )
        known = found[0] >= 0
        return found[0][known] + self.first, scores[0][known]

    def _params(self, counts: NDArray[np.bool_] | None) -> Any:
        selector = None
        if counts is not None:
            selector = faiss.IDSelectorBitmap(np.packbits(counts, bitorder="little"))
        if isinstance(self.index, faiss.IndexHNSW):
            return faiss.SearchParametersHNSW(sel=selector, efSearch=SEARCH_EFFORT)
        return None if selector is None else faiss.SearchParameters(sel=selector)


def write(folder: Path, vectors: NDArray[np.float16], threads: int) -> None:
    """Write the index over `vectors` (n, dimension), rows of length 1, into the folder."""
    index = _scan(vectors.shape[1]) if len(vectors) <= SCAN_LIMIT else _graph(vectors.shape[1])
    _write(folder, FIRST, vectors, index, threads)


def extend(base: Path, folder: Path, vectors: NDArray[np.float16]) -> None:
    """Write an index with all the rows of the one in `base`, and `vectors` behind them.

    What `base` has added itself is written again with them, so that there are never more than two.
    """
    for name in FIRST:
        take_over(base / name, folder)
    if (base / ADDED[0]).exists():
        if len(vectors) == 0:
            for name in ADDED:
                take_over(base / name, folder)
            return
        vectors = np.concatenate([np.load(base / ADDED[0]), vectors])
    if len(vectors):
        _write(folder, ADDED, vectors, _scan(vectors.shape[1]), threads=1)


def _write(
    folder: Path, names: tuple[str, str], vectors: NDArray[np.float16], index: Any, threads: int
) -> None:
    np.save(folder / names[0], vectors)
    faiss.omp_set_num_threads(threads)
    if len(vectors):
        index.train(vectors[:: max(1, len(vectors) // TRAINED_ON)].astype(np.float32))
    for at in range(0, len(vectors), TRAINED_ON):
        index.add(vectors[at : at + TRAINED_ON].astype(np.float32))
    faiss.write_index(index, str(folder / names[1]))
    faiss.omp_set_num_threads(1)


def _scan(dimension: int) -> Any:
    return faiss.IndexScalarQuantizer(
        dimension, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )


def _graph(dimension: int) -> Any:
    index = faiss.IndexHNSWSQ(
        dimension, faiss.ScalarQuantizer.QT_8bit, LINKS, faiss.METRIC_INNER_PRODUCT
    )
    index.hnsw.efConstruction = BUILD_EFFORT
    return index


def _taken(parts: Sequence[NDArray[np.float16]], rows: NDArray[np.integer]) -> NDArray[np.float32]:
    """These rows of several arrays, one behind the other."""
    if len(parts) == 1:
        return _widened(parts[0].take(rows, axis=0))
    first, added = parts
    taken = np.empty((len(rows), first.shape[1]), dtype=np.float16)
    before, behind = np.flatnonzero(rows < len(first)), np.flatnonzero(rows >= len(first))
    taken[before] = first[rows[before]]
    taken[behind] = added[rows[behind] - len(first)]
    return _widened(taken)


def _widened(halves: NDArray[np.float16]) -> NDArray[np.float32]:
    """The same finite numbers as float32: what `astype` gives, in a fifth of the time.

    Sign, exponent and fraction move to their places; the exponent's zero is 127 there and 15 here,
    which a product with 2 ** 112 makes good, exactly and for subnormal numbers too.
    """
    bits = np.left_shift(halves.view(np.int16), 13, dtype=np.int32)
    bits &= _SIGN_AND_NUMBER
    widened: NDArray[np.float32] = bits.view(np.float32)
    widened *= _EXPONENTS_APART
    return widened
