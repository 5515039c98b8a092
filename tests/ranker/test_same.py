"""The same thing at several places."""

import numpy as np
import pytest

from ranker.same import COMPARED, CROSS_POST_LENGTH, same_things

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


# one post by two roads, and one text at two places

SHORT = "Why does it stop under the tree?"
NOTE = (
    "After the frost my mower no longer finds its dock: it stops a hand's breadth before it, "
    "turns left, backs off and tries again until the battery is empty. The cable is whole, the "
    "beacon blinks green and the contacts are clean."
)
GREETED = f"Asking here, too. {NOTE} #mower"
ADA, BO = "https://social.example/users/ada/statuses/7", "https://social.example/users/bo/9"


@pytest.fixture(scope="module")
def echoes(write, make_world):
    """A thread that two sources brought, of which a third has a reply alone; and a cross-post."""
    brought = [
        one
        for place in ("qa", "forum")
        for one in (
            write(7, SHORT, source=place, global_id=ADA),
            write(8, f"Said at {place}.", parent=7, source=place, global_id=f"{ADA}/{place}"),
            write(9, "Brush it.", parent=7, source=place, global_id=BO),
        )
    ]
    return make_world(
        *brought,
        write(9, "Brush it.", source="kb", global_id=BO),
        write(20, SHORT, source="kb", global_id="https://elsewhere.example/notes/7"),
        write(30, NOTE),
        write(31, "Warm the plate.", parent=30),
        write(32, GREETED),
        write(30, GREETED, source="forum"),
        write(31, "Is it level?", parent=30, source="forum"),
        write(30, NOTE, source="kb"),
    )


def test_a_post_that_two_sources_brought_is_one_and_its_words_alone_make_it_none(echoes):
    assert groups(echoes, "qa:7", "forum:7", "kb:20") == [["qa:7", "forum:7"], ["kb:20"]]


def test_so_is_the_thread_around_it_whichever_posts_stand_for_it(echoes):
    assert groups(echoes, "qa:8", "forum:9", "kb:9") == [["qa:8", "forum:9", "kb:9"]]


def test_posts_without_a_name_everywhere_are_not_one_by_having_none(echoes):
    assert groups(echoes, "qa:31", "forum:31") == [["qa:31"], ["forum:31"]]


def test_a_cross_post_is_one_though_a_greeting_and_a_hashtag_differ(echoes):
    assert groups(echoes, "qa:30", "forum:30") == [["qa:30", "forum:30"]]
    assert len(NOTE) > CROSS_POST_LENGTH > len(HALTS)


def test_a_cross_post_is_one_though_each_place_answers_it(echoes):
    assert groups(echoes, "qa:31", "kb:30") == [["qa:31", "kb:30"]]


def test_at_one_place_a_text_that_differs_a_little_is_another(echoes):
    assert groups(echoes, "qa:30", "qa:32") == [["qa:30"], ["qa:32"]]


def test_what_came_by_two_roads_is_counted_once(echoes):
    found = echoes.search("brush it")
    assert (found.total, len(found.results)) == (1, 1)
    assert {one.source for one in (found.results[0].post, *found.results[0].also)} == {
        "qa", "forum", "kb"
    }  # fmt: skip
    assert sum(one.count for one in found.facets if one.field == "source") == 1


def test_the_meaning_of_results_that_nobody_reads_is_not_compared(write, make_world, words_encoder):
    between = [write(n, f"Blade {n}.", source="forum") for n in range(100, 99 + COMPARED)]
    asked = [write(1, SHORT, source=place) for place in ("qa", "kb")]
    world = make_world(*between, *asked, encoder=words_encoder())
    ids = [post.post_id for post in between]
    assert groups(world, "qa:1", *ids[1:], "kb:1")[0] == ["qa:1", "kb:1"]
    assert groups(world, "qa:1", *ids, "kb:1")[0] == ["qa:1"]
