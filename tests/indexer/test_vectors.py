import faiss
import numpy as np
import pytest

from indexer import vectors
from indexer.vectors import VectorIndex, write

DIMENSION = 48


def clustered(count, seed=5, clusters=60):
    """Vectors of length 1 that lie in groups, as those of texts do."""
    seeded = np.random.default_rng(seed)
    centres = seeded.normal(size=(clusters, DIMENSION))
    some = centres[seeded.integers(clusters, size=count)]
    some = some + 0.6 * seeded.normal(size=(count, DIMENSION))
    return (some / np.linalg.norm(some, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def points():
    return clustered(4000).astype(np.float16)


@pytest.fixture(scope="module")
def queries():
    return clustered(40, seed=6)


@pytest.fixture(scope="module")
def scan(points, tmp_path_factory):
    folder = tmp_path_factory.mktemp("scan")
    write(folder, points, threads=2)
    return VectorIndex(folder)


@pytest.fixture(scope="module")
def graph(points, tmp_path_factory):
    folder = tmp_path_factory.mktemp("graph")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(vectors, "SCAN_LIMIT", 1000)
        write(folder, points, threads=2)
    opened = VectorIndex(folder)
    assert isinstance(opened._index, faiss.IndexHNSW)
    return opened


@pytest.fixture(params=["scan", "graph"])
def index(request):
    return request.getfixturevalue(request.param)


def nearest(points, query, count, allowed=None):
    """What a plain comparison with every vector finds."""
    similarities = points.astype(np.float32) @ query
    if allowed is not None:
        similarities = np.where(allowed, similarities, -np.inf)
    return np.lexsort((np.arange(len(points)), -similarities))[:count]


def recall(index, points, queries, allowed=None):
    shares = []
    for query in queries:
        expected = nearest(points, query, 10, allowed)
        found = index.search(query, 10, allowed).passages
        shares.append(np.isin(expected, found).mean())
    return np.mean(shares)


def test_the_nearest_are_found(index, points, queries):
    assert recall(index, points, queries) >= 0.95


def test_the_scan_misses_next_to_nothing(scan, points, queries):
    assert recall(scan, points, queries) >= 0.99


@pytest.mark.parametrize("share", [0.5, 0.03])
def test_a_filter_that_leaves_few_misses_nothing(index, points, queries, share):
    allowed = np.random.default_rng(1).random(len(points)) < share
    assert recall(index, points, queries, allowed) == 1.0


@pytest.mark.parametrize("share", [0.9, 0.3])
def test_a_filter_that_leaves_many_is_kept_and_misses_little(
    index, points, queries, share, monkeypatch
):
    monkeypatch.setattr(vectors, "FEW", 0)
    allowed = np.random.default_rng(2).random(len(points)) < share
    for query in queries:
        assert allowed[index.search(query, 10, allowed).passages].all()
    assert recall(index, points, queries, allowed) >= 0.95


def test_similarities_fall_and_are_the_exact_cosines(index, points, queries):
    near = index.search(queries[0], 25)
    exact = points[near.passages].astype(np.float32) @ queries[0]
    assert near.similarities.tolist() == pytest.approx(exact.tolist())
    assert (np.diff(near.similarities) <= 0).all()
    assert len(set(near.passages.tolist())) == 25


def test_similarities_of_chosen_passages_come_in_their_order(index, points, queries):
    chosen = np.array([7, 3, 3999, 0])
    found = index.similarities(queries[1], chosen)
    assert found.tolist() == pytest.approx(
        (points[chosen].astype(np.float32) @ queries[1]).tolist()
    )
    assert index.vectors(chosen).tolist() == points[chosen].astype(np.float32).tolist()


def test_equal_vectors_stand_by_number(tmp_path, queries):
    write(tmp_path, np.repeat(queries[:1], 20, axis=0).astype(np.float16), threads=1)
    assert VectorIndex(tmp_path).search(queries[0], 5).passages.tolist() == [0, 1, 2, 3, 4]


def test_where_nothing_is_allowed_nothing_is_near(index, queries):
    near = index.search(queries[0], 10, np.zeros(len(index), dtype=bool))
    assert near.passages.tolist() == near.similarities.tolist() == []


def test_fewer_passages_than_wanted_all_come_back(tmp_path):
    points = clustered(3)
    write(tmp_path, points.astype(np.float16), threads=1)
    assert set(VectorIndex(tmp_path).search(points[0], 50).passages.tolist()) == {0, 1, 2}


def test_an_index_of_nothing_can_be_asked(tmp_path, queries):
    write(tmp_path, np.zeros((0, DIMENSION), dtype=np.float16), threads=1)
    index = VectorIndex(tmp_path)
    assert len(index) == 0
    assert index.search(queries[0], 10).passages.tolist() == []
