"""Judged questions with all their candidates and both scores, found once and ranked many ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexer.parser import parse
from indexer.query import Query
from indexer.search import DEPTH, Candidates
from ranker.judged import Question
from ranker.proving import native
from ranker.relax import find_or_relax

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from indexer.search import Finder
    from ranker.judged import JudgedSet

    Scores = NDArray[np.float64]

FIRST_PAGE = 10
"""Results that nDCG@10 looks at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question; its own document, where the corpus holds it, is not among the candidates."""

    question: Question
    query: Query
    candidates: Candidates
    grades: NDArray[np.int64]
    """Of each candidate; 0 where nobody judged it relevant."""
    ideal: NDArray[np.int64]
    """Every grade of the question, the best first."""

    @property
    def words(self) -> Scores:
        """BM25 of each candidate."""
        return self.candidates.keyword.astype(np.float64)

    @property
    def meaning(self) -> Scores:
        """Cosine of each candidate; 0 where it has none."""
        return np.nan_to_num(self.candidates.similarity.astype(np.float64))


def asked(judged: JudgedSet, finder: Finder, depth: int = DEPTH) -> Iterator[Asked]:
    """Ask every judged question of a retrieval set, in the order of the file."""
    qrels = judged.qrels()
    for question in judged.rows(Question, "queries"):
        if question.id in qrels:
            yield ask(question, qrels[question.id], finder, depth)


def ask(question: Question, grades: dict[str, int], finder: Finder, depth: int = DEPTH) -> Asked:
    """Ask one question; `grades` are its judgements by document."""
    query = parse(question.text)
    if depth == DEPTH:
        query, found = find_or_relax(query, finder)
    else:
        found = finder.find(query, depth=depth)
    names = [native(finder.snapshot.ids[at]) for at in found.ordinals]
    others = np.array([name != question.id for name in names], dtype=bool)
    judged = np.array([grades.get(name, 0) for name in names], dtype=np.int64)
    return Asked(
        question=question,
        query=query,
        candidates=found.only(others),
        grades=judged[others],
        ideal=np.array(sorted(grades.values(), reverse=True), dtype=np.int64),
    )


def ndcg(one: Asked, scores: Scores) -> float:
    """nDCG@10 with linear gain of the candidates by falling score, equal ones by ordinal.

    Candidates whose score is minus infinity are not in the list.
    """
    order = np.lexsort((one.candidates.ordinals, -scores))
    order = order[scores[order] > -np.inf]
    best = _discounted(one.ideal)
    return _discounted(one.grades[order]) / best if best > 0 else 0.0


def mean_ndcg(questions: Iterable[Asked], scores: Callable[[Asked], Scores]) -> float:
    """Mean over the questions; 0 where there is none."""
    values = [ndcg(one, scores(one)) for one in questions]
    return float(np.mean(values)) if values else 0.0


def halves(questions: Sequence[Asked]) -> tuple[Sequence[Asked], Sequence[Asked]]:
    """Questions with an even number in the file, to fit on, and the odd ones, to report."""
    return questions[0::2], questions[1::2]


def _discounted(grades: NDArray[np.int64]) -> float:
    seen = grades[:FIRST_PAGE]
    return float((seen / np.log2(np.arange(2, len(seen) + 2))).sum())
