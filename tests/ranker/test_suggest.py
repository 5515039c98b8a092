"""Suggestions while somebody types."""

import dataclasses
from datetime import timedelta

import pytest

from contract import FixedClock, Usage


def pasture(write):
    """Threads about a mower, with tags, several people, and one thread for members."""
    yield write(1, "It stops with E17.", title="Mower stops at the pond", tags=("shady-side",))
    yield write(2, "Dock it.", parent=1, accepted=True, by="Greta Sundmark")
    yield write(3, "Same here.", parent=1, kind="comment", by="Grendel")
    yield write(4, "It stops with E17.", title="Stops of the mower", source="forum")
    yield write(5, "It stops.", title="Mower stops at the pond", source="forum")
    yield write(6, "Beep.", title="Gremlins in the mower", source="forum", by="Gregor",
                visibility="members", groups=("forum:beta",), tags=("grey-box",))  # fmt: skip
    yield write(7, "I am the Greenkeeper.", parent=6, source="forum", by="Greenkeeper",
                visibility="members", groups=("forum:beta",))  # fmt: skip
    yield write(8, "I am a bot.", parent=1, by="Grepper", roles=("bot",))


@pytest.fixture
def world(make_world, write):
    return make_world(*pasture(write))


def named(world, typed, **asked):
    return [(one.kind, one.text) for one in world.ranker.suggest(typed, **asked)]


def test_answered_threads_come_first_and_the_same_title_once(world):
    assert named(world, "mow") == [
        ("title", "Mower stops at the pond"),
        ("title", "Stops of the mower"),
    ]


def test_titles_that_begin_with_what_was_typed_come_before_others(world):
    assert named(world, "stop") == [
        ("title", "Stops of the mower"),
        ("title", "Mower stops at the pond"),
    ]


def test_a_title_leads_to_its_thread_and_can_be_searched(world):
    (first, *_) = world.ranker.suggest("mower sto")
    assert first.thread_id == "qa:1"
    assert world.search(first.query).results[0].title == first.text


def test_people_who_answered_in_public_are_named_and_others_are_not(world):
    assert named(world, "gre") == [("person", "Greta Sundmark")]
    (person,) = world.ranker.suggest("sundm")
    assert world.named(person.query) == ["qa:2"]


def test_tags_and_places_are_named_and_can_be_searched(world):
    assert named(world, "sid") == [("tag", "shady-side")]
    (tag,) = world.ranker.suggest("sid")
    assert world.named(tag.query) == ["qa:1"]
    assert named(world, "for") == [("source", "Forum")]
    (place,) = world.ranker.suggest("forum")
    assert set(world.named(place.query)) == {"forum:4", "forum:5"}


def test_nothing_for_members_is_suggested_to_anybody(world):
    for typed in ("grem", "gregor", "greenk", "grey"):
        assert named(world, typed) == []


def test_what_was_deleted_is_gone_at_once(world):
    world.bury("qa:1", "qa:2")
    texts = named(world, "mow") + named(world, "greta") + named(world, "sid")
    assert texts == [("title", "Mower stops at the pond"), ("title", "Stops of the mower")]
    assert world.ranker.suggest("mower")[0].thread_id == "forum:5"


def test_a_title_that_was_edited_or_hidden_since_reads_as_it_does_now(world, write):
    world.keep(write(4, "It stops with E17.", title="Stops, now solved", source="forum"))
    assert ("title", "Stops, now solved") in named(world, "stops of")
    hidden = {"visibility": "members", "groups": ("forum:beta",)}
    world.keep(write(4, "It stops with E17.", title="Stops secretly", source="forum", **hidden))
    assert "Stops secretly" not in str(named(world, "stops of"))


def test_what_its_place_lets_nobody_show_any_longer_is_not_named(make_world, write):
    soon = Usage(expires_at=FixedClock(write(0, "").created_at).now() + timedelta(days=30))
    made = make_world(write(1, "x", title="Mower on loan", usage=soon))
    assert named(made, "mow") == [("title", "Mower on loan")]
    later = FixedClock(soon.expires_at + timedelta(days=1))
    assert named(dataclasses.replace(made, clock=later), "mow") == []


def test_a_letter_names_nobody_and_nothing_typed_suggests_nothing(world):
    assert [kind for kind, _ in named(world, "g")] == []
    assert named(world, "") == named(world, "  ?") == []


def test_no_more_is_suggested_than_asked_for(world):
    assert len(named(world, "mow", count=1)) == 1


def test_an_index_without_titles_still_names_people(make_world, write, monkeypatch):
    monkeypatch.setattr("ranker.suggest.FOLDER", "nowhere")
    made = make_world(*pasture(write))
    assert named(made, "greta") == [("person", "Greta Sundmark")]
    assert named(made, "mow") == []
