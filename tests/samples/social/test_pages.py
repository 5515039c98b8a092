def test_pages_show_profiles_conversations_and_hashtags(social_site):
    profile = social_site.get("/@nadia").text
    assert 'href="https://forum.example/u/nadia" rel="me nofollow noopener"' in profile
    assert "javascript:" not in profile
    talk = social_site.get("/@nadia/503").text
    assert talk.index('id="500"') < talk.index('id="501"') < talk.index('id="503"')
    assert "secret" not in talk
    assert 'id="500"' in social_site.get("/tags/E17").text
    assert 'id="501"' not in social_site.get("/").text
    assert social_site.get("/@nobody").status_code == 404
