"""The same thing at several places."""

import numpy as np
import pytest

from ranker.same import same_things

COPY = "Since the last update my mower drives around in circles and beeps at every third one."
HALTS = "The mower halts under the big tree and shows a red light."
ANTENNA = "Its antenna lost the sky: move the dock away from the tree."
WHEEL = "Brush stones out before riding."


@pytest.fixture(scope="module")
def posts(write):
    return [
        write(1, COPY, title="Circles"),
        write(1, COPY.replace("third", "third "), title="Copied", source="forum"),
        write(10, HALTS, title="Mower halts"),
        write(11, ANTENNA, parent=10, votes=9, accepted=True, by="Ada"),
        write(12, "No idea, mine works.", parent=10, votes=1, by="Rex"),
        write(10, HALTS.replace("big", "tall"), title="Mower halts", source="forum"),
        write(11, f"{ANTENNA} That helps.", parent=10, source="forum", by="Bo"),
        write(12, WHEEL, parent=10, source="forum", kind="comment", by="Cy", roles=("staff",)),
        write(20, HALTS.replace("red", "pale"), title="Mower halts"),
        write(21, f"{ANTENNA} It does.", parent=20, by="Di"),
        write(10, HALTS.replace("light", "lamp"), title="Mower halts", source="kb"),
        write(11, WHEEL, parent=10, source="kb", by="Ed"),
        write(30, f"{HALTS} {ANTENNA}", title="Mower halts", source="kb", kind="article"),
        write(40, "Bonjour.", title="", source="forum"),
    ]


@pytest.fixture(scope="module")
def world(posts, make_world, words_encoder):
    return make_world(*posts, encoder=words_encoder())


def groups(world, *post_ids):
    found = same_things(world.ordinals(*post_ids), world.snapshot)
    return [[post_ids[at] for at in group] for group in found]


def test_copies_are_the_same_thing_whoever_keeps_them(world):
    assert groups(world, "forum:1", "qa:10", "qa:1") == [["forum:1", "qa:1"], ["qa:10"]]


def test_one_question_asked_at_two_places_and_answered_alike_is_one(world):
    assert groups(world, "qa:10", "forum:10") == [["qa:10", "forum:10"]]


def test_whichever_post_stands_for_the_thread(world):
    assert groups(world, "forum:11", "qa:12") == [["forum:11", "qa:12"]]


def test_one_symptom_with_two_causes_is_two_questions(world):
    assert groups(world, "qa:10", "kb:10") == [["qa:10"], ["kb:10"]]


def test_one_place_keeps_its_own_questions_apart(world):
    assert groups(world, "qa:10", "qa:20") == [["qa:10"], ["qa:20"]]


def test_an_article_stands_beside_the_threads(world):
    assert groups(world, "kb:30", "qa:10") == [["kb:30"], ["qa:10"]]


def test_a_group_is_led_by_its_first_and_every_place_is_told_once(world):
    ids = tuple(world.snapshot.ids)
    found = groups(world, *ids)
    assert sorted(one for group in found for one in group) == sorted(ids)
    assert [group[0] for group in found] == sorted((group[0] for group in found), key=ids.index)


def test_nothing_is_the_same_as_nothing(world):
    assert same_things(np.zeros(0, dtype=np.int32), world.snapshot) == []


def test_without_vectors_copies_are_found_and_questions_stay_apart(posts, make_world):
    world = make_world(*posts)
    assert groups(world, "qa:1", "forum:1", "qa:10", "forum:10") == [
        ["qa:1", "forum:1"],
        ["qa:10"],
        ["forum:10"],
    ]


def test_posts_without_a_passage_are_like_nothing(write, make_world, words_encoder):
    # A short comment is embedded by nobody; two of them must not be one because of that.
    remarks = [write(1, "Thanks!", kind="comment", source=place) for place in ("qa", "forum")]
    world = make_world(*remarks, write(2, HALTS), encoder=words_encoder())
    assert groups(world, "qa:1", "forum:1", "qa:2") == [["qa:1"], ["forum:1"], ["qa:2"]]
