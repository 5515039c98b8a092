"""One question answered: from the words in the box to a page of results.

The ranking of a question is made once and kept for a while, by generation and viewer: totals,
facets and every page come from the same frozen list.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from indexer.marks import may_be_shown
from indexer.parser import parse
from indexer.query import Filters
from indexer.wordbook import Wordbook
from ranker import facets
from ranker.order import in_order
from ranker.overview import Overview, overview
from ranker.people import People
from ranker.per_generation import PerGeneration
from ranker.places import Places
from ranker.rank import rank, relevant, score
from ranker.ranking import Ranking
from ranker.relax import find_or_relax
from ranker.respell import Respeller
from ranker.results import Expert, Facet, Place, Results
from ranker.show import Shower
from ranker.suggest import Suggestions
from ranker.threads import Thread, at_its_best
from ranker.weights import Weights

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from contract import Clock, Settings
    from crawler.archive import Archive
    from indexer.library import Library, Reading
    from indexer.query import Query
    from indexer.search import Candidates
    from ranker.order import Order
    from ranker.rank import Ranked, Scored
    from ranker.suggest import Suggestion

REMEMBERED = 256
"""Rankings kept: a few pages of a few hundred searchers; each takes some 50 kB."""

EXPANDED = 12
"""Threads, the best ones, whose every post is looked at for the answer."""

SUGGESTED = 8
"""Suggestions: what fits under a box on a phone, above its keyboard."""

SHOWN_EXPERTS, SHOWN_PLACES = 3, 3


class Ranker:
    """Answers questions. Safe to share between threads."""

    def __init__(
        self,
        library: Library,
        archive: Archive,
        settings: Settings,
        clock: Clock,
        weights: Weights | None = None,
    ) -> None:
        self._library = library
        self._archive = archive
        self._settings = settings
        self._clock = clock
        self._weights = weights or Weights()
        self._kept: OrderedDict[tuple[object, ...], Ranking] = OrderedDict()
        self._lock = threading.Lock()
        self._suggestions = Suggestions(archive, settings)
        self._people = PerGeneration(People)
        self._places = PerGeneration(lambda snapshot: Places(snapshot.columns))
        synonyms = settings.index.synonyms
        self._wordbook = PerGeneration(lambda snapshot: Wordbook(snapshot, synonyms))

    def search(
        self,
        text: str,
        *,
        groups: Collection[str] = (),
        choices: Mapping[str, Collection[str]] | None = None,
        page: int = 1,
        limit: int | None = None,
        verbatim: bool = False,
        order: Order = "relevance",
    ) -> Results:
        """Answer a question for a viewer in these groups.

        `choices` narrows the results by facet; `page` counts from 1; `limit` is the number of
        results on a page; `verbatim` insists on the words as typed, where they would be taken for
        misspelt; `order` is that of the results alone: the answer is the same in any. Raises
        SearchIndexError where nothing can be searched.
        """
        started = time.perf_counter()
        ranking = self.ranking(text, groups, verbatim=verbatim)
        shower = self._shower(ranking)
        narrowed, counted = self._narrowed(ranking, choices or {})
        listed = in_order(order, narrowed, ranking)
        size = limit or self._settings.ranking.per_page
        pages = max(1, -(-len(narrowed) // size))
        page = min(max(page, 1), pages)
        first = (page - 1) * size
        answer = shower.answer(narrowed, self._settings.ranking.confidence) if page == 1 else None
        manifest = ranking.reading.finder.snapshot.manifest
        return Results(
            query=ranking.typed,
            searched=ranking.query.raw if ranking.query.raw != ranking.typed else None,
            did_you_mean=ranking.offered,
            total=len(narrowed),
            page=page,
            pages=pages,
            answer=answer,
            results=shower.results(listed[first : first + size]),
            experts=shower.experts() if page == 1 else (),
            places=shower.places(SHOWN_PLACES) if page == 1 else (),
            facets=counted,
            notices=self._notices(ranking),
            generation=manifest.number,
            indexed_at=manifest.built_at,
            took_ms=(time.perf_counter() - started) * 1000,
        )

    def experts(
        self, text: str, groups: Collection[str] = (), count: int = 10
    ) -> tuple[Expert, ...]:
        """People who know about something, the surest first."""
        return self._shower(self.ranking(text, groups), named=count).experts()

    def places(self, text: str, groups: Collection[str] = (), count: int = 10) -> tuple[Place, ...]:
        """Places where a question is likely to be solved, the likeliest first."""
        return self._shower(self.ranking(text, groups)).places(count)

    def suggest(self, typed: str, count: int = SUGGESTED) -> tuple[Suggestion, ...]:
        """What to search for, from what was typed so far: the same for everybody."""
        return self._suggestions.suggest(typed, self._library.read(), self._clock.now(), count)

    def overview(self, groups: Collection[str] = (), examples: int = 3) -> Overview:
        """What there is to search, with a few questions to try."""
        now, reading = self._clock.now(), self._library.read()
        return overview(reading, self._archive, self._settings, groups, examples=examples, now=now)

    def version(self) -> tuple[int, int]:
        """Generation and archive sequence: what every answer depends on, besides the question."""
        return self._library.read().version

    @property
    def trouble(self) -> str | None:
        """What is wrong with the index, for the operator."""
        return self._library.trouble

    @property
    def lacking(self) -> str | None:
        """What the index cannot do at present, for the operator."""
        by_meaning = self._library.read().finder.searches_by_meaning
        return None if by_meaning else "search by meaning is not available"

    def thread(self, thread_id: str, groups: Collection[str] = ()) -> Thread | None:
        """A whole thread, the trusted replies first; None where the viewer may see none of it."""
        now, snapshot = self._clock.now(), self._library.read().finder.snapshot
        posts = [one for one in self._archive.thread(thread_id) if may_be_shown(one, groups, now)]
        return at_its_best(thread_id, posts, snapshot, now, self._weights)

    def ranking(
        self, text: str, groups: Collection[str] = (), *, verbatim: bool = False
    ) -> Ranking:
        """The ranking of a question, made now or remembered."""
        query, reading = parse(text), self._library.read()
        key = (query.raw, verbatim, frozenset(groups), reading.version, self._clock.now().date())
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        ranking = self._rank(query, reading, groups, verbatim=verbatim)
        with self._lock:
            self._kept[key] = ranking
            while len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
        return ranking

    def _rank(
        self, query: Query, reading: Reading, groups: Collection[str], *, verbatim: bool
    ) -> Ranking:
        finder, typed, wordbook = reading.finder, query.raw, self._wordbook.of(reading)
        respelling = None
        if not verbatim:
            respelling = Respeller(wordbook, finder, groups, reading.dead).respelt(query)
        if respelling is not None and respelling.is_sure:
            query = parse(respelling.text)
        query = replace(query, tree=wordbook.synonyms.widened(query.tree))
        query, candidates = find_or_relax(query, finder, groups, reading.dead)
        kept = relevant(query, candidates, self._weights)
        scored = self._score(candidates, reading).only(kept)
        results = rank(scored, finder.snapshot, self._weights)

        def widen() -> Scored:
            found = scored.candidates
            if query.filters == Filters():
                best = found.ordinals[[one.at for one in results[:EXPANDED]]]
                threads = set(finder.snapshot.columns.thread[best].tolist())
                found = finder.with_threads(query, threads, found, groups, reading.dead)
            return self._score(found, reading)

        return Ranking(
            typed=typed,
            offered=respelling.text if respelling and not respelling.is_sure else None,
            query=query,
            groups=frozenset(groups),
            reading=reading,
            scored=scored,
            results=results,
            widen=widen,
        )

    def _score(self, candidates: Candidates, reading: Reading) -> Scored:
        snapshot = reading.finder.snapshot
        trusts = {
            code: source.trust
            for code, name in enumerate(snapshot.names.sources)
            for source in self._settings.source
            if source.name == name
        }
        now = self._clock.now()
        return score(candidates, snapshot, now, weights=self._weights, trusts=trusts)

    def _narrowed(
        self, ranking: Ranking, choices: Mapping[str, Collection[str]]
    ) -> tuple[list[Ranked], tuple[Facet, ...]]:
        """The results that fit the choices, best first, and the counts of every choice there is."""
        results = ranking.results
        places_of = np.array([one.at for one in results], dtype=np.int64)
        ordinals = ranking.scored.candidates.ordinals[places_of]
        snapshot, now = ranking.reading.finder.snapshot, self._clock.now()
        held = facets.values(ordinals, snapshot, now)
        kept = facets.chosen(held, choices, len(results))
        return [results[at] for at in kept], tuple(facets.counts(held, choices, len(results)))

    def _shower(self, ranking: Ranking, named: int = SHOWN_EXPERTS) -> Shower:
        return Shower(
            ranking=ranking,
            people=self._people.of(ranking.reading),
            known_places=self._places.of(ranking.reading),
            archive=self._archive,
            settings=self._settings,
            now=self._clock.now(),
            named=named,
        )

    def _notices(self, ranking: Ranking) -> tuple[str, ...]:
        """What a searcher should know of this page, in words for them."""
        notices = list(ranking.query.notices)
        if self._library.trouble is not None:
            notices.append("The newest index cannot be read; an older one answers for now.")
        if ranking.query.tree is not None and not ranking.scored.candidates.by_meaning:
            notices.append("Only exact words were searched: search by meaning is not available.")
        return tuple(notices)
