import numpy as np
import pytest

from bench.pairs import Line, joined, marked, way


def test_a_pair_that_two_posts_name_counts_once_and_a_duplicate_is_no_mere_link():
    lines = [
        Line(id="a", duplicate_of=("b",), linked=("b", "c")),
        Line(id="b", linked=("a",)),
        Line(id="c", linked=("gone", "c")),
    ]
    duplicates, linked = marked(lines, {"a": 0, "b": 1, "c": 2})
    assert duplicates.tolist() == [[0, 1]]
    assert linked.tolist() == [[0, 2]]


def test_every_pair_of_a_place_is_counted_by_how_alike_it_is():
    vectors = np.array([[1.0, 0.0], [1.0, 0.0], [0.6, 0.8], [0.0, 1.0]], dtype=np.float32)
    one = way(vectors, np.array([[0, 1]]), np.array([[1, 2]]))
    assert one.duplicates == pytest.approx([1.0])
    assert one.linked == pytest.approx([0.6])
    assert one.counts.sum() == 6
    assert [one.called_same(threshold) for threshold in (0.55, 0.7, 0.9)] == [4, 2, 1]
    assert joined([one, one]).called_same(0.7) == 4
