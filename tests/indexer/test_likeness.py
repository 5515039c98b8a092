import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import terms
from indexer.likeness import SAME_WITHIN, SHORTEST, are_copies, likeness
from samples.story import tell

LONG = [
    one.text
    for thread in tell().questions
    for one in thread.post
    if len(terms(one.text, "en")) >= 60
]


def bits_apart(first, second):
    return (first ^ second).bit_count()


def same(first, second):
    prints = np.array([[first], [second]], dtype=np.uint64)
    return bool(are_copies(prints[0], prints[1])[0])


def test_a_copy_has_the_same_print_whatever_its_markup_and_spaces():
    text = LONG[0]
    shouted = text.upper().replace(" ", "  \n")
    assert likeness(terms(text, "en")) == likeness(terms(shouted, "en")) != 0


@pytest.mark.parametrize("at", range(0, 20, 5))
def test_a_long_copy_with_a_greeting_in_front_is_a_copy(at):
    words = terms(" ".join(LONG[at : at + 8]), "en")
    assert len(words) > 800
    assert bits_apart(likeness(words), likeness(["hello", "all", *words])) <= SAME_WITHIN


@pytest.mark.parametrize("text", LONG[:12])
def test_a_short_copy_with_a_greeting_in_front_is_nearer_than_any_other_text(text):
    words = terms(text, "en")
    print_ = likeness(words)
    changed = bits_apart(print_, likeness(["hello", "all", *words]))
    assert changed < min(bits_apart(print_, likeness(terms(o, "en"))) for o in LONG if o != text)


def test_different_posts_are_far_apart():
    prints = np.array([likeness(terms(text, "en")) for text in LONG], dtype=np.uint64)
    apart = np.bitwise_count(prints[:, None] ^ prints[None, :])[np.triu_indices(len(prints), 1)]
    assert len(LONG) > 20
    assert apart.min() > SAME_WITHIN
    assert apart.mean() > 20


def test_the_order_of_words_matters():
    words = [f"word{number}" for number in range(40)]
    shuffled = words.copy()
    random.Random(1).shuffle(shuffled)  # noqa: S311  no secret
    assert bits_apart(likeness(words), likeness(shuffled)) > SAME_WITHIN


def test_a_few_words_are_no_copy_of_anything():
    few = ["thanks"] * (SHORTEST - 1)
    assert likeness(few) == likeness([]) == 0
    assert not same(0, 0)
    assert likeness(["thanks"] * SHORTEST) != 0


def test_copies_may_differ_in_three_bits_and_no_more():
    assert same(0b1111, 0b1000)
    assert not same(0b11111, 0b10000)


@given(st.lists(st.text(min_size=1, max_size=8), max_size=60))
def test_a_print_is_64_bits_and_always_the_same(words):
    print_ = likeness(words)
    assert 0 <= print_ < 2**64
    assert likeness(list(words)) == print_
