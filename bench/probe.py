"""Questions put where they can be answered and where they cannot, and what the best result was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bench.asked import ask
from bench.ways import shipped
from indexer.language import language_of
from ranker.answer import coverage
from ranker.judged import Document, Question
from ranker.proving import as_post, indexed
from ranker.snippet import asked_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bench.asked import Asked
    from contract import Post
    from indexer.search import Finder
    from ranker.judged import JudgedSet
    from ranker.proving import Bench

OWN, FOREIGN = 150, 50
"""Questions of its own and of each other set that a set is asked; all where it has fewer."""

KIN = frozenset({"answers-onstartups", "dup-federated-dev"})
"""Sets over the same community: the questions of one may be answered in the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What the best result of one question was."""

    to: str
    """Name of the set that was asked."""
    own: bool
    """Whether the question is one of its own."""
    similarity: float
    covered: float
    helps: bool
    """Whether the best result was judged relevant; never for a foreign question."""
    nearest: float
    """The best cosine that any candidate has."""
    mentioned: float
    """The best coverage that any candidate has."""
    near: NDArray[np.float64]
    """Relevance of each candidate over the best."""
    relevant: NDArray[np.bool_]
    """Whether each of them was judged relevant."""


def probes(judged: Sequence[JudgedSet], bench: Bench) -> Iterator[Probe]:
    """Ask every set some questions of its own and of every other one, drawn by chance."""
    questions = {one.name: list(one.rows(Question, "queries")) for one in judged}
    chance = np.random.default_rng(1)
    for one in judged:
        posts = {row.id: as_post(one.name, row) for row in one.rows(Document, "corpus")}
        qrels = one.qrels()
        with indexed(posts.values(), one.name, bench) as finder:
            for name, held in questions.items():
                own = name == one.name
                if not own and {name, one.name} == KIN:
                    continue
                drawn = chance.permutation(len(held))[: OWN if own else FOREIGN]
                for at in drawn:
                    grades = qrels.get(held[at].id, {}) if own else {}
                    yield from _probe(one.name, held[at], grades, finder, posts, own=own)


def _probe(
    to: str,
    question: Question,
    grades: dict[str, int],
    finder: Finder,
    posts: Mapping[str, Post],
    *,
    own: bool,
) -> Iterator[Probe]:
    found = ask(question, grades, finder)
    if len(found.candidates.ordinals) == 0:
        return
    relevance = shipped(found)
    best = int(np.argmax(relevance))
    yield Probe(
        to=to,
        own=own,
        similarity=float(found.meaning[best]),
        covered=_covered(found, best, finder, posts),
        helps=bool(found.grades[best] > 0),
        nearest=float(found.meaning.max()),
        mentioned=float(found.candidates.coverage.max()),
        near=relevance / max(relevance.max(), 1e-9),
        relevant=found.grades > 0,
    )


def _covered(found: Asked, best: int, finder: Finder, posts: Mapping[str, Post]) -> float:
    """Share of the question's words that stand in the title or the best passage."""
    snapshot = finder.snapshot
    post = posts[snapshot.ids[int(found.candidates.ordinals[best])].partition(":")[2]]
    passage = int(found.candidates.passage[best])
    start, end = snapshot.spans[passage] if passage >= 0 else (0, len(post.text))
    asked_for = asked_words(found.query, snapshot.manifest.languages)
    return coverage(asked_for, post.title, post.text[start:end], language_of(post.text))
