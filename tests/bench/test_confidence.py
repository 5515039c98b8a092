import numpy as np

from bench.confidence import reliability
from bench.probe import Probe


def probe(sure, helps):
    return Probe(
        to="set",
        own=True,
        similarity=sure,
        covered=1.0,
        helps=helps,
        nearest=sure,
        relevant=np.zeros(0),
        by_words=np.zeros(0, dtype=bool),
    )


def test_what_was_promised_stands_beside_what_was_kept():
    asked = [probe(0.95, helps=True), probe(1.0, helps=False), probe(0.05, helps=False)]
    said = reliability(asked, lambda some: np.array([one.similarity for one in some]))
    assert said.splitlines()[2:] == [
        "| 0.0 to 0.1 | 1 | 0.050 | 0.000 |",
        "| 0.9 to 1.0 | 2 | 0.975 | 0.500 |",
    ]
