"""robots.txt as RFC 9309 asks."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.robots import EVERYTHING, MAX_BYTES, MAX_CRAWL_DELAY_S, NOTHING, rules

SITE = "https://help.example.com"
CLOSED = "User-agent: *\nDisallow: /internal/\n"


def allowed(text, path, status=200):
    body = text if isinstance(text, bytes) else text.encode()
    return rules(status, body).allows(f"{SITE}{path}")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 451, 301, 302])
def test_a_file_that_is_not_there_allows_everything(status):
    assert rules(status, CLOSED.encode()) is EVERYTHING
    assert EVERYTHING.allows(f"{SITE}/internal/x")
    assert EVERYTHING.crawl_delay_s == 0


@pytest.mark.parametrize("status", [None, 429, 500, 502, 503, 504, 599])
def test_a_file_that_cannot_be_had_forbids_everything(status):
    assert rules(status, b"User-agent: *\nAllow: /") is NOTHING
    assert not NOTHING.allows(f"{SITE}/")


def test_rules_are_followed():
    assert not allowed(CLOSED, "/internal/x")
    assert allowed(CLOSED, "/internal")
    assert allowed(CLOSED, "/en")


def test_an_empty_file_allows_everything():
    assert allowed("", "/internal/x")
    assert allowed("User-agent: *\nDisallow:\n", "/internal/x")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/docs/", False),
        ("/docs/public", True),
        ("/docs/public/secret", False),
        ("/docs/public/secret/open.html", True),
        ("/docs/same", True),
        ("/a/b.pdf", False),
        ("/a/b.pdf?x", True),
        ("/end", False),
        ("/ending", True),
        ("/x/1/edit", False),
        ("/%7Ejoe/x", False),
        ("/~joe/x", False),
        ("/caf%C3%A9", False),
    ],
)
def test_the_longest_match_wins_and_a_tie_allows(path, expected):
    text = """User-agent: *
Disallow: /docs
Allow: /docs/public
Disallow: /docs/public/secret
Allow: /docs/public/secret/open
Disallow: /docs/same
Allow: /docs/same
Disallow: /*.pdf$
Disallow: /end$
Disallow: /x/*/edit
Disallow: /~joe/
Disallow: /café
"""
    assert allowed(text, path) is expected


def test_rules_under_our_name_take_the_place_of_those_for_all():
    text = "User-agent: *\nDisallow: /\n\nUser-agent: AskAround\nDisallow: /private\n"
    assert allowed(text, "/en")
    assert not allowed(text, "/private")


def test_groups_under_one_name_are_merged():
    text = """User-agent: askaround
Disallow: /a

User-agent: otherbot
Disallow: /b

User-agent: x
User-agent: askaround
Disallow: /c
"""
    assert [allowed(text, path) for path in ("/a", "/b", "/c")] == [False, True, False]


def test_typing_errors_and_remarks_are_understood():
    text = "user-agent : *   # all\n\n  dissallow: /a # not here\nDISALLOW:/b\n"
    assert not allowed(text, "/b")
    assert not allowed(text, "/a")


@pytest.mark.parametrize(
    "body",
    [
        codecs.BOM_UTF8 + CLOSED.encode(),
        codecs.BOM_UTF16_LE + CLOSED.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + CLOSED.encode("utf-16-be"),
        CLOSED.replace("\n", "\r").encode(),
        CLOSED.replace("\n", "\r\n").encode(),
        b"# caf\xe9\n" + CLOSED.encode(),
    ],
    ids=["utf-8 mark", "utf-16 le", "utf-16 be", "old mac", "windows", "latin-1 remark"],
)
def test_marks_encodings_and_line_ends_lose_no_rule(body):
    assert not allowed(body, "/internal/x")
    assert allowed(body, "/en")


def test_a_web_page_in_its_place_holds_no_rules():
    page = b"<!DOCTYPE html><html><head><title>Oops</title></head><body>Disallow</body></html>"
    assert allowed(page, "/internal/x")


@pytest.mark.parametrize(
    ("said", "delay_s"),
    [("0.05", 0.05), ("10", 10), ("3600", MAX_CRAWL_DELAY_S), ("x", 0)],
)
def test_a_delay_is_kept_up_to_a_minute(said, delay_s):
    assert rules(200, f"User-agent: *\nCrawl-delay: {said}\n".encode()).crawl_delay_s == delay_s


@pytest.mark.parametrize("said", ["-5", "nan", "inf", ""])
def test_a_delay_that_makes_no_sense_is_none(said):
    found = rules(200, f"User-agent: *\nCrawl-delay: {said}\n".encode())
    assert max(0.5, found.crawl_delay_s) == 0.5


def test_the_delay_is_that_of_our_own_group():
    text = b"User-agent: *\nCrawl-delay: 20\n\nUser-agent: askaround\nCrawl-delay: 2\n"
    assert rules(200, text).crawl_delay_s == 2


def test_500_kilobytes_are_read_and_no_more():
    filler = b"# " + b"x" * 98 + b"\n"
    head = b"User-agent: *\n" + filler * 4000
    assert len(head) < MAX_BYTES
    assert not allowed(head + b"Disallow: /late\n", "/late")
    assert allowed(head + filler * 2000 + b"Disallow: /late\n", "/late")


def test_a_rule_that_is_cut_in_two_is_no_rule():
    head = b"User-agent: *\n"
    cut = MAX_BYTES - len(head) - len(b"\nDisallow: /")
    assert allowed(head + b"#" * cut + b"\nDisallow: /private\n", "/en")


@given(st.binary(), st.sampled_from([200, 204, 299]))
def test_no_bytes_make_it_raise(body, status):
    found = rules(status, body)
    assert found.allows(f"{SITE}/") in {True, False}
    assert not found.crawl_delay_s > MAX_CRAWL_DELAY_S
