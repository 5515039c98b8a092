def test_nothing_comes_from_elsewhere(told):
    assert told("/api/v1/timelines/public?remote=true") == []


def test_an_account_is_found_by_name_and_by_id(told):
    by_name = told("/api/v1/accounts/lookup?acct=nadia")
    assert told("/api/v1/accounts/lookup?acct=NADIA@social.example") == by_name
    assert told("/api/v1/accounts/100") == by_name
    assert by_name["roles"][0]["name"] == "Meadowlark"
    assert by_name["statuses_count"] == 53
    assert by_name["last_status_at"] == "2026-05-06"


def test_several_statuses_come_at_once_without_those_that_are_gone(social_site, ids):
    assert ids("/api/v1/statuses", **{"id[]": ["500", "502", "503", "504"]}) == ["503", "500"]
    many = social_site.get("/api/v1/statuses", params={"id[]": list(range(21))})
    assert many.status_code == 422


def test_what_is_not_answered_is_not_found(social_site):
    for path in ("/api/v1/trends", "/api/v1/accounts/7", "/api/v1/accounts/lookup"):
        answer = social_site.get(path)
        assert (answer.status_code, answer.json()) == (404, {"error": "Not Found"})
    assert social_site.get("/nowhere").headers["Content-Type"] == "text/html; charset=utf-8"
