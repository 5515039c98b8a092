"""Training a model of two layers: a second or two, most of it torch's own start."""

import itertools

import numpy as np
import pytest

from indexer.tuning.lessons import Pair
from indexer.tuning.train import ON_CPU, Device, Recipe, train
from tests.indexer.tiny_model import WORDS, make

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("torch"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

CACHED = Device(name="cpu", batch=16, tokens=16, at_once=4)
"""As on a GPU: gradients of a few pairs at a time."""

PAIRS = [
    Pair(thread_id=str(at), title=f"how do i {one}", passage=f"{one} {other} then dock it")
    for at, (one, other) in enumerate(itertools.pairwise(WORDS[:25]))
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return make(tmp_path_factory.mktemp("tiny") / "model")


@pytest.fixture
def trained(tiny, tmp_path):
    """Train the tiny model; where it is saved, and all that was told."""

    def after(place=ON_CPU, **recipe):
        folder, told = tmp_path / "trained", []
        train(
            str(tiny),
            PAIRS,
            folder,
            Recipe(**recipe),
            place=place,
            threads=1,
            announce=told.append,
            progress=lambda *step: told.append(step),
        )
        return folder, told

    return after


def weights(folder):
    from safetensors.numpy import load_file  # noqa: PLC0415  torch is loaded with it

    return load_file(folder / "model.safetensors")


def likeness(folder):
    """Cosine of each title to its own passage, less that to the others, on average."""
    from indexer.trained import load  # noqa: PLC0415

    model = load(str(folder))
    titles = model.encode([pair.title for pair in PAIRS], normalize_embeddings=True)
    passages = model.encode([pair.passage for pair in PAIRS], normalize_embeddings=True)
    cosines = titles @ passages.T
    return float(np.diag(cosines).mean() - cosines.mean())


@pytest.mark.parametrize("place", [ON_CPU, CACHED], ids=["whole batches", "cached gradients"])
def test_titles_come_nearer_to_their_own_passages(trained, tiny, place):
    folder, _ = trained(place, epochs=8, rate=1e-2)
    assert likeness(folder) > likeness(tiny) + 0.02


def test_how_long_it_takes_is_told_before_the_first_step(trained):
    _, told = trained(epochs=2)
    assert "on this machine's processors (no GPU): 6 steps of 8 pairs, about" in told[0]
    assert told[1:] == [("training", step, 6) for step in range(1, 7)]


def test_half_of_what_the_model_was_is_kept(trained, tiny, monkeypatch):
    def moved(folder):
        was, now = weights(tiny), weights(folder)
        return {name: now[name] - was[name] for name in was}

    half = moved(trained(epochs=1, rate=1e-3)[0])
    monkeypatch.setattr("indexer.tuning.train.KEPT", 0.0)
    whole = moved(trained(epochs=1, rate=1e-3)[0])
    assert max(np.abs(one).max() for one in half.values()) > 1e-5
    for name, one in half.items():
        assert np.allclose(one, whole[name] / 2, atol=1e-6), name


def test_it_reads_and_asks_as_it_did_before(trained, tiny):
    from indexer.trained import load  # noqa: PLC0415

    folder, _ = trained(CACHED, epochs=1)
    assert load(str(folder)).max_seq_length == load(str(tiny)).max_seq_length == 64
