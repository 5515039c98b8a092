"""All posts of the threads of some posts, found at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.columns import Columns


def members(
    columns: Columns, ordinals: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every post of each one's thread: the place in `ordinals` it is for, and its own ordinal."""
    threads = columns.thread[ordinals]
    first = np.searchsorted(columns.thread, threads, side="left")
    size = np.searchsorted(columns.thread, threads, side="right") - first
    holder = np.repeat(np.arange(len(ordinals)), size)
    within = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    return holder, np.repeat(first, size) + within
