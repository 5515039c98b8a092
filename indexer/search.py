"""From a query to candidates: the posts that may answer it, with both their scores.

Keywords and meaning each name their best; every candidate then gets both scores, so that fusion
compares like with like. What the viewer may not see, what the filters leave out and what has been
deleted since the generation was built is gone before anything is counted.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from indexer.columns import passes
from indexer.keyword import Wanted
from indexer.keyword.by_ordinal import Found
from indexer.language import DEFAULT
from indexer.marks import seen_by
from indexer.query import Either, Filters, Some, Word

if TYPE_CHECKING:
    from collections.abc import Collection

    from indexer.embed import Encoder
    from indexer.query import Query
    from indexer.snapshot import Snapshot

    Mask = NDArray[np.bool_]

DEPTH = 200
"""Posts that each half names. Deeper lists change no first page (bench/README.md)."""

LISTED = 1000
"""Posts listed where only filters were given: a hundred pages."""

VIEWERS = 32
"""Sets of groups for which it is remembered what they may see: a byte for each post."""

NO_HITS = Found(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))

PASSAGES_A_POST = 3
"""Passages looked at for each post wanted: long posts have several that fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Posts that may answer a query, by ordinal. All arrays are of one length."""

    ordinals: NDArray[np.int32]
    keyword: NDArray[np.float32]
    """BM25, 0 where no word matches."""
    coverage: NDArray[np.float32]
    adjacency: NDArray[np.float32]
    named: NDArray[np.float32]
    """How the words fit, 0 to 1: `indexer.fit`."""
    similarity: NDArray[np.float32]
    """Cosine of the best passage to the query; NaN where there are no vectors."""
    passage: NDArray[np.int64]
    """Number of that passage; -1 where there is none."""
    by_meaning: bool
    """Whether vectors took part."""

    def only(self, kept: NDArray[np.bool_]) -> Candidates:
        """Those for which `kept` is true."""
        arrays = {name: getattr(self, name)[kept] for name in _ARRAYS}
        return Candidates(**arrays, by_meaning=self.by_meaning)

    def joined(self, others: Candidates) -> Candidates:
        """These and `others`, none of which is among them."""
        arrays = {
            name: np.concatenate([getattr(self, name), getattr(others, name)]) for name in _ARRAYS
        }
        return Candidates(**arrays, by_meaning=self.by_meaning)


_ARRAYS = tuple(name for name in Candidates.__annotations__ if name != "by_meaning")


@runtime_checkable
class KnowsWords(Protocol):
    """A model that can tell a word of its language from letters in a row."""

    def knows(self, word: str) -> bool:
        """Whether it has met a word, in lower case, often."""
        ...


class Finder:
    """Finds candidates in one snapshot. Safe to share between threads."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder | None) -> None:
        self.snapshot = snapshot
        usable = encoder is not None and encoder.model == snapshot.manifest.model
        self._encoder = encoder if usable else None
        self._seen = functools.lru_cache(maxsize=VIEWERS)(self._seen_by)

    @property
    def searches_by_meaning(self) -> bool:
        """Whether there are vectors, and the model that made them."""
        return self._encoder is not None and self.snapshot.vectors is not None

    def knows(self, word: str) -> bool:
        """Whether a word is one to the model, though perhaps to no post; never without a model."""
        encoder: object = self._encoder
        return isinstance(encoder, KnowsWords) and encoder.knows(word)

    def find(
        self,
        query: Query,
        groups: Collection[str] = (),
        dead: NDArray[np.int32] | None = None,
        depth: int = DEPTH,
    ) -> Candidates:
        """Candidates for a viewer in these groups; `dead` are ordinals deleted since."""
        wanted, mask = self._wanted(query, groups, dead)
        if query.tree is None:
            return self._scored(wanted, None, self._newest(mask))
        hits = self._by_words(wanted, mask, depth)
        named, vector = hits.ordinals, self._vector(query)
        if vector is not None:
            near = self._by_meaning(vector, self._allowed(query, wanted, mask), depth)
            named = np.union1d(named, near).astype(np.int32)
        return self._scored(wanted, vector, named, hits)

    def with_threads(
        self,
        query: Query,
        threads: Collection[int],
        known: Candidates,
        groups: Collection[str] = (),
        dead: NDArray[np.int32] | None = None,
    ) -> Candidates:
        """These candidates, and all posts of these threads that the viewer may see, scored too."""
        wanted, mask = self._wanted(replace(query, filters=Filters()), groups, dead)
        numbers = np.array(sorted(threads), dtype=np.int32)
        starts = np.searchsorted(self.snapshot.columns.thread, numbers, side="left")
        ends = np.searchsorted(self.snapshot.columns.thread, numbers, side="right")
        ranges = [np.arange(a, b, dtype=np.int32) for a, b in zip(starts, ends, strict=True)]
        members = np.concatenate(ranges) if ranges else np.zeros(0, dtype=np.int32)
        new = members[mask[members] & ~np.isin(members, known.ordinals)]
        return known.joined(self._scored(wanted, self._vector(query), new))

    def visible(self, groups: Collection[str], dead: NDArray[np.int32] | None) -> Mask:
        """For each post whether a viewer in these groups may see it."""
        mask = self._seen(frozenset(groups)).copy()
        if dead is not None:
            mask[dead] = False
        return mask

    def _seen_by(self, groups: frozenset[str]) -> Mask:
        """The same with the dead: it holds as long as the snapshot."""
        return self.snapshot.marks.mask(seen_by(groups), len(self.snapshot))

    def _newest(self, mask: Mask) -> NDArray[np.int32]:
        """The newest posts that pass, where nothing but filters was asked."""
        passing = np.flatnonzero(mask).astype(np.int32)
        touched = self.snapshot.columns.touched[passing]
        newest: NDArray[np.int32] = passing[np.lexsort((passing, -touched))][:LISTED]
        return newest

    def _wanted(
        self, query: Query, groups: Collection[str], dead: NDArray[np.int32] | None
    ) -> tuple[Wanted, Mask]:
        """The query with what the viewer may see as one more filter, and the posts that pass."""
        filters, mask = query.filters, self.visible(groups, dead)
        if not self._seen(frozenset(groups)).all():
            filters = replace(filters, any_of=(*filters.any_of, seen_by(groups)))
        if query.filters != Filters():
            mask &= passes(query.filters, self.snapshot.columns, self.snapshot.marks)
        languages = self.snapshot.manifest.languages or (DEFAULT,)
        return Wanted(tree=query.tree, filters=filters, languages=languages), mask

    def _scored(
        self,
        wanted: Wanted,
        vector: NDArray[np.float32] | None,
        ordinals: NDArray[np.int32],
        hits: Found = NO_HITS,
    ) -> Candidates:
        """Both scores of these posts; `hits` are those whose words have been scored already."""
        similarity = np.full(len(ordinals), np.nan, dtype=np.float32)
        passage = np.full(len(ordinals), -1, dtype=np.int64)
        if vector is not None:
            similarity, passage = self._similarity(vector, ordinals)
        words = self.snapshot.fit(ordinals, wanted.tree, wanted.languages)
        return Candidates(
            ordinals=ordinals,
            keyword=self._word_scores(wanted, ordinals, hits),
            coverage=words.coverage,
            adjacency=words.adjacency,
            named=words.named,
            similarity=similarity,
            passage=passage,
            by_meaning=vector is not None,
        )

    def _word_scores(
        self, wanted: Wanted, ordinals: NDArray[np.int32], hits: Found
    ) -> NDArray[np.float32]:
        scores = np.zeros(len(ordinals), dtype=np.float32)
        order = np.argsort(hits.ordinals)
        known, values = hits.ordinals[order], hits.scores[order]
        is_hit = np.isin(ordinals, known)
        scores[is_hit] = values[np.searchsorted(known, ordinals[is_hit])]
        scores[~is_hit] = self.snapshot.keyword.scores(wanted, ordinals[~is_hit])
        return scores

    def _by_words(self, wanted: Wanted, mask: Mask, depth: int) -> Found:
        """The best by keywords. The engine knows nothing of the dead: they may take all room."""
        limit = depth
        while True:
            found, scores = self.snapshot.keyword.search(wanted, limit)
            alive = mask[found]
            if np.count_nonzero(alive) >= depth or len(found) < limit:
                return Found(found[alive][:depth], scores[alive][:depth])
            limit *= 4

    def _vector(self, query: Query) -> NDArray[np.float32] | None:
        if self._encoder is None or self.snapshot.vectors is None or not query.plain:
            return None
        return self._encoder.query(query.plain)

    def _allowed(self, query: Query, wanted: Wanted, mask: Mask) -> Mask:
        """What meaning may name: where a phrase must or a word must not be there, only those."""
        if not _is_strict(query):
            return mask
        found = self.snapshot.keyword.search(wanted, len(self.snapshot)).ordinals
        allowed = np.zeros_like(mask)
        allowed[found] = True
        return allowed & mask

    def _by_meaning(
        self, vector: NDArray[np.float32], allowed: Mask, depth: int
    ) -> NDArray[np.int32]:
        index, posts = self.snapshot.vectors, self.snapshot.passage_posts
        if index is None:
            return np.zeros(0, dtype=np.int32)
        among = None if allowed.all() else allowed[posts]
        near = index.search(vector, depth * PASSAGES_A_POST, among)
        named = posts[near.passages]
        _, first = np.unique(named, return_index=True)
        best: NDArray[np.int32] = named[np.sort(first)][:depth]
        return best

    def _similarity(
        self, vector: NDArray[np.float32], ordinals: NDArray[np.int32]
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Best passage of each post, and its cosine; posts without passages get 0 and -1."""
        similarity = np.zeros(len(ordinals), dtype=np.float32)
        passage = np.full(len(ordinals), -1, dtype=np.int64)
        bounds = self.snapshot.columns.first_passage
        starts, counts = bounds[ordinals], bounds[ordinals + 1] - bounds[ordinals]
        owner = np.repeat(np.arange(len(ordinals)), counts)
        if self.snapshot.vectors is None or len(owner) == 0:
            return similarity, passage
        within = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
        passages = np.repeat(starts, counts) + within
        cosines = self.snapshot.vectors.similarities(vector, passages)
        order = np.lexsort((passages, -cosines, owner))
        first = np.unique(owner[order], return_index=True)[1]
        best = order[first]
        similarity[owner[best]], passage[owner[best]] = cosines[best], passages[best]
        return similarity, passage


def _is_strict(query: Query) -> bool:
    """Whether the words themselves say what must or must not be there."""
    match query.tree:
        case None:
            return False
        case Some(_, needed, barred):
            return bool(needed or barred)
        case Word() | Either():
            return False
        case _:
            return True
