"""Where best to ask: which place solves questions like this one, how surely and how fast.

Learned from the threads nearest to the question. The share that was answered is drawn towards the
place's own mean by PRIOR imagined questions, so that one lucky thread does not make a place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from indexer.columns import KINDS, STAFF
from ranker.members import members

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


class Places:
    """What became of all the questions at each place. Made once for each snapshot."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._questions = _questions(columns, np.arange(len(columns.source)))

    def odds(
        self,
        ordinals: NDArray[np.int32],
        relevance: NDArray[np.float64],
        visible: NDArray[np.bool_],
    ) -> list[Odds]:
        """Places by falling promise; those where nobody can ask are left out.

        `visible` tells for every post whether whoever asks may see it: nothing is learned from
        others.
        """
        columns, asks = self._columns, _ask(self._columns, ordinals)
        openings, best = ordinals[asks], max(relevance.max(initial=0.0), 1e-9)
        near = np.power(relevance[asks] / best, SHARPNESS)
        waits = hours_to_answer(columns, openings, visible)
        asked = _Learned(near, columns.answered[openings], waits)
        means, sources = self._solved(visible).tolist(), columns.source[openings]
        found = [
            _odds(source, _Learned(*(values[sources == source] for values in asked)), means[source])
            for source in np.unique(sources).tolist()
        ]
        known = [place for place in found if place.topical >= LEAST]
        return sorted(known, key=lambda place: (-_promise(place), place.source))

    def _solved(self, visible: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Of each source the share of its questions that were answered; 0 where there is none."""
        hidden = _questions(self._columns, np.flatnonzero(~visible))
        asked, answered = self._questions - hidden  # few are hidden as a rule
        shares: NDArray[np.float64] = answered / np.maximum(asked, 1)
        return shares


def _promise(place: Odds) -> float:
    """Share of answered questions, for as much as the place has to do with the topic."""
    return place.answered * place.topical / (place.topical + 1.0)


class _Learned(NamedTuple):
    """What is known of questions of one place, in arrays of one length."""

    near: NDArray[np.float64]
    answered: NDArray[np.bool_]
    hours: NDArray[np.float64]
    """To the first good reply; NaN where there is none or no date."""


def _odds(source: int, learned: _Learned, mean: float) -> Odds:
    weight = float(learned.near.sum())
    solved = float((learned.near * learned.answered).sum())
    waits = learned.hours[~np.isnan(learned.hours)]
    hours = float(np.median(waits)) if len(waits) >= FEWEST_TIMED else None
    share = (solved + PRIOR * mean) / (weight + PRIOR)
    return Odds(source, share, weight, len(learned.near), hours)


def _ask(columns: Columns, ordinals: NDArray[np.integer]) -> NDArray[np.bool_]:
    opens, kind = columns.position[ordinals] == 0, columns.kind[ordinals]
    asks: NDArray[np.bool_] = opens & (kind != ARTICLE)
    return asks


def _questions(columns: Columns, ordinals: NDArray[np.integer]) -> NDArray[np.int64]:
    """How many of these posts ask, and how many of those were answered, by source: two rows."""
    asked = ordinals[_ask(columns, ordinals)]
    sources = int(columns.source.max(initial=0)) + 1
    answered = asked[columns.answered[asked]]
    counts = [np.bincount(columns.source[some], minlength=sources) for some in (asked, answered)]
    return np.array(counts)


def hours_to_answer(
    columns: Columns, openings: NDArray[np.int32], visible: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Hours from each question to its first good reply; NaN where there is none or no date."""
    question, posts = members(columns, openings)
    replies = (columns.position[posts] > 0) & (columns.kind[posts] != COMMENT)
    good = (
        (columns.accepted[posts] == 1)
        | ((columns.roles[posts] & STAFF) != 0)
        | (columns.standing[posts] > 0.5)
    )
    asked, when = columns.created[openings][question], columns.created[posts]
    counts = replies & good & visible[posts] & (asked > 0) & (when >= asked)
    waits = np.full(len(openings), np.inf)
    np.minimum.at(waits, question[counts], (when - asked)[counts] / HOUR_S)
    return np.where(np.isinf(waits), np.nan, waits)
