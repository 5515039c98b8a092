"""The measures, against small cases worked out by hand."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from math import log2

import pytest

from contract import FixedClock
from contract.errors import JudgementError
from indexer.build import silent
from ranker.judge import EXPERTS, RETRIEVAL, SYSTEMS, _measured, _scored, judge
from ranker.judged import find
from ranker.proving import Bench

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def bench(tmp_path, words_encoder):
    return Bench(
        encoder=words_encoder(),
        embeddings=tmp_path / "embeddings",
        clock=FixedClock(NOON),
        progress=silent,
        community=tmp_path / "community",
    )


def lines(path, *rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))


def report(path, bench):
    (judged,) = find(path)
    return judge(judged, bench)


def measured(measures, qrels, **orders):
    run = [line for query, names in orders.items() for line in _scored(query, names)]
    return _measured(measures, qrels, run)


def test_gain_is_linear_and_counted_by_place():
    found = measured(RETRIEVAL, {"q": {"a": 3, "b": 1, "c": 2, "d": 0}}, q=["b", "d", "a"])
    gained = 1 / log2(2) + 3 / log2(4)
    best = 3 / log2(2) + 2 / log2(3) + 1 / log2(4)
    assert found["ndcg@10"] == pytest.approx(gained / best)
    assert found["mrr"] == 1.0
    assert found["recall@100"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(("place", "expected"), [(1, 1.0), (2, 0.5), (5, 0.2), (None, 0.0)])
def test_reciprocal_rank_tells_where_the_first_right_one_stands(place, expected):
    names = [f"wrong{n}" for n in range(1, 8)]
    if place is not None:
        names.insert(place - 1, "right")
    assert measured(RETRIEVAL, {"q": {"right": 1}}, q=names)["mrr"] == expected


@pytest.mark.parametrize(("place", "found"), [(10, True), (11, False)])
def test_past_ten_nothing_is_gained(place, found):
    names = [f"wrong{n}" for n in range(1, place)] + ["right"]
    assert (measured(RETRIEVAL, {"q": {"right": 1}}, q=names)["ndcg@10"] > 0) is found


@pytest.mark.parametrize(("place", "recall", "mrr"), [(100, 1.0, 0.01), (101, 0.0, 0.0)])
def test_past_a_hundred_nothing_is_found(place, recall, mrr):
    names = [f"wrong{n}" for n in range(1, place)] + ["right"]
    found = measured(RETRIEVAL, {"q": {"right": 1}}, q=names)
    assert (found["recall@100"], found["mrr"]) == (recall, pytest.approx(mrr))


def test_average_precision_is_the_mean_over_the_right_ones():
    found = measured(EXPERTS, {"q": {"a": 1, "b": 1, "c": 1}}, q=["a", "x", "b"])
    assert found["map"] == pytest.approx((1 / 1 + 2 / 3) / 3)


def test_a_query_without_a_result_counts_as_nothing():
    found = measured(RETRIEVAL, {"q": {"a": 1}, "lost": {"b": 1}}, q=["a"])
    assert found == {"ndcg@10": 0.5, "recall@100": 0.5, "mrr": 0.5}


def test_retrieval_is_judged_system_by_system_and_a_query_does_not_find_itself(tmp_path, bench):
    folder = tmp_path / "mowers"
    lines(
        folder / "corpus.jsonl",
        {"_id": "d1", "title": "", "text": "The mower stops near the pond."},
        {"_id": "d2", "title": "Charging", "text": "Clean the contacts."},
        {"_id": "d3", "title": "", "text": "The mower hums."},
        {"_id": "q2", "title": "", "text": "clean contacts charging"},
    )
    lines(
        folder / "queries.jsonl",
        {"_id": "q1", "text": "mower stops pond"},
        {"_id": "q2", "text": "clean contacts charging"},
    )
    (folder / "qrels.tsv").write_text("q1\td1\t1\nq2\td2\t1\n")
    heard = []
    told = replace(bench, progress=lambda *step: heard.append(step))
    right = {"ndcg@10": 1.0, "recall@100": 1.0, "mrr": 1.0}
    assert report(folder, told) == dict.fromkeys(SYSTEMS, right)
    assert heard[-2:] == [("mowers", 1, 2), ("mowers", 2, 2)]


POSTS = [
    {"id": "site:1", "type": "question", "title": "Mower", "body_text": "The mower stops."},
    {"id": "site:2", "type": "answer", "parent": "site:1", "score": 9,
     "body_text": "Dock the mower when it stops."},
    {"id": "site:3", "type": "answer", "parent": "site:1", "score": -3, "is_accepted": True,
     "body_text": "Kick it.", "roles": []},
    {"id": "site:4", "type": "answer", "parent": "site:1", "score": 1,
     "body_text": "Clean the contacts."},
]  # fmt: skip


@pytest.fixture
def community(bench):
    rows = [{"url": f"https://site.example/{n}", **row} for n, row in enumerate(POSTS)]
    lines(bench.community / "site.posts.jsonl", *rows)


def chosen(accepted, *answers, qid="site:1"):
    return {"qid": qid, "accepted": accepted, "answers": [{"id": one} for one in answers]}


@pytest.mark.usefixtures("community")
def test_trust_is_judged_without_reading_what_was_accepted(tmp_path, bench):
    path = tmp_path / "trust.jsonl"
    three = ("site:2", "site:3", "site:4")
    # By its votes site:2 comes first and site:3, which was accepted, last.
    lines(path, chosen("site:2", *three), chosen("site:3", *three), chosen("site:4", "site:4"))
    assert report(path, bench) == {"full": {"p@1": 0.5, "mrr": pytest.approx((1 + 1 / 3) / 2)}}


@pytest.mark.usefixtures("community")
@pytest.mark.parametrize(
    ("row", "said"),
    [
        (chosen("site:2", "site:2", "site:77"), "site:77 is not among the posts"),
        (chosen("site:9", "site:2", "site:3"), "site:1: site:9 was accepted"),
        (chosen("site:2", "site:2"), r"trust\.jsonl: no question has two answers"),
        (chosen("far:2", "far:2", "far:3", qid="far:1"), r"no far\.posts\.jsonl"),
    ],
)
def test_a_trust_set_that_cannot_be_judged_says_why(row, said, tmp_path, bench):
    lines(tmp_path / "trust.jsonl", row)
    with pytest.raises(JudgementError, match=said):
        report(tmp_path / "trust.jsonl", bench)


@pytest.mark.usefixtures("community")
def test_experts_are_judged_by_what_they_answered_before_the_cut(tmp_path, bench):
    folder = tmp_path / "people"
    lines(
        folder / "evidence.jsonl",
        {"_id": "site:2", "user": "ann", "title": "Mower stops", "score": 9},
        {"_id": "site:3", "user": "bob", "title": "Charging kicks", "score": -3},
        {"_id": "site:4", "user": "cy", "title": "Charging contacts", "score": 1},
    )
    lines(
        folder / "queries.jsonl",
        {"_id": "q1", "text": "mower stops", "body": "It stops and I dock it."},
        {"_id": "q2", "text": "clean charging contacts"},
        {"_id": "q3", "text": "xylophone"},
    )
    (folder / "qrels.tsv").write_text("q1\tann\t1\nq2\tbob\t1\nq3\tann\t1\n")
    (folder / "meta.json").write_text('{"candidates": ["ann", "bob"]}')  # cy is no candidate
    assert report(folder, bench) == {"full": pytest.approx({"map": 2 / 3, "mrr": 2 / 3})}


def test_intents_are_right_where_the_nearest_known_message_has_the_same(tmp_path, bench):
    path = tmp_path / "banking.jsonl"
    said = [
        ("my mower stops", "stop", "train"),
        ("clean the contacts", "clean", "train"),
        ("mower stops again", "stop", "test"),
        ("clean contacts please", "stop", "test"),
    ]
    lines(path, *({"text": t, "intent": i, "split": s} for t, i, s in said))
    found = report(path, bench)
    assert found == {system: {"accuracy": 0.5} for system in SYSTEMS}


@pytest.mark.parametrize("split", ["train", "test"])
def test_intents_of_one_split_alone_say_what_is_missing(split, tmp_path, bench):
    lines(tmp_path / "i.jsonl", {"text": "hi", "intent": "greet", "split": split})
    with pytest.raises(JudgementError, match=r"i\.jsonl: both a train and a test split"):
        report(tmp_path / "i.jsonl", bench)
