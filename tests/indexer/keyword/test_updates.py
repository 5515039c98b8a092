"""An index made out of another one: the same posts are found, and the other stays as it was."""

import hashlib
import math
import random

import numpy as np
import pytest

from indexer.keyword import writing
from indexer.keyword.by_ordinal import ByOrdinal
from indexer.keyword.engines import engine

WORDS = [
    "mower",
    "pond",
    "antenna",
    "stops",
    "winter",
    "battery",
    "blade",
    "charge",
    "signal",
    "garden",
    "rain",
    "wheel",
]


def bodies(count, seed):
    seeded = random.Random(seed)  # noqa: S311  no secret
    return [" ".join(seeded.choices(WORDS, k=seeded.randint(4, 30))) for _ in range(count)]


def written(folder, entries):
    folder.mkdir()
    with writing(engine("tantivy").writer(folder)) as writer:
        for one in entries:
            writer.add(one)
    return engine("tantivy").open(folder)


def updated(base, folder, removed, entries):
    folder.mkdir()
    with writing(engine("tantivy").updater(base, folder)) as updater:
        for key in removed:
            updater.remove(key)
        for one in entries:
            updater.add(one)
    return engine("tantivy").open(folder)


def digests(folder):
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def test_what_is_added_is_found_and_what_is_removed_is_not(tmp_path, entry, wanted):
    written(tmp_path / "a", [entry(0, "the pond"), entry(1, "a pond"), entry(2, "no water")])
    index = updated(tmp_path / "a", tmp_path / "b", [1], [entry(3, "my pond")])
    assert sorted(index.search(wanted("pond"), 9).keys.tolist()) == [0, 3]
    assert index.scores(wanted("pond"), np.array([0, 1, 2, 3])).astype(bool).tolist() == [
        *(True, False, False, True)
    ]


def test_the_index_it_is_made_of_never_changes(tmp_path, entry, wanted):
    folder, added = tmp_path / "0", len(WORDS)
    written(folder, [entry(key, body) for key, body in enumerate(bodies(added, 1))])
    known = {folder: digests(folder)}
    for step in range(1, 11):  # more than eight: segments are merged in between
        changed = tmp_path / str(step)
        index = updated(folder, changed, [step], [entry(added + step, "pond")])
        known[changed] = digests(changed)
        folder = changed
    assert all(digests(one) == was for one, was in known.items())
    assert len(index.search(wanted("pond -nothing"), 99).keys) > 10
    locks = {file.name for file in folder.iterdir() if file.stat().st_nlink > 1}
    assert locks
    assert not [name for name in locks if name.startswith(".")]


def test_nothing_that_only_grows_scores_otherwise(tmp_path, entry, wanted):
    told = [entry(key, body) for key, body in enumerate(bodies(120, 2))]
    whole = written(tmp_path / "whole", told)
    written(tmp_path / "a", told[:70])
    updated(tmp_path / "a", tmp_path / "b", [], told[70:95])
    grown = updated(tmp_path / "b", tmp_path / "c", [], told[95:])
    for typed in ("pond", "mower winter", "blade wheel signal", '"garden rain"'):
        one, other = (index.search(wanted(typed), 200) for index in (whole, grown))
        assert one.keys.tolist() == other.keys.tolist()
        assert one.scores.tolist() == pytest.approx(other.scores.tolist(), rel=1e-6)


def test_dead_posts_make_a_word_seem_too_common_and_no_more(tmp_path, entry, wanted):
    """A fifth of all keys dead, as many as are left before everything is written whole."""
    old = [entry(key, body) for key, body in enumerate(bodies(400, 3))]
    new = [entry(400 + at, body) for at, body in enumerate(bodies(100, 4))]
    written(tmp_path / "a", old)
    worn = updated(tmp_path / "a", tmp_path / "b", range(100), new)
    whole = written(tmp_path / "whole", [*old[100:], *new])
    for typed in WORDS:
        one, other = (index.search(wanted(typed), 500) for index in (whole, worn))
        assert set(one.keys.tolist()) == set(other.keys.tolist())
        living, counted = len(one.keys), 400
        rarest = math.log(1 + (counted - living + 0.5) / (living + 0.5))
        commonest = math.log(1 + (counted + 100 - living - 100 + 0.5) / (living + 100 + 0.5))
        most = math.log(1 + (counted + 100 - living + 0.5) / (living + 0.5))
        shares = dict(zip(other.keys.tolist(), other.scores.tolist(), strict=True))
        for key, score in zip(one.keys.tolist(), one.scores.tolist(), strict=True):
            assert 0.97 * commonest / rarest <= shares[key] / score <= 1.03 * most / rarest


def test_an_update_that_is_given_up_leaves_the_other_as_it_was(tmp_path, entry):
    written(tmp_path / "a", [entry(0, "pond")])
    known = digests(tmp_path / "a")
    with pytest.raises(KeyboardInterrupt):
        updated(tmp_path / "a", tmp_path / "b", [0], iter(_interrupted()))
    assert digests(tmp_path / "a") == known


def _interrupted():
    raise KeyboardInterrupt
    yield


def test_an_engine_may_always_want_to_write_everything(tmp_path):
    assert engine("whoosh").updater(tmp_path, tmp_path) is None


def test_equal_scores_stand_by_ordinal_whatever_the_keys(index_of, entry, wanted):
    index = index_of(*(entry(key, "the pond") for key in range(40)))
    keys = np.random.default_rng(1).permutation(40).astype(np.int32)
    asked = ByOrdinal(index, keys)
    for limit in (1, 3, 17, 40, 99):
        found = asked.search(wanted("pond"), limit)
        assert found.ordinals.tolist() == list(range(min(limit, 40)))
    assert len(set(found.scores.tolist())) == 1
    assert asked.scores(wanted("pond"), np.array([5, 2])).tolist() == found.scores[:2].tolist()
