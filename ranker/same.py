"""The same thing at several places: one post gathered twice, a text copied, a question asked twice.

Where two sources bring a post that has one name everywhere (`Post.global_id`), their threads are
one conversation. Copies are found by the words (`indexer.likeness`) of what was found or of what
opened its thread: a cross-post stays one though each place answers it. Questions are compared by
meaning: their opening posts must be alike and so must their best replies, since one symptom may
have two causes. One place keeps its own questions apart, unless they are copies: a community that
wanted them merged would have done so. An article is no question: it stands by itself, beside the
threads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexer.columns import KINDS, STAFF
from indexer.likeness import CROSS_POSTED_WITHIN, SAME_WITHIN, are_copies
from ranker.members import members

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.columns import Columns
    from indexer.snapshot import Snapshot

SAME_QUESTION = 0.625
"""Mean of the two cosines, of the opening posts and of the best replies, from which on two threads
count as one (bench/same.py)."""

COMPARED = 60
"""Results, the best ones, whose meaning is compared; nobody reads further."""

CROSS_POST_LENGTH = 140
"""Characters below which two people may well have said nearly the same (chosen)."""

ARTICLE, COMMENT = KINDS.index("article"), KINDS.index("comment")


def same_things(ordinals: NDArray[np.int32], snapshot: Snapshot) -> list[list[int]]:
    """Groups of places in `ordinals`, each led by its first; together every place once."""
    same = one_conversation(ordinals, snapshot.columns) | _copies(ordinals, snapshot.columns)
    same[:COMPARED, :COMPARED] |= _same_questions(ordinals[:COMPARED], snapshot)
    groups: list[list[int]] = []
    taken = np.zeros(len(ordinals), dtype=bool)
    for at, likes in enumerate(same.sum(axis=1).tolist()):
        if likes == 1:  # like nothing but itself, as nearly all are
            groups.append([at])
        elif not taken[at]:
            members = np.flatnonzero(same[at] & ~taken)
            group = [at, *(int(other) for other in members if other != at)]
            taken[group] = True
            groups.append(group)
    return groups


def one_conversation(ordinals: NDArray[np.int32], columns: Columns) -> NDArray[np.bool_]:
    """For each pair whether their threads hold one and the same post, by its name everywhere."""
    same = np.eye(len(ordinals), dtype=bool)
    holder, posts = members(columns, ordinals)
    names = columns.global_id[posts]
    holder, names = holder[names != 0], names[names != 0]
    if len(names) == 0:
        return same
    _, name, holders = np.unique(names, return_inverse=True, return_counts=True)
    for shared in np.flatnonzero(holders > 1):
        together = holder[name == shared]
        same[np.ix_(together, together)] = True
    return same


def _copies(ordinals: NDArray[np.int32], columns: Columns) -> NDArray[np.bool_]:
    openings = np.searchsorted(columns.thread, columns.thread[ordinals])
    source, is_long = columns.source[ordinals], columns.length[ordinals] >= CROSS_POST_LENGTH
    elsewhere = (source[:, None] != source[None, :]) & is_long[:, None] & is_long[None, :]
    cross_posted = _alike(ordinals, columns, CROSS_POSTED_WITHIN) & elsewhere
    copies: NDArray[np.bool_] = _alike(ordinals, columns) | _alike(openings, columns) | cross_posted
    return copies


def _alike(
    posts: NDArray[np.integer], columns: Columns, within: int = SAME_WITHIN
) -> NDArray[np.bool_]:
    prints = columns.likeness[posts]
    return are_copies(prints[:, None], prints[None, :], within)


def _same_questions(ordinals: NDArray[np.int32], snapshot: Snapshot) -> NDArray[np.bool_]:
    columns = snapshot.columns
    source = columns.source[ordinals]
    elsewhere = source[:, None] != source[None, :]
    if snapshot.vectors is None or not elsewhere.any():
        return np.zeros((len(ordinals), len(ordinals)), dtype=bool)
    openings = np.searchsorted(columns.thread, columns.thread[ordinals])
    replies = best_replies(ordinals, columns)
    alike = (_cosines(openings, snapshot) + _cosines(replies, snapshot)) / 2
    asks = columns.kind[openings] != ARTICLE
    same: NDArray[np.bool_] = (alike >= SAME_QUESTION) & elsewhere & asks[:, None] & asks[None, :]
    return same


def best_replies(ordinals: NDArray[np.integer], columns: Columns) -> NDArray[np.int64]:
    """Of each one's thread the reply that answers most likely, else the post that opened it."""
    holder, posts = members(columns, ordinals)
    replied = (columns.position[posts] > 0) & (columns.kind[posts] != COMMENT)
    holder, replies = holder[replied], posts[replied]
    standing = np.nan_to_num(columns.standing[replies].astype(np.float64), nan=0.5)
    by_staff = (columns.roles[replies] & STAFF) != 0
    worth = 2.0 * (columns.accepted[replies] == 1) + 1.0 * by_staff + standing
    order = np.lexsort((replies, -worth, holder))
    threads, first = np.unique(holder[order], return_index=True)
    best: NDArray[np.int64] = np.searchsorted(columns.thread, columns.thread[ordinals])
    best[threads] = replies[order[first]]
    return best


def _cosines(posts: NDArray[np.int64], snapshot: Snapshot) -> NDArray[np.float64]:
    """Cosines of all pairs, by first passages; posts without one are like nothing."""
    first = snapshot.columns.first_passage[posts]
    known = snapshot.columns.first_passage[posts + 1] > first
    if snapshot.vectors is None or not known.any():
        return np.zeros((len(posts), len(posts)))
    vectors = snapshot.vectors.vectors(np.where(known, first, first[known][0]))
    vectors[~known] = 0.0
    # not by `@`, which would wait for a second processor: 50 ms where that is busy
    cosines: NDArray[np.float64] = np.vecdot(vectors[:, None], vectors[None]).astype(np.float64)
    return cosines
