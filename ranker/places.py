"""Where best to ask: which place solves questions like this one, how surely and how fast.

Learned from the threads nearest to the question. The share that was answered is drawn towards the
place's own mean by PRIOR imagined questions, so that one lucky thread does not make a place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from indexer.columns import KINDS, STAFF

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.columns import Columns

PRIOR = 4.0
"""Imagined questions at the place's mean."""

SHARPNESS = 4.0
"""How fast a thread's weight falls with its relevance: at half the best one's to a sixteenth."""

FEWEST_TIMED = 3
"""Answered threads below which no time is told: two numbers are no median."""

LEAST = 0.1
"""Summed weight of its threads below which a place knows nothing of the topic."""

HOUR_S = 3600.0
ARTICLE, COMMENT = KINDS.index("article"), KINDS.index("comment")


class Odds(NamedTuple):
    """What to expect of a place. `source` is its code."""

    source: int
    answered: float
    topical: float
    """Summed weight of its threads: one that fits best counts 1."""
    questions: int
    hours: float | None


def odds(
    columns: Columns,
    ordinals: NDArray[np.int32],
    relevance: NDArray[np.float64],
    visible: NDArray[np.bool_],
) -> list[Odds]:
    """Places by falling promise; those where nobody can ask are left out.

    `visible` tells for every post whether whoever asks may see it: nothing is learned from others.
    """
    asks = (columns.position[ordinals] == 0) & (columns.kind[ordinals] != ARTICLE)
    openings = ordinals[asks]
    near = np.power(relevance[asks] / max(relevance.max(initial=0.0), 1e-9), SHARPNESS)
    found = [
        _odds(columns, int(source), openings, near, visible)
        for source in np.unique(columns.source[openings])
    ]
    known = [place for place in found if place.topical >= LEAST]
    return sorted(known, key=lambda place: (-_promise(place), place.source))


def _promise(place: Odds) -> float:
    """Share of answered questions, for as much as the place has to do with the topic."""
    return place.answered * place.topical / (place.topical + 1.0)


def _odds(
    columns: Columns,
    source: int,
    openings: NDArray[np.int32],
    near: NDArray[np.float64],
    visible: NDArray[np.bool_],
) -> Odds:
    here = columns.source[openings] == source
    weight, answered = near[here], columns.answered[openings[here]]
    asked = (columns.source == source) & (columns.position == 0) & (columns.kind != ARTICLE)
    mean = float(columns.answered[asked & visible].mean())
    share = (float((weight * answered).sum()) + PRIOR * mean) / (float(weight.sum()) + PRIOR)
    waits = [
        wait
        for at in openings[here]
        if (wait := hours_to_answer(columns, int(at), visible)) is not None
    ]
    hours = float(np.median(waits)) if len(waits) >= FEWEST_TIMED else None
    return Odds(source, share, float(weight.sum()), int(here.sum()), hours)


def hours_to_answer(columns: Columns, opening: int, visible: NDArray[np.bool_]) -> float | None:
    """Hours from a question to its first good reply; None where there is none or no date."""
    thread = columns.thread[opening]
    first = int(np.searchsorted(columns.thread, thread, side="left"))
    last = int(np.searchsorted(columns.thread, thread, side="right"))
    members = np.arange(first, last)
    replies = (columns.position[members] > 0) & (columns.kind[members] != COMMENT)
    good = (
        (columns.accepted[members] == 1)
        | ((columns.roles[members] & STAFF) != 0)
        | (columns.standing[members] > 0.5)
    )
    when = columns.created[members[replies & good & visible[members]]]
    asked = columns.created[opening]
    later = when[when >= asked] if asked > 0 else when[:0]
    return float(later.min() - asked) / HOUR_S if len(later) else None
