"""Posts are looked at again: as they are now, or not at all."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from contract.errors import SourceError
from crawler.fetch import Held, Page
from crawler.pages import Pages
from crawler.sources.discourse import Discourse
from crawler.sources.github import GitHub
from crawler.sources.github import Options as GitHubOptions
from crawler.sources.mastodon import Mastodon
from crawler.sources.mastodon import Options as MastodonOptions
from crawler.sources.site import Site
from crawler.sources.stackexchange import Options, StackExchange
from crawler.sweep import Sweeper
from crawler.times import EPOCH

DAY, HOME = timedelta(days=1), "https://forum.example.com"


@pytest.fixture
def gathered(play, clock):
    """A board whose topics were gathered a day ago."""
    play.pages["list/1"]["topics"]["9"] = "2026-05-03"
    play.pages["topic/9"] = {"9": "Where?", "10": "There."}
    play.crawl()
    clock.at += DAY
    return play


@pytest.fixture
def live(archive):
    return lambda: {post.post_id: post.text for thread in archive.threads() for post in thread}


def held(*numbers, thread):
    return [
        Held(post_id=f"forum:{n}", thread_id=f"forum:{thread}", url=f"https://f/t/{thread}/{n}")
        for n in numbers
    ]


def sweep(play, *posts):
    return play.begin(held=[post for some in posts for post in some])


def test_a_sweep_asks_for_the_pages_of_its_posts_alone(gathered):
    sweeping = sweep(gathered, held(1, 2, thread=1), held(9, thread=9))
    assert gathered.go(sweeping) == ["topic/1", "topic/9"]
    assert sweeping.end() == 0


def test_what_changed_is_kept_and_what_the_page_shows_no_more_is_buried(gathered, live):
    gathered.pages["topic/1"] = {"1": "How, please?"}
    gathered.pages["topic/9"] = {"9": "Where?"}
    sweeping = sweep(gathered, held(1, 2, thread=1), held(9, thread=9))
    gathered.go(sweeping)
    assert sweeping.end() == 0
    assert sweeping.counts.buried == 1
    assert live() == {
        "forum:1": "How, please?", "forum:5": "Why?", "forum:9": "Where?", "forum:10": "There."
    }  # fmt: skip


def test_a_post_that_was_not_asked_after_is_not_buried_by_a_sweep(gathered, live):
    """Of topic 9 only the first post is in question; the page of the other may be another one."""
    gathered.pages["topic/9"] = {"9": "Where?"}
    sweeping = sweep(gathered, held(9, thread=9))
    gathered.go(sweeping)
    sweeping.end()
    assert "forum:10" in live()


@pytest.mark.parametrize("status", [403, 404, 410])
def test_where_a_refusal_is_the_platforms_answer_all_its_posts_are_buried(status, gathered, live):
    gathered.source = type(gathered.source)(optional=("topic/1",))
    gathered.pages["topic/1"] = status
    sweeping = sweep(gathered, held(1, 2, thread=1))
    gathered.go(sweeping)
    assert sweeping.end() == 0
    assert sweeping.counts.buried == 2
    assert not live().keys() & {"forum:1", "forum:2"}


@pytest.mark.parametrize("answer", [500, b"<html>sorry</html>", ConnectionError("reset")])
def test_a_place_in_trouble_buries_nobody(answer, gathered, live):
    gathered.pages["topic/1"] = answer
    sweeping = sweep(gathered, held(1, 2, thread=1))
    gathered.go(sweeping)
    assert sweeping.end() == 1
    assert {"forum:1", "forum:2"} <= live().keys()


def test_a_key_that_is_refused_buries_nobody(gathered, live):
    gathered.settings = replace(gathered.settings, api_key="revoked")
    gathered.source = type(gathered.source)(optional=("topic/1",))
    gathered.pages["topic/1"] = 401
    sweeping = sweep(gathered, held(1, 2, thread=1))
    gathered.go(sweeping)
    assert sweeping.end() == 1
    assert {"forum:1", "forum:2"} <= live().keys()


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_refusal_that_its_platform_explains_buries_nobody(status, gathered, live):
    class Closed(type(gathered.source)):
        def refusal(self, page, status):
            return SourceError(f"{page.url}: closed ({status})", hint="Have it opened.")

    gathered.source = Closed(optional=("topic/1",))
    gathered.pages["topic/1"] = status
    sweeping = sweep(gathered, held(1, 2, thread=1))
    gathered.go(sweeping)
    assert sweeping.end() == 1
    assert {"forum:1", "forum:2"} <= live().keys()


def test_a_sweep_that_was_killed_goes_on_where_it_was(gathered):
    killed = sweep(gathered, held(1, 2, thread=1), held(9, thread=9))
    assert gathered.go(killed, most=1) == ["topic/1"]
    again = sweep(gathered, held(5, thread=5))
    assert again.resumed
    assert gathered.go(again) == ["topic/9"]
    again.end()


def test_a_crawl_does_the_work_of_a_sweep_that_was_killed(gathered, clock):
    killed = sweep(gathered, held(1, thread=1), held(9, thread=9))
    gathered.go(killed, most=1)
    gathered.pages["list/1"]["topics"]["5"] = "2026-05-05"
    crawl = gathered.begin()
    assert not crawl.resumed
    assert gathered.go(crawl) == ["list/1", "topic/5"]
    crawl.end()
    assert not sweep(gathered, held(1, thread=1)).resumed


def test_what_a_crawl_looks_back_to_does_not_move_by_a_sweep(gathered, clock):
    before = gathered.crawl().run
    clock.at += DAY
    sweeping = sweep(gathered, held(1, thread=1))
    gathered.go(sweeping)
    sweeping.end()
    clock.at += DAY
    after = gathered.begin().run
    assert after.since == before.started_at - timedelta(minutes=10)


def test_a_page_is_kept_as_it_may_be_asked_for_at_any_time(gathered, store, clock):
    sweeping = sweep(gathered, held(1, thread=1))
    gathered.go(sweeping)
    sweeping.end()
    wish = Pages(store, clock).wish_for("forum", "https://forum.example.com/topic/1")
    assert wish.held == ()


# how each platform asks


def test_a_web_site_is_asked_for_each_page_once():
    site = Site("help", "https://help.example.com/")
    address = "https://help.example.com/a"
    posts = [
        Held(post_id=f"help:{url}", thread_id="help:x", url=url)
        for url in (f"{address}#q1", "https://help.example.com/b", f"{address}#q2")
    ]
    first, second = site.verify(posts)
    assert (first.kind, first.url) == ("page", address)
    assert first.held == (f"help:{address}#q1", f"help:{address}#q2")
    assert second.url == "https://help.example.com/b"


def test_mastodon_is_asked_for_each_post_where_404_is_an_answer():
    posts = [Held(post_id="s:7", thread_id="s:5", url="https://s.example/@a/7", position=3)]
    (wish,) = Mastodon("s", "https://s.example").verify(posts)
    assert wish.url == "https://s.example/api/v1/statuses/7"
    assert (wish.optional, wish.held) == (True, ("s:7",))
    assert wish.note == {"root": "5", "position": "3"}


def test_stack_exchange_is_asked_for_a_hundred_questions_at_a_time(page):
    qa = StackExchange("qa", "https://api.example.com", Options(site="brew"))
    posts = [
        Held(post_id=f"qa:{n}{part}", thread_id=f"qa:{n}", url="https://qa.example/x")
        for n in range(1, 151)
        for part in ("", "0")
    ]
    (first,) = qa.verify(posts)
    made = page("filter", first.url, b'{"items": [{"filter": "!f"}]}', first)
    wishes = list(qa.read(made, since=EPOCH))
    assert [len(wish.held) for wish in wishes] == [200, 100]
    assert "/questions/1;2;3;" in wishes[0].url
    assert {post_id for wish in wishes for post_id in wish.held} == set(first.held)


def test_a_forum_is_asked_for_its_rooms_first_since_they_may_have_been_closed(page):
    forum = Discourse("forum", "https://f.example")
    posts = [
        Held(post_id=f"forum:{n}", thread_id="forum:1", url=f"https://f.example/t/x/30/{n}")
        for n in (1, 25, 26, 99)
    ]
    (rooms,) = forum.verify(posts)
    closed = {"id": 4, "name": "Beta", "slug": "beta", "read_restricted": True}
    site = page("site", rooms.url, json.dumps({"categories": [closed]}).encode(), rooms)
    (topic,) = forum.read(site, EPOCH)
    assert topic.url == "https://f.example/t/30.json"
    body = {
        "id": 30,
        "category_id": 4,
        "title": "Drips",
        "post_stream": {"stream": [1, 25, 26, 27], "posts": [POST | {"id": 1}]},
    }
    opening, batch = forum.read(page("topic", topic.url, json.dumps(body).encode(), topic), EPOCH)
    assert (opening.visibility, opening.groups) == ("members", ("forum:room-beta",))
    assert batch.held == ("forum:25", "forum:26")  # 99 is in no stream: it has gone


POST = {
    "post_number": 1,
    "username": "mira",
    "cooked": "<p>It drips.</p>",
    "created_at": "2026-05-01T08:00:00Z",
    "updated_at": "2026-05-01T08:00:00Z",
}


@pytest.fixture
def page():
    def made(kind, url, body, wish):
        return Page(kind=kind, url=url, body=body, note=wish.note, held=wish.held)

    return made


# what their word for it comes to


class Parts(dict):
    """What is answered to an address, by a part of it."""

    def __missing__(self, path):
        return next(answer for part, answer in self.items() if part in path)


@pytest.fixture
def swept(play, store, clock):
    """Look at everything again, a day later; how many wishes failed."""
    sweeper = Sweeper(store=store, clock=clock, source="forum", deadline=DAY)

    def looked_at(**parts):
        clock.at += DAY
        play.pages |= {part.replace("_", "/"): answer for part, answer in parts.items()}
        play.asked.clear()
        sweeping = sweep(play, sweeper.due())
        play.go(sweeping)
        failures = sweeping.end()
        assert sweeper.is_due() == bool(failures)
        return failures

    return looked_at


STATUS = {
    "uri": f"{HOME}/@wim/1",
    "created_at": "2026-05-01T08:00:00Z",
    "visibility": "public",
    "account": {"id": "1", "acct": "wim", "url": f"{HOME}/@wim", "indexable": True},
}


def test_of_mastodon_an_edit_is_learned_and_404_is_a_tombstone(play, live, swept):
    first, second = STATUS | {"id": "7", "content": "Drips."}, STATUS | {"id": "8", "content": "?"}
    play.source = Mastodon("forum", HOME, MastodonOptions(local=True))
    play.pages = Parts({"timelines/public": [first, second]})
    play.crawl()
    edited = first | {"content": "Dripped.", "edited_at": "2026-05-05T08:00:00Z"}
    assert swept(statuses_7=edited, statuses_8=404) == 0
    assert live() == {"forum:7": "Dripped."}


def question(number):
    return {
        "question_id": number,
        "title": f"Question {number}",
        "link": f"https://brew.example/questions/{number}/x",
        "creation_date": 1777500000,
        "last_activity_date": 1777700500 + number,
        "score": 0,
        "body": f"<p>Why {number}?</p>",
    }


@pytest.mark.parametrize(
    ("answer", "still_there"),
    [
        ({"items": [question(12)]}, {"forum:12"}),
        ({"items": []}, set()),
        ({"error_id": 502, "error_name": "throttle_violation"}, {"forum:11", "forum:12"}),
    ],
)
def test_what_stack_exchange_leaves_out_has_gone_and_an_error_leaves_out_nothing(
    answer, still_there, play, live, swept
):
    play.source = StackExchange("forum", HOME, Options(site="brew"))
    made = {"items": [{"filter": "!f"}]}
    play.pages = Parts(
        {"filters/create": made, "/questions": {"items": [question(11), question(12)]}}
    )
    play.crawl()
    assert live().keys() == {"forum:11", "forum:12"}
    assert swept(_questions=answer) == ("error_id" in answer)
    assert live().keys() == still_there


ISSUE = {
    "number": 7,
    "title": "It drips",
    "body": "Badly.",
    "user": None,
    "html_url": "https://git.example/moira/kettle/issues/7",
    "repository_url": f"{HOME}/repos/moira/kettle",
    "state": "open",
    "created_at": "2026-05-01T08:00:00Z",
    "updated_at": "2026-05-01T08:00:00Z",
}


def test_an_issue_of_github_that_answers_304_stands_and_has_been_looked_at(
    play, live, swept, reply
):
    play.source = GitHub("forum", HOME, GitHubOptions(repos=("moira/kettle",)))
    tagged = reply("repos/moira/kettle/issues/7", ISSUE, etag='W/"abc"')
    play.pages = Parts({"issues/comments": [], "issues?": [ISSUE], "issues/7": tagged})
    play.pages["repos/moira/kettle"] = {"full_name": "moira/kettle"}
    play.crawl()
    for answer, asked in ((tagged, None), (304, 'W/"abc"')):
        assert swept(issues_7=answer) == 0
        assert play.asked[-1].headers.get("If-None-Match") == asked
        assert live() == {"forum:moira/kettle#7": "Badly."}
