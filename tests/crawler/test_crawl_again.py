"""Crawls that are stopped, killed and repeated: each goes on from where the last one was."""

import collections
import json
import threading
import time

import pytest
import sqlalchemy as sa

from crawler import schema
from crawler.spider import SOON_S

pytestmark = pytest.mark.xdist_group("crawl")

PAGES = 17
"""Several times what a crawl has under way at once, and brings home when it is told to stop."""


def page(words):
    """A page that says what it is, so that nobody has to look for its main text."""
    marked = json.dumps({"@type": "QAPage", "mainEntity": {"@type": "Question", "name": words}})
    return f"<script type='application/ld+json'>{marked}</script>"


class Forum:
    """A site of pages that know when they changed, and on which the crawler can be held up."""

    def __init__(self, place):
        self.held = threading.Event()
        self.let_go = threading.Event()
        self.hold_at = None
        links = "".join(f"<a href='/{number}'>next</a>" for number in range(1, PAGES))
        self.words = {f"/{number}": page(f"Said on page {number}") for number in range(1, PAGES)}
        self.words["/"] = page("Said on the front") + links
        self.busy = {"/16": 1}
        self.place = place(dict.fromkeys(self.words, self.answer))
        self.seen = 0

    def answer(self, asked):
        path = asked.path
        if path == self.hold_at:
            self.hold_at = None
            self.held.set()
            self.let_go.wait(30)
        if self.busy.get(path, 0) > 0:
            self.busy[path] -= 1
            return 503, {"Retry-After": "1"}, b""
        tag = f'"{hash(self.words[path])}"'
        if asked.headers["If-None-Match"] == tag:
            return 304, {}, b""
        return 200, {"ETag": tag}, self.words[path].encode()

    def asked(self):
        """Which pages were asked for since the last time one looked here."""
        new, self.seen = self.place.asked[self.seen :], len(self.place.asked)
        return collections.Counter(path for path, _, _ in new if path in self.words)

    def catch(self):
        """Wait until a crawl is held up."""
        assert self.held.wait(30)
        self.held.clear()


@pytest.fixture(scope="module")
def story(place, crawls):
    """Stopped at page 1, killed at page 13, then to its end: what each crawl asked and said."""
    forum, runs = Forum(place), crawls()
    lines = ('name = "forum"', 'platform = "site"', f'url = "{forum.place.url}/"')
    more = ("delay_s = 0.0", "private_network = true")
    runs.write("max_attempts = 2", "\n".join(lines + more))
    told = {}

    forum.hold_at = "/1"
    stopped = runs.start()
    forum.catch()
    stopped.terminate()  # SIGTERM, as by whoever shuts the machine down
    threading.Timer(0.3, forum.let_go.set).start()
    told["stopped"] = (forum, runs.ended(stopped)[0]["forum"], forum.asked())

    forum.let_go.clear()
    forum.hold_at = "/13"
    killed = runs.start()
    forum.catch()
    time.sleep(2 * SOON_S)  # what came in before has been settled
    killed.kill()
    killed.join(30)
    forum.let_go.set()
    told["killed"] = (forum, None, forum.asked())

    told["finished"] = (forum, runs.run()[0]["forum"], forum.asked())
    told["posts"] = posts(runs)

    forum.words["/4"] = page("Said anew on page 4")
    told["again"] = (forum, runs.run(full=True)[0]["forum"], forum.asked())
    told["posts again"] = posts(runs)
    return told


def posts(runs):
    columns = (schema.posts.c.url, schema.posts.c.state, schema.posts.c.content_hash)
    with runs.archive() as store, store.reading() as tx:
        return {
            f"/{url.split('/')[3]}": (state, text)
            for url, state, text in tx.execute(sa.select(*columns))
        }


def test_a_crawl_that_is_told_to_stop_says_it_has_not_finished(story):
    _, outcome, asked = story["stopped"]
    assert not outcome["finished"]
    assert outcome["counts"]["failures"] == 0
    assert 0 < sum(asked.values()) < PAGES - 3


def test_after_a_kill_only_the_page_in_the_making_is_asked_for_again(story):
    before, killed, after = (story[when][2] for when in ("stopped", "killed", "finished"))
    all_of_it = before + killed + after
    assert killed["/13"] == after["/13"] == 1
    assert all_of_it["/13"] == 2
    del all_of_it["/13"], all_of_it["/16"]
    assert set(all_of_it.values()) == {1}
    assert len(all_of_it) == PAGES - 2


def test_a_page_that_was_busy_is_asked_for_again_in_the_same_crawl(story):
    assert story["finished"][2]["/16"] == 2


def test_in_the_end_nothing_is_lost_and_nothing_doubled(story):
    _, outcome, _ = story["finished"]
    assert (outcome["finished"], outcome["failures"]) == (True, 0)
    assert len(story["posts"]) == PAGES
    assert {state for state, _ in story["posts"].values()} == {"live"}


def test_the_next_crawl_brings_only_what_changed(story):
    _, outcome, asked = story["again"]
    assert set(asked.values()) == {1}
    counts = outcome["counts"]
    assert (counts["unchanged"], counts["posts"], counts["buried"]) == (PAGES - 1, 1, 0)
    before, after = story["posts"], story["posts again"]
    assert {path for path in after if before[path] != after[path]} == {"/4"}
