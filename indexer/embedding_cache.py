"""Vectors by the text they stand for, so that nothing is embedded twice.

One SQLite file for each model. A build that is cut short keeps every batch it has finished; after a
build, vectors of texts that no post holds any more are dropped, as the posts' authors may ask.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.embed import Encoder, Vectors

CHUNK = 2048
"""Texts looked up and embedded at a time: what a killed build can lose."""


class EmbeddingCache:
    """Vectors of one model, at half precision: a tenth of the error that 8-bit weights make."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._encoder = encoder
        self._file = folder / f"{encoder.model.key}.db"
        self._db = sqlite3.connect(self._file)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS vectors (hash BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID"
        )

    def missing(self, hashes: Sequence[bytes]) -> int:
        """How many of these texts have no vector yet."""
        known = sum(
            len(self._known(hashes[at : at + CHUNK])) for at in range(0, len(hashes), CHUNK)
        )
        return len(set(hashes)) - known

    def vectors(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda _: None
    ) -> NDArray[np.float16]:
        """Vectors of the texts, in their order: float16 (n, dimension), rows of length 1.

        `progress` is told of every text that had to be embedded.
        """
        hashes = [text_hash(text) for text in texts]
        found = np.empty((len(texts), self._encoder.model.dimension), dtype=np.float16)
        for at in range(0, len(texts), CHUNK):
            some = slice(at, at + CHUNK)
            found[some] = self._chunk(texts[some], hashes[some], progress)
        return found

    def keep_only(self, hashes: set[bytes]) -> int:
        """Drop every other vector, also of models used before; how many of this one's were dropped.

        The others stay, so that a way back to a model costs nothing.
        """
        for path in self._file.parent.glob("*.db"):
            if path != self._file:
                with contextlib.closing(sqlite3.connect(path)) as other:
                    _drop_all_but(hashes, other)
        return _drop_all_but(hashes, self._db)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _chunk(
        self, texts: Sequence[str], hashes: Sequence[bytes], progress: Callable[[int], None]
    ) -> NDArray[np.float16]:
        known = self._known(hashes)
        new = {key: text for key, text in zip(hashes, texts, strict=True) if key not in known}
        keys = list(new)
        for positions, vectors in self._encoder.passages(list(new.values()), progress):
            rows = [
                (keys[at], row.tobytes()) for at, row in zip(positions, _half(vectors), strict=True)
            ]
            with self._db:
                self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
            known.update(rows)
        joined = b"".join(known[key] for key in hashes)
        return np.frombuffer(joined, dtype=np.float16).reshape(len(hashes), -1)

    def _known(self, hashes: Sequence[bytes]) -> dict[bytes, bytes]:
        marks = ",".join("?" * len(hashes))
        query = f"SELECT hash, vector FROM vectors WHERE hash IN ({marks})"  # noqa: S608  only marks
        return dict(self._db.execute(query, tuple(hashes)).fetchall())


def text_hash(text: str) -> bytes:
    """Name of a text: the first 16 bytes of its SHA-256."""
    return hashlib.sha256(text.encode()).digest()[:16]


def _drop_all_but(hashes: set[bytes], db: sqlite3.Connection) -> int:
    gone = [(key,) for (key,) in db.execute("SELECT hash FROM vectors") if key not in hashes]
    with db:
        db.executemany("DELETE FROM vectors WHERE hash = ?", gone)
    return len(gone)


def _half(vectors: Vectors) -> NDArray[np.float16]:
    return vectors.astype(np.float16)
