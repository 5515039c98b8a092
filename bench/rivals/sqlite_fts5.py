"""SQLite's own full-text search: Porter stemmer, any of the words, its own bm25(). No meaning."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from bench.rivals import PAGE, Given, plain

if TYPE_CHECKING:
    from pathlib import Path

    from bench.talk import Search

QUERY = "SELECT id FROM posts WHERE posts MATCH ? ORDER BY rank LIMIT ?"


def build(given: Given, folder: Path) -> None:
    """Index, and merge to one segment."""
    with contextlib.closing(sqlite3.connect(folder / "posts.db")) as db, db:
        db.execute("CREATE VIRTUAL TABLE posts USING fts5(id UNINDEXED, body, tokenize=porter)")
        db.executemany("INSERT INTO posts VALUES (?, ?)", given.documents)
        db.execute("INSERT INTO posts(posts) VALUES ('optimize')")


def opened(folder: Path) -> Search:
    """Open the file."""
    db = sqlite3.connect(folder / "posts.db")

    def found(text: str) -> list[str]:
        any_of = " OR ".join(f'"{word}"' for word in plain(text).split())
        return [name for (name,) in db.execute(QUERY, (any_of, PAGE))] if any_of else []

    return found
