def test_the_search_finds_posts_with_all_words(forum_site, told):
    found = told("/search.json?q=words 61")
    assert [p["id"] for p in found["posts"]] == [3061]
    assert [t["id"] for t in found["topics"]] == [161]
    assert forum_site.get("/search.json?q=a").status_code == 400
