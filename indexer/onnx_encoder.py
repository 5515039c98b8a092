"""An exported model, run by ONNX Runtime on the processors and without torch."""

from __future__ import annotations

import functools
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.embed import Model, Vectors

BATCH = 32
"""Passages handed back at a time, so that what is done can be kept."""

REMEMBERED = 2048
"""Queries whose vectors are kept: 3 MB, and whoever pages through results waits for none."""


class OnnxEncoder:
    """Embeds queries and passages. Safe to share between threads."""

    def __init__(self, folder: Path, model: Model, threads: int) -> None:
        """Open an exported model, to embed passages in so many threads.

        Raises whatever the two libraries raise where the folder does not hold one.
        """
        import onnxruntime as ort  # noqa: PLC0415  a fifth of a second that --help need not pay
        from tokenizers import Tokenizer  # noqa: PLC0415

        self.model = model
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = ort.InferenceSession(folder / "model.onnx", options)
        self._threads = threads
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(model.max_tokens)
        self._query = functools.lru_cache(maxsize=REMEMBERED)(self._embed_query)

    def query(self, text: str) -> Vectors:
        """Embed a query: float32 (dimension,), length 1. Recent ones are remembered."""
        return self._query(text)

    def passages(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda _: None
    ) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
        """Embed passages, some at a time: positions in `texts`, and their vectors.

        Each is embedded by itself, several side by side: the 8-bit model sets its range of values
        for a whole call, so that in a batch a text's vector would depend on the others there.
        """
        prompt = self.model.passage_prompt
        encoded = self._tokenizer.encode_batch_fast([f"{prompt}{text}" for text in texts])
        with ThreadPoolExecutor(self._threads) as pool:
            for at in range(0, len(encoded), BATCH):
                ids = [one.ids for one in encoded[at : at + BATCH]]
                yield np.arange(at, at + len(ids)), np.array(list(pool.map(self._run, ids)))
                progress(len(ids))

    def knows(self, word: str) -> bool:
        """Whether a word, in lower case, is one piece to the model: it met the word often."""
        ids = map(self._tokenizer.token_to_id, (word, f"\u2581{word}"))
        return any(number is not None for number in ids)

    def _embed_query(self, text: str) -> Vectors:
        return self._run(self._tokenizer.encode(f"{self.model.query_prompt}{text}").ids)

    def _run(self, ids: Sequence[int]) -> Vectors:
        words = np.array([ids], dtype=np.int64)
        given = {"input_ids": words, "attention_mask": np.ones_like(words)}
        vector: Vectors = self._session.run(None, given)[0][0]
        return vector
