"""Searching again without insisting, where nothing is exactly as it was asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from indexer.query import relaxed

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy as np
    from numpy.typing import NDArray

    from indexer.query import Query
    from indexer.search import Candidates, Finder

NOTHING_EXACT = "Nothing holds these words exactly as you put them; these come nearest."


def find_or_relax(
    query: Query,
    finder: Finder,
    groups: Collection[str] = (),
    dead: NDArray[np.int32] | None = None,
) -> tuple[Query, Candidates]:
    """Candidates for a query, or for the same words loosely where it has none.

    The query that comes back is the one that was searched, with a notice where it was loosened.
    """
    found = finder.find(query, groups, dead)
    loose = relaxed(query.tree)
    if len(found.ordinals) == 0 and loose != query.tree:
        query = replace(query, tree=loose, notices=(*query.notices, NOTHING_EXACT))
        found = finder.find(query, groups, dead)
    return query, found
