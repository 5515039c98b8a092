"""The default engine: tantivy, an embedded library in the manner of Lucene.

Texts go in as terms of our own, joined by spaces, so that both engines hold the same. Filters and
access are compiled beside the tree with a score of nothing, so they never move a result.
Library: https://github.com/quickwit-oss/tantivy-py
"""

from __future__ import annotations

import functools
import shutil
from typing import TYPE_CHECKING

import numpy as np
import tantivy
from tantivy import Occur, Query

from indexer.analysis import is_stopword, query_terms, terms
from indexer.keyword import TITLE_WEIGHT, Entry, Hits, Wanted
from indexer.query import Either, Every, Filters, Node, Phrase, Some, Word, words
from indexer.sealed import take_over

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

WRITER_BYTES = 128 * 1024 * 1024
"""Memory of the writer; more makes fewer segments and no faster build at 100,000 posts."""

REMEMBERED = 64
"""Trees kept as compiled: an answer asks three times with one, for the best and for scores."""

_TERMS = "terms"
_MANAGED = ".managed.json"
"""Names of the files that tantivy may delete; the other hidden files are locks."""

_FIELDS = (("title", TITLE_WEIGHT), ("body", 1.0))


class TantivyEngine:
    """Opens and begins indexes."""

    def writer(self, folder: Path) -> TantivyWriter:
        """Begin an index in an empty folder."""
        return TantivyWriter(folder)

    def updater(self, base: Path, folder: Path) -> TantivyUpdater:
        """Begin an index with all that another one holds."""
        return TantivyUpdater(base, folder)

    def open(self, folder: Path) -> TantivyIndex:
        """Open a sealed one."""
        return TantivyIndex(folder)


class TantivyWriter:
    """Writes in one thread, so that the same posts always make the same index."""

    def __init__(self, folder: Path) -> None:
        self._begin(tantivy.Index(_schema(), path=str(folder)))

    def add(self, entry: Entry) -> None:
        """Add a post."""
        document = tantivy.Document()
        document.add_unsigned("key", entry.key)
        document.add_text("title", " ".join(entry.title))
        document.add_text("body", " ".join(entry.body))
        document.add_integer("created", entry.created)
        for mark in sorted(entry.marks):
            document.add_text("marks", mark)
        self._writer.add_document(document)

    def seal(self) -> None:
        """Commit and wait until merges are done."""
        self._writer.commit()
        self._writer.wait_merging_threads()

    def abandon(self) -> None:
        """Wait until its threads have ended, and forget what they wrote."""
        self._writer.rollback()
        self._writer.wait_merging_threads()

    def _begin(self, index: tantivy.Index) -> None:
        _register(index)
        self._schema = index.schema
        self._writer = index.writer(heap_size=WRITER_BYTES, num_threads=1)


class TantivyUpdater(TantivyWriter):
    """Adds a segment to those of another index, which never change.

    What is taken out stays in the statistics until its segment is merged: tantivy does that to
    every eight of about one size.
    """

    def __init__(self, base: Path, folder: Path) -> None:
        for file in base.iterdir():
            if file.name == _MANAGED:
                shutil.copy2(file, folder)
            elif not file.name.startswith("."):
                take_over(file, folder)
        self._begin(tantivy.Index.open(str(folder)))

    def remove(self, key: int) -> None:
        """Take out a post."""
        # by a query: `delete_documents_by_term` takes a number for a signed one and finds nothing
        self._writer.delete_documents_by_query(Query.term_query(self._schema, "key", key))


class TantivyIndex:
    """A sealed index."""

    def __init__(self, folder: Path) -> None:
        self._index = tantivy.Index.open(str(folder))
        _register(self._index)
        self._index.config_reader(reload_policy="manual")  # it never changes: nothing to watch
        self._index.reload()
        self._searcher = self._index.searcher()
        self._compile = _Compiler(self._index.schema)

    def search(self, wanted: Wanted, limit: int) -> Hits:
        """The best posts."""
        return self._hits(self._compile.whole(wanted), limit)

    def scores(self, wanted: Wanted, keys: NDArray[np.int32]) -> NDArray[np.float32]:
        """Scores of just these posts."""
        if len(keys) == 0:
            return np.zeros(0, dtype=np.float32)
        among = self._compile.among(wanted, keys)
        found = self._hits(among, len(keys))
        order = np.argsort(found.keys)
        known, values = found.keys[order], found.scores[order]
        at = np.searchsorted(known, keys)
        at[at == len(known)] = 0
        matched = known[at] == keys if len(known) else np.zeros(len(keys), dtype=bool)
        return np.where(matched, values[at] if len(values) else 0, 0).astype(np.float32)

    def close(self) -> None:
        """Let go of the files."""
        del self._searcher, self._index

    def _hits(self, query: Query, limit: int) -> Hits:
        if self._searcher.num_docs == 0:
            return Hits(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))
        found = self._searcher.search(query, limit=limit, count=False).hits
        addresses = [address for _, address in found]
        values = self._searcher.fast_field_values("key", addresses)
        keys = np.array(values, dtype=np.int32)
        scores = np.array([score for score, _ in found], dtype=np.float32)
        order = np.lexsort((keys, -scores))
        return Hits(keys[order], scores[order])


