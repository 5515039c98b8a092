"""How good the order is, on judged sets: every claim about relevance can be made again from here.

Four systems are judged side by side: `keyword` (BM25), `dense` (best passage), `hybrid` (the two
fused) and `full` (as shipped). The measures are those of the field, computed by ir_measures; nDCG
has linear gain, and where a query is itself in the corpus its own document does not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ir_measures
import numpy as np
from ir_measures import AP, RR, R, nDCG

from contract.errors import JudgementError
from indexer.parser import parse
from ranker import experts, fuse, trust
from ranker.judged import Choice, Document, Question, Reply, Utterance
from ranker.proving import as_evidence, as_post, community_posts, indexed, native, without_model
from ranker.rank import rank, relevant, score
from ranker.relax import find_or_relax

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from indexer.query import Query
    from indexer.search import Candidates, Finder
    from ranker.judged import JudgedSet
    from ranker.proving import Bench

    Report = dict[str, dict[str, float]]
    """Measures by system."""

RETRIEVAL = {"ndcg@10": nDCG @ 10, "recall@100": R @ 100, "mrr": RR}
EXPERTS = {"map": AP, "mrr": RR}
SYSTEMS = ("keyword", "dense", "hybrid", "full")

DEEP = 100
"""How far down a list is judged."""


def judge(judged: JudgedSet, bench: Bench) -> Report:
    """Judge one set. Raises JudgementError where it or what it needs cannot be read."""
    match judged.form:
        case "retrieval":
            return _retrieval(judged, bench)
        case "experts":
            return _experts(judged, bench)
        case "trust":
            return _trust(judged, bench)
        case "intents":
            return _intents(judged, bench)


def _retrieval(judged: JudgedSet, bench: Bench) -> Report:
    documents = (as_post(judged.name, row) for row in judged.rows(Document, "corpus"))
    questions, qrels = list(judged.rows(Question, "queries")), judged.qrels()
    runs: dict[str, list[Any]] = {system: [] for system in SYSTEMS}
    with indexed(documents, judged.name, bench) as finder:
        for done, question in enumerate(questions, start=1):
            for system, order in orders(question.text, finder, bench).items():
                names = (native(finder.snapshot.ids[at]) for at in order)
                runs[system] += _scored(question.id, [n for n in names if n != question.id])
            bench.progress(judged.name, done, len(questions))
    return {system: _measured(RETRIEVAL, qrels, run) for system, run in runs.items()}


def _experts(judged: JudgedSet, bench: Bench) -> Report:
    replies = {row.id: row for row in judged.rows(Reply, "evidence")}
    candidates = set(judged.meta().candidates)
    posts = (post for post in community_posts(replies, bench) if post.post_id in replies)
    told = (as_evidence(post, replies[post.post_id]) for post in posts)
    questions, run = list(judged.rows(Question, "queries")), list[Any]()
    with indexed(told, judged.name, bench) as finder:
        for done, question in enumerate(questions, start=1):
            named = _people(f"{question.text} {question.body}", finder, bench)
            run += _scored(question.id, [name for name in named if name in candidates])
            bench.progress(judged.name, done, len(questions))
    return {"full": _measured(EXPERTS, judged.qrels(), run)}


def _people(text: str, finder: Finder, bench: Bench) -> Iterator[str]:
    """Accounts by falling expertise; nobody's accounts are joined here."""
    _, found = find_or_relax(parse(text), finder)
    near = fuse.relevance(found, bench.weights)
    authors, columns = finder.snapshot.names.authors, finder.snapshot.columns
    alone = np.arange(len(authors), dtype=np.int64)
    who, _, _ = experts.scores(columns, found.ordinals, near, alone)
    return (authors[person].author_id for person in who)


def _trust(judged: JudgedSet, bench: Bench) -> Report:
    choices = [one for one in judged.rows(Choice) if len(one.answers) > 1]
    if not choices:
        raise JudgementError(f"{judged.path}: no question has two answers to choose between")
    blind = without_model(bench)
    posts = community_posts((choice.qid for choice in choices), bench)
    with indexed(posts, judged.name, blind) as finder:
        ranks = [_rank_of_accepted(choice, finder, blind) for choice in choices]
    first = float(np.mean([at == 1 for at in ranks]))
    return {"full": {"p@1": first, "mrr": float(np.mean([1.0 / at for at in ranks]))}}


