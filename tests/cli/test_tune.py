"""Tuning as its owner sees it, with a trainer that is stood in for: what the gate says decides.

What training itself does stands in tests/indexer/tuning.
"""

import contextlib
import io
import json
import re
import shutil

import msgspec
import numpy as np
import pytest

from indexer.embed import Model
from ranker.judged import Document, Question
from ranker.trial import Trial
from tests.cli.conftest import SETTINGS, Desk, call, line

WITH_A_MODEL = SETTINGS.replace('name = "none"', 'name = "default"')

MANUAL = Trial(
    name="manual",
    documents=tuple(Document(id=f"d{at}", text=f"page {at}") for at in range(5)),
    questions=tuple(Question(id=f"q{at}", text=f"leaf {at}") for at in range(5)),
    qrels={f"q{at}": {f"d{at}": 1} for at in range(5)},
)


class Numbers:
    """A model by hand: 7 and 1007 are alike, in texts that begin with a word that it `knows`."""

    def __init__(self, model, knows):
        self.model = model
        self._knows = knows

    def query(self, text):
        found = re.search(r"\d+", text)
        known = found and self._knows(text.split()[0])
        return np.eye(512, dtype=np.float32)[int(found[0]) % 1000 + 1 if known else 0]

    def passages(self, texts, progress=lambda _: None):
        yield np.arange(len(texts)), np.array([self.query(text) for text in texts])


def model(revision, name="all-MiniLM-L6-v2"):
    return Model(
        name=name,
        revision=revision,
        dimension=512,
        max_tokens=256,
        pooling="mean",
        precision="int8",
    )


MODELS = {
    "shipped": lambda word: word in {"page", "leaf"},
    "better": lambda _: True,
    "worse": lambda _: False,
    "forgetful": lambda word: word not in {"page", "leaf"},
}
"""What each model knows numbers of: "page" and "leaf" are of the manual, the rest of the forum."""


@pytest.fixture
def trainer(monkeypatch):
    """Who trains: set `trainer.makes` to the model that comes of it."""

    class Trainer:
        makes = "better"
        learned = ()

        def train(self, source, pairs, folder, recipe, *, place, threads, announce, progress):
            announce(f"training {recipe.epochs} epochs, about a second")
            self.learned = pairs
            folder.mkdir()
            if self.makes == "stopped":
                raise KeyboardInterrupt

        def export(self, name, label, folder, announce=None):
            folder.mkdir()
            (folder / "model.json").write_bytes(msgspec.json.encode(model(self.makes, label)))

    def opened(folder, threads, *, indexing=False):
        told = msgspec.json.decode((folder / "model.json").read_bytes(), type=Model)
        return Numbers(told, MODELS[told.revision])

    one = Trainer()
    monkeypatch.setattr("indexer.tuning.train.train", one.train)
    monkeypatch.setattr("indexer.tuning.train.device", lambda: None)
    monkeypatch.setattr("indexer.embed.export", one.export)
    monkeypatch.setattr("indexer.embed.open_folder", opened)
    monkeypatch.setattr(
        "indexer.embed.open_encoder", lambda *_, **__: Numbers(model("shipped"), MODELS["shipped"])
    )
    monkeypatch.setattr("ranker.trial.manual", lambda: MANUAL)
    monkeypatch.setattr("cli.tune_command.LEAST_PAIRS", 45)
    monkeypatch.setattr("cli.tune_command.LEAST_QUESTIONS", 8)
    return one


def threads(count):
    for at in range(count):
        day = f"2026-{at // 28 % 4 + 1:02}-{at % 28 + 1:02}T09:00:00Z"
        yield line(f"q{at}", f"It shows {at}.", title=f"Trouble number {at}", created=day)
        yield line(
            f"a{at}", f"Cure {at + 1000} helps.", parent=f"x:q{at}", is_accepted=True, score=2
        )


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """A forum of 32 threads, imported once."""
    made = Desk(tmp_path_factory.mktemp("forum"), call)
    made.settle(SETTINGS)
    with contextlib.redirect_stderr(io.StringIO()):
        assert made.run("import", "qa", made.file(threads(32))) == 0
    return made


@pytest.fixture
def forum(grown, desk, trainer):
    """The forum, indexed with the model that is shipped."""
    shutil.copytree(grown.data, desk.data)
    desk.settle(WITH_A_MODEL)
    assert desk.run("index").status == 0
    return desk


def manifest(desk):
    name = (desk.data / "index" / "CURRENT").read_text().strip()
    return json.loads((desk.data / "index" / name / "manifest.json").read_text())


def models(desk):
    return sorted(path.name for path in (desk.data / "models").iterdir() if path.is_dir())


def kept(desk, name):
    return json.loads((desk.data / "models" / f"{name}.json").read_text())


def model_line(desk):
    (said,) = [one for one in desk.run("doctor", "--json").json if one["what"] == "model"]
    return said


