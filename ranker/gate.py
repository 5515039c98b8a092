"""Whether a model may take another's place: it must win at home, beyond chance, and lose nowhere.

Both models answer the same questions through the same index and search as the product's. At home,
on threads it was never trained on, the new one must find more: the lower end of the difference's
interval has to lie above 0. On every guard it may lose no more than a stated tolerance.
Intervals: paired bootstrap over questions (Efron and Tibshirani 1993; for retrieval, Sakai 2006,
https://doi.org/10.1145/1148170.1148261).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ir_measures
import msgspec
import numpy as np
from ir_measures import nDCG

from ranker.judge import DEEP, orders
from ranker.proving import as_post, indexed, native

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ranker.proving import Bench
    from ranker.trial import Trial

    Values = dict[str, NDArray[np.float64]]
    """nDCG@10 of each question, by system."""

SYSTEMS = ("dense", "hybrid")
"""What is judged: the model alone, and fused with keywords, as people get it."""

DECIDES = "hybrid"
"""The system whose gain at home must be beyond chance."""

CONFIDENCE = 0.95
"""Of the lower end, one-sided: one useless model in twenty would pass."""

TOLERANCE = 0.01
"""nDCG@10 that may be lost on a guard; the most this project lets any change cost any judged set
(bench/README.md)."""

RESAMPLES = 10_000
AT_ONCE = 500
"""Resamples held in memory together: 4 MB for a thousand questions."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """How one system did on one trial with both models, in mean nDCG@10."""

    trial: str
    guard: bool
    system: str
    questions: int
    before: float
    after: float
    error: float
    """Standard error of the difference."""
    lowest: float
    """Lower end of the difference's one-sided interval."""
    reason: str = ""
    """Why this keeps the model out; empty where it does not."""

    @property
    def gain(self) -> float:
        """What the new model adds; below 0 where it loses."""
        return self.after - self.before


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate says, and by which figures."""

    lines: tuple[Line, ...]

    @property
    def reasons(self) -> list[str]:
        """Why the model is kept out; empty where it may pass."""
        return [line.reason for line in self.lines if line.reason]

    @property
    def passes(self) -> bool:
        """Whether the new model may take the other's place."""
        return not self.reasons


def weigh(home: Trial, guards: Sequence[Trial], before: Bench, after: Bench) -> Verdict:
    """Compare two benches that differ in their model alone."""
    trials = [(home, False), *((guard, True) for guard in guards)]
    return Verdict(
        lines=tuple(
            line
            for trial, guard in trials
            for line in _lines(trial, measure(trial, before), measure(trial, after), guard=guard)
        )
    )


def measure(trial: Trial, bench: Bench) -> Values:
    """nDCG@10 of every question of a trial, in its order."""
    documents = (as_post("trial", document) for document in trial.documents)
    runs: dict[str, list[Any]] = {system: [] for system in SYSTEMS}
    with indexed(documents, "trial", bench) as finder:
        for done, question in enumerate(trial.questions, start=1):
            ordered = orders(question.text, finder, bench)
            for system, run in runs.items():
                names = [native(finder.snapshot.ids[at]) for at in ordered[system]]
                others = [name for name in names if name != question.id][:DEEP]
                run += [
                    ir_measures.ScoredDoc(question.id, name, float(DEEP - at))
                    for at, name in enumerate(others)
                ]
            bench.progress(trial.name, done, len(trial.questions))
    return {system: _ndcg(trial, run) for system, run in runs.items()}


def _ndcg(trial: Trial, run: list[Any]) -> NDArray[np.float64]:
    """Of each question; 0 for one without a result."""
    judged = [
        ir_measures.Qrel(query, document, grade)
        for query, grades in trial.qrels.items()
        for document, grade in grades.items()
    ]
    found = {one.query_id: one.value for one in ir_measures.iter_calc([nDCG @ 10], judged, run)}
    return np.array([found.get(question.id, 0.0) for question in trial.questions])


def _lines(trial: Trial, before: Values, after: Values, *, guard: bool) -> Iterator[Line]:
    for system in SYSTEMS:
        apart = after[system] - before[system]
        line = Line(
            trial=trial.name,
            guard=guard,
            system=system,
            questions=len(apart),
            before=float(before[system].mean()),
            after=float(after[system].mean()),
            error=float(apart.std() / np.sqrt(len(apart))),
            lowest=lower_end(apart),
        )
        yield msgspec.structs.replace(line, reason=_reason(line))


def _reason(line: Line) -> str:
    at = f"{line.trial}, {line.system}"
    if line.guard:
        lost = line.gain < -TOLERANCE
        return f"{at}: loses {-line.gain:.3f}, more than {TOLERANCE} is allowed" if lost else ""
    if line.gain < 0:
        return f"{at}: finds less than before"
    if line.system == DECIDES and line.lowest <= 0:
        return f"{at}: the gain of {line.gain:.3f} may be chance"
    return ""


def lower_end(apart: NDArray[np.float64]) -> float:
    """Lower end of the one-sided interval of a mean, by resampling with a fixed seed."""
    chance = np.random.default_rng(1)
    drawn = (chance.choice(apart, (AT_ONCE, len(apart))) for _ in range(RESAMPLES // AT_ONCE))
    means = np.concatenate([some.mean(axis=1) for some in drawn])
    return float(np.quantile(means, 1.0 - CONFIDENCE))
