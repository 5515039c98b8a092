"""The formula, on one page.

    relevance = share * keywords / best keywords + (1 - share) * cosine / best cosine
    score     = relevance + accepted + staff + votes + lead + record + detail + age + kind + owner
                + agreement of other places

Every term is kept by name, so that every score can be read as the sum it is. Of each thread the
best post stands for it, its solution before others that fit about as well; threads that hold the
same become one result, and their agreement counts. Equal scores stand in the order of their ids:
the same question always gives the same list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexer.query import words
from indexer.search import Candidates
from ranker import fuse, trust
from ranker.same import one_conversation, same_things

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from indexer.columns import Columns
    from indexer.query import Query
    from indexer.snapshot import Snapshot
    from ranker.weights import Weights

    Parts = dict[str, NDArray[np.float64]]

FLOOR = 0.35
"""Cosine below which a passage speaks of something else (bench/confidence.py): what only meaning
named is dropped under it."""

WORDS_FLOOR = 0.35
"""Share of the best keyword score above which a post is kept whatever its meaning. Where a single
word was asked, every post that holds it is."""

LEAST_KEYWORD = 1e-9
"""Above nothing: a word was found."""

SOLUTION_MARGIN = 0.15
"""How much better another post of a solved thread must score to stand in the solution's place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """Candidates with the terms of their scores. All arrays are of one length."""

    candidates: Candidates
    relevance: NDArray[np.float64]
    trust: NDArray[np.float64]
    """Sum of the trust terms; `ranker.trust.trust` puts it on a scale from 0 to 1."""
    parts: Parts

    @property
    def score(self) -> NDArray[np.float64]:
        """The sum of all terms."""
        return self.relevance + self.trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One result: which candidate stands for the thread, and the others that say the same."""

    at: int
    """Place among the scored candidates."""
    also: tuple[int, ...]
    agreement: float
    """What the agreement of other places adds to the score."""


def score(
    query: Query,
    candidates: Candidates,
    snapshot: Snapshot,
    now: datetime,
    *,
    weights: Weights,
    trusts: Mapping[int, float],
) -> Scored:
    """Score every candidate; `trusts` is the owner's trust in each source, by its code."""
    by_words, by_meaning = fuse.relevance(query, candidates, weights)
    columns, ordinals = snapshot.columns, candidates.ordinals
    trusted = trust.parts(columns, ordinals, now, weights)
    trusted["owner"] = trust.owner_part(columns, ordinals, trusts, weights)
    return Scored(
        candidates=candidates,
        relevance=by_words + by_meaning,
        trust=np.sum(list(trusted.values()), axis=0),
        parts={"keywords": by_words, "meaning": by_meaning, **trusted},
    )


def rank(scored: Scored, snapshot: Snapshot, weights: Weights) -> list[Ranked]:
    """The results, best first."""
    order = np.lexsort((scored.candidates.ordinals, -_as_face(scored)))
    threads = snapshot.columns.thread[scored.candidates.ordinals[order]]
    best = order[np.sort(np.unique(threads, return_index=True)[1])]
    best = best[np.lexsort((scored.candidates.ordinals[best], -scored.score[best]))]
    groups = same_things(scored.candidates.ordinals[best], snapshot)
    results = [
        _ranked([int(best[at]) for at in group], scored, snapshot, weights) for group in groups
    ]
    return sorted(results, key=lambda one: -(scored.score[one.at] + one.agreement))


def relevant(query: Query, candidates: Candidates) -> Candidates:
    """Only the candidates that speak of what was asked; all of them where only filters were."""
    if query.tree is None:
        return candidates
    keyword = candidates.keyword
    share = WORDS_FLOOR if len(words(query.tree)) > 1 else 0.0
    kept = keyword >= max(share * keyword.max(initial=0.0), LEAST_KEYWORD)
    if candidates.by_meaning:
        kept |= candidates.similarity >= FLOOR
    return candidates.only(kept)


def _as_face(scored: Scored) -> NDArray[np.float64]:
    """How well each post stands for its thread: a solution before replies that fit a bit better."""
    return scored.score + SOLUTION_MARGIN * (scored.parts["accepted"] > 0)


def _ranked(group: list[int], scored: Scored, snapshot: Snapshot, weights: Weights) -> Ranked:
    others = _other_places(scored.candidates.ordinals[group], snapshot.columns)
    return Ranked(
        at=group[0],
        also=tuple(group[1:]),
        agreement=weights.agreement * min(len(others), 3),
    )


def _other_places(group: NDArray[np.int32], columns: Columns) -> set[int]:
    """Sources that say the same of themselves: what merely came by another road is no second."""
    if len(group) == 1:
        return set()
    source, is_echo = columns.source[group], one_conversation(group, columns)[0]
    return set(source[~is_echo].tolist()) - {int(source[0])}
