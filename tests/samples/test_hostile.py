"""Hostile strings reach whoever reads an API as they are, and do nothing on the pages."""

import json
import re

import pytest

RAW = [
    "<script>alert('xss')</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(2)">',
]
PAGES = [
    ("qa_site", "/"),
    ("qa_site", "/questions/10/e17-says-no-position-b-stops-b"),
    ("forum_site", "/"),
    ("forum_site", "/t/mower-stops-i-waits-i/1"),
    ("kb_site", "/en/articles/e17"),
    ("kb_site", "/en/articles/faq"),
    ("social_site", "/"),
    ("social_site", "/@mira"),
    ("social_site", "/@mira/507"),
    ("social_site", "/@nadia"),
]


def test_the_qa_api_tells_them_raw(qa_site):
    (answer,) = qa_site.get("/2.3/answers/12?site=meadowlark&filter=withbody").json()["items"]
    assert all(raw in answer["body"] for raw in RAW)


def test_the_forum_tells_them_raw(forum_site):
    post = forum_site.get("/posts/1052.json").json()
    assert all(raw in post["cooked"] and raw in post["raw"] for raw in RAW)


def test_the_social_server_tells_them_raw(social_site):
    status = social_site.get("/api/v1/statuses/507").json()
    assert all(raw in status["content"] for raw in RAW)


def test_the_help_site_tells_them_raw_in_its_markup_alone(kb_site):
    page = kb_site.get("/en/articles/faq").text
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    answer = json.loads(script)[0]["mainEntity"][1]["acceptedAnswer"]["text"]
    assert all(raw in answer for raw in RAW)
    assert "<" not in script


@pytest.mark.parametrize(("name", "path"), PAGES)
def test_on_the_pages_nothing_of_them_is_left(request, name, path):
    answer = request.getfixturevalue(name).get(path)
    assert answer.status_code == 200
    page = answer.text
    assert re.findall(r"<script[^>]*>", page) in ([], ['<script type="application/ld+json">'])
    assert not re.search(r"<[^>]*\son\w+=", page)
    assert "javascript:" not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert "<b>stops</b>" not in page
    assert "<i>waits</i>" not in page


@pytest.mark.parametrize(("name", "path"), PAGES)
def test_every_page_says_that_it_is_fiction_and_where_it_lives(request, name, path):
    answer = request.getfixturevalue(name).get(path)
    assert "This is a fictional sample community." in answer.text
    assert answer.text.count('<link rel="canonical" href="https://') == 1
    assert re.search(r'<html lang="(en|de)">', answer.text)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
