"""What votes are worth inside one community: five on a small forum are not five on a large site.

Standing is the share of posts of the same kind at the same place that have fewer votes, counting
equals half (the mid-rank percentile), drawn towards the middle where there are few to compare with.
An author's record is the mean worth of their other replies there: 1 for an accepted one, else its
standing, drawn towards the middle by RECORD_PRIOR imagined replies.

Votes are float64 with NaN where the place knows none; communities, authors and threads are numbers
from 0, with NOBODY where there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Votes = NDArray[np.float64]
    Numbers = NDArray[np.integer]

STANDING_PRIOR = 20.0
"""Imagined middling posts of every community; so many real ones weigh as much."""

RECORD_PRIOR = 5.0
"""Imagined middling replies of every author: a single lucky one makes nobody an expert."""

FARTHEST = -2.0
"""Where `leads` ends: past it, a post is as bad as it can be."""

MIDDLE = 0.5

NOBODY = -1


def standings(votes: Votes, communities: Numbers) -> NDArray[np.float32]:
    """Standing of each post, 0 to 1; NaN where the place knows no votes."""
    found = np.full(len(votes), np.nan, dtype=np.float32)
    known = np.flatnonzero(~np.isnan(votes))
    order = known[np.lexsort((votes[known], communities[known]))]
    value, community = votes[order], communities[order]
    first, after = _runs(community)
    same_first, same_after = _runs(community, value)
    count = after - first
    ranks = ((same_first - first) + (same_after - first)) / 2.0 / count
    found[order] = (ranks * count + MIDDLE * STANDING_PRIOR) / (count + STANDING_PRIOR)
    return found


def records(
    standing: NDArray[np.float32], accepted: NDArray[np.int8], authors: Numbers
) -> NDArray[np.float32]:
    """Record of each reply's author without that reply, 0 to 1; NaN where there is no other.

    `authors` is NOBODY for posts that are no replies and for those whose author is not known.
    """
    worth = np.where(accepted == 1, 1.0, np.nan_to_num(standing.astype(np.float64), nan=MIDDLE))
    found = np.full(len(standing), np.nan, dtype=np.float32)
    replies = np.flatnonzero(authors != NOBODY)
    author, own = authors[replies], worth[replies]
    others = np.bincount(author, weights=own)[author] - own
    count = np.bincount(author)[author] - 1
    drawn = (others + RECORD_PRIOR * MIDDLE) / (count + RECORD_PRIOR)
    found[replies[count > 0]] = drawn[count > 0]
    return found


def leads(votes: Votes, threads: Numbers) -> NDArray[np.float32]:
    """How far each reply falls behind the best voted one of its thread: 0 for that one, then below.

    The distance is in the best one's own votes, so that 9 against 10 is near and 0 against 10 far.
    `threads` is NOBODY for posts that are no replies; they get 0, as do those nobody can vote on.
    """
    found = np.zeros(len(votes), dtype=np.float32)
    known = np.flatnonzero(~np.isnan(votes) & (threads != NOBODY))
    if len(known):
        thread, value = threads[known], votes[known]
        highest = np.full(int(thread.max()) + 1, -np.inf)
        np.maximum.at(highest, thread, value)
        best = highest[thread]
        found[known] = np.maximum((value - best) / (np.abs(best) + 1), FARTHEST)
    return found


def _runs(*keys: NDArray[np.generic]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each place of sorted keys, where the run of equal ones begins and where it has ended."""
    size = len(keys[0])
    begins = np.ones(size, dtype=bool)
    if size:
        begins[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    starts = np.flatnonzero(begins)
    lengths = np.diff(np.append(starts, size))
    return np.repeat(starts, lengths), np.repeat(starts + lengths, lengths)
