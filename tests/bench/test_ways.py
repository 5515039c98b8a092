import numpy as np
import pytest

from bench.asked import Asked
from bench.ways import WAYS, fit, gain, over_best, shipped, with_share
from indexer.parser import parse
from indexer.search import Candidates
from ranker.judged import Question
from ranker.weights import Weights


def asked(keyword, similarity, grades):
    return Asked(
        question=Question(id="q", text="mower stops"),
        query=parse("mower stops"),
        candidates=Candidates(
            ordinals=np.arange(len(keyword), dtype=np.int32),
            keyword=np.array(keyword, dtype=np.float32),
            coverage=np.zeros(len(keyword), dtype=np.float32),
            adjacency=np.zeros(len(keyword), dtype=np.float32),
            named=np.zeros(len(keyword), dtype=np.float32),
            similarity=np.array(similarity, dtype=np.float32),
            passage=np.arange(len(keyword), dtype=np.int64),
            by_meaning=True,
        ),
        grades=np.array(grades),
        ideal=np.array(sorted(grades, reverse=True)),
    )


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_a_share_of_all_or_nothing_is_one_list_alone(way):
    one = asked([9.0, 5.0, 1.0], [0.1, 0.5, 0.9], [1, 0, 0])
    assert list(np.argsort(-way(one, 1.0))) == [0, 1, 2]
    assert list(np.argsort(-way(one, 0.0))) == [2, 1, 0]


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_equal_scores_make_no_noise(way):
    one = asked([0.0, 0.0], [0.4, 0.4], [1, 0])
    assert np.isfinite(way(one, 0.5)).all()


def test_a_post_that_no_word_names_gets_nothing_for_its_words():
    one = asked([3.0, 0.0], [0.2, 0.2], [1, 0])
    assert WAYS["reciprocal ranks"](one, 1.0)[1] == 0.0


def test_the_products_own_way_is_the_one_over_the_best():
    one = asked([9.0, 5.0, 0.0], [0.1, 0.5, 0.9], [1, 0, 0])
    weights = Weights()
    both = 1 - weights.coverage - weights.adjacency
    assert shipped(one) == pytest.approx(both * over_best(one, weights.keywords))


def test_the_share_is_fitted_to_the_side_that_is_right():
    by_words = [asked([9.0, 1.0], [0.1, 0.9], [1, 0])]
    by_meaning = [asked([9.0, 1.0], [0.1, 0.9], [0, 1])]
    assert fit(over_best, {"set": by_words}) == 0.5
    assert fit(over_best, {"set": by_meaning}) == 0.0


def test_every_set_counts_the_same_in_a_gain():
    right, wrong = asked([9.0, 1.0], [0.1, 0.9], [1, 0]), asked([9.0, 1.0], [0.1, 0.9], [0, 1])
    first, second = with_share(over_best, 1.0), with_share(over_best, 0.0)
    mean, error = gain({"large": [right] * 9, "small": [wrong]}, first, second)
    assert mean == pytest.approx(0.0)
    assert error == pytest.approx(0.0)
