"""What votes are worth inside one community: five on a small forum are not five on a large site.

Standing is the share of posts of the same kind at the same place that have fewer votes, counting
equals half (the mid-rank percentile), drawn towards the middle where there are few to compare with.
An author's record is the mean worth of their other replies there: 1 for an accepted one, else its
standing, drawn towards the middle by RECORD_PRIOR imagined replies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from numpy.typing import NDArray

STANDING_PRIOR = 20.0
"""Imagined middling posts of every community; so many real ones weigh as much."""

RECORD_PRIOR = 5.0
"""Imagined middling replies of every author: a single lucky one makes nobody an expert."""

FARTHEST = -2.0
"""Where `leads` ends: past it, a post is as bad as it can be."""

MIDDLE = 0.5


def standings(votes: Sequence[int | None], communities: Sequence[Hashable]) -> NDArray[np.float32]:
    """Standing of each post, 0 to 1; NaN where the place knows no votes."""
    found = np.full(len(votes), np.nan, dtype=np.float32)
    for members in _by(communities).values():
        known = [at for at in members if votes[at] is not None]
        if known:
            values = np.array([votes[at] for at in known], dtype=np.float64)
            found[known] = _drawn(_mid_ranks(values), len(known))
    return found


def records(
    standing: NDArray[np.float32], accepted: NDArray[np.int8], authors: Sequence[Hashable | None]
) -> NDArray[np.float32]:
    """Record of each reply's author without that reply, 0 to 1; NaN where there is no other.

    `authors` is None for posts that are no replies and for those whose author is not known.
    """
    worth = np.where(accepted == 1, 1.0, np.nan_to_num(standing.astype(np.float64), nan=MIDDLE))
    found = np.full(len(standing), np.nan, dtype=np.float32)
    for author, members in _by(authors).items():
        if author is None or len(members) < 2:
            continue
        others = worth[members].sum() - worth[members]
        count = len(members) - 1
        found[members] = (others + RECORD_PRIOR * MIDDLE) / (count + RECORD_PRIOR)
    return found


def leads(votes: Sequence[int | None], threads: Sequence[Hashable | None]) -> NDArray[np.float32]:
    """How far each reply falls behind the best voted one of its thread: 0 for that one, then below.

    The distance is in the best one's own votes, so that 9 against 10 is near and 0 against 10 far.
    `threads` is None for posts that are no replies; they get 0, as do those nobody can vote on.
    """
    found = np.zeros(len(votes), dtype=np.float32)
    for thread, members in _by(threads).items():
        known = [at for at in members if votes[at] is not None]
        if thread is not None and len(known) > 1:
            values = np.array([votes[at] for at in known], dtype=np.float64)
            best = values.max()
            found[known] = np.maximum((values - best) / (abs(best) + 1), FARTHEST)
    return found


def _by(keys: Sequence[Hashable | None]) -> dict[Hashable | None, list[int]]:
    groups: dict[Hashable | None, list[int]] = {}
    for at, key in enumerate(keys):
        groups.setdefault(key, []).append(at)
    return groups


def _mid_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    ordered = np.sort(values)
    below = np.searchsorted(ordered, values, side="left")
    upto = np.searchsorted(ordered, values, side="right")
    ranks: NDArray[np.float64] = (below + upto) / 2.0 / len(values)
    return ranks


def _drawn(ranks: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    drawn: NDArray[np.float64] = (ranks * count + MIDDLE * STANDING_PRIOR) / (
        count + STANDING_PRIOR
    )
    return drawn
