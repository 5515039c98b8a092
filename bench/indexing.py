"""How fast posts become searchable, with and without vectors, and how much room they take."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.apart import peak_mb
from bench.talk import size
from cli.progress import Bars
from contract import SystemClock
from contract.settings import IndexSettings, ModelSettings
from crawler import interchange
from crawler.archive import Archive
from crawler.imports import keep
from crawler.store import Store
from indexer.build import Workshop, build, silent
from indexer.embed import open_encoder
from indexer.generation import Generations
from indexer.passages import split

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """What one build did."""

    seconds: float
    posts: int
    passages: int
    bytes: int
    """Of the finished index on disk."""
    peak_mb: float


def gathered(file: Path, data: Path) -> tuple[int, float]:
    """Import a community into a new archive: posts and seconds."""
    started = time.perf_counter()
    archive = Archive(Store(data / "archive.db"), SystemClock())
    count = keep(archive, interchange.posts(file, file.name.partition(".")[0]))
    return count, time.perf_counter() - started


def built(data: Path, engine: Literal["tantivy", "whoosh"], embeddings: Path | None) -> Build:
    """Index an archive as the product does; without vectors where no `embeddings` are named.

    Vectors are taken from that folder and those that are missing are made, so time it without.
    """
    encoder = open_encoder(ModelSettings(), threads=1) if embeddings else None
    folder = index_folder(data, engine, by_meaning=embeddings is not None)
    workshop = Workshop(
        archive=Archive(Store(data / "archive.db"), SystemClock()),
        generations=Generations(folder),
        settings=IndexSettings(engine=engine, keep=1),
        encoder=encoder,
        embeddings=embeddings or data / "embeddings",
        clock=SystemClock(),
    )
    started = time.perf_counter()
    with Bars() as bars:
        manifest = build(workshop, bars if embeddings else silent)
    return Build(
        seconds=time.perf_counter() - started,
        posts=manifest.posts,
        passages=manifest.passages,
        bytes=size(folder),
        peak_mb=peak_mb(),
    )


def embedded(data: Path, count: int, threads: int) -> tuple[int, float]:
    """Embed the passages of posts spread evenly over an archive: passages and seconds."""
    encoder = open_encoder(ModelSettings(), threads=threads)
    if encoder is None:
        raise ValueError("embedding is timed, and the settings name no model")
    archive = Archive(Store(data / "archive.db"), SystemClock())
    texts = sample(archive, count)
    list(encoder.passages(texts[:32]))  # the first call prepares the model
    started = time.perf_counter()
    for _ in encoder.passages(texts):
        pass
    return len(texts), time.perf_counter() - started


def index_folder(data: Path, engine: str, *, by_meaning: bool) -> Path:
    """Where an index of each sort lies."""
    return data / f"index-{engine}{'-and-vectors' if by_meaning else ''}"


def sample(archive: Archive, count: int) -> list[str]:
    """First passages, with titles, of posts spread evenly over an archive."""
    return list(itertools.islice(_passages(archive, max(1, archive.count() // count)), count))


def _passages(archive: Archive, every: int) -> Iterator[str]:
    posts = (post for thread in archive.threads() for post in thread)
    for post in itertools.islice(posts, 0, None, every):
        for start, end in split(post.text)[:1]:
            yield f"{post.title}\n{post.text[start:end]}".strip()
