"""What votes, lead, record and detail are worth: fitted on which of several answers was accepted.

    python -m bench.trust JUDGED COMMUNITY

A conditional logit over the answers to one question. Each site is left out in turn: the weights
that order its answers have never seen it. Votes were counted years after the acceptance, and an
accepted answer draws votes, so votes look better here than they are for a fresh question.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from bench import logit
from bench.logit import Facts
from bench.table import table
from bench.workbench import parser, sets, workbench
from ranker import trust
from ranker.proving import community_posts, indexed
from ranker.weights import Weights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bench.table import Cell
    from indexer.search import Finder
    from ranker.judged import JudgedSet
    from ranker.proving import Bench

FACTS = ("votes", "lead", "record", "detail")

ONE_EACH = Weights(votes=1.0, lead=1.0, record=1.0, detail=1.0)

NOT_READ = ("accepted", "by_asker")
"""Parts of trust that would give the label away."""

SAMPLES = 50
"""Draws of questions, with replacement, that tell how far the weights would differ by chance."""


class _Given(msgspec.Struct, frozen=True):
    id: str
    score: int


class _Line(msgspec.Struct, frozen=True):
    site: str
    accepted: str
    answers: tuple[_Given, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One question with at least two answers."""

    site: str
    facts: Facts
    """(answers, FACTS)"""
    shipped: NDArray[np.float64]
    """Trust of each answer by the shipped weights, blind for the label."""
    score: NDArray[np.float64]
    accepted: int
    """Place of the accepted answer."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit on all sites but one, for each site, and print what that is worth there."""
    args = parser(__doc__, "judged", "community").parse_args(arguments)
    with workbench(args, model=False) as bench:
        choices = [one for judged in sets(args.judged, "trust") for one in _choices(judged, bench)]
    sites = sorted({choice.site for choice in choices})
    fits = {site: fit([one for one in choices if one.site != site]) for site in sites}
    print(f"P@1 of the accepted answer, ties shared:\n\n{_precision(choices, fits)}")
    print(f"\nWeights on the scale of ranker/weights.py:\n\n{_weights(choices, fits)}")
    print(f"\nMean log loss of a site's answers:\n\n{_losses(choices, fits)}")
    return 0


def fit(choices: Sequence[Choice]) -> Facts:
    """The weights that make the accepted answers most likely."""
    return logit.fit(_pairs(choices))


def scaled(weights: Facts, choices: Sequence[Choice]) -> Facts:
    """The weights times the one number that brings them nearest to the shipped ones.

    A logit's scale says how sure it is, which is nothing to an order: only ratios count. A fact
    weighs in that comparison as much as it varies among the answers to one question.
    """
    spread = np.sqrt(np.mean([choice.facts.var(axis=0) for choice in choices], axis=0))
    ours, theirs = _shipped_weights() * spread, weights * spread
    fitted: Facts = weights * (ours @ theirs) / (theirs @ theirs)
    return fitted


def first(scores: NDArray[np.float64], accepted: int) -> float:
    """Probability that the accepted answer stands first, where equal ones stand in any order."""
    best = scores >= scores.max() - 1e-12
    return float(best[accepted]) / int(best.sum())


def _pairs(choices: Sequence[Choice]) -> list[tuple[Facts, int]]:
    return [(choice.facts, choice.accepted) for choice in choices]


def _choices(judged: JudgedSet, bench: Bench) -> Iterator[Choice]:
    lines = [line for line in judged.rows(_Line) if len(line.answers) > 1]
    posts = community_posts((line.accepted for line in lines), bench)
    with indexed(posts, judged.name, bench) as finder:
        for line in lines:
            yield _choice(line, finder, bench)


def _choice(line: _Line, finder: Finder, bench: Bench) -> Choice:
    names = [given.id for given in line.answers]
    ordinals = np.array([finder.snapshot.ordinals[name] for name in names], dtype=np.int32)
    columns, now = finder.snapshot.columns, bench.clock.now()
    each = trust.parts(columns, ordinals, now, ONE_EACH)
    shipped = trust.parts(columns, ordinals, now, bench.weights)
    told = [values for name, values in shipped.items() if name not in NOT_READ]
    return Choice(
        site=line.site,
        facts=np.stack([each[fact] for fact in FACTS], axis=1),
        shipped=np.sum(told, axis=0),
        score=np.array([given.score for given in line.answers], dtype=np.float64),
        accepted=names.index(line.accepted),
    )


def _precision(choices: Sequence[Choice], fits: dict[str, Facts]) -> str:
    ways: dict[str, Callable[[Choice], float]] = {
        "random": lambda one: 1.0 / len(one.score),
        "score alone": lambda one: first(one.score, one.accepted),
        "lead alone": lambda one: first(one.facts[:, FACTS.index("lead")], one.accepted),
        "as shipped": lambda one: first(one.shipped, one.accepted),
        "fitted without the site": lambda one: first(one.facts @ fits[one.site], one.accepted),
    }
    rows: list[list[Cell]] = []
    for site in fits:
        here = [one for one in choices if one.site == site]
        means = [float(np.mean([way(one) for one in here])) for way in ways.values()]
        rows.append([site, len(here), *means])
    means = [float(np.mean([way(one) for one in choices])) for way in ways.values()]
    rows.append(["all", len(choices), *means])
    return table(["site", "questions", *ways], rows)


def _weights(choices: Sequence[Choice], fits: dict[str, Facts]) -> str:
    rows: list[list[Cell]] = [["as shipped", *_shipped_weights().tolist()]]
    rows.append(["fitted on all sites", *scaled(fit(choices), choices).tolist()])
    rows.append(["its standard error", *_errors(choices).tolist()])
    rows += [[f"without {site}", *scaled(fits[site], choices).tolist()] for site in fits]
    return table(["", *FACTS], rows, digits=4)


def _errors(choices: Sequence[Choice]) -> Facts:
    """How much the weights differ between samples of the questions (bootstrap)."""
    chance = np.random.default_rng(1)
    drawn = (chance.integers(0, len(choices), len(choices)) for _ in range(SAMPLES))
    fits = [scaled(fit([choices[at] for at in some]), choices) for some in drawn]
    errors: Facts = np.std(fits, axis=0)
    return errors


def _losses(choices: Sequence[Choice], fits: dict[str, Facts]) -> str:
    """Both ways on the sites left out; the scale of the shipped weights is fitted like the rest."""
    pairs = {site: _pairs([one for one in choices if one.site == site]) for site in fits}
    direction = _shipped_weights() / np.linalg.norm(_shipped_weights())
    rows: list[list[Cell]] = []
    for site, here in pairs.items():
        others = [pair for other in fits if other != site for pair in pairs[other]]
        as_one = [((facts @ direction)[:, None], chosen) for facts, chosen in others]
        shipped = direction * logit.fit(as_one)[0]
        rows.append([site, logit.loss(shipped, here), logit.loss(fits[site], here)])
    counts = np.array([len(here) for here in pairs.values()])
    means = np.average([row[1:] for row in rows], axis=0, weights=counts)
    rows.append(["all", *means.tolist()])
    return table(["site", "as shipped", "fitted without the site"], rows)


def _shipped_weights() -> Facts:
    return np.array([getattr(Weights(), fact) for fact in FACTS], dtype=np.float64)


if __name__ == "__main__":
    sys.exit(main())
