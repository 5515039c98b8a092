"""A question ranked: what every page of its results is made from."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

from indexer.library import Reading
from indexer.query import Query
from ranker.rank import Ranked, Scored


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """Everything known of one question at one state of the index."""

    typed: str
    """The query as it was typed, white space folded."""
    offered: str | None
    """What may have been meant, where that is in doubt."""
    query: Query
    """What was searched: put right where it was surely misspelt, with every way to say it."""
    groups: frozenset[str]
    """Groups of whoever asked."""
    reading: Reading
    scored: Scored
    """The candidates that results are made of."""
    results: list[Ranked]
    widen: Callable[[], Scored]
    """Makes `wide`, when first asked for."""

    @functools.cached_property
    def wide(self) -> Scored:
        """Candidates together with all posts of the best threads: where answers and people are.

        Later pages, and programs that read no more than the results, need none of it.
        """
        return self.widen()
