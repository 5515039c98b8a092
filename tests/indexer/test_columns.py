from dataclasses import fields, replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import columns
from indexer.columns import Columns, Marks, passes
from indexer.query import Filters

BORNE = [
    frozenset({"source:qa", "tag:e17", "sees:public"}),
    frozenset({"source:forum", "sees:public"}),
    frozenset({"source:forum", "tag:e17", "sees:forum:testers"}),
    frozenset(),
]
DAY = 86_400


def blank(size):
    return Columns(**{entry.name: np.zeros(size, dtype=np.int64) for entry in fields(Columns)})


def at(year):
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())


@pytest.fixture
def dated():
    return replace(blank(4), created=np.array([at(2024), at(2025), at(2026), 0]))


def test_marks_know_who_bears_them():
    marks = Marks.gather(BORNE)
    assert marks.bearing("tag:e17").tolist() == [0, 2]
    assert marks.bearing("tag:none").tolist() == []
    assert marks.names("source") == ["source:forum", "source:qa"]
    assert marks.mask(["source:qa", "sees:forum:testers"], 4).tolist() == [True, False, True, False]
    assert marks.mask([], 4).tolist() == [False] * 4


@settings(max_examples=25)
@given(st.lists(st.frozensets(st.text(max_size=6), max_size=5), max_size=20))
def test_marks_come_back_from_disk_as_they_were(tmp_path_factory, borne):
    folder = tmp_path_factory.mktemp("marks")
    Marks.gather(borne).save(folder)
    loaded = Marks.load(folder)
    for mark in frozenset().union(*borne, {"none"}):
        bearing = [ordinal for ordinal, marks in enumerate(borne) if mark in marks]
        assert loaded.bearing(mark).tolist() == bearing


def test_columns_come_back_from_disk_as_they_were(tmp_path, dated):
    kept = {entry.name: getattr(dated, entry.name) for entry in fields(Columns)}
    columns.save(tmp_path, kept)
    loaded = columns.load(tmp_path)
    for name, values in kept.items():
        assert getattr(loaded, name).tolist() == values.tolist()


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), [0, 1, 2, 3]),
        (Filters(any_of=(frozenset({"tag:e17"}),)), [0, 2]),
        (Filters(any_of=(frozenset({"source:qa", "source:forum"}),)), [0, 1, 2]),
        (Filters(any_of=(frozenset({"source:forum"}), frozenset({"tag:e17"}))), [2]),
        (Filters(any_of=(frozenset(),)), []),
        (Filters(none_of=frozenset({"source:qa", "tag:none"})), [1, 2, 3]),
        (Filters(after=datetime(2025, 1, 1, tzinfo=UTC)), [1, 2]),
        (Filters(after=datetime(1960, 1, 1, tzinfo=UTC)), [0, 1, 2]),
        (Filters(before=datetime(2025, 1, 1, tzinfo=UTC)), [0]),
        (Filters(before=datetime(2099, 1, 1, tzinfo=UTC)), [0, 1, 2]),
        (
            Filters(
                after=datetime(2024, 6, 1, tzinfo=UTC),
                before=datetime(2025, 6, 1, tzinfo=UTC),
                none_of=frozenset({"source:qa"}),
            ),
            [1],
        ),
    ],
)
def test_these_posts_pass(dated, filters, expected):
    mask = passes(filters, dated, Marks.gather(BORNE))
    assert np.flatnonzero(mask).tolist() == expected
