"""Orders to list results in: always the same results, whichever of them comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

if TYPE_CHECKING:
    from ranker.rank import Ranked
    from ranker.ranking import Ranking

Order = Literal["relevance", "newest"]

ORDERS: tuple[Order, ...] = get_args(Order)
"""The first is what one gets without asking."""


def in_order(order: Order, results: list[Ranked], ranking: Ranking) -> list[Ranked]:
    """These results of a ranking, given the most relevant first, in the order asked for.

    The newest is the one whose own post, which stands for it, was written or last edited most
    recently; whatever bears no date comes last. Of posts of one second the ordinals decide.
    """
    if order == "relevance":
        return results
    places = np.array([one.at for one in results], dtype=np.int64)
    ordinals = ranking.scored.candidates.ordinals[places]
    touched = ranking.reading.finder.snapshot.columns.touched[ordinals]  # 0 is undated
    return [results[at] for at in np.lexsort((ordinals, -touched)).tolist()]
