"""Crawling, checking and replaying as the command line tells of them."""

import contextlib
import functools
import http.server
import re
import threading
from collections import Counter

import pytest

from cli.crawl_command import told
from contract import SourceSettings
from crawler.crawl import Outcome, locked
from crawler.gather import Counts
from tests.cli.conftest import SETTINGS

HOME = "https://help.example/"


def page(text, *links, title="A page"):
    led = "".join(f'<p><a href="{link}">more</a></p>' for link in links)
    return (
        f"<html><head><title>{title}</title></head>"
        f"<body><main><h1>{title}</h1><p>{text}</p>{led}</main></body></html>"
    )


def stopped(*given):
    raise KeyboardInterrupt


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *said):
        pass


@contextlib.contextmanager
def served(folder):
    """Serve a folder on this machine; its address."""
    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def help_centre(web):
    """A home that leads to two articles."""
    web[HOME] = page("Welcome to the help centre of the garden.", "/dock", "/e17", title="Help")
    web[f"{HOME}dock"] = page("Dock the mower to charge it over night.", title="Dock the mower")
    web[f"{HOME}e17"] = page("E17 means that the antenna is lost.", title="What E17 means")
    return web


def test_a_crawl_tells_how_it_went_and_nothing_on_stdout(desk, help_centre):
    ran = desk.run("crawl", "help")
    assert ran == (0, "", "help: 3 pages, 3 posts new or changed\n")
    assert {post.title for post in desk.posts().values()} >= {"Dock the mower", "What E17 means"}


def test_a_second_crawl_finds_nothing_new(desk, help_centre):
    desk.run("crawl", "help")
    assert " 0 posts new or changed" in desk.run("crawl", "help").err


def test_what_has_gone_is_told_by_a_full_crawl(desk, help_centre):
    desk.run("crawl", "help")
    help_centre[HOME] = page("Welcome to the help centre of the garden.", "/dock", title="Help")
    ran = desk.run("crawl", "help", "--full")
    assert "1 posts gone" in ran.err
    assert len(desk.posts()) == 2


def test_a_source_that_cannot_be_begun_costs_the_others_nothing(desk, help_centre):
    with locked(desk.data, [SourceSettings(name="qa", platform="stackexchange", url="https://x")]):
        ran = desk.run("crawl")
    assert ran.status == 2
    assert 'another process is crawling "qa"' in ran.err
    assert "help: 3 pages, 3 posts new or changed" in ran.err


def test_whoever_gives_no_contact_is_told_so(desk, help_centre):
    desk.settle(SETTINGS.replace("gardener@example.com", ""))
    assert "set `contact` under [site]" in desk.run("crawl", "help").err


def test_what_was_left_out_is_counted_by_the_reason_the_most_frequent_first():
    counts = Counts(pages=2, dropped=Counter({"private": 1, "system notice": 3}))
    said = told(Outcome(source="forum", counts=counts, finished=True, failures=0))
    assert said.endswith(", 4 left out (system notice 3, private 1)")


def test_pages_that_failed_are_trouble_and_the_way_to_their_reason_is_told(desk, web):
    ran = desk.run("crawl", "help")
    assert (ran.status, ran.out) == (2, "")
    assert "1 pages failed (askaround doctor tells why)" in ran.err


def test_one_source_that_fails_hides_no_other(desk, help_centre):
    ran = desk.run("crawl")
    assert ran.status == 2
    assert "qa: 0 pages, 0 posts new or changed, 1 pages failed" in ran.err
    assert "help: 3 pages, 3 posts new or changed\n" in ran.err


