import sqlite3

import numpy as np
import pytest

from indexer.embedding_cache import CHUNK, EmbeddingCache, text_hash
from samples.story import tell

TEXTS = [f"passage number {number}" for number in range(40)]


@pytest.fixture
def open_cache(tmp_path):
    """Open the cache of a model, again and again over the same folder."""
    opened = []

    def over(encoder):
        opened.append(EmbeddingCache(tmp_path / "embeddings", encoder))
        return opened[-1]

    yield over
    for cache in opened:
        cache.close()


def exact(encoder, texts):
    return np.array([encoder.query(text) for text in texts])


def test_vectors_come_in_the_order_of_their_texts(open_cache, words_encoder):
    encoder = words_encoder()
    texts = [*TEXTS[20:], TEXTS[3], *TEXTS[:20], TEXTS[3]]
    found = open_cache(encoder).vectors(texts)
    assert found.dtype == np.float16
    assert np.allclose(found, exact(encoder, texts), atol=1e-3)


def test_nothing_is_embedded_twice(open_cache, words_encoder):
    encoder, heard = words_encoder(), []
    first = open_cache(encoder).vectors([*TEXTS, *TEXTS], heard.append)
    assert sum(heard) == len(TEXTS) == len(encoder.embedded)
    again = open_cache(encoder).vectors([*TEXTS, "one more"], heard.append)
    assert sum(heard) == len(TEXTS) + 1
    assert encoder.embedded[len(TEXTS) :] == ["one more"]
    assert again[:40].tolist() == first[:40].tolist()


def test_the_missing_are_counted_once_each(open_cache, words_encoder):
    cache = open_cache(words_encoder())
    cache.vectors(TEXTS[:10])
    hashes = [text_hash(text) for text in [*TEXTS, *TEXTS]]
    assert cache.missing(hashes) == 30
    assert cache.missing([]) == 0


def test_no_text_at_all_is_no_vector(open_cache, words_encoder):
    encoder = words_encoder()
    assert open_cache(encoder).vectors([]).shape == (0, encoder.model.dimension)


def test_more_texts_than_are_looked_up_at_a_time_are_all_found(open_cache, words_encoder):
    encoder = words_encoder()
    cache = open_cache(encoder)
    texts = [f"text {number % 7} {number}" for number in range(CHUNK + 5)]
    assert np.allclose(cache.vectors(texts), exact(encoder, texts), atol=1e-3)
    assert cache.missing([text_hash(text) for text in texts]) == 0


def test_a_model_finds_only_vectors_of_its_own(open_cache, words_encoder):
    other = words_encoder("another")
    open_cache(words_encoder()).vectors(TEXTS)
    open_cache(other).vectors(TEXTS)
    assert other.embedded == TEXTS


def test_a_build_cut_short_keeps_the_batches_it_has_finished(open_cache, words_encoder):
    encoder = words_encoder()

    def stop_at_once(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_cache(encoder).vectors(TEXTS, stop_at_once)
    assert open_cache(encoder).missing([text_hash(text) for text in TEXTS]) == len(TEXTS) - 16


def test_vectors_of_texts_that_nobody_holds_any_more_are_dropped(
    open_cache, words_encoder, tmp_path
):
    encoder = words_encoder()
    cache = open_cache(encoder)
    cache.vectors(TEXTS)
    assert cache.keep_only({text_hash(text) for text in TEXTS[:5]}) == 35
    assert cache.missing([text_hash(text) for text in TEXTS]) == 35
    with sqlite3.connect(tmp_path / "embeddings" / f"{encoder.model.key}.db") as db:
        assert db.execute("SELECT count(*) FROM vectors").fetchone() == (5,)
    db.close()


@pytest.mark.slow
def test_half_precision_moves_no_cosine_by_a_thousandth(open_cache, encoder):
    texts = [one.text for thread in tell().questions[:8] for one in thread.post]
    kept = open_cache(encoder).vectors(texts).astype(np.float32)
    whole = exact(encoder, texts)
    assert np.abs(kept @ kept.T - whole @ whole.T).max() < 1e-3
