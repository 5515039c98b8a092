"""txtai's hybrid index: BM25 and one vector a document, half and half. It returns ids alone.

Vectors that it has made before come back from its own checkpoint.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np
from txtai import Embeddings

from bench.rivals import PAGE, Given, model

if TYPE_CHECKING:
    from pathlib import Path

    from bench.talk import Search


def build(given: Given, folder: Path, *, keeps_texts: bool = False) -> None:
    """Index and save."""
    index = Embeddings(path=model(), hybrid=True, content=keeps_texts)
    if given.vectors and given.vectors.is_dir():
        cut_back(given.vectors)
    index.index(given.documents, checkpoint=str(given.vectors) if given.vectors else None)
    index.save(str(folder))


def cut_back(vectors: Path) -> None:
    """Drop what a killed run has left of its last batch: txtai would stumble over it."""
    for path in vectors.iterdir():
        with path.open("r+b") as batches:
            whole = 0
            with contextlib.suppress(EOFError, ValueError, OSError):
                while batches.peek(1):
                    np.load(batches)
                    whole = batches.tell()
            batches.truncate(whole)


def opened(folder: Path) -> Search:
    """Open what was saved."""
    index = Embeddings()
    index.load(str(folder))

    def found(text: str) -> list[str]:
        return [name for name, _ in index.search(text, PAGE)]

    return found
