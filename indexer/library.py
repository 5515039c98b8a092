"""The generation in use, always open: swapped when a newer one is put in use.

A reader asks for a finder once for each request and keeps it to the end, so that nobody ever sees
two generations at once. Where the one in use is broken, the newest that is whole takes its place
and `trouble` says so. What has been deleted since is hidden at once, without a new generation.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from contract.errors import BrokenGenerationError, ModelError, NoGenerationError
from indexer.search import Finder
from indexer.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crawler.archive import Archive
    from indexer.embed import Encoder, Model
    from indexer.generation import Generations

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one request reads: a finder, and the posts that have died since it was built."""

    finder: Finder
    dead: NDArray[np.int32]
    version: tuple[int, int]
    """Generation and archive sequence: two readings of one version give the same results."""


class Library:
    """Opens generations for readers. Safe to share between threads."""

    def __init__(
        self,
        generations: Generations,
        archive: Archive,
        encoder: Encoder | None,
        encoder_of: Callable[[Model], Encoder | None] = lambda _: None,
    ) -> None:
        """`encoder_of` opens the model of a generation that `encoder` did not make."""
        self.trouble: str | None = None
        """What is wrong with the index, in words for the operator; None where nothing is."""
        self._generations = generations
        self._archive = archive
        self._encoder = encoder
        self._encoder_of = encoder_of
        self._lock = threading.Lock()
        self._finder: Finder | None = None
        self._named: Path | None = None
        self._reading: Reading | None = None

    def read(self) -> Reading:
        """What to read now.

        Raises NoGenerationError, or BrokenGenerationError where no generation is whole.
        """
        named, sequence = self._generations.current(), self._archive.sequence()
        with self._lock:
            if self._finder is None or named != self._named:
                self._finder, self._named = self._open(named), named
                self._reading = None
            if self._reading is None or self._reading.version[1] != sequence:
                self._reading = self._read(self._finder, sequence)
            return self._reading

    def _read(self, finder: Finder, sequence: int) -> Reading:
        manifest = finder.snapshot.manifest
        dead = self._archive.dead_since(manifest.sequence)
        known = [
            at for post_id in dead if (at := finder.snapshot.ordinals.get(post_id)) is not None
        ]
        return Reading(
            finder=finder,
            dead=np.array(sorted(known), dtype=np.int32),
            version=(manifest.number, sequence),
        )

    def _open(self, named: Path) -> Finder:
        older = [path for path in reversed(self._generations.all()) if path != named]
        beside = None if self._finder is None else self._finder.snapshot.folder
        first: BrokenGenerationError | None = None
        for folder in (named, *older):
            try:
                snapshot = Snapshot(folder, beside)
            except BrokenGenerationError as error:
                log.error("index=%s error=%s", folder.name, error)  # noqa: TRY400  no bug of ours
                first = first or error
                continue
            self.trouble = None if first is None else f"{first}; {folder.name} serves in its place"
            return Finder(snapshot, self._model(snapshot))
        raise first or NoGenerationError(f"{named}: nothing has been indexed yet")

    def _model(self, snapshot: Snapshot) -> Encoder | None:
        """The model that made a generation; opened once, whatever number of generations it makes.

        Where it cannot be had, exact words are searched, and `trouble` says so.
        """
        model = snapshot.manifest.model
        if model is not None and (self._encoder is None or self._encoder.model != model):
            try:
                self._encoder = self._encoder_of(model) or self._encoder
            except ModelError as error:
                log.error("model=%s error=%s", model.name, error)  # noqa: TRY400  no bug of ours
                self.trouble = self.trouble or f"{error}; only exact words are searched"
        return self._encoder
