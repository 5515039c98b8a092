"""How long a searcher waits: the whole answer to distinct questions, none of them remembered.

The product's time is all of it: both searches, fusion, trust, threads, the answer, experts, places,
facets, and the words of ten results read from the archive. The peers' is ten titles.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bench import peers
from bench.apart import peak_mb
from bench.indexing import index_folder
from contract import Settings, SystemClock
from contract.settings import ModelSettings
from crawler.archive import Archive
from crawler.store import Store
from indexer.embed import open_encoder
from indexer.generation import Generations
from indexer.library import Library
from ranker.search import Ranker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

WARM_UP = 10
"""Questions asked first and not counted: files and code are then in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """What a process took that only opened an index and answered."""

    p50_ms: float
    p95_ms: float
    asked: int
    peak_mb: float


def questions(data: Path, count: int) -> list[str]:
    """Distinct titles of an archive, drawn by chance, as plain words."""
    archive = Archive(Store(data / "archive.db"), SystemClock())
    titles = sorted({_plain(thread[0].title) for thread in archive.threads()})
    telling = [title for title in titles if title]
    drawn = np.random.default_rng(1).permutation(len(telling))[: count + WARM_UP]
    return [telling[at] for at in drawn]


def product(data: Path, engine: str, asked: Sequence[str], *, by_meaning: bool) -> Wait:
    """Ask the product over one of its indexes."""
    archive = Archive(Store(data / "archive.db"), SystemClock())
    encoder = open_encoder(ModelSettings(), threads=1) if by_meaning else None
    generations = Generations(index_folder(data, engine, by_meaning=by_meaning))
    library = Library(generations, archive, encoder)
    return _wait(Ranker(library, archive, Settings(), SystemClock()).search, asked)


def peer(name: str, data: Path, asked: Sequence[str]) -> Wait:
    """Ask a library alone."""
    return _wait(peers.search(name, data), asked)


def _plain(title: str) -> str:
    """Words that no parser takes for an operator."""
    return " ".join(re.findall(r"\w+", title.lower()))


def _wait(search: Callable[[str], object], asked: Sequence[str]) -> Wait:
    for text in asked[:WARM_UP]:
        search(text)
    times_ms = []
    for text in asked[WARM_UP:]:
        started = time.perf_counter()
        search(text)
        times_ms.append((time.perf_counter() - started) * 1000)
    p50_ms, p95_ms = map(float, np.percentile(times_ms, (50, 95)))
    return Wait(p50_ms=p50_ms, p95_ms=p95_ms, asked=len(times_ms), peak_mb=peak_mb())