def test_a_model_that_finds_more_comes_into_use_in_a_new_generation(forum):
    ran = forum.run("tune")
    assert ran.status == 0, ran.err
    assert "training 2 epochs" in ran.err
    assert re.search(r"held-out threads, hybrid +8 +0\.\d+ +1\.0000", ran.out)
    assert manifest(forum)["number"] == 2
    assert manifest(forum)["model"]["name"] == "all-MiniLM-L6-v2, tuned 2026-05-04"
    assert model_line(forum)["state"] == "ok"
    assert "all-MiniLM-L6-v2, tuned 2026-05-04" in model_line(forum)["said"]
    assert "askaround tune --undo" in model_line(forum)["said"]
    assert models(forum) == ["tuned-000001"]
    told = kept(forum, "tuned-000001")
    assert (told["passes"], told["reasons"]) == (True, [])
    assert [one["system"] for one in told["ndcg@10"]] == ["dense", "hybrid"] * 2
    assert (told["pairs"], told["threads_held_out"], told["held_out_by"]) == (48, 8, "time")


@pytest.mark.parametrize(
    ("makes", "reason"),
    [
        ("worse", "manual, dense: loses"),
        ("forgetful", "manual, dense: loses"),
        ("shipped", "held-out threads, hybrid: the gain of 0.000 may be chance"),
    ],
)
def test_a_model_that_does_not_win_is_refused_and_nothing_has_changed(
    forum, trainer, makes, reason
):
    trainer.makes = makes
    before = manifest(forum)
    ran = forum.run("tune")
    assert ran.status == 1
    assert "The new model is refused, and nothing has changed." in ran.err
    assert reason in ran.err
    assert manifest(forum) == before
    assert models(forum) == []
    assert "tuned" not in model_line(forum)["said"]
    assert kept(forum, "tuned-000001")["passes"] is False


def test_the_tuned_model_stays_in_use_until_that_is_undone(forum):
    assert forum.run("tune").status == 0
    assert forum.run("index").status == 0
    assert manifest(forum)["model"]["revision"] == "better"
    ran = forum.run("tune", "--undo")
    assert ran.status == 0
    assert manifest(forum)["model"]["revision"] == "shipped"
    assert "tuned" not in model_line(forum)["said"]
    again = forum.run("tune", "--undo")
    assert (again.status, again.err) == (1, "no tuned model is in use\n")


def test_stopped_by_ctrl_c_everything_is_as_it_was(forum, trainer):
    trainer.makes = "stopped"
    before = manifest(forum)
    assert forum.run("tune").status == 130
    assert manifest(forum) == before
    assert models(forum) == []
    trainer.makes = "better"
    assert forum.run("tune").status == 0


def test_stopped_while_the_index_is_built_everything_is_as_it_was(forum, monkeypatch):
    def stopped(place, progress, encoder):
        assert "tuned-000001" in models(forum)  # whoever reads the generation will look there
        raise KeyboardInterrupt

    before = manifest(forum)
    with monkeypatch.context() as patch:
        patch.setattr("cli.workplace.Workplace.build", stopped)
        assert forum.run("tune").status == 130
    assert manifest(forum) == before
    assert models(forum) == []
    assert "tuned" not in model_line(forum)["said"]


def test_too_few_threads_are_refused_with_their_number(desk, trainer):
    desk.settle(WITH_A_MODEL)
    desk.run("import", "qa", desk.file(threads(8)))
    ran = desk.run("tune")
    assert ran.status == 2
    assert "12 pairs of a title and a text to learn from and 2 other questions" in ran.err
    assert not (desk.data / "models").exists()


def test_without_a_model_there_is_nothing_to_tune(owner):
    ran = owner.run("tune")
    assert ran.status == 2
    assert 'name = "default"' in ran.err


def test_a_guard_of_ones_own_is_weighed_too(forum, tmp_path):
    guard = tmp_path / "ours"
    guard.mkdir()
    (guard / "corpus.jsonl").write_text('{"_id": "a", "text": "page 1"}\n{"_id": "b", "text": "x"}')
    (guard / "queries.jsonl").write_text('{"_id": "q", "text": "leaf 1"}\n')
    (guard / "qrels.tsv").write_text("q\ta\t1\n")
    ran = forum.run("tune", "--guard", tmp_path)
    assert (ran.status, "ours, hybrid" in ran.out) == (0, True)


def test_a_guard_that_is_none_is_refused_before_any_training(forum, trainer, tmp_path):
    ran = forum.run("tune", "--guard", tmp_path / "nowhere")
    assert ran.status == 2
    assert trainer.learned == ()


def test_a_model_changed_in_the_settings_waits_for_the_next_index(forum, monkeypatch):
    monkeypatch.setattr(
        "indexer.embed.open_encoder", lambda *_, **__: Numbers(model("worse"), MODELS["worse"])
    )
    said = model_line(forum)
    assert (said["state"], said["hint"]) == ("warn", "Run `askaround index`.")
    assert "the index was made without it" in said["said"]


@pytest.mark.parametrize("words", [("--epochs", "0"), ("--epochs", "many"), ("--rate", "fast")])
def test_what_is_no_number_of_epochs_and_no_rate_is_refused(forum, trainer, words):
    assert forum.run("tune", *words).status == 2
    assert trainer.learned == ()
