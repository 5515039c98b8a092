"""Builds a generation from the archive.

Words, columns and marks are made anew each time (7,000 posts a second); vectors, which cost a
hundred times as much, only for texts that no earlier build has embedded.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from filelock import FileLock, Timeout

from contract import Clock
from contract.errors import BusyError
from contract.settings import IndexSettings
from crawler.archive import Archive
from indexer import vectors
from indexer.draft import Draft
from indexer.embed import Encoder
from indexer.embedding_cache import EmbeddingCache, text_hash
from indexer.generation import FORM, Generations, Manifest
from indexer.keyword import writing
from indexer.keyword.engines import engine
from indexer.marks import has_expired

if TYPE_CHECKING:
    from collections.abc import Sequence


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


def build(workshop: Workshop, progress: Progress = silent) -> Manifest:
    """Build a generation of everything in the archive and put it in use.

    Raises BusyError where another build is under way.
    """
    folder = workshop.generations.folder
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / "build.lock", timeout=0):
            return _build(workshop, progress)
    except Timeout as error:
        raise BusyError("another process is building the index") from error


def _build(workshop: Workshop, progress: Progress) -> Manifest:
    archive, encoder = workshop.archive, workshop.encoder
    sequence = archive.sequence()
    with workshop.generations.new() as (number, folder):
        for part in ("keyword", "columns", "vectors"):
            (folder / part).mkdir()
        total, now = archive.count(), workshop.clock.now()
        with writing(engine(workshop.settings.engine), folder / "keyword") as writer:
            draft = Draft(writer)
            for thread in archive.threads():
                if shown := [post for post in thread if not has_expired(post, now)]:
                    draft.add(shown)
                progress("indexing", len(draft.ids), total)
        draft.save(folder / "columns")
        if encoder is not None:
            _embed(draft.texts, encoder, workshop.embeddings, folder / "vectors", progress)
        manifest = Manifest(
            form=FORM,
            number=number,
            sequence=sequence,
            built_at=now,
            engine=workshop.settings.engine,
            model=encoder.model if encoder else None,
            languages=draft.languages(),
            posts=len(draft.ids),
            passages=len(draft.texts),
        )
        workshop.generations.seal(folder, manifest)
    workshop.generations.prune(workshop.settings.keep)
    return manifest


def _embed(
    texts: Sequence[str], encoder: Encoder, cached: Path, folder: Path, progress: Progress
) -> None:
    hashes = [text_hash(text) for text in texts]
    done = 0

    def report(count: int) -> None:
        nonlocal done
        done += count
        progress("embedding", done, total)

    with contextlib.closing(EmbeddingCache(cached, encoder)) as cache:
        total = cache.missing(hashes)
        made = cache.vectors(texts, report)
        vectors.write(folder, made, threads=os.cpu_count() or 1)
        cache.keep_only(set(hashes))
