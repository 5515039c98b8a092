"""What results can be narrowed to, with counts that hold."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ranker.facets import FIELDS, chosen, counts, values

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def held(*posts):
    """The values of some posts, told as (source, kind, answered, times)."""
    return {
        field: [frozenset(value if field == "time" else {value}) for value in told]
        for field, told in zip(FIELDS, zip(*posts, strict=True), strict=True)
    }


THREE = held(
    ("qa", "question", "yes", {"year", "3years"}),
    ("qa", "answer", "no", {"week", "month", "year", "3years"}),
    ("kb", "article", "yes", set()),
)


def counted(choices, told=THREE):
    return [(f.field, f.value, f.count, f.chosen) for f in counts(told, choices, 3)]


def test_every_value_that_a_result_has_is_counted_most_frequent_first():
    assert counted({}) == [
        ("source", "qa", 2, False),
        ("source", "kb", 1, False),
        ("kind", "answer", 1, False),
        ("kind", "article", 1, False),
        ("kind", "question", 1, False),
        ("answered", "yes", 2, False),
        ("answered", "no", 1, False),
        ("time", "week", 1, False),
        ("time", "month", 1, False),
        ("time", "year", 2, False),
        ("time", "3years", 2, False),
    ]


def test_a_choice_narrows_the_other_fields_and_leaves_its_own_open():
    found = counted({"source": ["kb"]})
    assert found[:3] == [
        ("source", "qa", 2, False),
        ("source", "kb", 1, True),
        ("kind", "article", 1, False),
    ]
    assert [one[:2] for one in found[3:]] == [("answered", "yes")]


def test_a_value_that_was_chosen_is_shown_even_where_nothing_has_it():
    assert ("kind", "issue", 0, True) in counted({"kind": ["issue"]})
    assert ("source", "qa", 0, False) not in counted({"kind": ["issue"]})


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({}, [0, 1, 2]),
        ({"source": ["qa"]}, [0, 1]),
        ({"source": ["qa", "kb"]}, [0, 1, 2]),
        ({"source": ["qa"], "answered": ["yes"]}, [0]),
        ({"time": ["week", "year"]}, [0, 1]),
        ({"source": []}, [0, 1, 2]),
        ({"colour": ["red"]}, [0, 1, 2]),
        ({"kind": ["issue"]}, []),
    ],
)
def test_within_a_field_any_choice_will_do_and_every_field_must_fit(choices, expected):
    assert chosen(THREE, choices, 3) == expected


POST = st.tuples(
    st.sampled_from(["qa", "kb"]),
    st.sampled_from(["question", "answer"]),
    st.sampled_from(["yes", "no"]),
    st.sets(st.sampled_from(["week", "month"])),
)


@settings(max_examples=25)
@given(
    posts=st.lists(POST, min_size=1, max_size=8),
    choices=st.fixed_dictionaries(
        {}, optional={"source": st.just(["qa"]), "kind": st.just(["answer"]),
                      "time": st.lists(st.sampled_from(["week", "month"]), unique=True)}
    ),
)  # fmt: skip
def test_choosing_a_value_shows_as_many_as_it_said(posts, choices):
    told = held(*posts)
    for facet in counts(told, choices, len(posts)):
        instead = {**choices, facet.field: [facet.value]}
        assert len(chosen(told, instead, len(posts))) == facet.count


def test_what_a_post_can_be_narrowed_by_is_what_the_index_knows_of_it(garden):
    ids = ("qa:2", "kb:1", "forum:7")
    assert values(garden.ordinals(*ids), garden.snapshot, NOW) == {
        "source": [{"qa"}, {"kb"}, {"forum"}],
        "kind": [{"answer"}, {"article"}, {"question"}],
        "answered": [{"yes"}, {"yes"}, {"no"}],
        "time": [{"month", "year", "3years"}, {"week", "month", "year", "3years"}, {"3years"}],
    }


def test_a_post_of_unknown_age_is_of_no_time(write, make_world):
    world = make_world(write(1, "The mower hums.", days_ago=None))
    assert values(np.array([0]), world.snapshot, NOW)["time"] == [frozenset()]
    assert world.search("mower", choices={"time": ["3years"]}).total == 0
