def test_deleted_posts_are_gone_for_the_public(forum_site, told):
    assert 1048 not in told("/t/1.json")["post_stream"]["stream"]
    assert forum_site.get("/posts/1048.json").status_code == 404
    batch = told("/t/1/posts.json", **{"post_ids[]": [1048, 1046]})
    assert [p["id"] for p in batch["post_stream"]["posts"]] == [1046]


def test_the_key_shows_that_a_post_was_deleted(told, key):
    post = told("/posts/1048.json", key)
    assert (post["deleted_at"], post["user_deleted"]) == ("2026-04-17T09:00:00.000Z", True)
    stream = told("/t/1.json", key)["post_stream"]["stream"]
    asked = told("/t/1.json?show_deleted=true", key)["post_stream"]["stream"]
    assert (1048 in stream, 1048 in asked) == (False, True)


def test_only_the_key_hears_whispers(forum_site, told, key):
    assert forum_site.get("/posts/1049.json").status_code == 403
    assert 1049 not in told("/t/1.json")["post_stream"]["stream"]
    assert told("/posts/1049.json", key)["post_type"] == 4
    assert 1049 in told("/t/1.json", key)["post_stream"]["stream"]


def test_a_restricted_room_is_nowhere_for_the_public(forum_site, told):
    for path in ("/latest.json?page=0", "/categories.json", "/site.json", "/posts.json"):
        text = forum_site.get(path).text
        assert "Beta build" not in text
        assert "insiders" not in text.lower()
    assert "/t/beta-build" not in forum_site.get("/sitemap_1.xml").text
    assert told("/search.json?q=not tell")["posts"] == []
    for path in ("/t/3.json", "/posts/2000.json", "/c/insiders/2.json", "/c/2/show.json"):
        answer = forum_site.get(path)
        assert (answer.status_code, answer.json()["error_type"]) == (403, "invalid_access")
    assert forum_site.get("/t/beta-build/3").status_code == 403


def test_a_topic_whose_first_post_was_deleted_is_gone(forum_site, told, key):
    answer = forum_site.get("/t/4.json")
    assert (answer.status_code, answer.json()["error_type"]) == (410, "not_found")
    assert forum_site.get("/posts/2011.json").status_code == 404
    assert told("/t/4.json", key)["deleted_at"] is not None
