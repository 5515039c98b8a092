"""A page that was indexed once and asks not to be: at the next visit it goes, with its posts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contract import SourceSettings
from crawler.gather import Gathering, Reply
from crawler.sources.site import Options, Site

HOME = "https://help.example.com"
WORDS = "<p>Descale the kettle with vinegar once a month, and rinse it twice before tea.</p>" * 3


def page(title, head=""):
    return f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1>{WORDS}</body>"


class Help:
    """A site of three pages, crawled without a network; `replies` holds what differs."""

    def __init__(self, store, clock):
        self.replies = {}
        self._pages = {f"/{name}": page(name.title()) for name in ("drips", "leaks", "scale")}
        self._store, self._clock = store, clock
        self._site = Site("help", f"{HOME}/drips", Options(follow=False, sitemaps=()))
        self._settings = SourceSettings(name="help", platform="site", url=f"{HOME}/drips")

    def crawl(self):
        """Fetch what there is; how many posts went."""
        site = _Listed(self._site, self._pages)
        gathering = Gathering(site, self._settings, self._store, self._clock)
        while (leased := gathering.lease()) is not None:
            path = leased.fetch.url.removeprefix(HOME)
            usual = Reply(
                status=200,
                url=leased.fetch.url,
                headers={"content-type": "text/html"},
                body=self._pages[path].encode(),
            )
            gathering.arrived(leased, replace(usual, **self.replies.get(path, {})))
        gathering.settle()
        return gathering


class _Listed:
    """The site, begun at each of its pages."""

    def __init__(self, site, pages):
        self._site, self._listed = site, pages

    def __getattr__(self, name):
        return getattr(self._site, name)

    def start(self, since):
        (first,) = [wish for wish in self._site.start(since) if wish.kind == "page"]
        return [replace(first, url=f"{HOME}{path}") for path in self._listed]


@pytest.fixture
def site(store, clock):
    return Help(store, clock)


@pytest.fixture
def live(archive):
    return lambda: sorted(post.title for thread in archive.threads() for post in thread)


CLOSED = {"headers": {"content-type": "text/html", "x-robots-tag": "noindex"}}


def meta(title):
    return {"body": page(title, "<meta name='robots' content='noindex'>").encode()}


@pytest.mark.parametrize("says", [CLOSED, meta("Leaks")], ids=["header", "meta"])
def test_a_page_that_asks_not_to_be_found_any_more_goes_at_once(site, live, clock, says):
    assert site.crawl().end() == 0
    assert live() == ["Drips", "Leaks", "Scale"]
    clock.at += timedelta(days=1)
    site.replies = {"/leaks": says, "/scale": {"status": 500}}  # others may be in trouble
    gathering = site.crawl()
    assert live() == ["Drips", "Scale"]
    assert gathering.counts.buried == 1


def test_a_page_that_may_be_found_again_comes_back(site, live, clock):
    site.replies = {"/leaks": CLOSED}
    site.crawl().end()
    assert live() == ["Drips", "Scale"]
    clock.at += timedelta(days=1)
    site.replies = {}
    site.crawl().end()
    assert live() == ["Drips", "Leaks", "Scale"]


def test_a_copy_that_asks_not_to_be_found_takes_the_original_nowhere(site, live, clock):
    site.crawl().end()
    clock.at += timedelta(days=1)
    head = f"<meta name='robots' content='noindex'><link rel='canonical' href='{HOME}/drips'>"
    site.replies = {"/leaks": {"body": page("Leaks", head).encode()}}
    site.crawl()
    assert "Drips" in live()
