"""Vectors of passages, with FAISS, alone here: which passages mean what was asked.

The exact vectors lie in a memory-mapped file; FAISS finds the likely ones and their scores are then
computed exactly, so scores never depend on the index in use. Up to SCAN_LIMIT passages it looks at
all of them, cut to 8 bits; above, it walks a graph (HNSW, https://arxiv.org/abs/1603.09320).
One thread a query: a fork after a search with several threads hangs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import faiss
import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SCAN_LIMIT = 50_000
"""Passages up to which a scan (8 bits, 4 ms) costs about what a graph does, and misses nothing."""

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


class Near(NamedTuple):
    """Passages by falling similarity: their numbers, and the cosine to the query (float32)."""

    passages: NDArray[np.int64]
    similarities: NDArray[np.float32]


class VectorIndex:
    """A sealed index. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._exact: NDArray[np.float16] = np.load(folder / "passages.npy", mmap_mode="r")
        faiss.omp_set_num_threads(1)
        self._index = faiss.read_index(str(folder / "vectors.faiss"))

    def __len__(self) -> int:
        return len(self._exact)

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
        return self._exact[passages].astype(np.float32) @ query

    def vectors(self, passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors of these passages, rows of length 1."""
        return self._exact[passages].astype(np.float32)

    def _likely(
        self, query: NDArray[np.float32], limit: int, allowed: NDArray[np.bool_] | None
    ) -> NDArray[np.int64]:
        if len(self) == 0:
            return np.zeros(0, dtype=np.int64)
        params = self._params(allowed)
        _, found = self._index.search(query[None, :], min(limit, len(self)), params=params)
        likely: NDArray[np.int64] = found[0]
        return likely[likely >= 0]

    def _params(self, allowed: NDArray[np.bool_] | None) -> Any:
        selector = None
        if allowed is not None:
            selector = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        if isinstance(self._index, faiss.IndexHNSW):
            return faiss.SearchParametersHNSW(sel=selector, efSearch=SEARCH_EFFORT)
        return None if selector is None else faiss.SearchParameters(sel=selector)


def write(folder: Path, vectors: NDArray[np.float16], threads: int) -> None:
    """Write the index over `vectors` (n, dimension), rows of length 1, into the folder."""
    np.save(folder / "passages.npy", vectors)
    faiss.omp_set_num_threads(threads)
    index = _empty(vectors.shape[1], len(vectors))
    if len(vectors):
        index.train(vectors[:: max(1, len(vectors) // TRAINED_ON)].astype(np.float32))
    for at in range(0, len(vectors), TRAINED_ON):
        index.add(vectors[at : at + TRAINED_ON].astype(np.float32))
    faiss.write_index(index, str(folder / "vectors.faiss"))
    faiss.omp_set_num_threads(1)


def _empty(dimension: int, count: int) -> Any:
    if count <= SCAN_LIMIT:
        return faiss.IndexScalarQuantizer(
            dimension, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
    index = faiss.IndexHNSWSQ(
        dimension, faiss.ScalarQuantizer.QT_8bit, LINKS, faiss.METRIC_INNER_PRODUCT
    )
    index.hnsw.efConstruction = BUILD_EFFORT
    return index
