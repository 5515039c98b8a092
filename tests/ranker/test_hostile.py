"""Absurd questions: whatever is typed, there is a page and never an error."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ranker import as_json

ABSURD = [
    "",
    " \t\n",
    "\x00\x01\x1b[31m\x7f",
    "mower\x00stops",
    "\ud800 half a character",
    "a" * 10_000,
    "mower " * 2_000,
    "(" * 500,
    '"' * 501,
    "-" * 300,
    "AND OR NOT",
    "AND",
    "- -mower --mower",
    '"" "" -""',
    '-"',
    "source: kind: after:",
    "after:9999-99-99 before:0000",
    "after:0001-01-01",
    "before:9999-12-31",
    "source:" + "x" * 5_000,
    "is:answered is:staff is:accepted -is:answered",
    "* ? ~ ^ [a TO b] {a} field:* a^9 a~2",
    "'; DROP TABLE posts; --",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "٣ ④ Ⅷ ﷽ 👩‍👩‍👧‍👦 é̶̛̛",
    "\u202emower\u200b\ufeff",
    "mower AND (stops OR (hums AND NOT",
]


def ask(world, typed, **asked):
    found = world.search(typed, **asked)
    assert found.total >= len(found.results)
    for one in found.results:
        assert sum(part.value for part in one.parts) == pytest.approx(one.score)
    assert as_json.results(found)["total"] == found.total
    world.ranker.experts(typed)
    world.ranker.places(typed)
    return found


@pytest.mark.parametrize("typed", ABSURD, ids=[f"{one[:12]!a}" for one in ABSURD])
def test_absurd_questions_get_a_page(typed, garden, wordy_garden):
    for world in (garden, wordy_garden):
        ask(world, typed)


BITS = st.sampled_from(
    ["mower", "E17", "AND", "OR", "NOT", "-", '"', "(", ")", ":", "source:qa", "-kind:answer",
     "is:", "after:2020", "\x00", "\n", "  ", "blade", "*", "\\", "'", "ß", "世"]
)  # fmt: skip


@settings(max_examples=12)
@given(typed=st.lists(BITS, max_size=12).map("".join) | st.lists(BITS, max_size=12).map(" ".join))
def test_any_heap_of_operators_gets_a_page(typed, garden):
    ask(garden, typed)


@settings(max_examples=12)
@given(typed=st.text(max_size=60))
def test_any_letters_get_a_page(typed, wordy_garden):
    ask(wordy_garden, typed)


@pytest.mark.parametrize(
    "choices",
    [
        {"source": []},
        {"source": ["nowhere"]},
        {"no such field": ["x"]},
        {"time": ["yesterday", "week"], "kind": [""]},
        {"answered": ["yes", "no"]},
    ],
)
def test_absurd_choices_get_a_page(choices, garden):
    found = ask(garden, "mower", choices=choices)
    chosen = {(one.field, one.value) for one in found.facets if one.chosen}
    known = {"source", "kind", "answered", "time"}
    assert chosen == {(f, v) for f, values in choices.items() if f in known for v in values}
