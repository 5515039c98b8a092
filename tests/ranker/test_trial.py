"""The questions by which two models are compared."""

import json

import pytest

from contract.errors import JudgementError
from indexer.tuning.lessons import Lesson, Lessons, Solution
from ranker import trial


def lesson(number, *solutions, others=()):
    return Lesson(
        thread_id=f"forum:{number}",
        title=f"Mower stops near pond {number}",
        body="It stops.",
        asked_at=None,
        solutions=solutions,
        others=others,
    )


MARKED, VOTED = Solution(text="Move it.", accepted=True), Solution(text="Dock it.", accepted=False)

LESSONS = Lessons(
    taught=(lesson(1, Solution(text="Wipe it.", accepted=True)),),
    held_out=(lesson(2, MARKED, VOTED, others=("Kick it.",)), lesson(3)),
    by_time=True,
)


def test_a_thread_that_was_solved_is_asked_by_its_title_and_nothing_is_given_away():
    made = trial.held_out(LESSONS)
    assert [(one.id, one.text) for one in made.questions] == [
        ("forum:2", "Mower stops near pond 2")
    ]
    texts = {one.id: one.text for one in made.documents}
    assert made.qrels == {"forum:2": {"forum:2/0": 2, "forum:2/1": 1}}
    assert [texts[name] for name in made.qrels["forum:2"]] == ["Move it.", "Dock it."]
    assert not any(one.title for one in made.documents)


def test_what_others_said_is_there_to_be_mistaken_for_it_as_far_as_there_is_room(monkeypatch):
    assert [one.text for one in trial.held_out(LESSONS).documents][2:] == ["Kick it.", "Wipe it."]
    monkeypatch.setattr(trial, "LARGEST", 3)
    assert [one.text for one in trial.held_out(LESSONS).documents][2:] == ["Kick it."]


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A folder that stands in for Python's own library."""
    monkeypatch.setattr(trial.sysconfig, "get_path", lambda _: str(tmp_path))
    return tmp_path


def told(name, summary, text):
    return f'def {name}():\n    """{summary}\n\n    {text}\n    """\n'


LONG = "It waits until every blade has come to rest. " * 6


def test_the_manual_is_asked_by_its_first_sentences(library):
    (library / "mower.py").write_text(
        told("stop", "Stop the mower at once.", LONG)
        + told("go", "Let the mower go again.", LONG)
        + told("short", "Say nothing more of it.", "Really.")
        + told("brief", "Stop.", LONG)
    )
    made = trial.manual()
    asked = {one.text: one.id for one in made.questions}
    assert asked.keys() == {"Stop the mower at once.", "Let the mower go again."}
    assert trial.manual() == made
    texts = {one.id: one.text for one in made.documents}
    for question in asked.values():
        (found,) = made.qrels[question]
        assert texts[found] == LONG.strip()


def test_what_cannot_be_read_or_is_no_library_is_left_out(library):
    (library / "broken.py").write_text("def (")
    (library / "test").mkdir()
    (library / "test" / "mower.py").write_text(told("stop", "Stop the mower at once.", LONG))
    assert trial.manual().questions == ()


@pytest.mark.slow
def test_pythons_own_library_has_enough_to_ask():
    made = trial.manual()
    assert len(made.questions) == len(made.documents) == trial.MANUAL_SIZE


def lines(path, *rows):
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))


def test_a_judged_set_that_is_handed_over_is_asked_as_it_is(tmp_path):
    folder = tmp_path / "ours"
    folder.mkdir()
    lines(folder / "corpus.jsonl", {"_id": "a", "text": "Dock it."}, {"_id": "b", "text": "No."})
    lines(folder / "queries.jsonl", {"_id": "q", "text": "how"}, {"_id": "unjudged", "text": "why"})
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\ta\t1\n")
    (made,) = trial.given(tmp_path)
    assert (made.name, len(made.documents)) == ("ours", 2)
    assert [one.id for one in made.questions] == ["q"]
    assert made.qrels == {"q": {"a": 1}}


def test_where_there_is_none_that_is_said(tmp_path):
    lines(tmp_path / "trust.jsonl", {"qid": "q", "accepted": "a", "answers": [{"id": "a"}]})
    with pytest.raises(JudgementError, match="no judged set for retrieval"):
        trial.given(tmp_path)
