"""Whoosh and FAISS side by side, joined by reciprocal ranks: what a program puts together itself.

BM25F over one field; an exact scan of one vector a document, those that txtai has made where they
are kept; questions embedded by sentence-transformers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import faiss
import numpy as np
from sentence_transformers import SentenceTransformer
from whoosh import index as whoosh_index
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, TEXT, Schema
from whoosh.qparser import OrGroup, QueryParser

from bench.rivals import PAGE, Given, fused, model, plain, read_ids, write_ids

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bench.talk import Search

LISTED = 100
"""Documents of each half that are joined; txtai takes as many for a page of ten."""


def build(given: Given, folder: Path) -> None:
    """Index by words and by meaning."""
    schema = Schema(id=ID(stored=True), body=TEXT(analyzer=StemmingAnalyzer()))
    writer = whoosh_index.create_in(str(folder), schema).writer(limitmb=256)
    for name, text in given.documents:
        writer.add_document(id=name, body=text)
    writer.commit(optimize=True)
    vectors = np.concatenate(list(_kept(given.vectors))) if given.vectors else _embedded(given)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    faiss.write_index(index, str(folder / "vectors.faiss"))
    write_ids(given, folder)


def opened(folder: Path) -> Search:
    """Open both."""
    index = whoosh_index.open_dir(str(folder))
    searcher, parser = index.searcher(), QueryParser("body", index.schema, group=OrGroup)
    vectors, encoder = faiss.read_index(str(folder / "vectors.faiss")), SentenceTransformer(model())
    ids = read_ids(folder)

    def found(text: str) -> list[str]:
        named = [hit["id"] for hit in searcher.search(parser.parse(plain(text)), limit=LISTED)]
        vector = encoder.encode([text], normalize_embeddings=True, show_progress_bar=False)
        _, near = vectors.search(vector, LISTED)
        return fused(named, [ids[at] for at in near[0] if at >= 0])[:PAGE]

    return found


def _kept(vectors: Path) -> Iterator[Any]:
    """The batches of txtai's checkpoint, each an array, one behind the other in one file."""
    file = max(vectors.iterdir(), key=lambda path: path.stat().st_size)
    with file.open("rb") as batches:
        while batches.peek(1):
            yield np.load(batches).astype(np.float32)


def _embedded(given: Given) -> Any:
    encoder = SentenceTransformer(model(), device="cpu")
    return encoder.encode([text for _, text in given.documents], normalize_embeddings=True)
