import msgspec
from starlette.testclient import TestClient

from samples import forum
from samples.story import ForumPost, Topic


def test_solutions_are_told_as_servers_of_today_do(told, all_topics):
    page = told("/t/1.json")
    (answer,) = page["accepted_answers"]
    assert (answer["id"], answer["post_number"], answer["username"]) == (1046, 46, "nadia")
    assert answer["url"] == "/t/mower-stops-i-waits-i/1/46"
    assert answer["accepter_username"] == "Mira_O"
    assert page["tags"][0]["name"] == "lark"
    solved = {t["id"]: t["has_accepted_answer"] for t in all_topics("/latest.json")}
    assert [id_ for id_, yes in solved.items() if yes] == [1]


def test_solutions_are_told_as_servers_before_2026_did(story):
    page = TestClient(forum.app(story, old_form=True)).get("/t/1.json").json()
    assert page["accepted_answer"]["post_number"] == 46
    assert page["accepted_answer"]["excerpt"].endswith("Then restart it.")
    assert page["tags"] == ["lark", "e17"]
    assert "accepted_answers" not in page


def test_a_hidden_solution_does_not_show_its_words_in_the_old_form_either(story, retold):
    post = ForumPost(id=1, by="mira", at=story.topics[1].post[0].at, text="Why?")
    rude = msgspec.structs.replace(post, id=2, text="rude words", state="hidden", accepted=True)
    topic = Topic(id=1, title="Why", category="mowers", post=[post, rude])
    for old_form in (True, False):
        site = TestClient(forum.app(retold(topics=[topic]), old_form=old_form))
        assert "rude" not in site.get("/t/1.json").text
