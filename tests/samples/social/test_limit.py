from datetime import UTC, datetime, timedelta

from starlette.testclient import TestClient

from samples import social


def test_the_rate_limit_is_told_with_an_iso_time(social_site):
    headers = social_site.get("/api/v1/timelines/public").headers
    assert headers["X-RateLimit-Limit"] == "300"
    assert headers["X-RateLimit-Remaining"] == "299"
    assert headers["X-RateLimit-Reset"] == "2026-09-01T12:05:00.000000Z"
    assert "X-RateLimit-Limit" not in social_site.get("/about").headers


def test_one_request_too_many_waits_for_the_next_window(story):
    now = [datetime(2026, 9, 1, 12, 0, tzinfo=UTC)]
    site = TestClient(social.app(story, limit=2, clock=lambda: now[0]))
    path = "/api/v1/statuses/500"
    assert [site.get(path).status_code for _ in range(3)] == [200, 200, 429]
    refused = site.get(path)
    assert refused.json() == {"error": "Too many requests"}
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    now[0] += timedelta(minutes=5)
    assert site.get(path).status_code == 200
