"""One generation, open for reading, whole and unchanging."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from contract.errors import BrokenGenerationError
from indexer import columns
from indexer.columns import Marks, Names
from indexer.fit import Fit, fit
from indexer.forward import FOLDER, ForwardIndex
from indexer.generation import check, read_manifest
from indexer.keyword.by_ordinal import ByOrdinal
from indexer.keyword.engines import engine
from indexer.vectors import VectorIndex

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.query import Node


class Snapshot:
    """Everything a search reads. Raises BrokenGenerationError where a file is not as sealed."""

    def __init__(self, folder: Path, beside: Path | None = None) -> None:
        """`beside` is a generation that was opened before and may share files with this one."""
        self.folder = folder
        self.manifest = read_manifest(folder)
        check(folder, self.manifest, beside)
        try:
            self._open(folder)
        except (OSError, ValueError, msgspec.DecodeError, RuntimeError) as error:
            raise BrokenGenerationError(f"{folder}: {error}") from error

    def _open(self, folder: Path) -> None:
        part = folder / "columns"
        self.ids = msgspec.json.decode((part / "ids.json").read_bytes(), type=list[str])
        self.names = msgspec.json.decode((part / "names.json").read_bytes(), type=Names)
        self.columns = columns.load(part)
        self.marks = Marks.load(part)
        self.spans: NDArray[np.int32] = columns.column(part, "spans")
        keys, rows = (columns.column(part, name) for name in ("key", "row"))
        self.keyword = ByOrdinal(engine(self.manifest.engine).open(folder / "keyword"), keys)
        self._keys, self._forward = keys, ForwardIndex(folder / FOLDER)
        has_vectors = self.manifest.model is not None
        self.vectors = VectorIndex(folder / "vectors", rows) if has_vectors else None

    def fit(self, ordinals: NDArray[np.int32], tree: Node | None, languages: Sequence[str]) -> Fit:
        """How well the words of each of these posts fit what was asked."""
        return fit(self._forward, self._keys[ordinals], tree, languages)

    @cached_property
    def ordinals(self) -> dict[str, int]:
        """Post id to ordinal."""
        return {post_id: at for at, post_id in enumerate(self.ids)}

    @cached_property
    def passage_posts(self) -> NDArray[np.int32]:
        """Ordinal of the post of each passage."""
        counts = np.diff(self.columns.first_passage)
        return np.repeat(np.arange(len(counts), dtype=np.int32), counts)

    def __len__(self) -> int:
        return len(self.ids)
