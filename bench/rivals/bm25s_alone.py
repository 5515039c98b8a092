"""bm25s: English stop-words and stemmer, as in its README. No meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bm25s
import Stemmer

from bench.rivals import PAGE, Given, read_ids, write_ids

if TYPE_CHECKING:
    from pathlib import Path

    from bench.talk import Search


def build(given: Given, folder: Path) -> None:
    """Index and save."""
    texts = [text for _, text in given.documents]
    stemmer = Stemmer.Stemmer("english")
    tokens = bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False)
    retriever = bm25s.BM25()
    retriever.index(tokens, show_progress=False)
    retriever.save(str(folder))
    write_ids(given, folder)


def opened(folder: Path) -> Search:
    """Open what was saved."""
    retriever, stemmer = bm25s.BM25.load(str(folder)), Stemmer.Stemmer("english")
    ids = read_ids(folder)

    def found(text: str) -> list[str]:
        tokens = bm25s.tokenize(text, stopwords="en", stemmer=stemmer, show_progress=False)
        near, _ = retriever.retrieve(tokens, k=PAGE, show_progress=False)
        return [ids[at] for at in near[0]]

    return found
