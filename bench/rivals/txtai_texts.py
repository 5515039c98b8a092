"""The same with the texts kept beside the index: it returns ids, texts and scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from txtai import Embeddings

from bench.rivals import PAGE, Given, txtai_ids

if TYPE_CHECKING:
    from pathlib import Path

    from bench.talk import Search


def build(given: Given, folder: Path) -> None:
    """Index and save."""
    txtai_ids.build(given, folder, keeps_texts=True)


def opened(folder: Path) -> Search:
    """Open what was saved."""
    index = Embeddings()
    index.load(str(folder))

    def found(text: str) -> list[str]:
        return [hit["id"] for hit in index.search(text, PAGE)]

    return found
