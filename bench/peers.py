"""What a program would use in our place: Whoosh and tantivy as they come, on the same posts.

Title and text in two fields, cut and stemmed by the library, ranked by its own BM25, any of the
words: what their first page of documentation leads to. They return ids and titles of ten posts;
no meaning, no trust, no threads, no excerpts.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import tantivy
from whoosh import index as whoosh_index
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, STORED, TEXT, Schema
from whoosh.qparser import MultifieldParser, OrGroup

from bench.apart import peak_mb
from bench.indexing import Build
from bench.talk import size
from contract import SystemClock
from crawler.archive import Archive
from crawler.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from contract import Post

    Search = Callable[[str], list[str]]

FIELDS = ("title", "body")

PAGE = 10


def built(name: str, data: Path) -> Build:
    """Index an archive with a library alone."""
    folder = data / f"peer-{name}"
    folder.mkdir()
    started = time.perf_counter()
    posts = PEERS[name][0](folder, _posts(data))
    return Build(
        seconds=time.perf_counter() - started,
        posts=posts,
        passages=0,
        bytes=size(folder),
        peak_mb=peak_mb(),
    )


def search(name: str, data: Path) -> Search:
    """Open what was built: from words to the titles of a page."""
    return PEERS[name][1](data / f"peer-{name}")


def _posts(data: Path) -> Iterator[Post]:
    archive = Archive(Store(data / "archive.db"), SystemClock())
    return (post for thread in archive.threads() for post in thread)


def _whoosh_built(folder: Path, posts: Iterator[Post]) -> int:
    text = TEXT(analyzer=StemmingAnalyzer())
    schema = Schema(id=ID(stored=True), title=text, body=text, shown=STORED)
    writer = whoosh_index.create_in(str(folder), schema).writer(limitmb=256)
    count = 0
    for post in posts:
        count += 1
        writer.add_document(id=post.post_id, title=post.title, body=post.text, shown=post.title)
    writer.commit(optimize=True)
    return count


def _whoosh_search(folder: Path) -> Search:
    index = whoosh_index.open_dir(str(folder))
    searcher, parser = index.searcher(), MultifieldParser(FIELDS, index.schema, group=OrGroup)

    def found(text: str) -> list[str]:
        return [hit.get("shown", "") for hit in searcher.search(parser.parse(text), limit=PAGE)]

    return found


def _tantivy_built(folder: Path, posts: Iterator[Post]) -> int:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("title", stored=True, tokenizer_name="en_stem")
    builder.add_text_field("body", tokenizer_name="en_stem")
    writer = tantivy.Index(builder.build(), path=str(folder)).writer(num_threads=1)
    count = 0
    for post in posts:
        count += 1
        document = tantivy.Document(id=post.post_id, title=post.title, body=post.text)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    return count


def _tantivy_search(folder: Path) -> Search:
    index = tantivy.Index.open(str(folder))
    searcher: Any = index.searcher()

    def found(text: str) -> list[str]:
        query = index.parse_query(text, list(FIELDS))
        hits = searcher.search(query, PAGE).hits
        return [searcher.doc(address).get_first("title") or "" for _, address in hits]

    return found


PEERS = {"Whoosh": (_whoosh_built, _whoosh_search), "tantivy": (_tantivy_built, _tantivy_search)}
"""How each is built and how it is asked."""
