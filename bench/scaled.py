"""What is measured at one size, each in a process of its own: a build, questions, a change."""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.apart import held_mb, peak_mb
from bench.indexing import sample
from bench.querying import WARM_UP
from bench.querying import questions as drawn
from bench.stand_in import StandIn, near_all
from bench.talk import size
from contract import Settings, SystemClock, Tombstone
from contract.settings import IndexSettings, ModelSettings
from crawler.archive import Archive
from crawler.store import Store
from indexer import vectors
from indexer.build import Workshop, build
from indexer.embed import open_encoder
from indexer.generation import Generations
from indexer.library import Library
from ranker.search import Ranker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from contract import Post
    from indexer.embed import Encoder

NEAREST = 600
"""Passages that a search of the product asks for: three for each of 200 posts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What one build did. No passage was embedded by the model."""

    seconds: float
    cpu_s: float
    posts: int
    passages: int
    embedded: int
    """Passages without a vector before it."""
    bytes: int
    peak_mb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """How long answers took: median and 95th percentile, by the clock and of the process."""

    wall_ms: tuple[float, float]
    cpu_ms: tuple[float, float]
    held_mb: float
    """Memory in use at the end."""
    peak_mb: float

    def __str__(self) -> str:
        p50_ms, p95_ms = self.wall_ms
        return f"p50 {p50_ms:.1f} ms, p95 {p95_ms:.1f} ms, {self.held_mb:.0f} MB"


def made(data: Path, index: Path, kept: Sequence[Path] | None) -> Made:
    """Build, or bring up to date what was built there; without vectors where `kept` is None."""
    _on_one_core()
    archive = Archive(Store(data / "archive.db"), SystemClock())
    encoder = None if kept is None else StandIn(_encoder(), kept)
    workshop = Workshop(
        archive=archive,
        generations=Generations(index),
        settings=IndexSettings(keep=1),
        encoder=encoder,
        embeddings=index.with_name(f"{index.name}-embeddings"),
        clock=SystemClock(),
    )
    started, used = time.perf_counter(), time.process_time()
    manifest = build(workshop)
    seconds, cpu_s = time.perf_counter() - started, time.process_time() - used
    embedded, invented_s = (encoder.count, encoder.cpu_s) if encoder else (0, 0.0)
    return Made(
        seconds=seconds,
        cpu_s=cpu_s - invented_s,
        posts=manifest.posts,
        passages=manifest.passages,
        embedded=embedded,
        bytes=size(index),
        peak_mb=peak_mb(),
    )


def pace(data: Path, count: int) -> float:
    """Passages that the model embeds in a second of the processor, of so many real ones."""
    _on_one_core()
    encoder, archive = _encoder(), Archive(Store(data / "archive.db"), SystemClock())
    texts = sample(archive, count)
    list(encoder.passages(texts[:32]))  # the first call prepares the model
    used = time.process_time()
    embedded = sum(len(found) for found, _ in encoder.passages(texts))
    return embedded / (time.process_time() - used)


def questions(data: Path, count: int) -> list[str]:
    """Titles of the archive."""
    return drawn(data, count)


def asked(data: Path, index: Path, texts: Sequence[str], *, by_meaning: bool) -> Waited:
    """Ask for whole answers, each text once."""
    _on_one_core()
    archive = Archive(Store(data / "archive.db"), SystemClock())
    encoder = _encoder() if by_meaning else None
    library = Library(Generations(index), archive, encoder)
    return _waited(Ranker(library, archive, Settings(), SystemClock()).search, texts)


def changed(data: Path, share: float) -> int:
    """Edit, add and delete posts, a third of `share` each, spread evenly; how many in all."""
    archive = Archive(Store(data / "archive.db"), SystemClock())
    every = max(1, round(3 / share))
    posts = [post for thread in archive.threads() for post in thread]
    edited = [replace(post, text=f"{post.text}\n\nEdited.") for post in posts[::every]]
    added = [_copy(post) for post in posts[1::every]]
    gone = [
        Tombstone(post_id=post.post_id, state="deleted", reason="bench")
        for post in posts[2::every]
        if post.parent_id is not None
    ]
    with archive.store.writing() as tx:
        archive.keep(tx, [*edited, *added, *gone])
    return len(edited) + len(added) + len(gone)


def vectors_asked(kept: Sequence[Path], count: int, asked_count: int) -> Waited:
    """Search an index of so many vectors alone, without words."""
    _on_one_core()
    real = StandIn(_encoder(), kept).real
    with tempfile.TemporaryDirectory() as scratch:
        vectors.write(Path(scratch), near_all(real, count, seed=1), threads=os.cpu_count() or 1)
        index = vectors.VectorIndex(Path(scratch))
        texts = [f"{number}" for number in range(asked_count + WARM_UP)]
        sought = near_all(real, len(texts), seed=2).astype(np.float32)
        return _waited(lambda text: index.search(sought[int(text)], NEAREST), texts)


def _copy(post: Post) -> Post:
    """A new reply or thread with the words of another, turned round."""
    words = " ".join(reversed(post.text.split(" ")))
    own = f"{post.post_id}~new"
    return replace(
        post,
        post_id=own,
        thread_id=post.thread_id if post.parent_id else own,
        url=f"{post.url}~new",
        text=words,
        html="",
    )


def _waited(search: Callable[[str], object], texts: Sequence[str]) -> Waited:
    for text in texts[:WARM_UP]:
        search(text)
    wall_ms, cpu_ms = [], []
    for text in texts[WARM_UP:]:
        started, used = time.perf_counter(), time.process_time()
        search(text)
        cpu_ms.append((time.process_time() - used) * 1000)
        wall_ms.append((time.perf_counter() - started) * 1000)
    return Waited(
        wall_ms=_percentiles(wall_ms),
        cpu_ms=_percentiles(cpu_ms),
        held_mb=held_mb(),
        peak_mb=peak_mb(),
    )


def _percentiles(times_ms: Sequence[float]) -> tuple[float, float]:
    p50_ms, p95_ms = map(float, np.percentile(times_ms, (50, 95)))
    return p50_ms, p95_ms


def _encoder() -> Encoder:
    encoder = open_encoder(ModelSettings(), threads=1)
    if encoder is None:
        raise ValueError("questions are embedded, and the settings name no model")
    return encoder


def _on_one_core() -> None:
    """Where the system lets a process choose."""
    if sys_sets_affinity := getattr(os, "sched_setaffinity", None):
        sys_sets_affinity(0, {min(os.sched_getaffinity(0))})
