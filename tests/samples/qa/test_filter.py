from starlette.testclient import TestClient

from samples import qa


def test_the_default_filter_tells_a_question_without_its_body(items):
    (question,) = items("/questions/10")
    assert question == {
        "tags": ["lark", "e17"],
        "owner": {
            "account_id": 2,
            "reputation": 10,
            "user_id": 2,
            "user_type": "registered",
            "profile_image": "https://qa.example/avatars/mira.svg",
            "display_name": "Mira",
            "link": "https://qa.example/users/2/mira",
        },
        "is_answered": True,
        "view_count": 50,
        "closed_date": 1780131600,
        "accepted_answer_id": 11,
        "answer_count": 2,
        "score": 4,
        "last_activity_date": 1780131600,
        "creation_date": 1772355600,
        "question_id": 10,
        "content_license": "CC BY-SA 4.0",
        "link": "https://qa.example/questions/10/e17-says-no-position-b-stops-b",
        "closed_reason": "Duplicate",
        "title": "E17 says &quot;no position&quot; &amp; &lt;b&gt;stops&lt;/b&gt;",
    }


def test_withbody_adds_bodies_only(items):
    (question,) = items("/questions/10", filter="withbody")
    assert question["body"] == "<p>See https://forum.example/t/1.</p>\n"
    assert "answers" not in question


def test_a_made_filter_brings_answers_with_bodies_and_comments(call, rich):
    answer = call("/questions/10", filter=rich).json()
    accepted, by_nobody = answer["items"][0]["answers"]
    assert answer["total"] == 1
    assert '<code class="lang-bash">lark survey' in accepted["body"]
    assert accepted["is_accepted"]
    assert accepted["link"].endswith("-stops-b/11#11")
    assert accepted["comments"][0]["body"] == "Thanks, <code>works</code>!"
    assert accepted["comments"][0]["link"].endswith("#comment900_11")
    assert accepted["owner"]["display_name"] == "Nadia O&#39;Hara"
    assert by_nobody["owner"] == {"user_type": "does_not_exist", "display_name": "user12"}


def test_a_filter_can_take_away_too(call, items):
    (made,) = items("/filters/create", exclude="question.title;.quota_max", base="withbody")
    assert "question.body" in made["included_fields"]
    answer = call("/questions/10", filter=made["filter"]).json()
    assert "quota_max" not in answer
    assert "title" not in answer["items"][0]
    assert "body" in answer["items"][0]


def test_a_filter_survives_a_restart_of_the_server(story, rich):
    other = TestClient(qa.app(story))
    answer = other.get("/2.3/questions/10", params={"site": "meadowlark", "filter": rich})
    assert answer.json()["items"][0]["answers"]


def test_built_in_filters_can_leave_out_everything_but_the_count(call):
    assert call("/questions", filter="total").json() == {"total": 36}
