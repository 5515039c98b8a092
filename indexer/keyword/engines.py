"""The engines by the name they have in the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.keyword.tantivy_engine import TantivyEngine
from indexer.keyword.whoosh_engine import WhooshEngine

if TYPE_CHECKING:
    from indexer.keyword import Engine

ENGINES: dict[str, type[Engine]] = {"tantivy": TantivyEngine, "whoosh": WhooshEngine}


def engine(name: str) -> Engine:
    """The engine of that name."""
    return ENGINES[name]()
