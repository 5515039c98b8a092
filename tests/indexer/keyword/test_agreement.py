"""The engines order a real-shaped corpus alike, though their formulas differ in detail."""

import random
from itertools import islice

import pytest

from indexer.keyword.engines import ENGINES, engine
from samples.story import tell

QUERIES = [
    "mower lost position",
    "E17",
    "E23 charging contacts",
    "bridge offline after new router",
    "how to change the blades",
    "rain delay setting gone",
    "local api 401 unauthorized",
    "429 too many requests",
    "mqtt state stuck on mowing",
    "where to put the rtk antenna",
    "valve R04 clicks",
    "winter storage battery",
    '"factory reset"',
    "forgot the pin",
    "cancel subscription",
    "firmware update fails",
    "two mowers in one garden",
    "zones do not open",
    "login loop password -mower",
    "slope AND tilt",
]


@pytest.fixture(scope="module")
def corpus():
    threads = islice(tell().questions, 24)
    told = [(thread.title, one.text) for thread in threads for one in thread.post]
    assert len(told) >= 60
    return told


@pytest.fixture(scope="module")
def both(tmp_path_factory, corpus, entry):
    opened = {}
    for name in ENGINES:
        folder = tmp_path_factory.mktemp(name)
        writer = engine(name).writer(folder)
        for at, (title, body) in enumerate(corpus):
            writer.add(entry(at, body, title=title))
        writer.seal()
        opened[name] = engine(name).open(folder)
    yield opened
    for index in opened.values():
        index.close()


@pytest.fixture(scope="module")
def first_ten(both, wanted):
    return {
        typed: [index.search(wanted(typed), 10).keys.tolist() for index in both.values()]
        for typed in QUERIES
    }


@pytest.mark.parametrize("typed", QUERIES)
def test_both_engines_find_as_much(both, wanted, typed):
    one, other = (set(index.search(wanted(typed), 500).keys) for index in both.values())
    assert one == other


@pytest.mark.parametrize("typed", QUERIES)
def test_the_first_ten_of_one_engine_are_nearly_those_of_the_other(first_ten, typed):
    one, other = first_ten[typed]
    assert len(set(one) & set(other)) >= 0.8 * len(one)
    assert set(one[:1]) <= set(other[:2])


def test_over_all_queries_nearly_all_of_the_first_ten_are_shared(first_ten):
    shares = [len(set(one) & set(other)) / len(one) for one, other in first_ten.values() if one]
    assert len(shares) == len(QUERIES)
    assert sum(shares) / len(shares) >= 0.95


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_the_first_ten_are_the_best_ten_of_all(both, corpus, wanted, name):
    seeded = random.Random(3)  # noqa: S311  no secret
    vocabulary = sorted({word for _, body in corpus for word in body.split()})
    for _ in range(60):
        typed = " ".join(seeded.choices(vocabulary, k=seeded.randint(2, 6)))
        ten, everything = (both[name].search(wanted(typed), limit) for limit in (10, 500))
        assert ten.keys.tolist() == everything.keys[:10].tolist(), typed
        assert ten.scores.tolist() == pytest.approx(everything.scores[:10].tolist())
