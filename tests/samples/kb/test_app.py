import json
import re

import pytest
from starlette.testclient import TestClient

from samples import kb
from samples.kb.markup import BROKEN


def locations(text):
    return re.findall("<loc>(.*?)</loc>", text)


def test_sitemaps_lead_to_every_page_that_may_be_indexed(kb_site, page):
    sitemaps = locations(page("/sitemap.xml"))
    assert sitemaps == [f"https://help.example/sitemap-{lang}.xml" for lang in ("en", "de")]
    listed = [url for sitemap in sitemaps for url in locations(page(sitemap))]
    assert sorted(url.removeprefix("https://help.example") for url in listed) == [
        "/de/articles/reset",
        "/en/articles/e17",
        "/en/articles/faq",
        "/en/articles/reset",
        "/en/articles/zebra",
    ]
    assert all(kb_site.get(url).status_code == 200 for url in listed)


def test_sitemaps_say_when_a_page_last_changed(page):
    assert "<lastmod>2026-03-31T09:00:00Z</lastmod>" in page("/sitemap-de.xml")
    assert "<lastmod>2026-03-31T09:00:00Z</lastmod>" in page("/sitemap.xml")


def test_robots_are_told_the_rules_and_the_sitemap(page):
    rules = page("/robots.txt")
    assert "Disallow: /internal/\n" in rules
    assert "Crawl-delay: 0.05\n" in rules
    assert "Sitemap: https://help.example/sitemap.xml\n" in rules


def test_the_last_article_has_broken_markup_unless_told_otherwise(story, page, markup):
    with pytest.raises(json.JSONDecodeError):
        markup("/en/articles/zebra")
    assert "<p>Lines.</p>" in page("/en/articles/zebra")
    whole = TestClient(kb.app(story, broken_markup=False)).get("/en/articles/zebra").text
    assert '"headline": "Stripes"' in whole
    assert BROKEN not in whole
