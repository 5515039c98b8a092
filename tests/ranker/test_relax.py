"""Searching again without insisting."""

import numpy as np
import pytest

from indexer.parser import parse
from ranker.relax import NOTHING_EXACT, find_or_relax


def found(world, typed, **asked):
    query, candidates = find_or_relax(parse(typed), world.finder, **asked)
    return query, {world.snapshot.ids[at] for at in candidates.ordinals}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ('"contacts charging"', "forum:6"),
        ("alcohol AND pond AND contacts", "forum:6"),
        ('swim "no such phrase"', "forum:7"),
    ],
)
def test_where_nothing_is_exactly_so_the_nearest_come_with_a_notice(typed, expected, wordy_garden):
    query, ids = found(wordy_garden, typed)
    assert expected in ids
    assert query.notices == (NOTHING_EXACT,)
    assert query.raw == typed


@pytest.mark.parametrize("typed", ['"charging contacts"', "wipe AND alcohol", "mower"])
def test_what_is_found_as_it_was_asked_is_not_loosened(typed, wordy_garden):
    query, ids = found(wordy_garden, typed)
    assert ids
    assert query == parse(typed)


@pytest.mark.parametrize("typed", ["xylophone", "source:nowhere", "mower source:nowhere"])
def test_where_there_is_nothing_to_loosen_nothing_is_promised(typed, wordy_garden):
    query, ids = found(wordy_garden, typed)
    assert ids == set()
    assert query.notices == ()


def test_what_is_barred_stays_barred(wordy_garden):
    _, ids = found(wordy_garden, '"contacts charging" -alcohol')
    assert ids
    assert "forum:6" not in ids


def test_filters_stay(wordy_garden):
    _, ids = found(wordy_garden, '"contacts charging" kind:answer')
    assert ids == {"forum:6"}


def test_loosening_shows_a_stranger_no_more_than_before(wordy_garden):
    dead = wordy_garden.ordinals("forum:6")
    _, ids = found(wordy_garden, '"build swallowtail"', dead=dead)
    assert ids == set()
    _, ids = found(wordy_garden, '"contacts charging"', dead=dead)
    assert "forum:6" not in ids
    _, ids = found(
        wordy_garden, '"build swallowtail"', groups=["forum:beta"], dead=np.array([], int)
    )
    assert ids == {"forum:8", "forum:9"}
