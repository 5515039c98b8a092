def test_an_account_says_whether_it_may_be_searched_and_which_links_are_proven(told):
    staff, member = (told(f"/api/v1/accounts/{n}") for n in (100, 101))
    assert (staff["indexable"], member["indexable"]) == (True, False)
    assert member["noindex"] is False
    proven = {field["name"]: field["verified_at"] for field in staff["fields"]}
    assert proven["Forum"] == "2024-01-02T00:00:00.000Z"
    assert proven["Shady"] is None
    assert 'rel="nofollow noopener me"' in staff["fields"][0]["value"]
    assert staff["fields"][3]["value"] == "javascript:alert(3)"


def test_a_status_tells_text_counts_and_what_it_names(told):
    status = told("/api/v1/statuses/500")
    assert status["created_at"] == "2026-04-30T09:00:00.000Z"
    assert status["edited_at"] == "2026-05-01T09:00:00.000Z"
    assert (status["favourites_count"], status["reblogs_count"]) == (3, 2)
    assert status["replies_count"] == 2
    assert status["url"] == "https://social.example/@mira/500"
    assert status["tags"] == [{"name": "e17", "url": "https://social.example/tags/e17"}]
    assert [m["id"] for m in status["mentions"]] == ["100"]
    assert status["account"]["acct"] == "mira"
