def test_the_server_says_what_it_is(told):
    about = told("/api/v2/instance")
    assert about["domain"] == "social.example"
    (found,) = told("/.well-known/nodeinfo")["links"]
    node = told(found["href"])
    assert node["software"] == {"name": "mastodon", "version": about["version"]}
    assert node["usage"]["localPosts"] == 56
