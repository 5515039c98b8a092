import pytest

from indexer.query import Every, Phrase, Some, Word, phrases, relaxed, words

A, B, C = Word("a"), Word("b"), Word("c")
AB = Phrase(("a", "b"))


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (None, None),
        (A, A),
        (AB, Some((A, B))),
        (Every((A, B)), Some((A, B))),
        (Some((A, B)), Some((A, B))),
        (Some((C,), needed=(AB,)), Some((Some((A, B)), C))),
        (Some((A,), barred=(C,)), Some((A,), barred=(C,))),
        (Some((), needed=(A,), barred=(AB,)), Some((A,), barred=(AB,))),
        (Every((A, Some((B, C)))), Some((A, Some((B, C))))),
    ],
)
def test_relaxed_asks_the_same_words_and_insists_on_none(node, expected):
    loose = relaxed(node)
    assert loose == expected
    assert sorted(words(loose)) == sorted(words(node))
    assert relaxed(loose) == loose


def test_words_are_those_asked_for_in_order():
    node = Some((C,), needed=(AB,), barred=(Word("x"), Phrase(("y", "z"))))
    assert words(node) == ("a", "b", "c")
    assert words(None) == ()


def test_phrases_are_found_however_deep_and_barred_ones_are_not():
    node = Every((A, Some((AB,), needed=(Phrase(("c",)),), barred=(Phrase(("x",)),))))
    assert phrases(node) == (Phrase(("c",)), AB)
    assert phrases(A) == phrases(None) == ()
