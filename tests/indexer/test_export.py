"""Any model of sentence-transformers is exported, or else served by torch, and embeds the same."""

import json

import numpy as np
import pytest

from indexer.embed import open_folder
from indexer.export import export
from indexer.onnx_encoder import OnnxEncoder
from indexer.torch_encoder import TorchEncoder
from indexer.trained import load
from tests.indexer import tiny_model

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("torch"),  # loading it takes a process longer than most of the tests
    pytest.mark.filterwarnings("ignore"),  # torch's exporter warns of its own successor
]

TEXTS = ["The mower stops near the pond.", "update firmware, then wipe my contacts " * 9, "dock"]

KINDS = {
    "mean pooling": {},
    "the first token": {"pooling": "cls"},
    "the largest of each": {"pooling": "max"},
    "two poolings": {"pooling": ("mean", "max")},
    "a layer after pooling": {"dense": 16},
    "no normalising": {"normalize": False},
    "no token types": {"architecture": "distilbert"},
    "positions of its own": {"architecture": "mpnet"},
    "prompts": {"prompts": {"query": "query: ", "passage": "passage: "}},
}


@pytest.fixture
def exported(tmp_path):
    """Make a model and export it: the original, and the folder that serves it."""

    def made(**kind):
        source = tiny_model.make(tmp_path / "source", **kind)
        why = export(str(source), "tiny", tmp_path / "served")
        return load(str(source)), tmp_path / "served", why

    return made


def passages(encoder):
    return np.concatenate([vectors for _, vectors in encoder.passages(TEXTS)])


def cosines(ours, theirs):
    return (ours * theirs / np.linalg.norm(theirs, axis=1, keepdims=True)).sum(axis=1)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_is_served_embeds_as_the_original_does(exported, kind):
    original, served, why = exported(**kind)
    encoder = open_folder(served, threads=1)
    assert (why, type(encoder)) == ("", OnnxEncoder)
    kept = kind.get("prompts", {"query": "", "passage": ""})
    theirs = [original.encode(TEXTS, prompt=kept[one]) for one in ("passage", "query")]
    assert cosines(passages(encoder), theirs[0]).min() > 0.97
    assert cosines([encoder.query(one) for one in TEXTS], theirs[1]).min() > 0.97
    assert encoder.model.dimension == len(encoder.query("dock")) == len(original.encode("dock"))


def test_vectors_that_other_prompts_have_made_are_kept_apart(tmp_path):
    plain = tiny_model.make(tmp_path / "plain")
    asked = tiny_model.make(tmp_path / "asked", prompts={"document": "passage: "})
    models = []
    for source in (plain, asked):
        export(str(source), source.name, tmp_path / f"{source.name}-served")
        models.append(open_folder(tmp_path / f"{source.name}-served", threads=1).model)
    assert models[0].revision == models[1].revision
    assert models[0].key != models[1].key


def test_a_model_that_8_bits_would_spoil_keeps_its_precision(exported, monkeypatch):
    monkeypatch.setattr("indexer.export.CLOSE", 1.1)
    original, served, why = exported()
    encoder = open_folder(served, threads=1)
    assert (why, encoder.model.precision) == ("", "float32")
    assert cosines(passages(encoder), original.encode(TEXTS)).min() > 0.9999


def test_a_graph_that_embeds_otherwise_is_not_believed(exported, monkeypatch):
    """As a pooling would make it that leaves the prompt out: a graph cannot know where it ends."""
    monkeypatch.setattr("indexer.export._is_plain", lambda _: True)
    monkeypatch.setattr("indexer.export._poolings", lambda _: iter(["cls"]))
    original, served, why = exported(pooling="max")
    encoder = open_folder(served, threads=1)
    assert "the exported model has a cosine of" in why
    assert type(encoder) is TorchEncoder
    assert not (served / "model.onnx").exists()
    assert np.allclose(passages(encoder), original.encode(TEXTS), atol=1e-5)


def test_a_table_of_words_is_served_by_torch(tmp_path):
    source = tiny_model.static(tmp_path / "source")
    why = export(str(source), "words", tmp_path / "served")
    encoder = open_folder(tmp_path / "served", threads=1)
    assert why == "its first layer is no transformer but StaticEmbedding"
    assert encoder.model.precision == "float32"
    assert cosines(passages(encoder), load(str(source)).encode(TEXTS)).min() > 0.9999


def test_what_a_folder_says_of_its_model(exported):
    _, served, _ = exported(prompts={"query": "query: "})
    told = json.loads((served / "model.json").read_text())
    assert told.pop("revision")
    assert told.pop("source").endswith("/source")
    assert told == {
        "name": "tiny",
        "dimension": 32,
        "max_tokens": 64,
        "pooling": "mean",
        "precision": "int8",
        "query_prompt": "query: ",
        "passage_prompt": "",
    }
