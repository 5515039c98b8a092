import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from contract.errors import ModelError
from contract.settings import ModelSettings
from indexer import embed
from indexer.embed import cache_folder, open_encoder, source_of

TEXTS = [
    "The mower stops near the pond and shows E17.",
    "Move the antenna away from the wall, then survey the lawn again. " * 20,
    "Thanks!",
    "",
    "Der Mäher bleibt stehen.",
]


def embedded(encoder, texts):
    found = np.zeros((len(texts), encoder.model.dimension), dtype=np.float32)
    for positions, vectors in encoder.passages(texts):
        found[positions] = vectors
    return found


@pytest.fixture
def exported(encoder, tmp_path):
    """A copy of the exported model, to be damaged."""
    revision = f'"revision": "{encoder.model.revision}"'
    folder = next(p for p in cache_folder().iterdir() if revision in (p / "model.json").read_text())
    return shutil.copytree(folder, tmp_path / "model")


@pytest.mark.slow
def test_every_vector_has_length_1(encoder):
    vectors = embedded(encoder, TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.model.dimension)
    assert np.linalg.norm(vectors, axis=1).tolist() == pytest.approx([1.0] * len(TEXTS))
    assert np.linalg.norm(encoder.query("E17")) == pytest.approx(1.0)


@pytest.mark.slow
def test_a_text_has_one_vector_whatever_stands_beside_it(encoder):
    alone = np.array([encoder.query(text) for text in TEXTS])
    assert np.allclose(embedded(encoder, TEXTS), alone, atol=1e-6)
    assert np.allclose(embedded(encoder, TEXTS[::-1] * 10)[:5][::-1], alone, atol=1e-6)


@pytest.mark.slow
def test_passages_report_how_many_are_done(encoder):
    heard = []
    batches = [
        positions.tolist() for positions, _ in encoder.passages(["mower"] * 70, heard.append)
    ]
    assert sum(heard) == 70
    assert sorted(at for batch in batches for at in batch) == list(range(70))
    assert len(batches) > 1


@pytest.mark.slow
def test_what_means_the_same_is_nearer_than_what_does_not(encoder):
    asked = encoder.query("my robot lost its position")
    near, far = embedded(encoder, ["The robot has no idea where it is.", "Cancel my plan."])
    assert asked @ near > asked @ far + 0.2


@pytest.mark.slow
def test_a_text_longer_than_the_model_reads_is_read_as_far_as_it_goes(encoder):
    long = "mower " * 5000
    assert np.allclose(encoder.query(long), encoder.query(long + "pond"), atol=1e-6)


@pytest.mark.slow
def test_an_exported_folder_is_a_model_by_itself(encoder, exported):
    opened = open_encoder(ModelSettings(name=str(exported)), threads=1)
    assert opened.model == encoder.model
    assert np.allclose(opened.query("E17"), encoder.query("E17"), atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "model.json"])
def test_a_damaged_model_is_no_model_and_its_folder_is_named(exported, name):
    (exported / name).write_bytes((exported / name).read_bytes()[:100])
    with pytest.raises(ModelError, match=str(exported)):
        open_encoder(ModelSettings(name=str(exported)), threads=1)


WITHOUT_TORCH = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"torch", "sentence_transformers", "transformers", "onnx"}:
            raise ImportError(f"{name} is not to be had here")

sys.meta_path.insert(0, Refuse())
from pathlib import Path
import cli.main, indexer.build, indexer.library, ranker.search
from contract.settings import ModelSettings
from indexer.embed import open_encoder
encoder = open_encoder(ModelSettings(name=sys.argv[1]), threads=1)
print(len(encoder.query("E17")), sum(len(vectors) for _, vectors in encoder.passages(["a", "b"])))
"""


@pytest.mark.slow
def test_serving_needs_no_torch(exported):
    made = subprocess.run(  # noqa: S603  our own interpreter and script
        [sys.executable, "-c", WITHOUT_TORCH, str(exported)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.stdout.split() == ["384", "2"], made.stderr


def test_no_model_is_opened_where_none_is_wanted():
    assert open_encoder(ModelSettings(name="none"), threads=1) is None


def test_the_folder_of_models_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("ASKAROUND_MODELS", str(tmp_path))
    assert cache_folder() == tmp_path


def test_a_folder_that_only_looks_like_a_model_is_none(tmp_path):
    (tmp_path / "model.json").write_text("{}")
    (tmp_path / "model.onnx").write_bytes(b"")
    with pytest.raises(ModelError, match=str(tmp_path)) as caught:
        open_encoder(ModelSettings(name=str(tmp_path)), threads=1)
    assert "[model] name" in caught.value.hint


def test_a_model_that_cannot_be_prepared_says_so_in_one_line(monkeypatch, tmp_path):
    """The exporting process itself is stood in for: it takes torch ten seconds to say no."""
    monkeypatch.setenv("ASKAROUND_MODELS", str(tmp_path))
    monkeypatch.setattr(embed, "sys", type("Py", (), {"executable": "/bin/false"}))
    said = []
    with pytest.raises(ModelError, match="the model nowhere cannot be prepared: no reason given"):
        open_encoder(ModelSettings(name="no/such/nowhere"), threads=1, announce=said.append)
    assert said == ["preparing the model nowhere, once on this machine"]


@pytest.mark.parametrize("name", ["model.onnx", "served"])
def test_what_only_serves_a_model_cannot_be_trained(tmp_path, name):
    (tmp_path / "model.json").write_text("{}")
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(ModelError) as caught:
        source_of(ModelSettings(name=str(tmp_path)))
    assert ("not its weights" in str(caught.value)) is (name == "model.onnx")


def test_a_model_trained_anew_in_its_folder_is_exported_anew(monkeypatch, tmp_path):
    monkeypatch.setenv("ASKAROUND_MODELS", str(tmp_path / "cache"))
    model, made = tmp_path / "ours", []
    model.mkdir()
    (model / "config.json").write_text("{}")
    monkeypatch.setattr(embed, "export", lambda name, label, folder, announce: made.append(folder))
    monkeypatch.setattr(embed, "open_folder", lambda folder, threads, indexing: folder)
    for weights in (b"abc", b"xyz"):
        (model / "model.safetensors").write_bytes(weights)
        os.utime(model / "model.safetensors", ns=(weights[0], weights[0]))
        assert open_encoder(ModelSettings(name=str(model)), threads=1) == made[-1]
    assert len(set(made)) == 2
    assert all(folder.name.startswith("ours-") for folder in made)


def test_a_folder_that_holds_no_model_is_refused_at_once(tmp_path):
    with pytest.raises(ModelError, match=f"{tmp_path} holds no model"):
        open_encoder(ModelSettings(name=str(tmp_path)), threads=1)
