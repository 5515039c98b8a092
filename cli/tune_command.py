"""Tune the embedding model to the archive's own threads, and use it where it finds more.

The new model comes into use, in a new generation of the index, only if it finds more than the one
in use on threads it was never trained on, beyond chance, and loses nothing that matters on a guard
set. Otherwise everything stays as it was. Only posts that everybody may see are learned from.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.progress import Bars
from cli.workplace import Workplace, say
from contract.errors import TuningError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.tuning.lessons import Lessons
    from indexer.tuning.train import Recipe
    from ranker.gate import Verdict
    from ranker.trial import Trial

LEAST_PAIRS = 200
"""Pairs of a title and a passage; fewer make too few steps to learn anything (docs/tuning.md)."""

LEAST_QUESTIONS = 50
"""Held-out questions; by fewer, no gain could be told from chance (docs/tuning.md)."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--epochs", type=_positive, metavar="N", help="times every thread is learned (default: 2)"
    )
    parser.add_argument(
        "--rate", type=float, metavar="R", help="highest learning rate (default: 2e-5)"
    )
    parser.add_argument(
        "--guard",
        type=Path,
        metavar="DIR",
        help="judged sets on which nothing may be lost, besides Python's manual",
    )
    parser.add_argument(
        "--undo", action="store_true", help="go back to the model the tuned one was made of"
    )


def _positive(word: str) -> int:
    number = int(word)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def run(args: argparse.Namespace) -> int:
    """Tune; 0 where the new model is in use, 1 where it was refused."""
    place = Workplace.of(args)
    if args.undo:
        return _undo(place)
    from indexer.tuning.lessons import gather
    from ranker.trial import given, held_out, manual

    if place.settings.model.name == "none":
        raise TuningError("no model is set", hint='Set `[model] name = "default"`.')
    recipe = _recipe(args)
    lessons = gather(place.archive.threads(), place.clock.now())
    _refuse_few(lessons)
    trials = [held_out(lessons), manual(), *(given(args.guard) if args.guard else [])]
    with place.tuned.new() as (name, scratch), Bars() as bars:
        made = _make(place, lessons, recipe, scratch, bars)
        verdict = _weigh(place, made, trials, scratch, bars)
        kept = place.tuned.report(name, _report(place, lessons, recipe, verdict))
        print("\n".join(_table(verdict)))
        if not verdict.passes:
            say(f"The new model is refused, and nothing has changed. {'; '.join(verdict.reasons)}.")
            say(f"The figures are kept in {kept}.")
            return 1
        _switch(place, made, name, bars)
    say("`askaround tune --undo` goes back to the model before.")
    return 0


def _refuse_few(lessons: Lessons) -> None:
    pairs, questions = len(lessons.pairs), len(lessons.questions)
    if pairs < LEAST_PAIRS or questions < LEAST_QUESTIONS:
        raise TuningError(
            f"too few threads: {pairs} pairs of a title and a text to learn from and {questions} "
            f"other questions with a good answer to judge by, of at least {LEAST_PAIRS} and "
            f"{LEAST_QUESTIONS} that are needed",
            hint="Gather more public threads with titles and answers; the model serves as it is.",
        )


def _recipe(args: argparse.Namespace) -> Recipe:
    from indexer.tuning.train import Recipe

    given = {"epochs": args.epochs, "rate": args.rate}
    return Recipe(**{name: value for name, value in given.items() if value is not None})


def _make(place: Workplace, lessons: Lessons, recipe: Recipe, scratch: Path, bars: Bars) -> Path:
    """Train and export; the folder of the new model."""
    from indexer.embed import WEIGHTS, export, source_of
    from indexer.tuning.train import device, train

    source, label = source_of(place.settings.model)
    weights, served = scratch / WEIGHTS, scratch / "served"
    train(
        source,
        lessons.pairs,
        weights,
        recipe,
        place=device(),
        threads=place.threads,
        announce=say,
        progress=bars,
    )
    export(str(weights), f"{label}, tuned {place.clock.now():%Y-%m-%d}", served)
    weights.rename(served / WEIGHTS)
    return served


def _weigh(
    place: Workplace, made: Path, trials: Sequence[Trial], scratch: Path, bars: Bars
) -> Verdict:
    """Compare the new model with the one in use: the first trial is at home, the others guard."""
    from indexer.embed import open_folder
    from ranker.gate import weigh
    from ranker.proving import Bench

    before, after = (
        Bench(
            encoder=encoder,
            embeddings=scratch / "embeddings",
            clock=place.clock,
            progress=bars,
            engine=place.settings.index.engine,
        )
        for encoder in (
            place.encoder(threads=place.threads, indexing=True),
            open_folder(made, place.threads, indexing=True),
        )
    )
    return weigh(trials[0], trials[1:], before, after)


def _switch(place: Workplace, made: Path, name: str, bars: Bars) -> None:
    """Build a generation with the new model, then have it used from now on.

    In this order, whoever is searching always has the model that made what is searched.
    """
    from indexer.embed import open_folder

    kept = place.tuned.keep(made, name)
    try:
        manifest = place.build(bars, open_folder(kept, place.threads, indexing=True))
    except BaseException:
        shutil.rmtree(kept)
        raise
    place.tuned.use(name, place.settings.model.name)
    used = manifest.model.name if manifest.model else name
    say(f"generation {manifest.number}: {manifest.posts:,} posts, searchable by {used}")


def _undo(place: Workplace) -> int:
    if not place.tuned.undo():
        say("no tuned model is in use")
        return 1
    with Bars() as bars:
        manifest = place.build(bars)
    used = manifest.model.name if manifest.model else "keywords alone"
    say(f"generation {manifest.number}: {manifest.posts:,} posts, searchable by {used} again")
    return 0


def _report(place: Workplace, lessons: Lessons, recipe: Recipe, verdict: Verdict) -> dict[str, Any]:
    """What is kept beside the model, for whoever asks later why it is in use or is not."""
    return {
        "instead_of": place.settings.model.name,
        "judged_at": place.clock.now(),
        "epochs": recipe.epochs,
        "rate": recipe.rate,
        "threads_taught": len(lessons.taught),
        "pairs": len(lessons.pairs),
        "threads_held_out": len(lessons.held_out),
        "held_out_by": "time" if lessons.by_time else "hash",
        "passes": verdict.passes,
        "reasons": verdict.reasons,
        "ndcg@10": verdict.lines,
    }


def _table(verdict: Verdict) -> Iterator[str]:
    heads = ("questions", "before", "after", "gain", "error", "at least")
    yield f"{'nDCG@10':<30}" + "".join(f"{head:>11}" for head in heads)
    for line in verdict.lines:
        figures = (f"{line.before:.4f}", f"{line.after:.4f}", f"{line.gain:+.4f}")
        spread = (f"{line.error:.4f}", f"{line.lowest:+.4f}")
        cells = (str(line.questions), *figures, *spread)
        yield f"{line.trial[:20] + ', ' + line.system:<30}" + "".join(f"{c:>11}" for c in cells)
