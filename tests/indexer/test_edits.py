import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.edits import distances, signature, signatures

WORDS = st.text(alphabet="abzäß", min_size=1, max_size=7)


def slips_by_hand(one, other):
    """The textbook's table, cell by cell."""
    cost = {(-1, -1): 0}
    cost |= {(at, -1): at + 1 for at in range(len(one))}
    cost |= {(-1, at): at + 1 for at in range(len(other))}
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            ways = [cost[i - 1, j] + 1, cost[i, j - 1] + 1, cost[i - 1, j - 1] + (a != b)]
            if i and j and a == other[j - 1] and b == one[i - 1]:
                ways.append(cost[i - 2, j - 2] + 1)
            cost[i, j] = min(ways)
    return cost[len(one) - 1, len(other) - 1]


@pytest.mark.parametrize(
    ("typed", "meant", "slips"),
    [
        ("battery", "battery", 0),
        ("battry", "battery", 1),
        ("batttery", "battery", 1),
        ("bettery", "battery", 1),
        ("abttery", "battery", 1),
        ("abttry", "battery", 2),
        ("ca", "abc", 3),  # a letter is not touched twice
    ],
)
def test_a_slip_is_a_letter_less_one_more_another_or_two_swapped(typed, meant, slips):
    assert distances(typed, [meant]).whole.tolist() == [slips]


@given(WORDS, st.lists(WORDS, min_size=1, max_size=6))
def test_slips_are_those_of_the_textbook_to_words_and_to_their_starts(word, others):
    found = distances(word, others)
    assert found.whole.tolist() == [slips_by_hand(word, other) for other in others]
    nearest = [min(slips_by_hand(word, o[:end]) for end in range(len(o) + 1)) for o in others]
    assert found.start.tolist() == nearest


@given(WORDS, WORDS)
def test_words_a_few_slips_apart_have_signatures_that_differ_in_few_bits(one, other):
    slips = int(distances(one, [other]).whole[0])
    assert np.bitwise_count(signature(one) ^ signature(other)) <= 2 * slips


@given(st.lists(st.text(alphabet="aazzéж1", max_size=8), max_size=5))
def test_many_signatures_at_once_are_those_of_each_word(words):
    assert signatures(words).tolist() == [int(signature(word)) for word in words]


def test_of_no_words_nothing_is_measured():
    assert distances("battery", []).whole.tolist() == []
    assert signatures([]).tolist() == []
