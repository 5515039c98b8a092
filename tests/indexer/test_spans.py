from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import spans_of, tokens

WORDS = ["Mowers", "LK-1047", "v2.1", "E17", "芝刈り機", "naïve", "don't", "a", "-", "café/menu"]


@given(st.lists(st.sampled_from(WORDS)).map(" ".join), st.sets(st.sampled_from(WORDS)))
def test_spans_are_those_of_the_tokens_with_these_terms(text, sought):
    terms = {token.term for word in sought for token in tokens(word, "en")}
    expected = [(one.start, one.end) for one in tokens(text, "en") if one.term in terms]
    assert spans_of(terms, text, "en") == expected