def _rank_of_accepted(choice: Choice, finder: Finder, bench: Bench) -> int:
    """Place of the accepted answer by trust alone, without reading that it was accepted."""
    known = finder.snapshot.ordinals
    given_ids = [given.id for given in choice.answers]
    if choice.accepted not in given_ids:
        raise JudgementError(f"{choice.qid}: {choice.accepted} was accepted but is no answer to it")
    missing = [given_id for given_id in given_ids if given_id not in known]
    if missing:
        raise JudgementError(f"{missing[0]} is not among the posts of the community")
    ordinals = np.array([known[given_id] for given_id in given_ids], dtype=np.int32)
    parts = trust.parts(finder.snapshot.columns, ordinals, bench.clock.now(), bench.weights)
    told = [values for name, values in parts.items() if name not in {"accepted", "by_asker"}]
    order = _falling(ordinals, np.sum(told, axis=0))
    return order.index(known[choice.accepted]) + 1


def _intents(judged: JudgedSet, bench: Bench) -> Report:
    """Share of messages whose nearest known message has the same intent."""
    said = list(judged.rows(Utterance))
    known = [one for one in said if one.split == "train"]
    asked = [one for one in said if one.split != "train"]
    if not known or not asked:
        raise JudgementError(f"{judged.path}: both a train and a test split are needed")
    documents = (
        as_post(judged.name, Document(id=str(at), text=one.text)) for at, one in enumerate(known)
    )
    right = dict.fromkeys(SYSTEMS, 0)
    with indexed(documents, judged.name, bench) as finder:
        for done, one in enumerate(asked, start=1):
            for system, order in orders(one.text, finder, bench).items():
                nearest = known[int(native(finder.snapshot.ids[order[0]]))] if order else None
                right[system] += nearest is not None and nearest.intent == one.intent
            bench.progress(judged.name, done, len(asked))
    return {system: {"accuracy": count / len(asked)} for system, count in right.items()}


def orders(text: str, finder: Finder, bench: Bench) -> dict[str, list[int]]:
    """Ordinals in the order of each system, best first."""
    query, found = find_or_relax(parse(text), finder)
    return {
        "keyword": _falling(found.ordinals[found.keyword > 0], found.keyword[found.keyword > 0]),
        "dense": _falling(found.ordinals, np.nan_to_num(found.similarity)),
        "hybrid": _falling(found.ordinals, fuse.relevance(found, bench.weights)),
        "full": _shipped(query, found, finder, bench),
    }


def _shipped(query: Query, found: Candidates, finder: Finder, bench: Bench) -> list[int]:
    now = bench.clock.now()
    scored = score(found, finder.snapshot, now, weights=bench.weights, trusts={})
    scored = scored.only(relevant(query, found, bench.weights))
    ranked = rank(scored, finder.snapshot, bench.weights)
    listed = scored.candidates.ordinals
    return [int(listed[at]) for one in ranked for at in (one.at, *one.also)]


def _falling(ordinals: NDArray[np.int32], scores: NDArray[Any]) -> list[int]:
    return [int(at) for at in ordinals[np.lexsort((ordinals, -scores))]]


def _scored(query_id: str, names: Iterable[str]) -> list[Any]:
    """A run's lines: the measures read the order from the scores."""
    kept = list(names)[:DEEP]
    return [ir_measures.ScoredDoc(query_id, name, float(DEEP - at)) for at, name in enumerate(kept)]


def _measured(
    measures: Mapping[str, Any], qrels: Mapping[str, Mapping[str, int]], run: list[Any]
) -> dict[str, float]:
    """Means over every judged query; one without a result counts as 0."""
    lines = [
        ir_measures.Qrel(query, document, grade)
        for query, judged in qrels.items()
        for document, grade in judged.items()
    ]
    found = ir_measures.calc_aggregate(list(measures.values()), lines, run)
    return {name: float(found[measure]) for name, measure in measures.items()}
