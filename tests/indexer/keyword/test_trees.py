"""Any tree finds what the words of the posts say it must: both engines against plain sets."""

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.query import Every, Phrase, Some, Word

VOCABULARY = ["mower", "pond", "winter", "dock", "e17", "slope"]

LEAVES = st.sampled_from(VOCABULARY).map(Word) | st.lists(
    st.sampled_from(VOCABULARY), min_size=1, max_size=2
).map(lambda some: Phrase(tuple(some)))


def groups(inner):
    some = st.lists(inner, max_size=3).map(tuple)
    return (
        st.lists(inner, min_size=1, max_size=3).map(tuple).map(Every)
        | st.builds(Some, some, some, some)
    )  # fmt: skip


TREES = st.recursive(LEAVES, groups, max_leaves=8)


@pytest.fixture(scope="module")
def texts():
    seeded = random.Random(17)  # noqa: S311  no secret
    return [seeded.choices(VOCABULARY, k=seeded.randint(1, 5)) for _ in range(60)]


@pytest.fixture(scope="module")
def index(texts, index_of, entry):
    told = ([*text[1:]] for text in texts)
    return index_of(
        *(
            entry(at, " ".join(body), title=texts[at][0], marks=[f"tag:{at % 3}"])
            for at, body in enumerate(told)
        )
    )


def finds(node, title, body):
    match node:
        case Word(text):
            return text in title or text in body
        case Phrase(parts):
            return any(
                tuple(field[at : at + len(parts)]) == parts
                for field in (title, body)
                for at in range(len(field))
            )
        case Every(nodes):
            return all(finds(one, title, body) for one in nodes)
        case Some(nodes, needed, barred):
            if any(finds(one, title, body) for one in barred):
                return False
            if needed or not nodes:
                return all(finds(one, title, body) for one in needed)
            return any(finds(one, title, body) for one in nodes)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=TREES, filtered=st.sampled_from(["", "tag:1", "-tag:0", "tag:0 tag:2 -tag:2"]))
def test_a_tree_finds_what_the_words_say(texts, index, wanted, tree, filtered):
    allowed = {"": {0, 1, 2}, "tag:1": {1}, "-tag:0": {1, 2}}.get(filtered, {0})
    expected = {
        at
        for at, (first, *rest) in enumerate(texts)
        if at % 3 in allowed and finds(tree, [first], rest)
    }
    found = index.search(replace(wanted(filtered), tree=tree), 100)
    assert set(found.keys.tolist()) == expected
