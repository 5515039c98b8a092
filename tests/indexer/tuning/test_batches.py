from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from indexer.tuning.batches import batches
from indexer.tuning.lessons import Pair


def chance(seed):
    return Random(seed)  # noqa: S311  an order, no secret


def pairs(threads):
    return [
        Pair(thread_id=str(thread), title=f"t{at}", passage="p")
        for at, thread in enumerate(threads)
    ]


@given(st.lists(st.integers(0, 9)), st.integers(2, 8), st.integers())
def test_no_thread_stands_in_a_batch_twice_and_no_pair_in_two_batches(threads, size, seed):
    made = list(batches(pairs(threads), size, chance(seed)))
    seen = Counter(pair.title for batch in made for pair in batch)
    assert max(seen.values(), default=1) == 1
    for batch in made:
        assert size / 2 <= len(batch) <= size
        assert len({pair.thread_id for pair in batch}) == len(batch)


def test_every_pair_is_learned_where_threads_are_many():
    made = list(batches(pairs(range(20)), 8, chance(1)))
    assert [len(batch) for batch in made] == [8, 8, 4]


def test_chance_alone_decides_the_order():
    some = pairs(range(50))
    assert list(batches(some, 8, chance(1))) == list(batches(some, 8, chance(1)))
    assert list(batches(some, 8, chance(1))) != list(batches(some, 8, chance(2)))


def test_a_pair_that_has_to_wait_is_learned_in_another_batch():
    made = list(batches(pairs([0, 0, 1, 1, 2, 2]), 3, chance(1)))
    assert [len(batch) for batch in made] == [3, 3]


def test_what_a_thread_of_many_answers_leaves_over_makes_no_small_batches():
    made = list(batches(pairs([*range(8), *[0] * 20]), 8, chance(1)))
    assert [len(batch) for batch in made] == [8]
