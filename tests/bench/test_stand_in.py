import contextlib

import numpy as np
import pytest

from bench.stand_in import NOISE, StandIn, near_all
from indexer.embed import Model
from indexer.embedding_cache import EmbeddingCache

DIMENSION = 64


class ByLength:
    """A model of one direction a length."""

    model = Model(
        name="by length",
        revision="by-hand",
        dimension=DIMENSION,
        max_tokens=9,
        pooling="mean",
        precision="int8",
    )

    def query(self, text):
        return np.eye(DIMENSION, dtype=np.float32)[len(text) % DIMENSION]

    def passages(self, texts, progress=lambda _: None):
        if texts:
            yield np.arange(len(texts)), np.stack([self.query(text) for text in texts])


@pytest.fixture
def stand_in(tmp_path):
    with contextlib.closing(EmbeddingCache(tmp_path, ByLength())) as cache:
        cache.vectors(["dock", "pond and", "antenna"])
    return StandIn(ByLength(), [tmp_path])


def embedded(stand_in, *texts):
    return np.concatenate([vectors for _, vectors in stand_in.passages(texts)])


def test_what_was_embedded_before_keeps_its_vector(stand_in):
    assert embedded(stand_in, "antenna")[0].tolist() == ByLength().query("antenna").tolist()
    assert stand_in.query("dock").tolist() == ByLength().query("dock").tolist()


def test_any_other_text_lies_near_a_real_one_and_always_at_the_same_place(stand_in):
    unknown = embedded(stand_in, *(f"word {number}" for number in range(40)))
    assert unknown.shape == (40, DIMENSION)
    assert np.allclose(np.linalg.norm(unknown, axis=1), 1.0, atol=1e-5)
    nearest = (unknown @ stand_in.real.T.astype(np.float32)).max(axis=1)
    assert abs(nearest.mean() - 1 / np.hypot(1, NOISE)) < 0.06
    assert np.array_equal(embedded(stand_in, "word 3")[0], unknown[3])
    assert stand_in.count == 41


def test_many_at_once_are_of_the_same_kind(stand_in):
    made = near_all(stand_in.real, 3000, seed=1).astype(np.float32)
    nearest = (made @ stand_in.real.T.astype(np.float32)).max(axis=1)
    assert np.allclose(np.linalg.norm(made, axis=1), 1.0, atol=1e-2)
    assert abs(nearest.mean() - 1 / np.hypot(1, NOISE)) < 0.06


def test_without_any_vector_it_says_how_to_get_some(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"bench\.run"):
        StandIn(ByLength(), [tmp_path])
