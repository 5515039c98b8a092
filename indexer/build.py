"""Builds a generation from the archive: out of the one in use where it can, else of all posts.

An update reads only the threads that have changed and gives what a build of everything gives
(`indexer.making`). Every post is read again where there is nothing to go on from, and where so
much has changed over time that the shared files are worn.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from filelock import FileLock, Timeout

from contract import Clock
from contract.errors import BrokenGenerationError, BusyError, NoGenerationError
from contract.settings import IndexSettings
from crawler.archive import Archive
from indexer import making
from indexer.embed import Encoder
from indexer.generation import Generations, Manifest, check, read_manifest

if TYPE_CHECKING:
    from datetime import datetime

WORN = 0.2
"""Share of keys or rows that may be dead, and of rows that may stand behind the first, before all
is written whole again: a search then looks at a fifth more, and a word seems so much too common.
With 13 % dead on a forum of 42,000 posts (onstartups), 150 of its titles as queries gave the same
first result as after a build of everything, and of the first ten 99.6 %."""

FEW_BEHIND = 10_000
"""Rows that may stand behind the first in any case: scanning them takes a millisecond."""

LONGEST_SHARED = timedelta(days=7)
"""For so long at most do words that were deleted stay in a shared file, never found, before the
next build leaves them out."""


class Progress(Protocol):
    """Hears how a build gets on."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """`done` of `total` posts or passages of a step are through."""
        ...


def silent(step: str, done: int, total: int) -> None:
    """Hears and says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What a build works with."""

    archive: Archive
    generations: Generations
    settings: IndexSettings
    encoder: Encoder | None
    embeddings: Path
    clock: Clock


def build(workshop: Workshop, progress: Progress = silent, *, whole: bool = False) -> Manifest:
    """Build a generation of everything in the archive and put it in use.

    `whole` makes it of all posts, whatever there is to go on from. Raises BusyError where another
    build is under way.
    """
    folder = workshop.generations.folder
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / "build.lock", timeout=0):
            return _build(workshop, progress, whole=whole)
    except Timeout as error:
        raise BusyError("another process is building the index") from error


def is_worn(manifest: Manifest, now: datetime) -> bool:
    """Whether so much has changed since all was written whole that it must be again."""
    dead_keys, dead_rows = manifest.keys - manifest.posts, manifest.rows - manifest.passages
    behind = 0 if manifest.model is None else manifest.rows - manifest.whole.passages
    return (
        dead_keys > WORN * manifest.keys
        or dead_rows > WORN * manifest.rows
        or behind > max(FEW_BEHIND, WORN * manifest.rows)
        or (dead_keys > 0 and now - manifest.whole.built_at > LONGEST_SHARED)
    )


def _build(workshop: Workshop, progress: Progress, *, whole: bool) -> Manifest:
    """What is new is put in use before what is worn is written again, which takes longer."""
    base = None if whole else _base(workshop)
    made = None if base is None else making.update(workshop, base, progress, most=WORN)
    if made is None or is_worn(made, workshop.clock.now()):
        made = making.whole(workshop, progress)
    workshop.generations.prune(workshop.settings.keep)
    return made


def _base(workshop: Workshop) -> Path | None:
    """The generation in use, as it was sealed; None where it cannot be gone on from."""
    archive = workshop.archive
    model = workshop.encoder.model if workshop.encoder else None
    try:
        folder = workshop.generations.current()
        known = read_manifest(folder)
        made_by = known.engine, known.model, known.archive
        if made_by != (workshop.settings.engine, model, archive.identity()):
            return None
        if known.sequence > archive.sequence():  # a backup was put back
            return None
        check(folder, known)
    except (NoGenerationError, BrokenGenerationError):
        return None
    return folder
