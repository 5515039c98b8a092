"""Passages on a GPU. There is none here: its device is stood in for by the processor."""

import warnings

import numpy as np
import pytest

from indexer.embed import open_folder
from indexer.export import export
from indexer.torch_encoder import TorchEncoder, WithGpu, gpu
from tests.indexer import tiny_model

pytestmark = pytest.mark.xdist_group("torch")

TEXTS = ["the mower stops near the pond", "update firmware " * 40, "dock"] * 3


def test_where_there_is_no_driver_torch_is_not_asked(monkeypatch):
    monkeypatch.setattr("indexer.torch_encoder.shutil.which", lambda _: None)
    monkeypatch.setitem(__import__("sys").modules, "torch", None)  # importing it fails
    assert gpu() is None


def test_a_gpu_is_used_where_torch_can_use_it(monkeypatch):
    torch = type("torch", (), {"cuda": type("cuda", (), {"is_available": lambda: True})})
    monkeypatch.setattr("indexer.torch_encoder.shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setitem(__import__("sys").modules, "torch", torch)
    assert gpu() == "cuda"
    torch.cuda.is_available = lambda: False
    assert gpu() is None


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    home = tmp_path_factory.mktemp("served")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's exporter warns of its own successor
        export(str(tiny_model.make(home / "source")), "tiny", home / "served")
    return home / "served"


@pytest.mark.slow
def test_passages_go_to_the_gpu_and_queries_stay(served, monkeypatch):
    monkeypatch.setattr("indexer.embed.gpu", lambda: "cpu")
    monkeypatch.setattr("indexer.torch_encoder.CHUNK", 4)
    encoder, serving = open_folder(served, threads=1, indexing=True), open_folder(served, threads=1)
    assert (type(encoder), encoder.model) == (WithGpu, serving.model)
    assert np.array_equal(encoder.query("dock"), serving.query("dock"))
    heard = []
    found = list(encoder.passages(TEXTS, heard.append))
    assert heard == [4, 4, 1]
    assert np.concatenate([at for at, _ in found]).tolist() == list(range(9))
    ours = np.concatenate([vectors for _, vectors in found])
    theirs = np.concatenate([vectors for _, vectors in serving.passages(TEXTS)])
    assert ours.dtype == np.float32
    assert (ours * theirs).sum(axis=1).min() > 0.98


@pytest.mark.slow
def test_a_gpu_is_left_alone_where_only_queries_come(served, monkeypatch):
    monkeypatch.setattr("indexer.embed.gpu", lambda: pytest.fail("it was asked for"))
    open_folder(served, threads=1)


@pytest.mark.slow
def test_half_precision_is_for_gpus_alone(served):
    encoder = TorchEncoder(str(served.parent / "source"), open_folder(served, 1).model)
    assert {str(one.dtype) for one in encoder._torch.parameters()} == {"torch.float32"}
    assert np.array_equal(encoder.query("dock"), encoder.query("dock"))
