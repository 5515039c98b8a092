"""Ourselves beside the rivals: the same documents, through our own archive, build and search.

    python -m bench.entrant build|ask FORM CORPUS FOLDER [--vectors DIR]

Run by `bench.side_by_side`, one process a task. Of the forms, `page` is the whole answer (results
with their words, the answer, people, places and counts), `ids` the ranking alone, which is what the
rivals return, and `words` the whole answer without a model.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bench.apart import peak_mb
from bench.talk import answer, report, size
from contract import Settings, SystemClock
from contract.settings import IndexSettings, ModelSettings
from crawler.archive import Archive
from crawler.imports import keep
from crawler.store import Store
from indexer.build import Workshop, build
from indexer.embed import open_encoder
from indexer.generation import Generations
from indexer.library import Library
from ranker.judged import Document
from ranker.proving import as_post, native
from ranker.search import Ranker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.talk import Search
    from indexer.embed import Encoder

PAGE, IDS, WORDS = "page", "ids", "words"

SHOWN = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Build our index and report on it, or open it and answer."""
    takes = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    takes.add_argument("task", choices=("build", "ask"))
    takes.add_argument("form", choices=(PAGE, IDS, WORDS))
    takes.add_argument("corpus", type=Path, help="lines of JSON: _id, title and text")
    takes.add_argument("folder", type=Path, help="where archive and index lie")
    takes.add_argument("--vectors", type=Path, help="where vectors are kept between runs")
    args = takes.parse_args(arguments)
    encoder = None if args.form == WORDS else open_encoder(ModelSettings(), threads=1)
    if args.task == "ask":
        answer(_opened(args.folder, args.form, encoder))
        return 0
    started, used = time.perf_counter(), time.process_time()
    _built(args.corpus, args.folder, args.vectors, encoder)
    seconds, cpu_s = time.perf_counter() - started, time.process_time() - used
    taken = size(args.folder / "index")  # the rivals keep no archive
    report({"seconds": seconds, "cpu_s": cpu_s, "bytes": taken, "peak_mb": peak_mb()})
    return 0


def _built(corpus: Path, folder: Path, vectors: Path | None, encoder: Encoder | None) -> None:
    folder.mkdir(parents=True)
    with corpus.open("rb") as lines:
        rows = (msgspec.json.decode(line, type=Document) for line in lines)
        keep(_archive(folder), (as_post("judged", row) for row in rows))
    workshop = Workshop(
        archive=_archive(folder),
        generations=Generations(folder / "index"),
        settings=IndexSettings(),
        encoder=encoder,
        embeddings=vectors or folder / "embeddings",
        clock=SystemClock(),
    )
    build(workshop)


def _opened(folder: Path, form: str, encoder: Encoder | None) -> Search:
    archive = _archive(folder)
    library = Library(Generations(folder / "index"), archive, encoder)
    ranker = Ranker(library, archive, Settings(), SystemClock())

    def page(text: str) -> list[str]:
        shown = ranker.search(text, limit=SHOWN).results
        ids = [i for one in shown for i in (one.post.post_id, *(also.post_id for also in one.also))]
        return [native(one) for one in ids[:SHOWN]]

    def ids(text: str) -> list[str]:
        ranking = ranker.ranking(text)
        known, ordinals = ranking.reading.finder.snapshot.ids, ranking.scored.candidates.ordinals
        ranked = (at for one in ranking.results for at in (one.at, *one.also))
        return [native(known[ordinals[at]]) for at in itertools.islice(ranked, SHOWN)]

    return ids if form == IDS else page


def _archive(folder: Path) -> Archive:
    return Archive(Store(folder / "archive.db"), SystemClock())


if __name__ == "__main__":
    sys.exit(main())
