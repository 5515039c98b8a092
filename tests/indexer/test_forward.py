"""The terms of every post in their order, over several generations."""

import numpy as np
import pytest

from indexer import forward
from indexer.forward import BREAK, ForwardIndex, Sequences, hashes_of, term_hash

POSTS = [(["mower", "stops"], ["pond", "pond"]), ([], ["dock"]), (["mower"], [])]
LATER = [(["akku"], ["pond"]), ([], ["akku", "leer"])]


def sequences(posts):
    made = Sequences()
    for title, body in posts:
        made.add(title, body)
    return made


@pytest.fixture
def folder(tmp_path):
    def made(name):
        (tmp_path / name).mkdir()
        return tmp_path / name

    return made


@pytest.fixture
def first(folder):
    made = folder("first")
    forward.write(made, sequences(POSTS))
    return made


def told(index, key):
    return index.runs(np.array([key])).terms.tolist()


def expected(title, body):
    return [*map(term_hash, title), BREAK, *map(term_hash, body)]


def test_every_post_gives_its_terms_in_order_with_a_break_behind_the_title(first):
    index = ForwardIndex(first)
    assert len(index) == 3
    for key, (title, body) in enumerate(POSTS):
        assert told(index, key) == expected(title, body)


def test_several_posts_are_told_apart_by_where_they_were_asked_for(first):
    runs = ForwardIndex(first).runs(np.array([2, 0]))
    assert runs.terms[runs.owners == 0].tolist() == expected(*POSTS[2])
    assert runs.terms[runs.owners == 1].tolist() == expected(*POSTS[0])


def test_a_term_counts_once_in_each_post_that_holds_it(first):
    asked = hashes_of(["pond", "mower", "nowhere"])
    assert ForwardIndex(first).frequencies(asked).tolist() == [1, 2, 0]


def test_what_comes_later_stands_behind_and_counts_too(first, folder):
    second, third = folder("second"), folder("third")
    forward.extend(first, second, sequences(LATER[:1]))
    forward.extend(second, third, sequences(LATER[1:]))
    index = ForwardIndex(third)
    for key, (title, body) in enumerate([*POSTS, *LATER]):
        assert told(index, key) == expected(title, body)
    assert len(index) == 5
    assert index.frequencies(hashes_of(["pond", "akku", "leer"])).tolist() == [2, 2, 1]
    runs = index.runs(np.array([4, 1]))
    assert runs.terms[runs.owners == 0].tolist() == expected(*LATER[1])
    assert len(ForwardIndex(first)) == 3  # what was sealed has not changed


def test_where_nothing_is_new_nothing_is_written_again(first, folder):
    second, third = folder("second"), folder("third")
    forward.extend(first, second, Sequences())
    assert {one.name for one in second.iterdir()} == {f"{name}.npy" for name in forward.FILES}
    forward.extend(second, third, sequences(LATER))
    again = folder("again")
    forward.extend(third, again, Sequences())
    assert told(ForwardIndex(again), 4) == expected(*LATER[1])


def test_an_index_of_nothing_holds_nothing(folder):
    empty = folder("empty")
    forward.write(empty, Sequences())
    index = ForwardIndex(empty)
    assert index.frequencies(hashes_of(["pond"])).tolist() == [0]
    assert index.runs(np.zeros(0, dtype=np.int32)).terms.tolist() == []
