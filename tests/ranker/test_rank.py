"""The formula: what is relevant, what stands for a thread, and in which order."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.parser import parse
from ranker.rank import (
    FAR,
    FLOOR,
    MENTIONED,
    NEAR,
    SOLUTION_MARGIN,
    Scored,
    rank,
    relevant,
    score,
)
from ranker.same import COMPARED
from ranker.weights import Weights

WEIGHTS = Weights()
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def kept(typed, found):
    return np.flatnonzero(relevant(parse(typed), found, WEIGHTS)).tolist()


def test_where_no_passage_and_no_words_come_near_nothing_is_found(candidates):
    below = [FLOOR - 0.01, FLOOR - 0.2]
    assert kept("how do I bake bread", candidates([3.0, 0.0], below, [0.2, 0.0])) == []
    assert kept("how do I bake bread", candidates([3.0, 0.0], below, [MENTIONED, 0.0])) == [0]
    assert kept("how do I bake bread", candidates([0.0, 0.0], [FLOOR, FLOOR - 0.2])) == [0]


def test_the_list_ends_where_posts_lie_far_behind_the_best(candidates):
    cosines = [0.8, 0.8 * NEAR + 0.1, 0.8 * NEAR - 0.1]
    assert kept("mower stops", candidates([9.0, 3.0, 1.0], cosines, [0.7, 0.3, 0.1])) == [0, 1]
    assert kept("mower stops", candidates([9.0, 3.0, 0.1])) == [0, 1]


def test_what_only_meaning_named_has_to_mean_something_of_the_kind(candidates):
    found = candidates([0.0, 0.0, 9.0], [0.4, FAR - 0.01, FAR - 0.01], [0.0, 0.0, MENTIONED])
    assert kept("mower stops", found) == [0, 2]


@pytest.mark.parametrize("typed", ["mower", "E17", "mower source:qa", "mower stops"])
def test_every_post_that_holds_all_that_was_asked_stays(typed, candidates):
    found = candidates([10.0, 0.1, 0.0], [0.9, 0.0, 0.0], [1.0, 1.0, 0.0])
    assert kept(typed, found) == [0, 1]


def test_a_post_that_holds_a_thing_by_its_name_is_kept(candidates):
    assert kept("mower Gurnard", candidates([9.0, 0.1], [0.1, 0.1], named=[0.0, 0.5])) == [1]


def test_without_vectors_no_post_is_kept_for_a_meaning_that_nobody_knows(candidates):
    assert kept("mower stops", candidates([10.0, 0.0])) == [0]


def test_where_nothing_holds_the_words_nothing_is_kept(candidates):
    assert kept("mower", candidates([0.0, 0.0])) == []
    assert kept("mower", candidates([])) == []


def test_where_only_filters_were_asked_everything_fits(candidates):
    assert kept("source:qa", candidates([0.0, 0.0])) == [0, 1]


@pytest.fixture(scope="module")
def world(write, make_world):
    """Thread 1 is solved, 2 is not, 6 stands at two places and 7 at one of them again."""
    copied = "Since the last update my mower drives around in circles and beeps at every third one."
    return make_world(
        write(1, "It stops.", days_ago=None),
        write(2, "Dock it.", parent=1, accepted=True, days_ago=None),
        write(3, "Kick it.", parent=1, days_ago=None),
        write(4, "It hums.", days_ago=None),
        write(5, "Let it.", parent=4, days_ago=None),
        write(6, copied, days_ago=None),
        write(6, copied, source="forum", days_ago=None),
        write(7, copied, source="forum", days_ago=None),
        write(6, copied, source="kb", days_ago=None),
        *(
            write(8, "Hm.", source=road, days_ago=None, global_id="urn:8")
            for road in ("forum", "kb")
        ),
        *(write(n, f"Blade {n} is blunt.", days_ago=None) for n in range(100, 180)),
    )


@pytest.fixture(scope="module")
def order(world, candidates):
    """The results where the formula had come to these scores, by post id."""

    def made(scores, weights=WEIGHTS):
        ordinals = world.ordinals(*scores)
        accepted = world.snapshot.columns.accepted[ordinals] == 1
        found = Scored(
            candidates=replace(candidates(np.zeros(len(ordinals))), ordinals=ordinals),
            relevance=np.array(list(scores.values()), dtype=np.float64),
            trust=np.zeros(len(ordinals)),
            parts={"accepted": np.where(accepted, 0.1, 0.0)},
        )
        names = list(scores)
        return [
            (names[one.at], [names[at] for at in one.also], one.agreement)
            for one in rank(found, world.snapshot, weights)
        ]

    return made


def test_the_best_post_of_each_thread_stands_for_it(order):
    found = order({"qa:1": 0.2, "qa:3": 0.5, "qa:4": 0.3, "qa:5": 0.1})
    assert found == [("qa:3", [], 0.0), ("qa:4", [], 0.0)]


@pytest.mark.parametrize(
    ("reply", "face"), [(0.3, "qa:2"), (0.2 + SOLUTION_MARGIN, "qa:2"), (0.4, "qa:3")]
)
def test_the_solution_stands_before_replies_that_fit_about_as_well(reply, face, order):
    assert order({"qa:3": reply, "qa:2": 0.2 + 1e-9})[0][0] == face


def test_copies_become_one_result_and_other_places_add_their_agreement(order):
    found = order({"qa:6": 0.5, "forum:6": 0.4, "forum:7": 0.4, "kb:6": 0.3, "qa:4": 0.51})
    assert found == [
        ("qa:6", ["forum:6", "forum:7", "kb:6"], 2 * WEIGHTS.agreement),
        ("qa:4", [], 0.0),
    ]


def test_copies_at_one_place_agree_with_nobody(order):
    assert order({"forum:6": 0.5, "forum:7": 0.4}) == [("forum:6", ["forum:7"], 0.0)]


def test_a_post_that_came_by_two_roads_agrees_with_itself_no_more_than_once(order):
    found = order({"kb:8": 0.5, "forum:8": 0.4, "qa:4": 0.51})
    assert found == [("qa:4", [], 0.0), ("kb:8", ["forum:8"], 0.0)]


def test_equal_scores_stand_in_the_order_of_ids_however_they_came(order):
    ids = sorted(["qa:4", "qa:1", "forum:6", *(f"qa:{n}" for n in range(100, 180))])
    expected = [(one, [], 0.0) for one in ids]
    assert order(dict.fromkeys(ids, 0.5)) == expected
    assert order(dict.fromkeys(reversed(ids), 0.5)) == expected


def test_of_equal_posts_of_a_thread_the_first_stands_for_it(order):
    assert order({"qa:5": 0.5, "qa:4": 0.5}) == [("qa:4", [], 0.0)]


def test_nothing_found_is_no_result(order):
    assert order({}) == []


def test_a_copy_is_found_however_far_down_it_stands(order):
    between = {f"qa:{n}": 0.5 for n in range(100, 100 + COMPARED)}
    found = order({"qa:6": 1.0, **between, "forum:6": 0.1})
    assert len(found) == COMPARED + 1
    assert found[0] == ("qa:6", ["forum:6"], WEIGHTS.agreement)


@settings(max_examples=20)
@given(data=st.data())
def test_every_thread_is_told_once_and_the_list_falls(data, world, order):
    ids = data.draw(st.lists(st.sampled_from(world.snapshot.ids), unique=True))
    scores = {one: data.draw(st.integers(0, 8)) / 8 for one in ids}
    found = order(scores)
    told = [one for face, also, _ in found for one in (face, *also)]
    threads = [world.snapshot.columns.thread[world.snapshot.ordinals[one]] for one in told]
    asked = {int(world.snapshot.columns.thread[world.snapshot.ordinals[one]]) for one in ids}
    assert sorted(threads) == sorted(asked)
    totals = [scores[face] + agreement for face, _, agreement in found]
    assert totals == sorted(totals, reverse=True)
    assert order(dict(reversed(scores.items()))) == found


def test_a_score_is_the_sum_of_its_named_terms(garden):
    query = parse("mower stops E17")
    found = garden.finder.find(query)
    made = score(found, garden.snapshot, NOW, weights=WEIGHTS, trusts={0: 2.0})
    assert np.sum(list(made.parts.values()), axis=0) == pytest.approx(made.score)
    fitting = ("named", "keywords", "meaning", "coverage", "adjacency")
    assert made.relevance == pytest.approx(sum(made.parts[name] for name in fitting))
    owners = made.parts["owner"] == WEIGHTS.owner
    assert (owners == (garden.snapshot.columns.source[found.ordinals] == 0)).all()
