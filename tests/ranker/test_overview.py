"""What there is to search, for the first page."""

import pytest

BETA = ("forum:beta",)


def held(found):
    return {one.source: one.posts for one in found.holdings}


def test_each_place_is_told_with_what_may_be_searched_of_it(garden):
    found = garden.ranker.overview()
    assert held(found) == {"forum": 5, "kb": 1, "qa": 29}
    assert found.posts == 35
    assert {one.title for one in found.holdings} == {"Q&A", "Forum", "Handbook"}


def test_members_have_more_to_search(garden):
    assert held(garden.ranker.overview(BETA))["forum"] == 7
    assert held(garden.ranker.overview(("forum:others",)))["forum"] == 5


def test_a_place_that_shows_nothing_is_not_named(write, make_world):
    world = make_world(
        write(1, "The mower hums."),
        write(1, "Secret.", source="forum", visibility="members", groups=BETA),
    )
    assert held(world.ranker.overview()) == {"qa": 1}
    assert held(world.ranker.overview(BETA)) == {"qa": 1, "forum": 1}


def test_examples_are_questions_that_were_solved_and_may_be_seen(garden):
    examples = garden.ranker.overview(examples=10).examples
    assert set(examples) == {"Mower stops, E17", "Ladekontakte am Mähroboter"}
    assert "Swallowtail beta" in garden.ranker.overview(BETA, examples=10).examples


@pytest.mark.parametrize("count", [0, 1])
def test_no_more_examples_are_given_than_were_asked_for(count, garden):
    assert len(garden.ranker.overview(examples=count).examples) == count


def test_examples_change_with_what_happens_to_their_posts(write, make_world):
    def solved(native, title, **more):
        yield write(native, "It stops.", title=title, **more)
        yield write(native + 1, "Dock it.", parent=native, accepted=True)

    secret = {"visibility": "members", "groups": BETA}
    world = make_world(
        *solved(10, "Deleted"), *solved(20, "Hidden now"), *solved(30, "Edited"),
        *solved(40, "A title that is much too long for the one line that a telephone has for it"),
    )  # fmt: skip
    world.bury("qa:10")
    world.keep(
        write(20, "It stops.", title="Hidden now", **secret),
        write(30, "It stops.", title="As it is now"),
    )
    assert world.ranker.overview(examples=9).examples == ("As it is now",)
    assert world.ranker.overview().posts == 7


def test_where_nothing_was_solved_answered_questions_will_do(write, make_world):
    world = make_world(
        write(1, "It stops.", title="Staff answered"),
        write(2, "Dock it.", parent=1, roles=("staff",)),
        write(3, "It hums.", title="Nobody answered"),
        write(4, "All of it.", title="Handbook", kind="article"),
    )
    assert world.ranker.overview(examples=9).examples == ("Staff answered",)
