"""Judged sets in the documented forms are judged, and a set that cannot be read is named."""

import gzip
import json

import pytest

from tests.cli.conftest import line, person

SYSTEMS = ["keyword", "dense", "hybrid", "full"]

CORPUS = [
    {"_id": "d1", "title": "Mower stops", "text": "E17 means that the antenna is lost."},
    {"_id": "d2", "title": "Charging", "text": "Wipe the contacts with alcohol."},
    {"_id": "d3", "title": "Rain", "text": "The schedule has a delay after rain."},
]
QUERIES = [{"_id": "q1", "text": "antenna lost"}, {"_id": "q2", "text": "alcohol contacts"}]
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td3\t1\n"
"""The second judgement names a document that no word of its query leads to."""

COMMUNITY = [
    line(1, "It stops.", title="Mower stops", author=person(3, "Asker")),
    line(2, "The antenna is lost: update it.", parent="x:1", author=person(1, "Ada"), score=20),
    line(3, "Kick it.", parent="x:1", author=person(2, "Bob"), score=-5),
]


def put(folder, **parts):
    """Write the files of a set; lists become lines of JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in parts.items():
        if isinstance(content, str):
            (folder / name.replace("_", ".")).write_text(content, "utf-8")
        else:
            text = "".join(f"{json.dumps(one)}\n" for one in content)
            (folder / f"{name}.jsonl").write_text(text, "utf-8")
    return folder


@pytest.fixture
def retrieval(desk):
    return put(desk.folder / "sets" / "lawn", corpus=CORPUS, queries=QUERIES, qrels_tsv=QRELS)


@pytest.fixture
def community(desk):
    """Where expert and trust sets find their posts."""
    folder = desk.folder / "community"
    folder.mkdir()
    desk.file(COMMUNITY, "community/x.posts.jsonl")
    return folder


def test_retrieval_is_measured_for_every_system(desk, retrieval):
    ran = desk.run("eval", retrieval, "--json")
    assert (ran.status, ran.err) == (0, "")
    report = ran.json["lawn"]
    assert list(report) == SYSTEMS
    # one of two queries finds its document, and at the first place
    assert report["full"] == {"ndcg@10": 0.5, "recall@100": 0.5, "mrr": 0.5}
    assert report["keyword"] == report["full"]


def test_a_person_gets_the_same_as_a_table_and_archive_and_index_are_left_alone(desk, retrieval):
    ran = desk.run("eval", retrieval)
    assert (ran.status, ran.err) == (0, "")
    rows = [row.split() for row in ran.out.splitlines()]
    assert rows[0] == ["lawn", "ndcg@10", "recall@100", "mrr"]
    assert [row[0] for row in rows[1:]] == SYSTEMS
    assert rows[-1] == ["full", "0.5000", "0.5000", "0.5000"]
    assert not (desk.data / "archive.db").exists()
    assert not (desk.data / "index").exists()


def test_every_set_below_a_folder_is_judged_and_packed_ones_too(desk, retrieval):
    said = [
        {"text": "the mower stops", "intent": "stops", "split": "train"},
        {"text": "contacts are dirty", "intent": "dirt", "split": "train"},
        {"text": "why it stops", "intent": "stops", "split": "test"},
    ]
    packed = gzip.compress("".join(f"{json.dumps(one)}\n" for one in said).encode())
    (retrieval.parent / "wishes.jsonl.gz").write_bytes(packed)
    ran = desk.run("eval", retrieval.parent, "--json")
    assert ran.status == 0
    assert ran.json.keys() == {"lawn", "wishes"}
    assert ran.json["wishes"]["full"] == {"accuracy": 1.0}


def test_trust_is_judged_by_the_posts_of_the_community(desk, community):
    choice = {"qid": "x:1", "accepted": "x:2", "answers": [{"id": "x:3"}, {"id": "x:2"}]}
    path = desk.file([choice], "trusted.jsonl")
    ran = desk.run("eval", path, "--community", community, "--json")
    assert ran.status == 0
    assert ran.json == {"trusted": {"full": {"p@1": 1.0, "mrr": 1.0}}}


def test_experts_are_judged_by_what_they_wrote_before(desk, community):
    evidence = [
        {"_id": "x:2", "user": "x:u1", "title": "Mower stops", "score": 20},
        {"_id": "x:3", "user": "x:u2", "title": "Other", "score": -5, "is_accepted": False},
    ]
    folder = put(
        desk.folder / "people",
        evidence=evidence,
        queries=[{"_id": "q1", "text": "antenna lost", "body": "What now?"}],
        qrels_tsv="q1\tx:u1\t1\n",
        meta_json=json.dumps({"candidates": ["x:u1", "x:u2"]}),
    )
    ran = desk.run("eval", folder, "--community", community, "--json")
    assert ran.status == 0
    assert ran.json == {"people": {"full": {"map": 1.0, "mrr": 1.0}}}


@pytest.mark.parametrize(
    ("part", "content", "said"),
    [
        ("corpus.jsonl", '{"_id": "d1", "text": "a"}\n{"_id": "d2"}\n', "corpus.jsonl, line 2: "),
        ("queries.jsonl", "{not json\n", "queries.jsonl, line 1: "),
        ("queries.jsonl", None, "no queries.jsonl"),
        ("qrels.tsv", None, "qrels.tsv: "),
        ("qrels.tsv", "q1\td1\t1\nq2\td2\tgood\n", "qrels.tsv"),
    ],
    ids=["corpus", "queries", "no queries", "no judgements", "a grade"],
)
def test_what_is_wrong_with_a_set_is_told_by_file_and_line(desk, retrieval, part, content, said):
    (retrieval / part).unlink()
    if content is not None:
        (retrieval / part).write_text(content, "utf-8")
    ran = desk.run("eval", retrieval)
    assert (ran.status, ran.out) == (2, "")
    told, hint = ran.err.splitlines()
    assert str(retrieval) in told
    assert said in told
    assert "docs/evaluation.md" in hint


@pytest.mark.parametrize("name", ["nowhere", "empty", "other.jsonl"])
def test_where_no_judged_set_is_the_forms_there_are_are_told(desk, name):
    (desk.folder / "empty").mkdir()
    desk.file([{"some": "thing"}], "other.jsonl")
    ran = desk.run("eval", desk.folder / name)
    assert ran.status == 2
    said, hint = ran.err.splitlines()
    assert said == f"askaround: {desk.folder / name}: no judged set here"
    assert "docs/evaluation.md" in hint


@pytest.mark.parametrize("given", [[], ["--community", "."]], ids=["no folder", "an empty one"])
def test_posts_that_cannot_be_found_are_asked_for(desk, given):
    choice = {"qid": "x:1", "accepted": "x:2", "answers": [{"id": "x:3"}, {"id": "x:2"}]}
    ran = desk.run("eval", desk.file([choice], "trusted.jsonl"), *given)
    assert ran.status == 2
    assert "--community" in ran.err
