"""Questions with known answers, by which two models are compared.

Three kinds: threads of the archive that were never trained on; the manual, which is general and on
every machine; and judged sets that somebody hands over.
"""

from __future__ import annotations

import ast
import itertools
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from contract.errors import JudgementError
from ranker.judged import Document, Question, find

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indexer.tuning.lessons import Lessons
    from ranker.judged import JudgedSet

ACCEPTED, VOUCHED = 2, 1
"""Grades of a solution: marked as the one, or voted for."""

LARGEST = 1500
"""Passages in a trial of the archive, as long as the held-out threads leave room; some two minutes
of embedding for each model on one processor."""

MANUAL = "manual"

MANUAL_SIZE = 500
"""Questions and as many documents; the standard error of a difference is then about .004."""

SUMMARY_WORDS = range(4, 31)
SHORTEST_TEXT = 200
"""Characters below which a docstring says too little beyond its summary."""

NOT_LIBRARY = {"site-packages", "dist-packages", "test", "tests", "idlelib"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A judged set in memory."""

    name: str
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]
    qrels: Mapping[str, Mapping[str, int]]
    """Grades by question and document."""


def held_out(lessons: Lessons) -> Trial:
    """To find what solved a thread by its title alone, among what was said in all threads.

    Passages stand without their thread's title, which would give them away.
    """
    documents: list[Document] = []
    qrels: dict[str, dict[str, int]] = {}
    for lesson in lessons.questions:
        grades = qrels.setdefault(lesson.thread_id, {})
        for at, solution in enumerate(lesson.solutions):
            document = Document(id=f"{lesson.thread_id}/{at}", text=solution.text)
            grades[document.id] = ACCEPTED if solution.accepted else VOUCHED
            documents.append(document)
    room = max(0, LARGEST - len(documents))
    for at, text in enumerate(itertools.islice(_beside(lessons), room)):
        documents.append(Document(id=f"other/{at}", text=text))
    asked = (Question(id=one.thread_id, text=one.title) for one in lessons.questions)
    return Trial(
        name="held-out threads", documents=tuple(documents), questions=tuple(asked), qrels=qrels
    )


def _beside(lessons: Lessons) -> Iterator[str]:
    """What else is in the archive to be mistaken for a solution, of held-out threads first."""
    for lesson in lessons.held_out:
        yield from lesson.others
    for lesson in lessons.taught:
        yield from (solution.text for solution in lesson.solutions)


def manual() -> Trial:
    """To find what the manual says by its first sentence: the docstrings of Python's own library.

    General English about how things work, there wherever Python is, and of no community: what a
    model forgets shows here.
    """
    told = _docstrings(Path(sysconfig.get_path("stdlib")))
    return Trial(
        name=MANUAL,
        documents=tuple(Document(id=f"d{at}", text=text) for at, text in enumerate(told.values())),
        questions=tuple(Question(id=f"q{at}", text=summary) for at, summary in enumerate(told)),
        qrels={f"q{at}": {f"d{at}": 1} for at in range(len(told))},
    )


def _docstrings(library: Path) -> dict[str, str]:
    """Summary to what follows it, of files drawn by chance; they are read, not imported."""
    paths = [path for path in sorted(library.rglob("*.py")) if NOT_LIBRARY.isdisjoint(path.parts)]
    Random(1).shuffle(paths)  # noqa: S311  no secret, and the same draw each time
    found: dict[str, str] = {}
    for summary, text in itertools.chain.from_iterable(map(_told_in, paths)):
        found.setdefault(summary, text)
        if len(found) == MANUAL_SIZE:
            break
    return found


def _told_in(path: Path) -> Iterator[tuple[str, str]]:
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):  # some are broken on purpose, for tests
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            head, _, rest = (ast.get_docstring(node) or "").partition("\n\n")
            summary, text = " ".join(head.split()), rest.strip()
            if len(summary.split()) in SUMMARY_WORDS and len(text) >= SHORTEST_TEXT:
                yield summary, text


def given(path: Path) -> list[Trial]:
    """The judged sets for retrieval at a path. Raises JudgementError where there is none."""
    sets = [one for one in find(path) if one.form == "retrieval"]
    if not sets:
        raise JudgementError(f"{path}: no judged set for retrieval here")
    return [_of(judged) for judged in sets]


def _of(judged: JudgedSet) -> Trial:
    qrels = judged.qrels()
    questions: Iterable[Question] = judged.rows(Question, "queries")
    return Trial(
        name=judged.name,
        documents=tuple(judged.rows(Document, "corpus")),
        questions=tuple(one for one in questions if one.id in qrels),
        qrels=qrels,
    )