class _Compiler:
    """Our tree to tantivy's queries."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self._schema = schema
        self._compiled = functools.lru_cache(maxsize=REMEMBERED)(self._compile)

    def whole(self, wanted: Wanted) -> Query:
        """The tree under the filters."""
        tree, filters = self._tree(wanted), self._filters(wanted.filters)
        return Query.boolean_query([(Occur.Must, tree), *filters]) if filters else tree

    def among(self, wanted: Wanted, keys: NDArray[np.int32]) -> Query:
        """The tree over just these posts; filters were applied when they were chosen."""
        # a term set would go through all keys of the index: four times as slow for 260 of 100,000
        each = [(Occur.Should, Query.term_query(self._schema, "key", key)) for key in keys.tolist()]
        chosen = _silent(Query.boolean_query(each))
        return Query.boolean_query([(Occur.Must, self._tree(wanted)), (Occur.Must, chosen)])

    def _tree(self, wanted: Wanted) -> Query:
        return self._compiled(wanted.tree, tuple(wanted.languages))

    def _compile(self, tree: Node | None, languages: tuple[str, ...]) -> Query:
        if tree is None:
            return _silent(Query.all_query())
        mute = all(is_stopword(word, languages) for word in words(tree))
        return self._node(tree, languages, drop_stopwords=not mute)

    def _node(self, node: Node, languages: Sequence[str], *, drop_stopwords: bool) -> Query:
        def telling(nodes: Iterable[Node]) -> Iterator[Node]:
            for one in nodes:
                is_mute = isinstance(one, Word) and is_stopword(one.text, languages)
                if not (drop_stopwords and is_mute):
                    yield one

        def inner(nodes: Iterable[Node]) -> list[tuple[Occur, Query]]:
            return [
                (Occur.Must, self._node(one, languages, drop_stopwords=drop_stopwords))
                for one in telling(nodes)
            ]

        everything = [(Occur.Must, _silent(Query.all_query()))]
        match node:
            case Word(text):
                return self._word(text, languages)
            case Phrase(parts):
                return self._phrase(" ".join(parts), languages)
            case Either(nodes):
                return _best([self._node(one, languages, drop_stopwords=False) for one in nodes])
            case Every(nodes):
                return Query.boolean_query(inner(nodes) or everything)
            case Some(nodes, needed, barred):
                asked = inner(needed)
                for one in telling(nodes):
                    asked += self._loose(one, languages, drop_stopwords=drop_stopwords)
                out = [
                    (Occur.MustNot, self._node(one, languages, drop_stopwords=False))
                    for one in barred
                ]
                return Query.boolean_query([*(asked or everything), *out])

    def _loose(
        self, node: Node, languages: Sequence[str], *, drop_stopwords: bool
    ) -> list[tuple[Occur, Query]]:
        """What may be there.

        A word's terms stand beside all others: tantivy then passes over most posts without scoring
        them, which it cannot where they stand in brackets of their own.
        """
        if isinstance(node, Word):
            return self._parts(node.text, languages)
        return [(Occur.Should, self._node(node, languages, drop_stopwords=drop_stopwords))]

    def _word(self, text: str, languages: Sequence[str]) -> Query:
        return Query.boolean_query(self._parts(text, languages))

    def _parts(self, text: str, languages: Sequence[str]) -> list[tuple[Occur, Query]]:
        """Each part of a word in each field; of its forms in several languages the best counts."""
        found: list[tuple[Occur, Query]] = []
        for forms in query_terms(text, languages):
            if len(forms) == 1:
                found += self._in_fields(forms[0])
            else:
                found.append((Occur.Should, _best([self._term(form) for form in forms])))
        return found

    def _term(self, term: str) -> Query:
        return Query.boolean_query(self._in_fields(term))

    def _in_fields(self, term: str) -> list[tuple[Occur, Query]]:
        return [
            (Occur.Should, Query.boost_query(Query.term_query(self._schema, field, term), weight))
            for field, weight in _FIELDS
        ]

    def _phrase(self, text: str, languages: Sequence[str]) -> Query:
        forms = dict.fromkeys(tuple(terms(text, language)) for language in languages)
        return _best([self._sequence(form) for form in forms if form])

    def _sequence(self, form: Sequence[str]) -> Query:
        if len(form) == 1:
            return self._term(form[0])
        return Query.boolean_query(
            [
                (
                    Occur.Should,
                    Query.boost_query(Query.phrase_query(self._schema, field, list(form)), weight),
                )
                for field, weight in _FIELDS
            ]
        )

    def _filters(self, filters: Filters) -> list[tuple[Occur, Query]]:
        parts = [(Occur.Must, self._marked(marks)) for marks in filters.any_of]
        if filters.none_of:
            parts.append((Occur.MustNot, self._marked(filters.none_of)))
        if filters.after is not None or filters.before is not None:
            parts.append((Occur.Must, self._between(filters)))
        return parts

    def _marked(self, marks: frozenset[str]) -> Query:
        return _silent(Query.term_set_query(self._schema, "marks", sorted(marks)))

    def _between(self, filters: Filters) -> Query:
        first = 1 if filters.after is None else max(1, int(filters.after.timestamp()))
        last = None if filters.before is None else int(filters.before.timestamp())
        return _silent(
            Query.range_query(
                self._schema,
                "created",
                tantivy.FieldType.Integer,
                lower_bound=first,
                upper_bound=last,
                include_upper=last is None,
            )
        )


def _best(queries: list[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    return Query.disjunction_max_query(queries) if queries else Query.empty_query()


def _silent(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("key", indexed=True, fast=True)
    builder.add_text_field("title", tokenizer_name=_TERMS, index_option="position")
    builder.add_text_field("body", tokenizer_name=_TERMS, index_option="position")
    builder.add_text_field("marks", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("created", indexed=True, fast=True)
    return builder.build()


def _register(index: tantivy.Index) -> None:
    """Our terms are already cut: the index only splits them at spaces."""
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_TERMS, analyzer)
