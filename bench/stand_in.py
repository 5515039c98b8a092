"""Stands in for the model where only speed is measured: vectors that lie as real ones do, at once.

Texts that were embedded for an earlier bench keep their vector. Every other text gets that of a
real one, drawn by its hash, with noise added: half an hour for a hundred thousand texts is saved,
and the index sees neighbourhoods as dense as real ones.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from typing import TYPE_CHECKING

import numpy as np

from indexer.embedding_cache import text_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.embed import Encoder, Model

    Vectors = NDArray[np.float32]

NOISE = 0.75
"""Length of the noise added to a vector of length 1: a cosine of 0.8 remains, about that of two
passages on one topic."""

BATCH = 2048


class StandIn:
    """Embeds questions with the model and passages without it."""

    def __init__(self, encoder: Encoder, kept: Iterable[Path]) -> None:
        """`kept` are folders of the product's embedding cache with vectors of this model.

        Raises FileNotFoundError where none of them holds any.
        """
        self.model: Model = encoder.model
        self._encoder = encoder
        self._numbers, self.real = _read(kept, self.model)
        self.count = 0
        """Passages asked for so far."""
        self.cpu_s = 0.0
        """What finding and making up their vectors took: no part of a build."""

    def query(self, text: str) -> Vectors:
        """Embed a question."""
        return self._encoder.query(text)

    def passages(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda _: None
    ) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
        """Find or make up the vectors of passages."""
        for at in range(0, len(texts), BATCH):
            some, used = texts[at : at + BATCH], time.process_time()
            found = np.stack([self._vector(text) for text in some])
            self.cpu_s += time.process_time() - used
            self.count += len(some)
            yield np.arange(at, at + len(some)), found
            progress(len(some))

    def _vector(self, text: str) -> Vectors:
        name = text_hash(text)
        if (number := self._numbers.get(name)) is not None:
            known: Vectors = self.real[number].astype(np.float32)
            return known
        return near(self.real, int.from_bytes(name[:8], "big"))


def near(real: NDArray[np.float16], seed: int) -> Vectors:
    """A vector of length 1 in the neighbourhood of a real one, drawn by the seed."""
    chance = np.random.default_rng(seed)
    base = real[chance.integers(len(real))].astype(np.float32)
    noise = chance.standard_normal(len(base), dtype=np.float32)
    moved = base + NOISE * noise / np.linalg.norm(noise)
    found: Vectors = moved / np.linalg.norm(moved)
    return found


def near_all(real: NDArray[np.float16], count: int, seed: int) -> NDArray[np.float16]:
    """So many vectors of length 1 near real ones drawn by chance: float16 (count, dimension)."""
    chance = np.random.default_rng(seed)
    found = np.empty((count, real.shape[1]), dtype=np.float16)
    for at in range(0, count, BATCH):
        size = min(BATCH, count - at)
        noise = chance.standard_normal((size, real.shape[1]), dtype=np.float32)
        noise *= NOISE / np.linalg.norm(noise, axis=1, keepdims=True)
        moved = real[chance.integers(len(real), size=size)].astype(np.float32) + noise
        found[at : at + size] = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    return found


def _read(kept: Iterable[Path], model: Model) -> tuple[dict[bytes, int], NDArray[np.float16]]:
    rows: dict[bytes, bytes] = {}
    for folder in kept:
        if (path := folder / f"{model.key}.db").exists():
            with contextlib.closing(sqlite3.connect(path)) as db:
                rows |= dict(db.execute("SELECT hash, vector FROM vectors"))
    if not rows:
        raise FileNotFoundError(f"no vectors of {model.name}: run `python -m bench.run` first")
    vectors = np.frombuffer(b"".join(rows.values()), dtype=np.float16)
    return {name: at for at, name in enumerate(rows)}, vectors.reshape(len(rows), -1)
