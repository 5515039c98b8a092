import gzip

import pytest

PLACES = [
    ("qa_site", "/2.3/questions?site=meadowlark"),
    ("qa_site", "/questions/10/e17-says-no-position-b-stops-b"),
    ("forum_site", "/latest.json"),
    ("forum_site", "/t/1.json"),
    ("forum_site", "/posts/1046.json"),
    ("forum_site", "/t/mower-stops-i-waits-i/1"),
    ("kb_site", "/en/articles/e17"),
    ("social_site", "/api/v1/timelines/public"),
    ("social_site", "/api/v1/statuses/500"),
    ("social_site", "/@mira/500"),
]
UNDATED = [
    ("qa_site", "/robots.txt"),
    ("forum_site", "/categories.json"),
    ("kb_site", "/sitemap.xml"),
    ("kb_site", "/style.css"),
    ("social_site", "/api/v2/instance"),
]


@pytest.fixture
def site(request):
    return request.getfixturevalue


@pytest.mark.parametrize(("name", "path"), PLACES + UNDATED)
def test_a_known_label_is_answered_without_a_body(site, name, path):
    first = site(name).get(path)
    label = first.headers["ETag"]
    assert label.startswith('W/"')
    for known in (label, label.removeprefix("W/"), f'"other", {label}', "*"):
        again = site(name).get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == label
        assert "Content-Type" not in again.headers
    assert site(name).get(path, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(("name", "path"), PLACES)
def test_what_has_not_changed_since_is_answered_without_a_body(site, name, path):
    changed = site(name).get(path).headers["Last-Modified"]
    assert site(name).get(path, headers={"If-Modified-Since": changed}).status_code == 304
    early = "Thu, 01 Jan 2015 00:00:00 GMT"
    assert site(name).get(path, headers={"If-Modified-Since": early}).status_code == 200


def test_a_wrong_label_counts_more_than_a_right_date(kb_site):
    changed = kb_site.get("/en/articles/e17").headers["Last-Modified"]
    asked = {"If-Modified-Since": changed, "If-None-Match": '"other"'}
    assert kb_site.get("/en/articles/e17", headers=asked).status_code == 200


def test_a_date_nobody_can_read_is_ignored(kb_site):
    asked = {"If-Modified-Since": "last tuesday"}
    assert kb_site.get("/en/articles/e17", headers=asked).status_code == 200


def test_errors_have_no_label(forum_site):
    assert "ETag" not in forum_site.get("/t/77.json").headers


def test_a_page_of_links_keeps_them_when_it_is_known(social_site):
    first = social_site.get("/api/v1/timelines/public")
    again = social_site.get(
        "/api/v1/timelines/public", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.headers["Link"] == first.headers["Link"]


@pytest.mark.parametrize(("name", "path"), PLACES + UNDATED)
def test_head_tells_the_headers_alone(site, name, path):
    plain = {"Accept-Encoding": "identity"}
    whole, head = (getattr(site(name), ask)(path, headers=plain) for ask in ("get", "head"))
    assert (head.status_code, head.content) == (200, b"")
    same = ("Content-Type", "Content-Length", "ETag", "Last-Modified")
    assert [head.headers.get(name) for name in same] == [whole.headers.get(name) for name in same]


def test_large_answers_are_compressed_for_whoever_can_read_that(forum_site):
    with forum_site.stream("GET", "/t/1.json", headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        packed = b"".join(answer.iter_raw())
    plain = forum_site.get("/t/1.json", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed) == plain.content


@pytest.mark.parametrize(("name", "path"), PLACES + UNDATED)
def test_every_answer_names_its_charset(site, name, path):
    assert site(name).get(path).headers["Content-Type"].endswith("; charset=utf-8")
