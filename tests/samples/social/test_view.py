import pytest

from samples import social
from samples.story import Status, StoryError


def test_the_timeline_has_no_replies_to_others_and_nothing_private_or_unlisted(ids):
    shown = ids("/api/v1/timelines/public?limit=40")
    assert not {"501", "502", "503", "504"} & set(shown)


def test_a_hashtag_is_found_whatever_its_case(ids):
    assert ids("/api/v1/timelines/tag/E17") == ["500"]
    assert ids("/api/v1/timelines/tag/none") == []


def test_an_account_shows_unlisted_posts_and_replies_but_nothing_private(ids, follow):
    assert follow("/api/v1/accounts/101/statuses?limit=2") == ["507", "506", "500"]
    assert follow("/api/v1/accounts/100/statuses")[:3] == ["505", "503", "501"]
    assert ids("/api/v1/accounts/101/statuses?exclude_replies=true") == ["507", "500"]
    assert ids("/api/v1/accounts/101/statuses?pinned=true") == []


def test_private_and_deleted_posts_are_not_found(social_site):
    for status_id in ("502", "504", "999"):
        for path in ("", "/context"):
            answer = social_site.get(f"/api/v1/statuses/{status_id}{path}")
            assert (answer.status_code, answer.json()) == (404, {"error": "Not Found"})
    assert social_site.get("/@mira/502").status_code == 404


def test_a_conversation_leaves_out_what_is_private_and_goes_on_behind_it(told):
    around = told("/api/v1/statuses/500/context")
    assert around["ancestors"] == []
    assert [status["id"] for status in around["descendants"]] == ["501", "506"]
    above = told("/api/v1/statuses/503/context")["ancestors"]
    assert [status["id"] for status in above] == ["500", "501"]


def test_a_reply_to_a_deleted_post_stands_alone(told):
    assert told("/api/v1/statuses/505")["in_reply_to_id"] is None
    assert told("/api/v1/statuses/501")["in_reply_to_id"] == "500"
    assert told("/api/v1/statuses/501")["in_reply_to_account_id"] == "101"


def test_a_reply_to_nothing_is_refused_with_its_reason(story, retold):
    lost = Status(id="600", by="mira", at=story.statuses[0].at, text="?", reply_to="777")
    with pytest.raises(StoryError, match="status 600 replies to 777"):
        social.app(retold(statuses=[*story.statuses, lost]))
    with pytest.raises(StoryError, match="status 90 is there twice"):
        social.app(retold(statuses=[story.statuses[0], *story.statuses]))
