"""The same thing at several places: copies of one text, and one question asked twice.

Copies are found by their words (`indexer.likeness`), questions by meaning: their opening posts
must be alike and so must their best replies, since one symptom may have two causes. One place keeps
its own questions apart, unless they are copies: a community that wanted them merged would have done
so. An article is no question: it stands by itself, beside the threads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexer.columns import KINDS, STAFF
from indexer.likeness import are_copies

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.columns import Columns
    from indexer.snapshot import Snapshot

SAME_QUESTION = 0.625
"""Mean of the two cosines, of the opening posts and of the best replies, from which on two threads
count as one (bench/same.py)."""

ARTICLE, COMMENT = KINDS.index("article"), KINDS.index("comment")


def same_things(ordinals: NDArray[np.int32], snapshot: Snapshot) -> list[list[int]]:
    """Groups of places in `ordinals`, each led by its first; together every place once."""
    same = _copies(ordinals, snapshot) | _same_questions(ordinals, snapshot)
    groups: list[list[int]] = []
    taken = np.zeros(len(ordinals), dtype=bool)
    for at in range(len(ordinals)):
        if not taken[at]:
            members = np.flatnonzero(same[at] & ~taken)
            group = [at, *(int(other) for other in members if other != at)]
            taken[group] = True
            groups.append(group)
    return groups


def _copies(ordinals: NDArray[np.int32], snapshot: Snapshot) -> NDArray[np.bool_]:
    prints = snapshot.columns.likeness[ordinals]
    return are_copies(prints[:, None], prints[None, :])


def _same_questions(ordinals: NDArray[np.int32], snapshot: Snapshot) -> NDArray[np.bool_]:
    columns = snapshot.columns
    if snapshot.vectors is None or len(ordinals) == 0:
        return np.zeros((len(ordinals), len(ordinals)), dtype=bool)
    threads = [_members(columns, int(thread)) for thread in columns.thread[ordinals]]
    openings = np.array([members[0] for members in threads])
    replies = np.array([_best_reply(columns, members) for members in threads])
    alike = (_cosines(openings, snapshot) + _cosines(replies, snapshot)) / 2
    source, asks = columns.source[ordinals], columns.kind[openings] != ARTICLE
    elsewhere = source[:, None] != source[None, :]
    same: NDArray[np.bool_] = (alike >= SAME_QUESTION) & elsewhere & asks[:, None] & asks[None, :]
    return same


def _members(columns: Columns, thread: int) -> NDArray[np.int64]:
    first = int(np.searchsorted(columns.thread, thread, side="left"))
    last = int(np.searchsorted(columns.thread, thread, side="right"))
    return np.arange(first, last)


def _best_reply(columns: Columns, members: NDArray[np.int64]) -> int:
    """The reply that answers most likely; the opening post where there is none."""
    replies = members[(columns.position[members] > 0) & (columns.kind[members] != COMMENT)]
    if len(replies) == 0:
        return int(members[0])
    standing = np.nan_to_num(columns.standing[replies].astype(np.float64), nan=0.5)
    by_staff = (columns.roles[replies] & STAFF) != 0
    worth = 2.0 * (columns.accepted[replies] == 1) + 1.0 * by_staff + standing
    return int(replies[int(np.argmax(worth))])


def _cosines(posts: NDArray[np.int64], snapshot: Snapshot) -> NDArray[np.float64]:
    """Cosines of all pairs, by first passages; posts without one are like nothing."""
    first = snapshot.columns.first_passage[posts]
    known = snapshot.columns.first_passage[posts + 1] > first
    if snapshot.vectors is None or not known.any():
        return np.zeros((len(posts), len(posts)))
    vectors = snapshot.vectors.vectors(np.where(known, first, first[known][0]))
    vectors[~known] = 0.0
    return (vectors @ vectors.T).astype(np.float64)
