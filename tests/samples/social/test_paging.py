def test_the_public_timeline_leads_back_to_the_first_post_without_a_gap(follow):
    found = follow("/api/v1/timelines/public?local=true&limit=7")
    assert found == ["507", "506", "505", "500", *(str(90 + n) for n in range(49, -1, -1))]


def test_the_page_size_is_twenty_and_at_most_forty(ids):
    assert len(ids("/api/v1/timelines/public")) == 20
    assert len(ids("/api/v1/timelines/public?limit=900")) == 40


def test_min_id_goes_forward_from_where_somebody_stopped_and_since_id_leaves_a_gap(ids):
    path = "/api/v1/timelines/tag/lark"
    assert ids(path, min_id="95", limit=3) == ["98", "97", "96"]
    assert ids(path, since_id="95", limit=3) == ["139", "138", "137"]


def test_walking_forward_by_prev_links_reaches_everything_new(follow):
    path = "/api/v1/timelines/tag/lark?min_id=100&limit=15"
    assert sorted(follow(path, "prev")) == [str(n) for n in range(101, 140)]


def test_links_keep_the_parameters_and_name_the_ends_of_the_page(social_site, link):
    answer = social_site.get("/api/v1/timelines/tag/lark?limit=2&max_id=120")
    base = "https://social.example/api/v1/timelines/tag/lark?limit=2"
    assert link(answer, "next") == f"{base}&max_id=118"
    assert link(answer, "prev") == f"{base}&min_id=119"


def test_ids_are_strings_that_sort_by_length_first(follow):
    found = follow("/api/v1/timelines/tag/lark")
    assert found[-11:] == ["100", *(str(n) for n in range(99, 89, -1))]


def test_a_short_page_of_an_account_has_no_next_one(social_site, link):
    answer = social_site.get("/api/v1/accounts/101/statuses")
    assert link(answer, "next") is None
    assert link(answer, "prev").endswith("?min_id=507")
