"""One parser for all addresses."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler import urls


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://Example.COM", "https://example.com/"),
        ("https://example.com:443/a/../b/./c", "https://example.com/b/c"),
        ("http://example.com/a#part", "http://example.com/a"),
        ("http://example.com/a?", "http://example.com/a"),
        ("http://example.com/a?b=2&a=1", "http://example.com/a?b=2&a=1"),
        ("http://example.com/a?utm_source=x&id=5&fbclid=y", "http://example.com/a?id=5"),
        ("http://example.com/a?utm_source=x#top", "http://example.com/a"),
        ("http://example.com/a?&&id=5&", "http://example.com/a?id=5"),
        ("http://example.com/a?gclid&igshid=1&_ga=2&ref_src=3&msclkid=4", "http://example.com/a"),
        ("http://example.com/a?mc_cid=1&mc_eid=2&utm=kept", "http://example.com/a?utm=kept"),
        ("http://example.com/a?GCLID=1", "http://example.com/a?GCLID=1"),
        ("http://example.com/ä b", "http://example.com/%C3%A4%20b"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
    ],
)
def test_two_addresses_of_one_page_have_one_form(url, canonical):
    assert urls.canonical(url) == canonical


QUERIES = st.text(alphabet="?&=#/%ab_ utm\u00e4", max_size=20)


@given(QUERIES, st.sampled_from(["a", "utm_a=b", "fbclid=1", "", "?"]))
@example("???", "a")
@example("", "?")
def test_the_canonical_form_of_the_canonical_form_is_itself(query, more):
    once = urls.canonical(f"https://example.com/x?{query}&{more}")
    assert urls.canonical(once) == once


@given(st.text())
def test_an_address_has_a_canonical_form_or_is_none(text):
    try:
        once = urls.canonical(text)
    except ValueError:
        return
    assert urls.canonical(once) == once


@pytest.mark.parametrize("text", ["", "no address", "http://", "http://[::1", "//x.example"])
def test_what_is_no_address_has_no_canonical_form(text):
    with pytest.raises(ValueError, match=r".+"):
        urls.canonical(text)


BASE = "https://example.com/en/articles/e17?x=1"


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("e23", "https://example.com/en/articles/e23"),
        ("/e23", "https://example.com/e23"),
        ("//other.example/e", "https://other.example/e"),
        ("#part", f"{BASE}#part"),
        ("", BASE),
        ("?y=2", "https://example.com/en/articles/e17?y=2"),
        (" https://other.example/\n", "https://other.example/"),
        ("HTTP://Other.example", "http://other.example/"),
    ],
)
def test_a_link_is_joined_to_where_it_stands(link, address):
    assert urls.join(BASE, link) == address


@pytest.mark.parametrize(
    "link", ["javascript:x", "mailto:a@b.example", "ftp://x/", "data:,x", "http://", "http://a b/"]
)
def test_what_cannot_be_fetched_is_no_link(link):
    assert urls.join(BASE, link) is None


@given(st.text())
def test_any_link_is_an_address_or_none(link):
    found = urls.join(BASE, link)
    assert found is None or found.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("url", "origin", "host", "path"),
    [
        ("https://example.com/a?b#c", "https://example.com", "example.com", "/a?b"),
        ("http://example.com:80", "http://example.com", "example.com", "/"),
        ("http://u:p@[::1]:8080/x", "http://[::1]:8080", "[::1]:8080", "/x"),
    ],
)
def test_an_address_has_an_origin_a_host_and_a_path(url, origin, host, path):
    assert (urls.origin(url), urls.host(url), urls.path(url)) == (origin, host, path)


@pytest.mark.parametrize("url", ["https://a.example/b?c#d", "HTTP://a.example", "http://[::1]/"])
def test_an_address_a_reader_may_follow_stays_as_it_is(url):
    assert urls.web(url) == url


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "/a",
        "a.example",
        "javascript:alert(1)",
        "data:,x",
        "mailto:a@b.example",
        "http://",
    ],
)
def test_an_address_nobody_may_follow_is_none(url):
    assert urls.web(url) is None