def test_a_crawl_that_was_cut_short_goes_on_and_says_so(desk, help_centre, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("crawler.gather.Gathering.arrived", stopped)
        assert desk.run("crawl", "help").status == 130
    ran = desk.run("crawl", "help")
    assert "help: going on where the last crawl stopped" in ran.err
    assert "3 pages, 3 posts new or changed" in ran.err


def test_one_page_is_crawled_alone(desk, help_centre):
    ran = desk.run("crawl", "help", "--url", f"{HOME}dock")
    assert ran == (0, "", "help: 1 pages, 1 posts new or changed\n")


@pytest.mark.parametrize("words", [[], ["help", "qa"]], ids=["none", "two"])
def test_a_page_needs_the_one_source_it_belongs_to(desk, web, words):
    ran = desk.run("crawl", *words, "--url", f"{HOME}dock")
    assert ran.status == 2
    assert "askaround crawl SOURCE --url URL" in ran.err
    assert not desk.data.exists()


@pytest.mark.parametrize("command", ["crawl", "check"])
@pytest.mark.parametrize("url", ["dock", "https://other.example/dock", "ftp://help.example/dock"])
def test_an_address_that_is_no_page_of_the_site_is_refused(desk, help_centre, command, url):
    ran = desk.run(command, "help", "--url", url)
    assert (ran.status, ran.out) == (2, "")
    said, hint = ran.err.splitlines()
    assert said == f'askaround: "{url}" is no page of "help"'
    assert HOME in hint


def test_an_address_that_was_refused_is_in_no_later_crawls_way(desk, help_centre):
    desk.run("crawl", "help", "--url", "dock")
    assert desk.run("crawl", "help").err == "help: 3 pages, 3 posts new or changed\n"


@pytest.mark.parametrize("command", ["crawl", "check"])
def test_a_page_of_a_platform_is_known_only_by_its_posts(desk, web, command):
    ran = desk.run(command, "qa", "--url", "https://qa.example/1")
    assert ran.status == 2
    assert '"qa" has no post at https://qa.example/1' in ran.err


def test_two_crawls_of_one_source_do_not_meet(desk, monkeypatch):
    second = []

    def meanwhile(*given):
        second.append(desk.run("crawl", "help"))
        return [Outcome(source="help", counts=Counts(), finished=True, failures=0)]

    monkeypatch.setattr("crawler.crawl.crawl", meanwhile)
    assert desk.run("crawl", "help").status == 0
    (refused,) = second
    assert refused.status == 2
    assert 'another process is crawling "help"' in refused.err
    assert "hint: Wait for the other" in refused.err


def test_a_check_shows_what_the_first_page_with_posts_would_bring_and_writes_nothing(
    desk, help_centre
):
    ran = desk.run("check", "help")
    assert ran.status == 0
    assert f"== {HOME}\n" in ran.out
    assert f"article  help:/  {HOME}\n    by unknown, at an unknown date\n    Help\n" in ran.out
    assert "    Help Welcome to the help centre of the garden." in ran.out
    assert f"next  page  {HOME}dock\n" in ran.out
    assert f"== {HOME}dock" not in ran.out
    assert not desk.data.exists()


def test_a_check_asks_for_little_and_stops_at_the_first_page_with_posts(desk, help_centre):
    named = "".join(f"<url><loc>{HOME}{name}</loc></url>" for name in ("dock", "e17"))
    help_centre[f"{HOME}sitemap.xml"] = (
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{named}</urlset>'
    )
    ran = desk.run("check", "help")
    assert f"next  page  {HOME}e17" in ran.out
    assert ran.out.count("\narticle  ") == 1
    assert f"{HOME}dock" in help_centre.asked
    assert f"{HOME}e17" not in help_centre.asked


def test_a_check_of_one_page_shows_that_one(desk, help_centre):
    ran = desk.run("check", "help", "--url", f"{HOME}e17")
    assert ran.status == 0
    assert "What E17 means" in ran.out
    assert "Dock" not in ran.out


def test_a_source_whose_pages_hold_no_post_is_nothing_found(desk, web):
    web[HOME] = '<html><head><meta name="robots" content="noindex"></head><body>Hi</body></html>'
    ran = desk.run("check", "help")
    assert (ran.status, ran.out) == (1, f"== {HOME}\ngone  help:/  marked noindex\n")


def test_a_source_that_does_not_answer_is_trouble_and_says_why(desk, web):
    ran = desk.run("check", "help")
    assert (ran.status, ran.out) == (2, "")
    assert f"failed: {HOME} answered 404" in ran.err


@pytest.mark.slow
def test_a_check_over_the_network_does_the_same(desk, tmp_path):
    """The only one that pays for Scrapy: a process of its own against a server of this machine."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text(page("Welcome to the help centre of the garden."), "utf-8")
    with served(site) as address:
        desk.settle(
            SETTINGS.replace(HOME, f"{address}/") + "private_network = true\ndelay_s = 0.0\n"
        )
        ran = desk.command("check", "help")
    assert (ran.status, ran.err) == (0, "")
    assert f"== {address}/" in ran.out
    assert "Welcome to the help centre" in ran.out
    assert not desk.data.exists()


def test_a_kept_page_is_read_again_without_the_network(desk, help_centre):
    desk.run("crawl", "help", "--url", f"{HOME}dock")
    help_centre.clear()
    ran = desk.run("replay", 1)
    assert (ran.status, ran.err) == (0, "")
    assert f"== {HOME}dock\n" in ran.out
    assert "Dock the mower to charge it over night." in ran.out


def test_a_page_that_cannot_be_read_is_named_by_the_doctor_and_replayed(desk, web):
    web["https://qa.example/2.3/filters/create"] = '{"itmes": []}'
    assert desk.run("crawl", "qa").status == 2
    told = desk.run("doctor").out
    number = re.search(r"missing required field `items`; kept as page (\d+)", told)[1]
    ran = desk.run("replay", number)
    assert ran.status == 2
    assert ran.out.startswith("== https://qa.example/2.3/filters/create")
    said, hint = ran.err.splitlines()
    assert "missing required field `items`" in said
    assert (
        hint
        == "hint: The page is kept: run `askaround replay PAGE` to read it again after an update."
    )


def test_a_page_that_was_never_kept_sends_one_to_the_doctor(desk):
    ran = desk.run("replay", 812)
    assert ran.status == 2
    assert ran.err.splitlines()[0] == "askaround: there is no page 812"
    assert "askaround doctor" in ran.err


def test_a_page_of_a_source_that_left_the_settings_names_those_there_are(desk, help_centre):
    desk.run("crawl", "help")
    desk.settle(SETTINGS.partition('[[source]]\nname = "help"')[0])
    ran = desk.run("replay", 1)
    assert ran.status == 2
    assert 'no source is named "help"' in ran.err
