"""Facets: what the results can be narrowed to, with counts that hold.

Counts are of the very results that were ranked, so choosing a value shows exactly as many as it
said. A field's own choice does not change its own counts: one can always go to another value.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from indexer.columns import KINDS
from ranker.results import Facet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    from numpy.typing import NDArray

    from indexer.snapshot import Snapshot

    Choices = Mapping[str, Collection[str]]
    """Chosen values by field."""

FIELDS = ("source", "kind", "answered", "time")

TIMES_DAYS = {"week": 7, "month": 31, "year": 365, "3years": 1096}
"""Values of the field `time`, from short to long: at most so many days old."""

_LIMITS_DAYS = np.array(list(TIMES_DAYS.values()), dtype=np.float64)
_WITHIN = [frozenset(list(TIMES_DAYS)[at:]) for at in range(len(TIMES_DAYS) + 1)]
"""By how many limits an age lies past, the values that are left to it."""

_KINDS = [frozenset({kind}) for kind in KINDS]
_ANSWERED = (frozenset({"no"}), frozenset({"yes"}))


def values(
    ordinals: NDArray[np.int32], snapshot: Snapshot, now: datetime
) -> dict[str, list[frozenset[str]]]:
    """For each field, the values that each post has."""
    columns, sources = snapshot.columns, snapshot.names.sources
    days = (now.timestamp() - columns.created[ordinals]) / 86_400.0
    dated = columns.created[ordinals] > 0
    past = np.searchsorted(_LIMITS_DAYS, np.where(dated, days, np.inf))
    places = [frozenset({name}) for name in sources]
    return {
        "source": [places[code] for code in columns.source[ordinals].tolist()],
        "kind": [_KINDS[code] for code in columns.kind[ordinals].tolist()],
        "answered": [_ANSWERED[yes] for yes in columns.answered[ordinals].tolist()],
        "time": [_WITHIN[limits] for limits in past.tolist()],
    }


def chosen(held: Mapping[str, list[frozenset[str]]], choices: Choices, size: int) -> list[int]:
    """Places of the posts that have a chosen value in every field with a choice."""
    asked = [
        (held[name], set(wanted)) for name, wanted in choices.items() if wanted and name in held
    ]
    if not asked:
        return list(range(size))
    return [
        at
        for at in range(size)
        if all(not values[at].isdisjoint(wanted) for values, wanted in asked)
    ]


def counts(
    held: Mapping[str, list[frozenset[str]]], choices: Choices, size: int
) -> Iterator[Facet]:
    """Every value that at least one result has, or that is chosen."""
    for field in FIELDS:
        others = {name: wanted for name, wanted in choices.items() if name != field}
        within = chosen(held, others, size)
        wanted = choices.get(field, ())
        tally = _tally(held[field][at] for at in within)
        for value in sorted({*tally, *wanted}, key=lambda one: _rank(field, one, tally)):
            yield Facet(field=field, value=value, count=tally.get(value, 0), chosen=value in wanted)


def _tally(found: Iterable[frozenset[str]]) -> dict[str, int]:
    tally: dict[str, int] = {}
    for held, times in Counter(found).items():
        for value in held:
            tally[value] = tally.get(value, 0) + times
    return tally


def _rank(field: str, value: str, tally: Mapping[str, int]) -> tuple[int, str]:
    """Times from short to long, everything else by falling count."""
    if field == "time":
        return TIMES_DAYS.get(value, 0), value
    return -tally.get(value, 0), value
