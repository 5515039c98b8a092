import ir_measures
import numpy as np
import pytest
from ir_measures import nDCG

from bench.asked import Asked, halves, ndcg
from indexer.parser import parse
from indexer.search import Candidates
from ranker.judged import Question


def asked(grades, ideal):
    size = len(grades)
    return Asked(
        question=Question(id="q", text="a question"),
        query=parse("a question"),
        candidates=Candidates(
            ordinals=np.arange(size, dtype=np.int32),
            keyword=np.zeros(size, dtype=np.float32),
            coverage=np.zeros(size, dtype=np.float32),
            adjacency=np.zeros(size, dtype=np.float32),
            named=np.zeros(size, dtype=np.float32),
            similarity=np.full(size, np.nan, dtype=np.float32),
            passage=np.full(size, -1, dtype=np.int64),
            by_meaning=True,
        ),
        grades=np.array(grades),
        ideal=np.array(sorted(ideal, reverse=True)),
    )


@pytest.mark.parametrize("seed", range(5))
def test_ndcg_is_that_of_the_field(seed):
    chance = np.random.default_rng(seed)
    grades, scores = chance.integers(0, 3, 30), chance.permutation(30).astype(float)
    missed = [2, 1]  # judged, and not among the candidates
    qrels = [ir_measures.Qrel("q", f"d{at}", int(grade)) for at, grade in enumerate(grades)]
    qrels += [ir_measures.Qrel("q", f"m{at}", grade) for at, grade in enumerate(missed)]
    run = [ir_measures.ScoredDoc("q", f"d{at}", score) for at, score in enumerate(scores)]
    expected = ir_measures.calc_aggregate([nDCG @ 10], qrels, run)[nDCG @ 10]
    assert ndcg(asked(grades, [*grades, *missed]), scores) == pytest.approx(expected)


def test_candidates_that_a_way_leaves_out_are_not_in_the_list():
    one = asked([1, 0, 2], ideal=[1, 2])
    assert ndcg(one, np.array([-np.inf, 1.0, -np.inf])) == 0.0


def test_a_question_that_nothing_answers_counts_as_0():
    assert ndcg(asked([0, 0], ideal=[]), np.array([1.0, 0.5])) == 0.0


def test_what_is_fitted_on_is_not_reported_on():
    questions = [asked([number], ideal=[1]) for number in range(5)]
    even, odd = halves(questions)
    assert [int(one.grades[0]) for one in even] == [0, 2, 4]
    assert [int(one.grades[0]) for one in odd] == [1, 3]
