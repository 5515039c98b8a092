def test_what_never_was_is_not_found_in_the_forums_own_words(forum_site):
    for path in ("/t/77.json", "/posts/77.json", "/u/nobody.json", "/c/none/7.json", "/x.json"):
        answer = forum_site.get(path)
        assert answer.status_code == 404
        assert answer.json() == {
            "errors": ["The requested URL or resource could not be found."],
            "error_type": "not_found",
        }
    assert forum_site.get("/x").headers["Content-Type"] == "text/html; charset=utf-8"
