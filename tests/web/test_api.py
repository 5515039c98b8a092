import pytest


def test_search_gives_what_the_command_line_gives(client):
    found = client.get("/api/v1/search", params={"q": "mower stops with E17"}).json()
    assert set(found) >= {
        "query",
        "total",
        "took_ms",
        "answer",
        "results",
        "experts",
        "places",
        "notices",
    }
    assert set(found["answer"]) >= {"text", "spans", "post", "confidence"}
    assert set(found["results"][0]) >= {
        "id", "url", "title", "snippet", "source", "kind", "author", "created_at", "score", "trust",
        "why", "explain", "thread_id", "also",
    }  # fmt: skip


def test_explained_parts_add_up_to_the_score(client):
    for result in client.get("/api/v1/search", params={"q": "mower"}).json()["results"]:
        assert sum(result["explain"].values()) == pytest.approx(result["score"], abs=1e-4)


def test_an_answer_is_to_the_letter_a_part_of_its_post(client, site):
    answer = client.get("/api/v1/search", params={"q": "mower stops with E17"}).json()["answer"]
    thread = site.ranker.thread(answer["post"]["thread_id"])
    (post,) = [one.post for one in thread.replies if one.post.post_id == answer["post"]["id"]]
    assert "\n\n".join(post.text[start:end] for start, end in answer["spans"]) == answer["text"]


def test_filters_pages_and_limits_narrow_the_results(client):
    ask = {"q": "mower", "source": "forum", "limit": "1"}
    first = client.get("/api/v1/search", params=ask).json()
    assert [one["source"] for one in first["results"]] == ["forum"]
    second = client.get("/api/v1/search", params={**ask, "page": "2"}).json()
    ids = [one["id"] for one in (*first["results"], *second["results"])]
    assert len(ids) == len(set(ids)) == first["total"]


@pytest.mark.parametrize("limit", ["0", "-1", "abc", "1e9", "99999999999"])
def test_an_absurd_limit_is_brought_within_bounds(client, limit):
    found = client.get("/api/v1/search", params={"q": "mower", "limit": limit})
    assert found.status_code == 200
    assert 1 <= len(found.json()["results"]) <= 50


def test_experts_bring_posts_as_evidence(client):
    (first, *_) = client.get("/api/v1/experts", params={"q": "E17 mower antenna"}).json()
    assert first["name"] == "Greta Sundmark"
    assert first["evidence"][0]["url"] == "https://qa.example/2"


def test_places_say_where_to_ask(client):
    places = client.get("/api/v1/places", params={"q": "charging contacts"}).json()
    assert places[0]["source"] == "forum"


@pytest.mark.parametrize("path", ["/api/v1/search", "/api/v1/experts", "/api/v1/places"])
def test_a_call_without_a_question_is_a_problem_with_details(client, path):
    reply = client.get(path)
    assert reply.status_code == 400
    assert reply.headers["content-type"] == "application/problem+json"
    assert set(reply.json()) == {"type", "title", "status", "detail", "instance"}


def test_an_unknown_call_is_a_problem_too(client):
    assert client.get("/api/v1/nothing").json()["status"] == 404


def test_health_and_readiness_tell_a_watcher(client, empty_client):
    assert client.get("/healthz").json() == {"status": "up"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["posts"] == 32
    assert ready.json()["degraded"] == ["search by meaning is not available"]
    assert empty_client.get("/readyz").status_code == 503


def test_a_call_that_would_answer_the_same_is_not_answered_again(client):
    first = client.get("/api/v1/search", params={"q": "mower"})
    headers = {"If-None-Match": first.headers["etag"]}
    assert client.get("/api/v1/search", params={"q": "mower"}, headers=headers).status_code == 304
