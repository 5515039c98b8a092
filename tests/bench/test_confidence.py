import numpy as np

from bench.confidence import nothing_found, reliability, tails
from bench.probe import Probe


def probe(sure, helps, *, own=True, mentioned=0.0, near=(), relevant=()):
    return Probe(
        to="set",
        own=own,
        similarity=sure,
        covered=1.0,
        helps=helps,
        nearest=sure,
        mentioned=mentioned,
        near=np.array(near),
        relevant=np.array(relevant, dtype=bool),
    )


def test_what_was_promised_stands_beside_what_was_kept():
    asked = [probe(0.95, helps=True), probe(1.0, helps=False), probe(0.05, helps=False)]
    said = reliability(asked, lambda some: np.array([one.similarity for one in some]))
    assert said.splitlines()[2:] == [
        "| 0.0 to 0.1 | 1 | 0.050 | 0.000 |",
        "| 0.9 to 1.0 | 2 | 0.975 | 0.500 |",
    ]


def test_nothing_is_found_where_neither_a_passage_nor_the_words_come_near():
    asked = [
        probe(0.33, helps=False, mentioned=0.55),
        probe(0.36, helps=False, mentioned=0.0),
        probe(0.33, helps=False, mentioned=0.45, own=False),
        probe(0.33, helps=False, mentioned=0.65, own=False),
    ]
    rows = nothing_found(asked).splitlines()
    assert "| 0.35 | 0.5 | 0.500 | 0.000 |" in rows
    assert "| 0.35 | 0.6 | 0.500 | 0.500 |" in rows
    assert "| 0.30 | 0.7 | 0.000 | 0.000 |" in rows


def test_a_list_that_ends_early_is_told_by_what_it_keeps():
    asked = [probe(0.5, helps=True, near=[1.0, 0.45, 0.25], relevant=[True, False, True])]
    rows = tails(asked).splitlines()
    assert "| 0.2 | 3 | 1.000 |" in rows
    assert "| 0.3 | 2 | 0.500 |" in rows
