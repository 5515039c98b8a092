"""How far the evidence speaks for a post: what its community, its author and its age say.

Trust is a sum of parts, each of which is a fact with a weight. Nothing is said about a post that
its place does not say: where nobody can vote, votes add nothing and take nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexer.columns import BOT, KINDS, STAFF
from ranker.weights import HALF_LIFE_DAYS, USUAL_LENGTH

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from numpy.typing import NDArray

    from indexer.columns import Columns
    from ranker.weights import Weights

    Ordinals = NDArray[np.int32]
    Parts = dict[str, NDArray[np.float64]]

DAY_S = 86_400.0

COMMENT, ARTICLE = KINDS.index("comment"), KINDS.index("article")

_HALF_LIVES = np.array([HALF_LIFE_DAYS[kind] for kind in KINDS])

SCALE = 0.12
"""Sum of trust parts that makes trust 0.73 instead of 0.5: about an accepted answer by staff."""


def parts(columns: Columns, ordinals: Ordinals, now: datetime, weights: Weights) -> Parts:
    """What each fact adds to each of these posts, by the name of the fact."""
    kind, roles = columns.kind[ordinals], columns.roles[ordinals]
    return {
        "accepted": weights.accepted * (columns.accepted[ordinals] == 1),
        "staff": weights.staff * ((roles & STAFF) != 0),
        "votes": weights.votes * _around_middle(columns.standing[ordinals]),
        "lead": weights.lead * columns.lead[ordinals].astype(np.float64),
        "record": weights.record * _around_middle(columns.record[ordinals]),
        "detail": weights.detail * _detail(columns.length[ordinals]),
        "age": -weights.age * _grown_old(columns.touched[ordinals], kind, now),
        "by_asker": weights.by_asker * _merely_by_asker(columns, ordinals),
        "asks": weights.asks * _asks(columns, ordinals),
        "comment": weights.comment * (kind == COMMENT),
        "bot": weights.bot * ((roles & BOT) != 0),
    }


def owner_part(
    columns: Columns, ordinals: Ordinals, trusts: Mapping[int, float], weights: Weights
) -> NDArray[np.float64]:
    """What the owner's trust in each post's place adds; `trusts` is by code of the source."""
    codes = columns.source[ordinals]
    by_code = [trusts.get(code, 1.0) - 1.0 for code in range(int(codes.max(initial=0)) + 1)]
    return weights.owner * np.array(by_code, dtype=np.float64)[codes]


def trust(total: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sum of trust parts on a scale that can be read: 0 to 1, 0.5 for no evidence at all."""
    squashed: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-total / SCALE))
    return squashed


def _around_middle(share: NDArray[np.float32]) -> NDArray[np.float64]:
    """A share from 0 to 1 as -0.5 to 0.5; what is not known is the middle."""
    return np.nan_to_num(share.astype(np.float64), nan=0.5) - 0.5


def _detail(length: NDArray[np.int32]) -> NDArray[np.float64]:
    ratio: NDArray[np.float64] = np.log((1.0 + length) / USUAL_LENGTH)
    return np.clip(ratio, -3.0, 3.0)


def _asks(columns: Columns, ordinals: Ordinals) -> NDArray[np.bool_]:
    opens = (columns.position[ordinals] == 0) & (columns.kind[ordinals] != ARTICLE)
    asks: NDArray[np.bool_] = opens & columns.answered[ordinals]
    return asks


def _merely_by_asker(columns: Columns, ordinals: Ordinals) -> NDArray[np.bool_]:
    """By whoever asked, and not what they marked as the solution themselves."""
    merely: NDArray[np.bool_] = columns.by_asker[ordinals] & (columns.accepted[ordinals] != 1)
    return merely


def _grown_old(
    touched: NDArray[np.int64], kind: NDArray[np.uint8], now: datetime
) -> NDArray[np.float64]:
    """How old, 0 for new to 1 for ancient; half where nobody knows when it was written."""
    days = np.maximum(now.timestamp() - touched, 0.0) / DAY_S
    aged: NDArray[np.float64] = 1.0 - np.exp2(-days / _HALF_LIVES[kind])
    return np.where(touched > 0, aged, 0.5)
