TOPIC = "/t/mower-stops-i-waits-i/1"


def test_a_topic_is_found_with_any_slug_after_one_redirect(forum_site):
    for old in ("/t/1", "/t/old-words/1"):
        assert forum_site.get(old).headers["Location"] == TOPIC
    assert forum_site.get(TOPIC).status_code == 200


def test_the_address_of_a_post_leads_to_its_place_on_the_page(forum_site):
    for path in (f"{TOPIC}/46", "/t/1/46", "/p/1046"):
        assert forum_site.get(path).headers["Location"] == f"{TOPIC}#post_46"
    page = forum_site.get(TOPIC).text
    assert 'id="post_46"' in page
    assert "regretted" not in page
    assert "rude" not in page
    assert "between us" not in page


def test_a_room_shows_its_topics_and_a_restricted_one_nothing(forum_site):
    page = forum_site.get("/c/mowers/1").text
    assert "<h1>Mowers</h1>" in page
    assert f'href="{TOPIC}"' in page
    assert forum_site.get("/c/insiders/2").status_code == 403
