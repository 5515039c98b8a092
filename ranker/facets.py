"""Facets: what the results can be narrowed to, with counts that hold.

Counts are of the very results that were ranked, so choosing a value shows exactly as many as it
said. A field's own choice does not change its own counts: one can always go to another value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.columns import KINDS
from ranker.results import Facet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    from indexer.snapshot import Snapshot

    Choices = Mapping[str, Collection[str]]
    """Chosen values by field."""

FIELDS = ("source", "kind", "answered", "time")

TIMES_DAYS = {"week": 7, "month": 31, "year": 365, "3years": 1096}
"""Values of the field `time`: at most so many days old."""


def values(
    ordinals: NDArray[np.int32], snapshot: Snapshot, now: datetime
) -> dict[str, list[frozenset[str]]]:
    """For each field, the values that each post has."""
    columns, sources = snapshot.columns, snapshot.names.sources
    days = (now.timestamp() - columns.created[ordinals]) / 86_400.0
    dated = columns.created[ordinals] > 0
    return {
        "source": [frozenset({sources[code]}) for code in columns.source[ordinals]],
        "kind": [frozenset({KINDS[code]}) for code in columns.kind[ordinals]],
        "answered": [frozenset({"yes" if yes else "no"}) for yes in columns.answered[ordinals]],
        "time": [
            frozenset(name for name, most in TIMES_DAYS.items() if known and age <= most)
            for age, known in zip(days, dated, strict=True)
        ],
    }


def chosen(held: Mapping[str, list[frozenset[str]]], choices: Choices, size: int) -> list[int]:
    """Places of the posts that have a chosen value in every field with a choice."""
    return [at for at in range(size) if _fits(held, choices, at)]


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


def _fits(held: Mapping[str, list[frozenset[str]]], choices: Choices, at: int) -> bool:
    return all(
        held[field][at] & set(wanted)
        for field, wanted in choices.items()
        if wanted and field in held
    )


def _tally(found: Iterable[frozenset[str]]) -> dict[str, int]:
    tally: dict[str, int] = {}
    for held in found:
        for value in held:
            tally[value] = tally.get(value, 0) + 1
    return tally


def _rank(field: str, value: str, tally: Mapping[str, int]) -> tuple[int, str]:
    """Times from short to long, everything else by falling count."""
    if field == "time":
        return TIMES_DAYS.get(value, 0), value
    return -tally.get(value, 0), value
