from starlette.testclient import TestClient

from samples import qa


def test_posts_tell_which_kind_they_are(items):
    kinds = {p["post_id"]: p["post_type"] for p in items("/posts/10;11")}
    assert kinds == {10: "question", 11: "answer"}


def test_answers_and_comments_can_be_asked_for_by_the_ids_above_them(items):
    answers = items("/questions/10;100/answers", sort="creation", order="asc")
    assert [a["answer_id"] for a in answers] == [11, 12]
    assert items("/questions/10/comments") == []
    assert [c["comment_id"] for c in items("/answers/11/comments")] == [900]
    assert [c["comment_id"] for c in items("/posts/10;11;11/comments")] == [900]


def test_users_tell_whether_they_work_for_the_company_and_where_else_they_are(items):
    staff, member = items("/users/1;2")
    assert (staff["is_employee"], member["is_employee"]) == (True, False)
    assert staff["website_url"] == "https://social.example/@nadia"
    assert "website_url" not in member


def test_the_quota_counts_down_and_then_everything_is_refused(story):
    site = TestClient(qa.app(story, quota=2))
    told = [site.get("/2.3/questions?site=meadowlark").json() for _ in range(3)]
    assert [each.get("quota_remaining") for each in told] == [1, 0, None]
    assert told[-1]["error_name"] == "throttle_violation"


def test_every_so_often_a_rest_is_asked_for(story):
    site = TestClient(qa.app(story, backoff_every=3))
    told = [site.get("/2.3/questions?site=meadowlark").json() for _ in range(6)]
    assert [each.get("backoff") for each in told] == [None, None, 1, None, None, 1]


def test_the_falling_quota_does_not_make_a_list_new(qa_site):
    path = "/2.3/questions?site=meadowlark"
    known = {"If-None-Match": qa_site.get(path).headers["ETag"]}
    assert qa_site.get(path, headers=known).status_code == 304
