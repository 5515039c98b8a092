"""How often a place lets itself be asked, in the words of every place that is gathered."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.limits import EDGE, Limit, asked_wait_s, limit, method

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SAID = Path(__file__).parent.parent / "sources" / "stackexchange"
JSON = {"content-type": "application/json; charset=utf-8"}


def epoch(seconds):
    return str(int(NOON.timestamp()) + seconds)


# in the headers


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({}, None),
        ({"retry-after": "120"}, 120),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "Mon, 04 May 2026 12:00:30 GMT"}, 30),
        ({"retry-after": "Monday, 04-May-26 12:00:30 GMT"}, 30),
        ({"retry-after": "2026-05-04T12:00:30Z"}, 30),
        ({"retry-after": "2026-05-04T14:00:30+02:00"}, 30),
        ({"retry-after": "Mon, 04 May 2026 11:00:00 GMT"}, 0),
        ({"retry-after": epoch(40)}, 40),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
    ],
)
def test_anybody_may_say_when_to_come_again(headers, wait_s):
    assert asked_wait_s(headers, NOON) == (None if wait_s is None else pytest.approx(wait_s))


def quota(name, remaining, reset):
    return {f"{name}-remaining": remaining, f"{name}-reset": reset}


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        (quota("x-ratelimit", "0", epoch(9)), 9),
        (quota("x-ratelimit", "0.0", "77"), 77),
        (quota("x-ratelimit", "0", "2026-05-04T12:05:00.100000Z"), 300.1),
        (quota("ratelimit", "0", epoch(250)), 250),
        (quota("ratelimit", "0", "31"), 31),
        ({"x-rate-limit-remaining": "0", **quota("ratelimit", "0", "31")}, 31),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-total": "50", "retry-after": "2"}, 2),
        ({"ratelimit": '"default";r=0;t=30'}, 30),
        ({"ratelimit": "limit=100, remaining=0, reset=50"}, 50),
        ({"ratelimit": '"burst";r=0;t=5, "day";r=0;t=900, "hour";r=7;t=3000'}, 900),
        ({"ratelimit": '"burst";r=0;t=5\n"day";r=0;t=900'}, 900),
        ({"retry-after": "3", **quota("x-ratelimit", "0", "77")}, 3),
    ],
    ids=[
        "GitHub",
        "Reddit",
        "Mastodon",
        "Bluesky",
        "the draft in three headers",
        "Zendesk",
        "Freshdesk",
        "the draft in one",
        "the draft as it was",
        "several policies",
        "several headers",
        "Retry-After comes first",
    ],
)
def test_a_quota_that_is_used_up_says_when_it_is_filled_again(headers, wait_s):
    assert asked_wait_s(headers, NOON) == pytest.approx(wait_s)


@pytest.mark.parametrize(
    "headers",
    [
        quota("x-ratelimit", "12", "77"),
        quota("ratelimit", "4988", epoch(9)),
        {"x-ratelimit-remaining": "0"},
        {"x-ratelimit-reset": "77"},
        {"ratelimit": '"default";r=50;t=30'},
        {"ratelimit": "limit=100, remaining=50, reset=50"},
        {"ratelimit": '"default";r=0'},
        {"ratelimit-policy": '"default";q=100;w=60'},
        {"ratelimit": "nonsense"},
    ],
)
def test_while_there_is_something_left_nobody_waits(headers):
    assert asked_wait_s(headers, NOON) is None


@pytest.mark.parametrize(("status", "told"), [
    (200, Limit(method_s=9)),
    (429, Limit(wait_s=9, refuses=True)),
])  # fmt: skip
def test_x_counts_each_method_apart_until_it_refuses(status, told):
    assert limit(status, quota("x-rate-limit", "0", epoch(9)), b"", NOON) == told


@given(st.text() | st.floats().map(str) | st.datetimes().map(str))
def test_whatever_a_place_says_we_wait_no_less_than_nothing(said):
    for name in ("retry-after", "ratelimit"):
        wait_s = asked_wait_s({name: said}, NOON)
        assert wait_s is None or wait_s >= 0


@given(st.integers(1, 300 * 24 * 3600))
def test_seconds_and_the_date_they_lead_to_say_the_same(seconds):
    date = format_datetime(NOON + timedelta(seconds=seconds), usegmt=True)
    assert asked_wait_s({"retry-after": date}, NOON) == seconds
    assert asked_wait_s({"retry-after": str(seconds)}, NOON) == seconds


# in a refusal


def refusal(status, body, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return limit(status, {**JSON, **named}, body, NOON)


SECONDARY = b'{"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}'
ABUSE = b'{"message": "You have triggered an abuse detection mechanism."}'
GOOGLE = b'{"error": {"code": 403, "errors": [{"domain": "usageLimits", "reason": "%s"}]}}'


@pytest.mark.parametrize("body", [SECONDARY, ABUSE, GOOGLE % b"rateLimitExceeded"])
@pytest.mark.parametrize("status", [403, 429])
def test_a_refusal_for_now_is_known_by_its_words_where_no_header_says_so(status, body):
    assert refusal(status, body) == Limit(refuses=True)
    assert refusal(status, body, x_ratelimit_remaining="31") == Limit(refuses=True)
    assert refusal(status, body, retry_after="60") == Limit(wait_s=60, refuses=True)


def test_a_forbidden_page_is_a_refusal_for_now_where_a_header_says_until_when():
    none_left = quota("x-ratelimit", "0", epoch(9))
    assert limit(403, none_left, b"", NOON) == Limit(wait_s=9, refuses=True)
    assert limit(403, {"retry-after": "8"}, b"", NOON) == Limit(wait_s=8, refuses=True)
    assert limit(400, {"retry-after": "8"}, b"", NOON) == Limit(wait_s=8)


@pytest.mark.parametrize("status", [400, 403])
def test_any_other_refusal_is_a_word_about_the_page(status):
    assert refusal(status, b'{"message": "Must have admin rights to Repository."}') == Limit()
    assert limit(status, {"content-type": "text/html"}, b"rate limit exceeded", NOON) == Limit()
    assert refusal(404, SECONDARY) == Limit()


@pytest.mark.parametrize("reason", [b"quotaExceeded", b"dailyLimitExceeded"])
def test_the_quota_of_youtube_is_filled_again_at_midnight_in_california(reason):
    assert refusal(403, GOOGLE % reason) == Limit(wait_s=20 * 3600, refuses=True)
    assert refusal(403, GOOGLE % b"commentsDisabled") == Limit()


# Stack Exchange


def test_stack_exchange_lets_a_method_rest_and_no_other():
    body = (SAID / "questions_asking_for_rest.json").read_bytes()
    assert limit(200, JSON, body, NOON) == Limit(method_s=17)


def test_a_quota_of_stack_exchange_that_is_used_up_closes_it_until_the_day_ends():
    body = (SAID / "questions_using_up_the_quota.json").read_bytes()
    assert limit(200, JSON, body, NOON) == Limit(wait_s=12 * 3600)
    late = NOON.replace(hour=23, minute=59, second=58)
    assert limit(200, JSON, body, late) == Limit(wait_s=2)


def test_stack_exchange_says_in_words_when_it_answers_again():
    body = (SAID / "error_throttled.json").read_bytes()
    assert limit(400, JSON, body, NOON) == Limit(wait_s=70, refuses=True)


@pytest.mark.parametrize("head", [b"", b"{"])
def test_what_somebody_writes_in_a_post_closes_nothing(head):
    post = rb'"body": "Mine says \"backoff\": 900 and \"quota_remaining\": 0"'
    body = head + post + b" " * EDGE + b'"quota_remaining": 0' + b" " * EDGE + post
    assert limit(200, JSON, body, NOON) == Limit()
    assert limit(200, {"content-type": "text/html"}, b'"backoff": 9', NOON) == Limit()


@pytest.mark.parametrize(
    ("url", "called"),
    [
        ("https://api.example.com/2.3/questions?page=2", "https://api.example.com/2.3/questions"),
        ("https://api.example.com/2.3/questions/7;9/answers?a", "https://api.example.com/2.3/questions/{ids}/answers"),
        ("https://api.example.com/2.3/questions/7", "https://api.example.com/2.3/questions/{ids}"),
    ],
)  # fmt: skip
def test_a_method_is_an_address_without_numbers_and_query(url, called):
    assert method(url) == called
