"""The engine in pure Python: Whoosh's own index, for places where nothing compiled may run.

It is exact and slow (a hundred times tantivy's time at 100,000 posts, see bench/README.md), holds
the same terms and gives the same results within rounding. `Searcher.refresh()` is never called: in
every fork of Whoosh it brings deleted posts back.
Library: https://whoosh.readthedocs.io/
"""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
from whoosh import index as whoosh_index
from whoosh import query as wq
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import KEYWORD, NUMERIC, TEXT, Schema
from whoosh.matching import AndNotMatcher, ConstantScoreWrapperMatcher, DisjunctionMaxMatcher
from whoosh.scoring import BM25F

from indexer.analysis import is_stopword, query_terms, terms
from indexer.keyword import TITLE_WEIGHT, Entry, Hits, Wanted
from indexer.query import Either, Every, Filters, Node, Phrase, Some, Word, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_FIELDS = (("title", TITLE_WEIGHT), ("body", 1.0))
_SPACE = "\u241f"
"""Stands for a space inside a mark, since marks are kept side by side."""

LATEST = 2**62


class WhooshEngine:
    """Opens and begins indexes."""

    def writer(self, folder: Path) -> WhooshWriter:
        """Begin an index in an empty folder."""
        return WhooshWriter(folder)

    def updater(self, base: Path, folder: Path) -> None:
        """None: its indexes are always written whole, as the one segment it is quickest with."""

    def open(self, folder: Path) -> WhooshIndex:
        """Open a sealed one."""
        return WhooshIndex(folder)


class WhooshWriter:
    """Writes one segment."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._writer = whoosh_index.create_in(str(folder), _schema()).writer(limitmb=256)

    def add(self, entry: Entry) -> None:
        """Add a post."""
        self._writer.add_document(
            key=entry.key,
            title=" ".join(entry.title),
            body=" ".join(entry.body),
            marks=" ".join(map(_mark, sorted(entry.marks))),
            created=entry.created,
        )

    def seal(self) -> None:
        """Commit as one segment."""
        self._writer.commit(optimize=True)

    def abandon(self) -> None:
        """Forget what was written."""
        self._writer.cancel()


class _BM25(BM25F):  # type: ignore[misc]  # the package has no types
    """With the rarity of Lucene and tantivy: Whoosh's own lets words of every other post decide."""

    def idf(self, searcher: Any, fieldname: str, text: str) -> float:
        """How rare a term is: ln(1 + (posts without it + 1/2) / (posts with it + 1/2))."""
        held = searcher.doc_frequency(fieldname, text)
        return math.log(1 + (searcher.doc_count_all() - held + 0.5) / (held + 0.5))


class WhooshIndex:
    """A sealed index."""

    def __init__(self, folder: Path) -> None:
        self._searcher = whoosh_index.open_dir(str(folder)).searcher(weighting=_BM25())
        self._alone = threading.Lock()  # its readers share the place in a file

    def search(self, wanted: Wanted, limit: int) -> Hits:
        """The best posts."""
        return self._hits(_tree(wanted), _filter(wanted.filters), limit)

    def scores(self, wanted: Wanted, keys: NDArray[np.int32]) -> NDArray[np.float32]:
        """Scores of just these posts."""
        among = wq.Or([wq.Term("key", _number(key)) for key in keys.tolist()])
        found = self._hits(_tree(wanted), among, max(1, len(keys)))
        known = dict(zip(found.keys.tolist(), found.scores.tolist(), strict=True))
        return np.array([known.get(key, 0.0) for key in keys.tolist()], dtype=np.float32)

    def close(self) -> None:
        """Let go of the files."""
        self._searcher.close()

    def _hits(self, tree: Any, only: Any, limit: int) -> Hits:
        # with a limit, Whoosh leaves out posts that it wrongly expects to score too low
        with self._alone:
            found = self._searcher.search(tree, limit=None, filter=only)[:limit]
            keys = np.array([hit["key"] for hit in found], dtype=np.int32)
        scores = np.array([hit.score for hit in found], dtype=np.float32)
        order = np.lexsort((keys, -scores))
        return Hits(keys[order], scores[order])


class _All(wq.Every):  # type: ignore[misc]
    """Every post, with a score of nothing; Whoosh's own gives each 1, whatever its boost."""

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Whoosh's own, without its score."""
        return ConstantScoreWrapperMatcher(super().matcher(searcher, context), 0.0)


class _Any(wq.Or):  # type: ignore[misc]
    """The posts of any of several queries.

    In the way that Whoosh takes above 5,000 posts; below, it drops posts with a score of 0.
    """

    matcher_type = wq.Or.DEFAULT_MATCHER


class _Without(wq.AndNot):  # type: ignore[misc]
    """The posts of one query that another does not find."""

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Our matcher for Whoosh's own."""
        kept = self.a.matcher(searcher, context)
        return _WithoutMatcher(kept, self.b.matcher(searcher, searcher.boolean_context()))


