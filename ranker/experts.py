"""Who knows: people ranked for a question by what they have answered before.

The document-centred model of Balog et al. (2006, https://doi.org/10.1145/1148170.1148181): a person
is as likely an expert as the posts they wrote are likely to be what was asked for. Each reply
counts by how near its thread is to the question and by what the reply was worth to its community.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexer.columns import BOT, KINDS, UNKNOWN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.columns import Columns

SHARPNESS = 8.0
"""How fast a reply's weight falls with its relevance: at half the best one's it is a fiftieth.
Chosen among 2, 4, 8 and 16 on one set and checked on the other (bench/experts.py)."""

LEAST = 0.05
"""Score below which nobody is named: less than a twentieth of one fitting, well voted reply."""

EVIDENCE = 3
"""Posts shown for each person."""

REPLIES = [KINDS.index(kind) for kind in ("answer", "post", "article", "issue", "message")]


def scores(
    columns: Columns,
    ordinals: NDArray[np.int32],
    relevance: NDArray[np.float64],
    persons: NDArray[np.int64],
    told: int | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.float64], list[NDArray[np.int32]]]:
    """People by falling score: their numbers, scores, and the ordinals that speak for each.

    `persons` gives the person of each account. Opening posts ask, so they count for nobody. Only
    for the first `told` people it is told which posts speak for them; None: for all.
    """
    written = (
        np.isin(columns.kind[ordinals], REPLIES)
        & (columns.author[ordinals] != UNKNOWN)
        & ((columns.roles[ordinals] & BOT) == 0)
        & _answers(columns, ordinals)
    )
    replies, weight = ordinals[written], _weights(columns, ordinals, relevance)[written]
    if len(replies) == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0), []
    who, slot = np.unique(persons[columns.author[replies]], return_inverse=True)
    totals = np.bincount(slot, weights=weight).astype(np.float64)
    order = np.lexsort((who, -totals))
    order = order[totals[order] >= LEAST]
    best = [_best(columns, replies, weight, slot == at) for at in order[:told]]
    return who[order].astype(np.int64), totals[order], best


def _answers(columns: Columns, ordinals: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether a post says something rather than asks: replies, and articles as they are."""
    article = columns.kind[ordinals] == KINDS.index("article")
    answers: NDArray[np.bool_] = (columns.position[ordinals] > 0) | article
    return answers


def _weights(
    columns: Columns, ordinals: NDArray[np.int32], relevance: NDArray[np.float64]
) -> NDArray[np.float64]:
    worth = np.nan_to_num(columns.standing[ordinals].astype(np.float64), nan=0.5)
    worth = np.where(columns.accepted[ordinals] == 1, np.maximum(worth, 1.0), worth)
    near = np.power(np.maximum(relevance, 0.0) / max(relevance.max(initial=0.0), 1e-9), SHARPNESS)
    weights: NDArray[np.float64] = near * worth
    return weights


def _best(
    columns: Columns,
    replies: NDArray[np.int32],
    weight: NDArray[np.float64],
    mine: NDArray[np.bool_],
) -> NDArray[np.int32]:
    """A person's weightiest replies, one a thread."""
    own, heavy = replies[mine], weight[mine]
    ordered = own[np.lexsort((own, -heavy))]
    _, first = np.unique(columns.thread[ordered], return_index=True)
    best: NDArray[np.int32] = ordered[np.sort(first)][:EVIDENCE]
    return best
