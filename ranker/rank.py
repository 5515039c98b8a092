"""The formula, on one page.

    relevance = keywords / best keywords + cosine / best cosine + coverage + adjacency, weighted,
                under what the query names exactly, where it names something
    score     = relevance + accepted + staff + votes + lead + record + detail + age + kind + owner
                + agreement of other places

Every term is kept by name, so that every score can be read as the sum it is. Of each thread the
best post stands for it, its solution before others that fit about as well; threads that hold the
same become one result, and their agreement counts. Equal scores stand in the order of their ids:
the same question always gives the same list.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

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

FLOOR, MENTIONED = 0.3, 0.5
"""Cosine of a passage, or coverage of a post, from which it speaks of what was asked. Where nothing
does, nothing is found: of questions that a place cannot answer half end so, and hardly one of
those it can (bench/confidence.py)."""

NEAR, FAR = 0.3, 0.2
"""Share of the best relevance, and cosine, below which a post lies too far behind to be listed. It
costs a first page nothing (bench/confidence.py)."""

WHOLE = 0.999
"""Coverage of a post that holds all that was asked, but for rounding: it is always listed."""

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

    def only(self, kept: NDArray[np.bool_]) -> Scored:
        """Those for which `kept` is true, with the scores they have."""
        return Scored(
            candidates=self.candidates.only(kept),
            relevance=self.relevance[kept],
            trust=self.trust[kept],
            parts={name: values[kept] for name, values in self.parts.items()},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One result: which candidate stands for the thread, and the others that say the same."""

    at: int
    """Place among the scored candidates."""
    also: tuple[int, ...]
    agreement: float
    """What the agreement of other places adds to the score."""


def score(
    candidates: Candidates,
    snapshot: Snapshot,
    now: datetime,
    *,
    weights: Weights,
    trusts: Mapping[int, float],
) -> Scored:
    """Score every candidate; `trusts` is the owner's trust in each source, by its code."""
    fitting = fuse.parts(candidates, weights)
    columns, ordinals = snapshot.columns, candidates.ordinals
    trusted = trust.parts(columns, ordinals, now, weights)
    trusted["owner"] = trust.owner_part(columns, ordinals, trusts, weights)
    return Scored(
        candidates=candidates,
        relevance=np.sum(list(fitting.values()), axis=0),
        trust=np.sum(list(trusted.values()), axis=0),
        parts={**fitting, **trusted},
    )


def rank(scored: Scored, snapshot: Snapshot, weights: Weights) -> list[Ranked]:
    """The results, best first."""
    ordinals, scores = scored.candidates.ordinals, scored.score
    order = np.lexsort((ordinals, -_as_face(scored)))
    threads = snapshot.columns.thread[ordinals[order]]
    best = order[np.sort(np.unique(threads, return_index=True)[1])]
    best = best[np.lexsort((ordinals[best], -scores[best]))]
    places, values = best.tolist(), scores.tolist()
    results = [
        _ranked([places[at] for at in group], scored, snapshot, weights)
        for group in same_things(ordinals[best], snapshot)
    ]
    return sorted(results, key=lambda one: -(values[one.at] + one.agreement))


def relevant(query: Query, candidates: Candidates, weights: Weights) -> NDArray[np.bool_]:
    """For each candidate whether it is worth listing; all are where only filters were given."""
    if query.tree is None:
        return np.ones(len(candidates.ordinals), dtype=bool)
    covers = (candidates.coverage >= MENTIONED) | (candidates.named > 0)
    if candidates.by_meaning and not (covers | (candidates.similarity >= FLOOR)).any():
        return covers
    near = fuse.relevance(candidates, replace(weights, named=0.0))  # else only the named is near
    kept: NDArray[np.bool_] = (near > 0) & (near >= NEAR * near.max(initial=0.0))
    if candidates.by_meaning:
        kept &= covers | (candidates.similarity >= FAR)
    kept |= (candidates.coverage >= WHOLE) | (candidates.named > 0)
    return kept


def _as_face(scored: Scored) -> NDArray[np.float64]:
    """How well each post stands for its thread: a solution before replies that fit a bit better."""
    return scored.score + SOLUTION_MARGIN * (scored.parts["accepted"] > 0)


def _ranked(group: list[int], scored: Scored, snapshot: Snapshot, weights: Weights) -> Ranked:
    if len(group) == 1:
        return Ranked(at=group[0], also=(), agreement=0.0)
    others = _other_places(scored.candidates.ordinals[group], snapshot.columns)
    return Ranked(
        at=group[0],
        also=tuple(group[1:]),
        agreement=weights.agreement * min(len(others), 3),
    )


def _other_places(group: NDArray[np.int32], columns: Columns) -> set[int]:
    """Sources that say the same of themselves: what merely came by another road is no second."""
    source, is_echo = columns.source[group], one_conversation(group, columns)[0]
    return set(source[~is_echo].tolist()) - {int(source[0])}
