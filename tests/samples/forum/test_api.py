def test_every_open_topic_is_on_exactly_one_page(all_topics):
    ids = [t["id"] for t in all_topics("/latest.json?order=activity")]
    assert sorted(ids) == [1, 2, *range(100, 162)]
    assert len(ids) == len(set(ids))


def test_a_pinned_topic_stands_first_whatever_its_age(told):
    first, second, *_ = told("/latest.json")["topic_list"]["topics"]
    assert (first["id"], first["pinned"], first["excerpt"]) == (2, True, "Be kind.")
    assert second["id"] == 161


def test_the_next_page_is_named_without_json_and_with_the_order(told):
    page = told("/latest.json?order=created")["topic_list"]
    assert page["more_topics_url"] == "/latest?no_definitions=true&order=created&page=1"
    assert "more_topics_url" not in told("/latest.json?page=2")["topic_list"]
    assert told("/latest.json?page=9")["topic_list"]["topics"] == []


def test_a_room_lists_its_own_topics(told, all_topics):
    page = told("/c/mowers/1/l/latest.json")["topic_list"]
    assert page["more_topics_url"].startswith("/c/mowers/1/l/latest?")
    assert len(list(all_topics("/c/mowers/1/l/latest.json"))) == 64


def test_every_post_of_a_long_topic_can_be_had_once(told):
    first = told("/t/1.json")["post_stream"]
    posts, rest = first["posts"], first["stream"][20:]
    for at in range(0, len(rest), 20):
        batch = told("/t/1/posts.json", **{"post_ids[]": rest[at : at + 20]})
        posts += batch["post_stream"]["posts"]
    assert [p["post_number"] for p in posts] == [*range(1, 48), 50, 51, 52]


def test_a_topic_comes_with_its_first_twenty_posts_or_those_of_a_page(told):
    first = told("/t/1.json")
    assert len(first["post_stream"]["posts"]) == first["chunk_size"] == 20
    last = told("/t/1.json?page=3")["post_stream"]["posts"]
    assert [p["post_number"] for p in last][-3:] == [50, 51, 52]


def test_the_feed_of_all_posts_goes_back_to_the_first_without_a_gap(told):
    ids, before = [], ""
    while page := told("/posts.json", before=before)["latest_posts"]:
        ids += [p["id"] for p in page]
        before = page[-1]["id"] - 1
        if before == 0:
            break
    assert ids == sorted(set(ids), reverse=True)
    assert set(ids) == {1, *range(1001, 1048), 1052, *range(3000, 3062)}


def test_source_comes_only_where_it_is_asked_for(told):
    assert "raw" not in told("/t/1.json")["post_stream"]["posts"][0]
    assert "raw" in told("/t/1.json?include_raw=1")["post_stream"]["posts"][0]


def test_a_wrong_key_opens_nothing_not_even_what_is_public(forum_site):
    answer = forum_site.get("/latest.json", headers={"Api-Key": "guess"})
    assert answer.status_code == 403
    assert "API username or key is invalid" in answer.json()["errors"][0]


def test_a_wrong_slug_is_put_right(forum_site, told):
    path = "/t/mower-stops-i-waits-i/1.json"
    assert told(path)["id"] == 1
    answer = forum_site.get("/t/old-words/1.json")
    assert (answer.status_code, answer.headers["Location"]) == (301, path)
