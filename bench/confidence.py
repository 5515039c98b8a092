"""How sure an answer is: when it is shown, when nothing is, and how often it then helps.

    python -m bench.confidence JUDGED

Each set is asked its own questions and those of the other sets, which it cannot answer. A logistic
model of whether the best passage helps is fitted on FITTED_ON and reported on the other sets, side
by side with the shipped one (ranker/answer.py). "Helps" means judged relevant: where judges have
overlooked a good answer, it counts as none, so the true shares lie above those printed.
"""

from __future__ import annotations

import sys
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from bench.probe import probes
from bench.table import table
from bench.workbench import parser, sets, workbench
from ranker.answer import INTERCEPT, OF_COVERAGE, OF_SIMILARITY, confidence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from bench.probe import Probe
    from bench.table import Cell

    Numbers = NDArray[np.float64]
    Model = Callable[[Sequence[Probe]], Numbers]

FITTED_ON = frozenset({"faq-askubuntu-webapps", "faq-stackfaq-dev", "kb-postgresql-index"})

SHOWN_FROM = 0.5
"""The confidence that the settings ask for by default."""

BINS = 10

FLOORS = (0.3, 0.35, 0.4)
MENTIONED = (0.0, 0.4, 0.5, 0.6, 0.7, 2.0)
"""Coverages from which a post is one; at 0 any is, at 2 none."""

TAILS = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6)

PERCENTILES = (5, 25, 50, 75, 95)


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask, fit and print."""
    args = parser(__doc__, "judged").parse_args(arguments)
    with workbench(args) as bench:
        asked = list(probes(sets(args.judged, "retrieval"), bench))
    fit = [one for one in asked if one.to in FITTED_ON]
    others = [one for one in asked if one.to not in FITTED_ON]
    fitted, said = _fitted(fit)
    print(f"Logistic model (intercept, of similarity, of coverage):\n\n{said}")
    for name, model in (("as shipped", shipped), ("fitted now", fitted)):
        print(f"\nAt a confidence of {SHOWN_FROM}, {name}:\n\n{_by_set(asked, model)}")
        print(f"\nReliability on the sets not fitted on, {name}:\n\n{reliability(others, model)}")
    print(f"\nBest cosine of a question:\n\n{_spread(asked)}")
    print(f"\nNothing found, by what is asked of the best candidate:\n\n{nothing_found(asked)}")
    print(f"\nWhere the list ends:\n\n{tails(asked)}")
    return 0


def shipped(asked: Sequence[Probe]) -> Numbers:
    """The product's confidence, for passages that nothing is known about."""
    return np.array([confidence(one.similarity, one.covered, 0.5) for one in asked])


def reliability(asked: Sequence[Probe], model: Model) -> str:
    """What was promised and what was kept, by tenths of confidence."""
    sure, helps = model(asked), np.array([one.helps for one in asked])
    bins = np.minimum((sure * BINS).astype(np.int64), BINS - 1)
    rows: list[list[Cell]] = []
    for at in range(BINS):
        mine = bins == at
        if mine.any():
            said = f"{at / BINS:.1f} to {(at + 1) / BINS:.1f}"
            rows.append(
                [said, int(mine.sum()), float(sure[mine].mean()), float(helps[mine].mean())]
            )
    return table(["confidence", "questions", "mean confidence", "helped"], rows)


def _fitted(asked: Sequence[Probe]) -> tuple[Model, str]:
    from sklearn import linear_model  # type: ignore[import-untyped]  # noqa: PLC0415  takes seconds

    facts = _facts(asked)
    learned = linear_model.LogisticRegression(C=10.0).fit(facts, [one.helps for one in asked])
    numbers = [float(learned.intercept_[0]), *map(float, learned.coef_[0])]
    rows: list[list[Cell]] = [["as shipped", INTERCEPT, OF_SIMILARITY, OF_COVERAGE]]
    rows.append(["fitted now", *numbers])

    def model(some: Sequence[Probe]) -> Numbers:
        sure: Numbers = learned.predict_proba(_facts(some))[:, 1]
        return sure

    return model, table(["", "intercept", "similarity", "coverage"], rows, digits=2)


def _facts(asked: Sequence[Probe]) -> Numbers:
    return np.array([[one.similarity, one.covered] for one in asked])


def _by_set(asked: Sequence[Probe], model: Model) -> str:
    """What is shown for own and foreign questions, set by set."""
    head = ["set", "foreign: nothing shown", "own: answered", "their mean confidence"]
    head += ["of these helped", "of those that could help, answered", "Brier score"]
    rows: list[list[Cell]] = []
    for name in sorted({one.to for one in asked}, key=lambda name: (name not in FITTED_ON, name)):
        here = [one for one in asked if one.to == name]
        sure, helps = model(here), np.array([one.helps for one in here])
        own, shown = np.array([one.own for one in here]), sure >= SHOWN_FROM
        measures = [~shown[~own], shown[own], sure[own & shown], helps[own & shown], shown[helps]]
        measures.append((sure - helps) ** 2)
        mark = " (fitted on)" if name in FITTED_ON else ""
        rows.append(
            [f"{name}{mark}", *(float(some.mean()) if len(some) else None for some in measures)]
        )
    return table(head, rows)


def _spread(asked: Sequence[Probe]) -> str:
    """Percentiles of the best cosine, which for foreign questions is what chance reaches."""
    rows: list[list[Cell]] = []
    for name in sorted({one.to for one in asked}):
        for own in (False, True):
            best = [one.nearest for one in asked if one.to == name and one.own == own]
            said = f"{name}, {'own' if own else 'foreign'}"
            rows.append([said, *np.percentile(best, PERCENTILES).tolist()])
    return table(["questions", *(f"{share} %" for share in PERCENTILES)], rows, digits=2)


def nothing_found(asked: Sequence[Probe]) -> str:
    """How often nothing is found, by the cosine and the coverage that something must reach."""
    rows: list[list[Cell]] = []
    for floor, share in product(FLOORS, MENTIONED):
        missed: dict[bool, list[bool]] = {False: [], True: []}
        for one in asked:
            missed[one.own].append(one.nearest < floor and one.mentioned < share)
        rows.append(
            [f"{floor:.2f}", f"{share:.1f}", *(float(np.mean(one)) for one in missed.values())]
        )
    return table(["cosine", "coverage", "foreign questions", "own questions"], rows)


def tails(asked: Sequence[Probe]) -> str:
    """What each share of the best relevance leaves in the list."""
    own = [one for one in asked if one.own]
    rows: list[list[Cell]] = []
    for share in TAILS:
        listed = float(np.mean([np.count_nonzero(one.near >= share) for one in own]))
        kept = np.concatenate([(one.near >= share)[one.relevant] for one in own])
        rows.append([f"{share:.1f}", f"{listed:.0f}", float(kept.mean())])
    return table(["share of the best", "posts listed", "relevant candidates kept"], rows)


if __name__ == "__main__":
    sys.exit(main())
