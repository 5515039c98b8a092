"""What somebody finds who tries the demonstration."""

import json

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("journeys")]

ANSWERED = {
    "mower stops E17 after 5.2 update": {"forum:3168", "qa:1168"},
    "bridge offline new router": {"qa:1145"},
    "rain delay missing 5.0": {"qa:1129"},
    "change bridge wifi keep pairing": {"help:/en/articles/move-bridge-to-new-wifi", "qa:1112"},
    "run rill zone from python": {"qa:1136"},
    "R09 drip line": {"qa:1163"},
    "MQTT states unknown after restart": {"qa:1166"},
    "X-Lark-Token 401": {"help:/en/articles/local-api", "qa:1111"},
    "E17 seit 5.2 Antenne einmessen": {"forum:3179"},
    "Bridge blinkt orange E31": {"forum:3109"},
}
"""Questions, the last two in German, and the posts that solve them."""


@pytest.mark.parametrize("question", ANSWERED)
def test_a_question_is_answered_by_a_post_that_solves_it(ask, question):
    answer = ask(question)["answer"]
    assert answer["post"]["id"] in ANSWERED[question]
    assert answer["post"]["url"].startswith("http://127.0.0.1:")


def test_nothing_is_made_up_where_nobody_has_answered(ask):
    found = ask("relay pond pump Rill")
    assert found["answer"] is None
    assert found["results"][0]["id"] == "qa:1032"
    assert found["places"][0]["source"] == "qa"


def test_what_was_never_discussed_is_not_found(ask):
    assert ask("how do I bake bread")["results"] == []


def test_what_only_members_may_see_and_what_was_deleted_is_not_found(shown, ask, story):
    secret = {str(post.id) for topic in story.topics if topic.category == "insiders"
              for post in topic.post}  # fmt: skip
    gone = {str(post.id) for thread in story.questions for post in thread.post if post.deleted}
    gone |= {status.id for status in story.statuses if status.deleted}
    assert secret
    assert gone
    found = ask("swallowtail build hopscotch handover")["results"]
    for result in found:
        assert result["id"].partition(":")[2] not in secret | gone
    assert not any(post_id.partition(":")[2] in gone for post_id in shown.posts(None))


def test_the_parts_that_are_shown_add_up_to_the_score(ask):
    for result in ask("bridge offline new router")["results"]:
        assert sum(result["explain"].values()) == pytest.approx(result["score"], abs=1e-4)


def test_people_and_places_are_named_with_their_evidence(ask):
    assert ask("RTK antenna E17", "experts")[0]["evidence"]
    places = ask("bridge offline", "places")
    assert places
    assert {place["source"] for place in places} <= {"qa", "forum", "social"}


def test_the_doctor_finds_nothing_amiss(shown):
    found = json.loads(shown.run("doctor", "--json").stdout)
    assert [one for one in found if one["state"] != "ok"] == []
    assert "generation 1" in next(one["said"] for one in found if one["what"] == "index")
