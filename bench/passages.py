"""How long a passage should be: long articles cut at three lengths.

    python -m bench.passages JUDGED [--articles N]

The model reads 256 word pieces of a passage, so what is longer is found by its beginning, and what
is shorter says less of its article. `--articles` keeps so many of a set, and the questions that
these answer, since every length has to be embedded anew.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from bench.asked import ask, ndcg
from bench.table import table
from bench.ways import shipped
from bench.workbench import parser, sets, workbench
from indexer import passages
from ranker.judged import Document, Question
from ranker.proving import as_post, indexed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.table import Cell
    from ranker.judged import JudgedSet
    from ranker.proving import Bench

LONG_ARTICLES = ("kb-postgresql-index", "kb-gnome-related")

LENGTHS = (500, 900, 1400)

SHIPPED = passages.LONGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One set at one length: its passages, and nDCG@10 of each question."""

    passages: int
    by_meaning: NDArray[np.float64]
    fused: NDArray[np.float64]


def main(arguments: Sequence[str] | None = None) -> int:
    """Cut, embed and ask each set at each length."""
    takes = parser(__doc__, "judged")
    takes.add_argument("--articles", type=int, metavar="N", help="of each set at most")
    args = takes.parse_args(arguments)
    rows: list[list[Cell]] = []
    with workbench(args) as bench:
        for judged in sets(args.judged, "retrieval", LONG_ARTICLES):
            kept = sample(list(judged.rows(Document, "corpus")), args.articles)
            cuts = {}
            for length in LENGTHS:
                with patch.object(passages, "LONGEST", length):
                    cuts[length] = _cut(judged, kept, bench, length)
            rows += _rows(judged.name, cuts)
    head = ["set", "characters", "passages", "questions", "by meaning", "fused"]
    print(table([*head, f"fused, more than at {SHIPPED}"], rows))
    return 0


def sample(documents: Sequence[Document], most: int | None) -> list[Document]:
    """At most so many documents, drawn by chance and the same each time, in their order."""
    drawn = np.random.default_rng(1).permutation(len(documents))[:most]
    return [documents[at] for at in sorted(drawn.tolist())]


def _rows(name: str, cuts: dict[int, Cut]) -> Iterator[list[Cell]]:
    for length, cut in cuts.items():
        more = cut.fused - cuts[SHIPPED].fused
        error = more.std() / np.sqrt(len(more))
        said = "" if length == SHIPPED else f"{more.mean():+.3f} ± {error:.3f}"
        means = [float(cut.by_meaning.mean()), float(cut.fused.mean())]
        yield [name, length, cut.passages, len(more), *means, said]


def _cut(judged: JudgedSet, kept: Sequence[Document], bench: Bench, length: int) -> Cut:
    """Ask every question whose relevant articles were all kept."""
    names, qrels = {document.id for document in kept}, judged.qrels()
    posts = (as_post(judged.name, document) for document in kept)
    with indexed(posts, f"{judged.name}-{length}", bench) as finder:
        asked = [
            ask(question, qrels[question.id], finder)
            for question in judged.rows(Question, "queries")
            if qrels.get(question.id) and qrels[question.id].keys() <= names
        ]
        return Cut(
            passages=finder.snapshot.manifest.passages,
            by_meaning=np.array([ndcg(one, one.meaning) for one in asked]),
            fused=np.array([ndcg(one, shipped(one)) for one in asked]),
        )


if __name__ == "__main__":
    sys.exit(main())
