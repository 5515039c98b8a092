"""A model run by sentence-transformers: one that cannot be exported, or passages on a GPU.

It takes seconds to load and twice the memory of an exported one (docs/decisions.md), so it serves
only where there is no other way, and embeds passages where a GPU makes up for it.
"""

from __future__ import annotations

import functools
import shutil
from typing import TYPE_CHECKING

import numpy as np

from indexer.trained import load, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from indexer.embed import Encoder, Model, Vectors

CHUNK = 1024
"""Passages handed over at a time; sentence-transformers sorts them by length, so that a batch holds
little padding."""

BATCH = {"cpu": 16, "cuda": 256}
"""Passages a call, by device."""

REMEMBERED = 2048


class TorchEncoder:
    """Embeds queries and passages. Safe to share between threads."""

    def __init__(self, source: str, model: Model, device: str = "cpu") -> None:
        """Load the model that `source` names, at half precision where it runs on a GPU."""
        self.model = model
        self._device = device
        self._torch = load(source, device)
        if device != "cpu":
            self._torch.half()
        shorten(self._torch, model.max_tokens)
        self._query = functools.lru_cache(maxsize=REMEMBERED)(self._embed_query)

    def query(self, text: str) -> Vectors:
        """Embed a query: float32 (dimension,), length 1. Recent ones are remembered."""
        return self._query(text)

    def passages(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda _: None
    ) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
        """Embed passages, some at a time: positions in `texts`, and their vectors."""
        for at in range(0, len(texts), CHUNK):
            some = texts[at : at + CHUNK]
            yield np.arange(at, at + len(some)), self._embed(some, self.model.passage_prompt)
            progress(len(some))

    def _embed_query(self, text: str) -> Vectors:
        found: Vectors = self._embed([text], self.model.query_prompt)[0]
        return found

    def _embed(self, texts: Sequence[str], prompt: str) -> Vectors:
        vectors = self._torch.encode(
            list(texts),
            prompt=prompt,
            batch_size=BATCH.get(self._device, BATCH["cpu"]),
            show_progress_bar=False,
            convert_to_numpy=True,
            normalize_embeddings=True,
        )
        return np.asarray(vectors, dtype=np.float32)


class WithGpu:
    """Queries by one encoder, passages by another one of the same model on a GPU.

    The exported model that serves and the original agree to a cosine of .994, so the vectors of one
    are searched with those of the other.
    """

    def __init__(self, serving: Encoder, on_gpu: TorchEncoder) -> None:
        self.model = serving.model
        self.query = serving.query
        self.passages = on_gpu.passages


def gpu() -> str | None:
    """The device of a GPU that torch can use; None where there is none.

    torch, which takes two seconds and 300 MB, is asked only where the driver's own tool is there.
    """
    if shutil.which("nvidia-smi") is None:
        return None
    import torch  # noqa: PLC0415

    return "cuda" if torch.cuda.is_available() else None
