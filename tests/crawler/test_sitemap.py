"""Sitemaps in all the forms people publish, good and bad."""

import gzip
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sitemap import MAX_BYTES, Entry, entries

MAY = datetime(2026, 5, 1, tzinfo=UTC)
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
ARTICLE = Entry("https://help.example.com/en/e17", MAY, is_sitemap=False)
PLAIN = Entry("https://help.example.com/en/e23", None, is_sitemap=False)
URLSET = f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset {NAMESPACE}>
  <url><loc>{ARTICLE.url}</loc><lastmod>2026-05-01</lastmod><priority>1</priority></url>
  <url><loc> {PLAIN.url} </loc></url>
</urlset>"""


def read(text):
    return list(entries(text if isinstance(text, bytes) else text.encode()))


def test_a_sitemap_lists_addresses_and_when_they_changed():
    assert read(URLSET) == [ARTICLE, PLAIN]


def test_an_index_lists_sitemaps():
    text = f"""<sitemapindex {NAMESPACE}><sitemap><loc>https://help.example.com/de.xml</loc>
      <lastmod>2026-05-01T00:00:00Z</lastmod></sitemap></sitemapindex>"""
    assert read(text) == [Entry("https://help.example.com/de.xml", MAY, is_sitemap=True)]


@pytest.mark.parametrize(
    "namespace",
    [
        "",
        'xmlns="http://www.google.com/schemas/sitemap/0.84"',
        'xmlns="https://sitemaps.org/wrong"',
    ],
)
def test_a_wrong_namespace_does_not_matter(namespace):
    assert read(URLSET.replace(NAMESPACE, namespace)) == [ARTICLE, PLAIN]


def test_a_prefix_does_not_matter():
    text = f'<s:urlset xmlns:s="x:y"><s:url><s:loc>{PLAIN.url}</s:loc></s:url></s:urlset>'
    assert read(text) == [PLAIN]


def test_it_may_be_packed_whatever_it_is_called():
    assert read(gzip.compress(URLSET.encode())) == [ARTICLE, PLAIN]


def test_what_looks_packed_and_is_not_is_empty():
    assert read(b"\x1f\x8b\x08not really") == []


def test_a_pack_that_was_cut_off_gives_what_arrived():
    many = "".join(f"<url><loc>https://x.example/{n * 7919}</loc></url>" for n in range(3000))
    packed = gzip.compress(f"<urlset>{many}</urlset>".encode())
    assert 0 < len(read(packed[: len(packed) // 2])) < 3000


def test_a_pack_that_unfolds_without_end_is_cut():
    bomb = gzip.compress(
        b"<urlset>" + b" " * (MAX_BYTES + 1000) + b"<url><loc>https://x/</loc></url>"
    )
    assert read(bomb) == []


@pytest.mark.parametrize("lead", [b"\xef\xbb\xbf", b"\n  ", b""])
def test_a_mark_or_space_before_the_first_letter_does_no_harm(lead):
    assert read(lead + URLSET.encode()) == [ARTICLE, PLAIN]
    assert read(gzip.compress(lead + URLSET.encode())) == [ARTICLE, PLAIN]


def test_plain_text_is_an_address_a_line():
    text = f"\ufeff{PLAIN.url}\r\n\r\n# a remark\r\n  http://help.example.com/b \nftp://x\n"
    assert read(text) == [PLAIN, Entry("http://help.example.com/b", None, is_sitemap=False)]


def test_a_feed_is_a_sitemap_too():
    rss = f"""<rss version="2.0"><channel><link>https://help.example.com/</link><item>
      <title>E17</title><link>{ARTICLE.url}</link><pubDate>Fri, 01 May 2026 00:00:00 GMT</pubDate>
      </item></channel></rss>"""
    atom = f"""<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://help.example.com/"/>
      <entry><link rel="self" href="https://help.example.com/feed/1"/><link href="{ARTICLE.url}"/>
      <published>2020-01-01T00:00:00Z</published><updated>2026-05-01T00:00:00Z</updated>
      </entry></feed>"""
    assert read(rss) == read(atom) == [ARTICLE]


def test_the_page_in_other_languages_is_not_the_page():
    text = f"""<urlset {NAMESPACE} xmlns:xhtml="http://www.w3.org/1999/xhtml"><url>
      <xhtml:link rel="alternate" hreflang="de" href="https://help.example.com/de/e23"/>
      <loc>{PLAIN.url}</loc></url></urlset>"""
    assert read(text) == [PLAIN]


def test_an_address_with_parameters_is_decoded():
    text = "<urlset><url><loc>https://x.example/?a=1&amp;b=2</loc></url></urlset>"
    assert read(text)[0].url == "https://x.example/?a=1&b=2"


def test_a_date_nobody_can_read_is_no_date():
    text = f"<urlset><url><loc>{PLAIN.url}</loc><lastmod>last week</lastmod></url></urlset>"
    assert read(text) == [PLAIN]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<",
        b"   ",
        b"<!DOCTYPE html><html><body>Not found</body></html>",
        b'{"urls": []}',
        b"\x00\x01\x02",
        b"<urlset><url></url><url><loc> </loc></url></urlset>",
    ],
)
def test_what_is_no_sitemap_is_empty(body):
    assert read(body) == []


def test_a_sitemap_that_breaks_off_gives_what_stands_before():
    assert read(URLSET[: URLSET.index("<priority>")]) == [ARTICLE]


def test_a_billion_laughs_are_not_laughed():
    deep = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
    bomb = f"""<!DOCTYPE l [<!ENTITY l0 'ha'>{deep}]>
      <urlset><url><loc>&l11;</loc></url><url><loc>{PLAIN.url}</loc></url></urlset>"""
    started = time.process_time()
    assert all(len(entry.url) < 1000 for entry in read(bomb))
    assert time.process_time() - started < 1


def test_an_entity_opens_no_file(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("https://x.example/secret")
    text = f"""<!DOCTYPE u [<!ENTITY f SYSTEM "{secret.as_uri()}">]>
      <urlset><url><loc>&f;</loc></url><url><loc>{PLAIN.url}</loc></url></urlset>"""
    assert read(text) == [PLAIN]


@given(st.binary() | st.text().map(str.encode))
def test_no_bytes_make_it_raise(body):
    assert all(entry.url for entry in entries(body))
    assert all(entry.url for entry in entries(b"<" + body))
    assert all(entry.url for entry in entries(b"\x1f\x8b" + body))
