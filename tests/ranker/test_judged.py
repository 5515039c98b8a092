"""Judged sets on disk, and what is said of those that cannot be read."""

import gzip
import json

import pytest

from contract.errors import JudgementError
from ranker.judged import Choice, Document, Question, Reply, Utterance, find

PACKED = gzip.compress(b"{}" * 99, mtime=0)
DOCUMENT = {"_id": "d1", "text": "Dock it.", "title": "E17"}
QUESTION = {"_id": "q1", "text": "mower stops"}


def lines(path, *rows, packed=False):
    data = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data) if packed else data)


@pytest.fixture
def retrieval(tmp_path):
    """A whole set; tests spoil one of its files."""
    folder = tmp_path / "mowers"
    lines(folder / "corpus.jsonl", DOCUMENT)
    lines(folder / "queries.jsonl.gz", QUESTION, packed=True)
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td9\t0\n")
    return folder


def only(path):
    (judged,) = find(path)
    return judged


def test_each_form_is_known_by_its_files(tmp_path, retrieval):
    lines(tmp_path / "people" / "evidence.jsonl.gz", {"_id": "qa:1"}, packed=True)
    lines(tmp_path / "deep" / "chosen.jsonl", {"qid": "q", "accepted": "a", "answers": []})
    lines(tmp_path / "deep" / "banking.jsonl.gz", {"intent": "x"}, packed=True)
    lines(tmp_path / "deep" / "posts.jsonl", {"id": "qa:1"})  # judges nothing
    (tmp_path / "README.md").write_text("Read me.")
    assert [(one.name, one.form) for one in find(tmp_path)] == [
        ("banking", "intents"),
        ("chosen", "trust"),
        ("mowers", "retrieval"),
        ("people", "experts"),
    ]
    assert only(retrieval).name == "mowers"
    assert only(tmp_path / "deep" / "chosen.jsonl").form == "trust"


@pytest.mark.parametrize("place", ["", "nothing here", "empty.jsonl"])
def test_a_path_without_a_judged_set_is_named(place, tmp_path):
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(JudgementError, match="no judged set here") as caught:
        list(find(tmp_path / place))
    assert str(tmp_path / place) in str(caught.value)


def test_rows_are_read_packed_or_not(retrieval):
    judged = only(retrieval)
    assert list(judged.rows(Document, "corpus")) == [
        Document(id="d1", text="Dock it.", title="E17")
    ]
    assert list(judged.rows(Question, "queries")) == [Question(id="q1", text="mower stops")]


@pytest.mark.parametrize("header", ["query-id\tcorpus-id\tscore\n", ""])
def test_judgements_are_read_with_or_without_a_heading(header, retrieval):
    (retrieval / "qrels.tsv").write_text(f"{header}q1\td1\t2\n\nq1\td9\t0\nq2\td1\t1\textra\n")
    assert only(retrieval).qrels() == {"q1": {"d1": 2, "d9": 0}, "q2": {"d1": 1}}


@pytest.mark.parametrize(
    ("spoilt", "line"),
    [
        ("query-id\tcorpus-id\tscore\nq1\td1\tmuch\n", 2),
        ("query-id\tcorpus-id\tscore\nq1\td1\t1\nq1 d1 1\n", 3),
        ("q1 d1 1\n", 1),
        (f'q1\td1\t1\n"{"x" * 200_000}\n', 2),
    ],
)
def test_a_judgement_that_cannot_be_read_is_named_by_file_and_line(spoilt, line, retrieval):
    (retrieval / "qrels.tsv").write_text(spoilt)
    with pytest.raises(JudgementError, match=rf"qrels\.tsv, line {line}: ") as caught:
        only(retrieval).qrels()
    assert "evaluation.md" in caught.value.hint


@pytest.mark.parametrize("spoilt", [b"{not json}", b'{"_id": "d2"}', b'{"_id": 2, "text": ""}',
                                    b"[]", b'"\xff"', b"[" * 5000])  # fmt: skip
def test_a_row_that_cannot_be_read_is_named_by_file_and_line(spoilt, retrieval):
    corpus = retrieval / "corpus.jsonl"
    corpus.write_bytes(corpus.read_bytes() + b"\n\n" + spoilt + b"\n")  # empty lines count too
    with pytest.raises(JudgementError, match=r"corpus\.jsonl, line 4: "):
        list(only(retrieval).rows(Document, "corpus"))


@pytest.mark.parametrize("missing", ["queries.jsonl.gz", "qrels.tsv"])
def test_a_missing_part_is_named(missing, retrieval):
    (retrieval / missing).unlink()
    judged = only(retrieval)
    with pytest.raises(JudgementError, match=missing.removesuffix(".gz")):
        _ = list(judged.rows(Question, "queries")), judged.qrels()


@pytest.mark.parametrize("packed", [b"\x1f\x8bnot gzip", PACKED[:-9],
                                    PACKED[:10] + b"\xff" * 30])  # fmt: skip
def test_a_file_that_was_packed_badly_is_named(packed, retrieval):
    (retrieval / "queries.jsonl.gz").write_bytes(packed)
    with pytest.raises(JudgementError, match=r"queries\.jsonl\.gz"):
        list(only(retrieval).rows(Question, "queries"))


@pytest.mark.parametrize("spoilt", ["qid,accepted", "[" * 5000, '"\x00"'])
def test_a_lone_file_that_is_no_json_is_named_by_file_and_line(spoilt, tmp_path):
    (tmp_path / "chosen.jsonl").write_text(f"\n{spoilt}\n")
    with pytest.raises(JudgementError, match=r"chosen\.jsonl, line 2: "):
        list(find(tmp_path))


@pytest.mark.parametrize("spoilt", [None, "{", '{"candidates": 5}', "{}"])
def test_candidates_that_cannot_be_read_are_named(spoilt, tmp_path):
    lines(tmp_path / "evidence.jsonl", {"_id": "qa:1"})
    if spoilt is not None:
        (tmp_path / "meta.json").write_text(spoilt)
    with pytest.raises(JudgementError, match=r"meta\.json"):
        only(tmp_path).meta()


def test_what_a_row_does_not_say_is_not_known(tmp_path):
    lines(tmp_path / "evidence.jsonl", {"_id": "qa:1", "user": "u", "title": "t"},
          {"_id": "qa:2", "user": "u", "title": "t", "score": 0, "is_accepted": None})  # fmt: skip
    silent, zero = only(tmp_path).rows(Reply, "evidence")
    assert (silent.score, silent.is_accepted) == (None, None)
    assert (zero.score, zero.is_accepted) == (0, None)


def test_trust_and_intent_rows_hold_what_is_judged(tmp_path):
    lines(tmp_path / "t.jsonl", {"qid": "qa:1", "accepted": "qa:3", "answers": [{"id": "qa:3"}]})
    (choice,) = only(tmp_path / "t.jsonl").rows(Choice)
    assert [given.id for given in choice.answers] == ["qa:3"]
    lines(tmp_path / "i.jsonl", {"text": "hi", "intent": "greet", "split": "test"})
    assert list(only(tmp_path / "i.jsonl").rows(Utterance)) == [Utterance("hi", "greet", "test")]
