"""The graph against the scan: what it misses and what it saves.

    python -m bench.vectors INDEX [--passages N ...] [--questions FILE]

INDEX is a generation of an index (`data/index/gen-000001`) with vectors. Passages are drawn from it
by chance; questions are the lines of FILE, embedded, or else passages that were not drawn, which
are longer than what people ask. Truth is the exact cosine with all passages.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np

from bench.table import table
from contract.settings import ModelSettings
from indexer import vectors
from indexer.embed import open_encoder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from bench.table import Cell

    Vectors = NDArray[np.float32]

SIZES = (20_000, 50_000, 75_000)

ASKED = 300

NEAREST = 10

WANTED = 600
"""Passages that a search of the product asks for: three for each of 200 posts."""

EFFORTS = (32, 64, 128, 256)
"""SEARCH_EFFORT of the graph, the product's own among them. It counts only where fewer passages are
looked up than that: the product looks up 1,200, and then that many are its effort."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Build both indexes at each size and ask them the same."""
    takes = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    takes.add_argument("index", type=Path, help="folder of a generation with vectors")
    takes.add_argument("--passages", type=int, nargs="+", default=SIZES, metavar="N")
    takes.add_argument("--questions", type=Path, metavar="FILE", help="one question a line")
    args = takes.parse_args(arguments)
    every: NDArray[np.float16] = np.load(args.index / "vectors" / "passages.npy", mmap_mode="r")
    drawn = np.random.default_rng(1).permutation(len(every))
    asked, rest = _questions(args.questions, every, drawn)
    rows: list[list[Cell]] = []
    for size in args.passages:
        if size > len(rest):
            print(f"{size:,} passages are not there, only {len(rest):,}", file=sys.stderr)
            continue
        rows += _compared(every[np.sort(rest[:size])], asked)
    head = [
        "passages",
        "index",
        "wanted",
        f"recall of the nearest {NEAREST}",
        "recall of all wanted",
    ]
    print(table([*head, "ms, median", "ms, 95 %", "build, s"], rows))
    return 0


def recall(found: NDArray[np.int64], true: NDArray[np.int64]) -> float:
    """Share of the true nearest that were found."""
    return len(np.intersect1d(found, true)) / len(true)


def _questions(
    file: Path | None, every: NDArray[np.float16], drawn: NDArray[np.int64]
) -> tuple[Vectors, NDArray[np.int64]]:
    """What is asked, and the passages that may be searched."""
    if file is None:
        return every[np.sort(drawn[:ASKED])].astype(np.float32), drawn[ASKED:]
    encoder = open_encoder(ModelSettings(), threads=1)
    if encoder is None:
        raise ValueError("questions are embedded, and the settings name no model")
    lines = [line for line in file.read_text("utf-8").splitlines() if line.strip()]
    return np.stack([encoder.query(line) for line in lines[:ASKED]]), drawn


def _compared(passages: NDArray[np.float16], asked: Vectors) -> Iterator[list[Cell]]:
    exact = passages.astype(np.float32)
    true = [np.argsort(-(exact @ question), kind="stable")[:WANTED] for question in asked]
    for name, limit in (("scan", len(passages)), ("graph", 0)):
        with tempfile.TemporaryDirectory() as scratch:
            started = time.perf_counter()
            with patch.object(vectors, "SCAN_LIMIT", limit):
                vectors.write(Path(scratch), passages, threads=1)
            built_s = round(time.perf_counter() - started)
            index = vectors.VectorIndex(Path(scratch))
            yield [len(passages), name, WANTED, *_asked(index, asked, true, WANTED), built_s]
            for effort in EFFORTS if name == "graph" else (None,):
                said = f"graph, effort {effort}" if effort else name
                with patch.object(vectors, "SEARCH_EFFORT", effort):
                    measured = _asked(index, asked, true, NEAREST)
                yield [len(passages), said, NEAREST, *measured, None]


def _asked(
    index: vectors.VectorIndex, asked: Vectors, true: Sequence[NDArray[np.int64]], wanted: int
) -> tuple[float, ...]:
    """Recall of the nearest and of all that are wanted, and milliseconds of a search."""
    few, many, times_ms = [], [], []
    for question, nearest in zip(asked, true, strict=True):
        started = time.perf_counter()
        found = index.search(question, wanted).passages
        times_ms.append((time.perf_counter() - started) * 1000)
        few.append(recall(found[:NEAREST], nearest[:NEAREST]))
        many.append(recall(found, nearest[:wanted]))
    return tuple(map(float, (np.mean(few), np.mean(many), *np.percentile(times_ms, (50, 95)))))


if __name__ == "__main__":
    sys.exit(main())
