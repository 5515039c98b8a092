import faiss
import numpy as np
import pytest

from indexer import vectors
from indexer.vectors import VectorIndex, extend, write

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
    assert isinstance(faiss.read_index(str(folder / "vectors.faiss")), faiss.IndexHNSW)
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


@pytest.fixture(params=[10, 5000], ids=["graph", "scan"])
def grown(request, points, tmp_path, monkeypatch):
    """An index extended twice, of which every third row is dead; what its passages are."""
    monkeypatch.setattr(vectors, "SCAN_LIMIT", request.param)
    folders = [tmp_path / name for name in "abc"]
    for folder in folders:
        folder.mkdir()
    write(folders[0], points[:3000], threads=1)
    extend(folders[0], folders[1], points[3000:3300])
    extend(folders[1], folders[2], points[3300:4000])
    rows = np.flatnonzero(np.arange(4000) % 3 > 0)
    rows = np.random.default_rng(4).permutation(rows).astype(np.int32)
    return VectorIndex(folders[2], rows), points[rows]


def test_an_index_that_was_extended_finds_the_old_and_the_new_and_nothing_dead(grown, queries):
    index, living = grown
    assert len(index) == len(living)
    assert recall(index, living, queries) >= 0.95
    everything = index.search(queries[0], len(living)).passages
    assert len(set(everything.tolist())) == len(everything)
    near = index.search(queries[0], 25)
    exact = living[near.passages].astype(np.float32) @ queries[0]
    assert near.similarities.tolist() == pytest.approx(exact.tolist())
    assert index.vectors(np.array([7, 2000])).tolist() == living[[7, 2000]].tolist()


@pytest.mark.parametrize("few", [0, 20_000])
def test_a_filter_counts_in_an_index_that_was_extended(grown, queries, few, monkeypatch):
    monkeypatch.setattr(vectors, "FEW", few)
    index, living = grown
    allowed = np.random.default_rng(2).random(len(living)) < 0.5
    for query in queries[:8]:
        assert allowed[index.search(query, 10, allowed).passages].all()
    assert recall(index, living, queries, allowed) >= 0.95


def test_an_index_of_nothing_can_be_extended_and_by_nothing(tmp_path, points):
    for name in "abc":
        (tmp_path / name).mkdir()
    write(tmp_path / "a", points[:0], threads=1)
    extend(tmp_path / "a", tmp_path / "b", points[:5])
    extend(tmp_path / "b", tmp_path / "c", points[:0])
    for name in "bc":
        found = VectorIndex(tmp_path / name).search(points[0].astype(np.float32), 9)
        assert sorted(found.passages.tolist()) == [0, 1, 2, 3, 4]
    shared = [file for file in (tmp_path / "c").iterdir() if file.stat().st_nlink > 1]
    assert len(shared) == 4


def test_a_vector_comes_back_to_the_last_bit(tmp_path):
    every = np.arange(2**16, dtype=np.uint16).view(np.float16)
    finite = every[np.isfinite(every)]  # with zeros of both signs, and the smallest there are
    kept = np.resize(finite, (len(finite) // DIMENSION + 1, DIMENSION))
    write(tmp_path, kept, threads=1)
    index = VectorIndex(tmp_path)
    given = index.vectors(np.arange(len(kept)))
    assert given.dtype == np.float32
    assert given.tobytes() == kept.astype(np.float32).tobytes()
