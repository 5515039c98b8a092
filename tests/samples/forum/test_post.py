def test_the_feed_tells_source_and_topic_of_a_post(told):
    (post,) = [p for p in told("/posts.json", before=1001)["latest_posts"] if p["id"] == 1001]
    assert post["raw"].startswith("It **stops**.")
    assert post["topic_html_title"] == "Mower stops &amp; &lt;i&gt;waits&lt;/i&gt;"
    assert post["category_id"] == 1


def test_a_post_tells_likes_author_and_what_it_answers(told):
    post = told("/posts/1046.json")
    assert post["actions_summary"] == [{"id": 2, "count": 4}]
    assert (post["staff"], post["admin"], post["moderator"]) == (True, True, False)
    assert (post["trust_level"], post["user_title"]) == (4, "Support")
    assert post["reply_to_post_number"] == 1
    assert post["reply_to_user"]["username"] == "Mira_O"
    assert post["accepted_answer"] is True
    assert told("/posts/1001.json")["reply_count"] == 1


def test_moderator_actions_and_small_ones_have_their_own_types(told):
    assert told("/posts/1050.json")["post_type"] == 2
    small = told("/posts/1051.json")
    assert (small["post_type"], small["action_code"]) == (3, "closed.enabled")


def test_a_hidden_post_shows_that_it_is_and_not_its_words(told, key):
    post = told("/posts/1047.json")
    assert post["hidden"] is True
    assert post["cooked_hidden"] is True
    assert "rude" not in str(post)
    assert "rude words" in told("/posts/1047.json", key)["cooked"]
