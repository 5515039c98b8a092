"""The same results in another order: nothing else of a page may change."""

from datetime import datetime

import pytest

BETA = ("forum:beta",)
QUERIES = ("mower", "blade", "mower stops E17", "source:forum", "swallowtail mower", "zebra")
CHOICES = ({}, {"source": ["qa"]}, {"source": ["forum", "kb"], "answered": ["yes"]})


def when(post):
    """What stands below a result: when it was last edited, else when it was written."""
    return post.updated_at or post.created_at


@pytest.fixture(scope="module")
def diary(write, make_world):
    """Threads of which those that say most of mowers are not the newest."""
    return make_world(
        write(1, "The mower hums.", title="Mower, mower", days_ago=30),
        write(2, "The mower, the mower, and again the mower.", title="Mower", days_ago=300),
        write(3, "Long ago a mower was here.", title="Old", days_ago=None),
        write(4, "Here are a dog, a pond and a mower.", title="Garden", days_ago=2),
        write(5, "Somebody edited this on mowing: mower.", title="Edited", days_ago=900,
              updated_at=datetime.fromisoformat("2026-05-04T11:00:00Z")),
    )  # fmt: skip


def test_the_newest_comes_first_an_edit_counts_and_the_undated_comes_last(diary):
    newest = ["qa:5", "qa:4", "qa:1", "qa:2", "qa:3"]
    assert diary.named("mower", order="newest") == newest
    assert sorted(diary.named("mower")) == sorted(newest)
    assert diary.named("mower") != newest


def test_the_best_first_is_what_one_gets_without_asking(diary):
    assert diary.named("mower") == diary.named("mower", order="relevance")
    scores = [one.score for one in diary.search("mower").results]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("groups", [(), BETA], ids=["stranger", "member"])
@pytest.mark.parametrize("query", QUERIES)
def test_every_order_has_the_same_results_counts_and_company(garden, query, groups):
    for choices in CHOICES:
        asked = {"groups": groups, "choices": choices, "limit": 1000}
        best, newest = (garden.search(query, **asked, order=o) for o in ("relevance", "newest"))
        assert by_id(newest) == by_id(best)
        assert (newest.total, newest.pages, newest.facets) == (best.total, best.pages, best.facets)
        assert newest.answer == best.answer
        assert (newest.experts, newest.places) == (best.experts, best.places)
        dates = [when(one.post) for one in newest.results]
        assert dates == sorted(dates, reverse=True)


def by_id(found):
    """The results with all that is told of them, whatever their order."""
    return sorted(found.results, key=lambda one: one.post.post_id)


def test_pages_tile_the_newest_as_they_do_the_best(garden):
    whole = garden.named("blade", order="newest", limit=1000)
    pages = [garden.named("blade", order="newest", limit=7, page=page) for page in range(1, 5)]
    assert [post_id for page in pages for post_id in page] == whole
    assert whole == [f"qa:{number}" for number in range(20, 44)]  # written so many days ago


def test_the_answer_is_that_of_the_best_results_though_the_newest_lie_before_them(
    write, make_world
):
    """The first few results are asked for an answer: that must not be whatever came in last."""
    fix = "When the mower stops with error E17, dock it and update the antenna."
    asked = ("on grass", "by night", "in spring", "at the fence", "under trees")
    later = [
        write(10 + number, f"Is it the wheel {where}?", title=f"Mower stops, error E17, {where}")
        for number, where in enumerate(asked)
    ]
    world = make_world(
        write(1, "It stops with error E17.", title="Mower stops with error E17", days_ago=90),
        write(2, fix, parent=1, by="Greta", accepted=True, votes=31, days_ago=90),
        *later,
    )
    found = world.search("mower stops with error E17", order="newest", limit=3)
    assert found.total == 6
    assert "qa:2" not in {one.post.post_id for one in found.results}
    assert found.answer.post.post_id == "qa:2"


def test_a_thread_is_as_new_as_the_post_that_stands_for_it(write, make_world):
    """A late remark of no use does not bring an old thread to the top."""
    world = make_world(
        write(1, "It stops.", title="Mower stops", days_ago=500),
        write(2, "Dock the mower.", parent=1, accepted=True, days_ago=499),
        write(3, "Me too.", parent=1, kind="comment", days_ago=1),
        write(4, "It hums.", title="Mower hums", days_ago=20),
    )
    assert world.named("mower", order="newest") == ["qa:4", "qa:2"]


def test_what_was_written_at_one_moment_has_one_order(write, make_world):
    written = [write(number, f"The mower hums in key {number}.") for number in (5, 3, 9, 1)]
    world = make_world(*written)
    order = world.named("mower", order="newest")
    assert order == sorted(order, key=world.snapshot.ordinals.__getitem__)
    assert world.reopened().named("mower", order="newest") == order


def test_another_order_ranks_nothing_anew_and_leaves_the_ranking_as_it_was(garden):
    ranker = garden.reopened().ranker
    before = ranker.ranking("mower")
    results = list(before.results)
    newest = ranker.search("mower", order="newest").results
    assert ranker.ranking("mower") is before
    assert before.results == results
    best = ranker.search("mower").results
    assert [one.post.post_id for one in best] != [one.post.post_id for one in newest]


def test_copies_of_one_thing_stay_together_at_the_age_of_the_one_shown(write, make_world):
    said = "The mower stops on the lawn when its antenna was never updated, so update it first."
    world = make_world(
        write(1, said, title="Mower stops", days_ago=100, roles=("staff",)),
        write(1, said, source="forum", title="Mower stops", days_ago=1),
        write(2, "It hums.", title="Mower hums", days_ago=50),
    )
    found = world.search("mower", order="newest").results
    assert [(one.post.post_id, [other.post_id for other in one.also]) for one in found] == [
        ("qa:2", []),
        ("qa:1", ["forum:1"]),
    ]