class _WithoutMatcher(AndNotMatcher):  # type: ignore[misc]
    """Whoosh's own, mended twice.

    It lets the first post through where the other query begins at an earlier one, and reads past
    the end where it is told to skip there.
    """

    def _find_first(self) -> None:
        self._find_next()

    def _find_next(self) -> bool:
        return bool(self.a.is_active() and super()._find_next())


class _Best(wq.DisjunctionMax):  # type: ignore[misc]
    """Of several queries, for each post the one that scores it highest."""

    def _matcher(self, subs: Any, searcher: Any, context: Any) -> Any:
        reader = searcher.reader()
        return self._tree_matcher(
            subs, _BestMatcher, searcher, context, lambda query: query.estimate_size(reader)
        )


class _BestMatcher(DisjunctionMaxMatcher):  # type: ignore[misc]
    """Whoosh's own, mended twice.

    It lends a post the score of whichever post the other half stands at, and ends where one half
    does.
    """

    def score(self) -> float:
        """The better of the scores that are this post's own."""
        here = self.id()
        halves = (half for half in (self.a, self.b) if half.is_active() and half.id() == here)
        return max(float(half.score()) for half in halves)

    def replace(self, minquality: float = 0) -> Any:
        """The half that is left, once the other has ended."""
        if not self.a.is_active():
            return self.b.replace(minquality)
        return self if self.b.is_active() else self.a.replace(minquality)


def _tree(wanted: Wanted) -> Any:
    if wanted.tree is None:
        return _All()
    heard = words(wanted.tree)
    mute = all(is_stopword(word, wanted.languages) for word in heard)
    return _node(wanted.tree, wanted.languages, drop_stopwords=not mute)


def _node(node: Node, languages: Sequence[str], *, drop_stopwords: bool) -> Any:
    def inner(nodes: Iterable[Node]) -> list[Any]:
        return [
            _node(one, languages, drop_stopwords=drop_stopwords)
            for one in nodes
            if not (drop_stopwords and isinstance(one, Word) and is_stopword(one.text, languages))
        ]

    match node:
        case Word(text):
            parts = [_best(map(_term, forms)) for forms in query_terms(text, languages)]
            return parts[0] if len(parts) == 1 else _Any(parts)
        case Phrase(parts):
            return _phrase(" ".join(parts), languages)
        case Either(nodes):
            return _best(_node(one, languages, drop_stopwords=False) for one in nodes)
        case Every(nodes):
            return wq.And(asked) if (asked := inner(nodes)) else _All()
        case Some(nodes, needed, barred):
            asked, loose = inner(needed), inner(nodes)
            tree = wq.AndMaybe(wq.And(asked), _Any(loose)) if asked and loose else None
            tree = tree or (wq.And(asked) if asked else _Any(loose) if loose else _All())
            out = [_node(one, languages, drop_stopwords=False) for one in barred]
            return _Without(tree, wq.Or(out)) if out else tree


def _term(term: str) -> Any:
    return _Any([wq.Term(field, term, boost=weight) for field, weight in _FIELDS])


def _phrase(text: str, languages: Sequence[str]) -> Any:
    forms = dict.fromkeys(tuple(terms(text, language)) for language in languages)
    return _best(_sequence(form) for form in forms if form)


def _sequence(form: Sequence[str]) -> Any:
    if len(form) == 1:
        return _term(form[0])
    return _Any([wq.Phrase(field, list(form), boost=weight) for field, weight in _FIELDS])


def _best(queries: Iterable[Any]) -> Any:
    found = list(queries)
    if len(found) == 1:
        return found[0]
    return _Best(found) if found else wq.NullQuery


def _filter(filters: Filters) -> Any:
    parts: list[Any] = [_marked(marks) for marks in filters.any_of]
    if filters.after is not None or filters.before is not None:
        first = 1 if filters.after is None else max(1, int(filters.after.timestamp()))
        last = LATEST if filters.before is None else int(filters.before.timestamp())
        parts.append(wq.NumericRange("created", first, last, endexcl=filters.before is not None))
    if filters.none_of:
        return _Without(wq.And(parts) if parts else _All(), _marked(filters.none_of))
    return wq.And(parts) if parts else None


def _marked(marks: frozenset[str]) -> Any:
    return wq.Or([wq.Term("marks", _mark(mark)) for mark in sorted(marks)])


def _mark(mark: str) -> str:
    return mark.replace(" ", _SPACE)


def _number(value: int) -> Any:
    return _KEY.to_bytes(value)


_KEY = NUMERIC(int, stored=True, unique=True)


def _schema() -> Schema:
    spaced = SpaceSeparatedTokenizer()
    return Schema(
        key=_KEY,
        title=TEXT(analyzer=spaced, phrase=True),
        body=TEXT(analyzer=spaced, phrase=True),
        marks=KEYWORD(scorable=False),
        created=NUMERIC(int, bits=64, sortable=False),
    )
