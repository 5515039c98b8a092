"""What a slip of the finger costs, and how much of it did-you-mean wins back.

    python -m bench.typos DATA/judged [--data DIR]

Of each judged set 200 questions, drawn by a fixed seed, are asked as they are, with one slip in one
of their words, and with that slip after the correction. The slip is a letter left out, put in
or changed, or two swapped, anywhere in a word of four letters or more. The questions as they are go
through the correction too: what it spoils in them is its price.
"""

from __future__ import annotations

import random
import re
import time
from string import ascii_lowercase
from typing import TYPE_CHECKING

import ir_measures
import numpy as np
from ir_measures import nDCG

from bench.workbench import parser, workbench
from indexer.parser import parse
from indexer.wordbook import Wordbook
from ranker.judge import orders
from ranker.judged import Document, Question, find
from ranker.proving import as_post, indexed, native
from ranker.respell import Respeller

if TYPE_CHECKING:
    from indexer.search import Finder
    from ranker.judged import JudgedSet
    from ranker.proving import Bench

SETS = ("faq-askubuntu-webapps", "kb-postgresql-index")
QUESTIONS = 200
SEED = 4
_WORD = re.compile(r"\b[a-z]{4,}\b", re.IGNORECASE)


def slipped(text: str, chance: random.Random) -> str:
    """The text with one slip in one word of four letters or more; as it is where it has none."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    word = chance.choice(words)
    wrong = word[0]
    while wrong.lower() == word[0].lower():
        wrong = _as_typed(_slip(word[0].lower(), chance), word[0])
    return f"{text[: word.start()]}{wrong}{text[word.end() :]}"


def _slip(word: str, chance: random.Random) -> str:
    at, letter = chance.randrange(len(word)), chance.choice(ascii_lowercase)
    match chance.choice(("left out", "put in", "changed", "swapped")):
        case "left out":
            return word[:at] + word[at + 1 :]
        case "put in":
            return word[:at] + letter + word[at:]
        case "changed":
            return word[:at] + letter + word[at + 1 :]
        case _:
            at = min(at, len(word) - 2)
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _as_typed(wrong: str, word: str) -> str:
    """The slip in capitals where the word is: the shift key does not slip here."""
    if word.isupper():
        return wrong.upper()
    return wrong.capitalize() if word[0].isupper() else wrong


class Trial:
    """One judged set, asked over and over."""

    def __init__(self, finder: Finder, bench: Bench, qrels: dict[str, dict[str, int]]) -> None:
        self._finder, self._bench, self._qrels = finder, bench, qrels
        nobody = np.zeros(0, dtype=np.int32)
        self._respeller = Respeller(Wordbook(finder.snapshot), finder, (), nobody)
        self.took_ms: list[float] = []

    def corrected(self, text: str) -> str:
        """What is searched for this."""
        started = time.perf_counter()
        respelling = self._respeller.respelt(parse(text))
        self.took_ms.append((time.perf_counter() - started) * 1000)
        return respelling.text if respelling is not None and respelling.is_sure else text

    def ndcg(self, asked: dict[str, str]) -> dict[str, float]:
        """Mean nDCG@10 of each system over these questions."""
        runs: dict[str, list[ir_measures.ScoredDoc]] = {}
        for number, text in asked.items():
            for system, order in orders(text, self._finder, self._bench).items():
                names = [native(self._finder.snapshot.ids[at]) for at in order]
                kept = [name for name in names if name != number][:10]
                runs.setdefault(system, []).extend(
                    ir_measures.ScoredDoc(number, name, float(-at)) for at, name in enumerate(kept)
                )
        lines = [
            ir_measures.Qrel(number, name, grade)
            for number in asked
            for name, grade in self._qrels[number].items()
        ]
        return {
            system: float(ir_measures.calc_aggregate([nDCG @ 10], lines, run)[nDCG @ 10])
            for system, run in runs.items()
        }


def tried(judged: JudgedSet, bench: Bench) -> None:
    documents = (as_post(judged.name, row) for row in judged.rows(Document, "corpus"))
    qrels, chance = judged.qrels(), random.Random(SEED)  # noqa: S311  a seed, no secret
    with indexed(documents, judged.name, bench) as finder:
        trial = Trial(finder, bench, qrels)
        known = [row for row in judged.rows(Question, "queries") if row.id in qrels]
        clean = {row.id: row.text for row in chance.sample(known, min(QUESTIONS, len(known)))}
        wrong = {number: slipped(text, chance) for number, text in clean.items()}
        mended = {number: trial.corrected(text) for number, text in wrong.items()}
        touched = {number: trial.corrected(text) for number, text in clean.items()}
        for name, asked in {
            "as they are": clean,
            "as they are, corrected": touched,
            "with a slip": wrong,
            "with a slip, corrected": mended,
        }.items():
            figures = "  ".join(f"{key} {value:.4f}" for key, value in trial.ndcg(asked).items())
            print(f"{judged.name:<24} {name:<24} {figures}", flush=True)
        right = sum(mended[at].lower() == clean[at].lower() for at in clean)
        changed = sum(mended[at] != wrong[at] for at in clean)
        spoilt = [(clean[at], touched[at]) for at in clean if touched[at] != clean[at]]
        p50, p95 = np.percentile(trial.took_ms, [50, 95])
        print(f"  {changed} changed, {right} of {len(clean)} back to what they were;")
        print(f"  {len(spoilt)} changed that had no slip: {spoilt[:5]}")
        print(f"  looking over a query: p50 {p50:.1f} ms, p95 {p95:.1f} ms")


if __name__ == "__main__":
    arguments = parser(__doc__, "judged").parse_args()
    with workbench(arguments) as opened:
        for one in find(arguments.judged):
            if one.name in SETS:
                tried(one, opened)
