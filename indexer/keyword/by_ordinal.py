"""A keyword index asked by ordinal.

The engine knows a post by its key, and everything else by its place in the generation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.keyword import KeywordIndex, Wanted


class Found(NamedTuple):
    """Posts by falling score, equal scores by ordinal: int32 and float32, of one length."""

    ordinals: NDArray[np.int32]
    scores: NDArray[np.float32]


class ByOrdinal:
    """The posts of one generation. Safe to share between threads."""

    def __init__(self, index: KeywordIndex, keys: NDArray[np.int32]) -> None:
        """`keys` are those of the posts, by ordinal."""
        self._index = index
        self._keys = keys
        self._ordinals = np.zeros(int(keys.max(initial=-1)) + 1, dtype=np.int32)
        self._ordinals[keys] = np.arange(len(keys), dtype=np.int32)

    def search(self, wanted: Wanted, limit: int) -> Found:
        """The best posts; all of them score 0 where there is no tree.

        Where the last scores as much as others that an engine would leave out by their keys, all of
        those are looked at, so that the ordinals decide.
        """
        asked = limit + 1
        while True:
            keys, scores = self._index.search(wanted, asked)
            if len(keys) < asked or scores[-1] < scores[limit - 1]:
                break
            asked *= 4
        ordinals = self._ordinals[keys]
        order = np.lexsort((ordinals, -scores))[:limit]
        return Found(ordinals[order], scores[order])

    def scores(self, wanted: Wanted, ordinals: NDArray[np.int32]) -> NDArray[np.float32]:
        """Scores of just these posts, in their order; 0 where a post does not match."""
        return self._index.scores(wanted, self._keys[ordinals])

    def close(self) -> None:
        """Let go of the files."""
        self._index.close()
