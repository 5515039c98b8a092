"""The crawl that an event asks for, from the waiting job to the post that is read anew."""

import json
from datetime import timedelta

import pytest

from crawler.fetch import Held
from crawler.jobs import Jobs
from crawler.store import Store
from crawler.touched import TouchedPosts
from tests.cli.conftest import SETTINGS

HOME = "https://forum.example"
FORUM = f"""
[[source]]
name = "forum"
platform = "discourse"
url = "{HOME}"
"""


def topic(*texts):
    posts = [
        {
            "id": 70 + number,
            "post_number": number,
            "username": "wim",
            "cooked": f"<p>{text}</p>",
            "created_at": "2026-05-01T08:00:00Z",
            "updated_at": "2026-05-01T08:00:00Z",
        }
        for number, text in enumerate(texts, start=1)
    ]
    return json.dumps({"id": 7, "title": "Drips", "slug": "d", "post_stream": {"posts": posts}})


@pytest.fixture
def forum(desk, web):
    """A forum of one topic that was gathered, and whose second post has since been changed."""
    desk.settle(SETTINGS + FORUM)
    web[f"{HOME}/site.json"] = '{"categories": []}'
    web[f"{HOME}/latest.json"] = '{"topic_list": {"topics": [{"id": 7}]}}'
    web[f"{HOME}/t/7.json"] = topic("It drips.", "Tighten it.")
    assert desk.run("crawl", "forum").status == 0
    web[f"{HOME}/t/7.json"] = topic("It drips.", "Tighten it well.")
    web.asked.clear()
    return web


@pytest.fixture
def jobs(desk, at_noon):
    store = Store(desk.data / "archive.db")
    yield Jobs(store, at_noon)
    store.close()


@pytest.fixture
def touched(desk, at_noon):
    """Let posts of the topic wait to be asked after; what waits at the end."""
    store = Store(desk.data / "archive.db")
    waiting = TouchedPosts(store, at_noon)

    def touch(*numbers):
        held = [
            Held(post_id=f"forum:{number}", thread_id="forum:71", url=f"{HOME}/t/d/7/{place}")
            for place, number in enumerate(numbers, start=2)
        ]
        with store.writing() as tx:
            waiting.add(tx, "forum", held, at_noon.now())
        return waiting

    yield touch
    store.close()


def begin(jobs):
    jobs.ask("forum", "hook", by="webhook")
    return jobs.take(["forum"]).job_id


def test_the_job_reads_what_was_touched_and_nothing_else(forum, desk, jobs, touched):
    waiting = touched(72)
    number = begin(jobs)
    assert desk.run("crawl", "--job", number).status == 0
    assert forum.asked == [f"{HOME}/site.json", f"{HOME}/t/7.json"]
    assert desk.posts()["forum:72"].text == "Tighten it well."
    assert jobs.get(number).state == "done"
    assert waiting.due() == []


def test_a_new_post_of_a_topic_is_read_with_it(forum, desk, jobs, touched):
    forum[f"{HOME}/t/7.json"] = topic("It drips.", "Tighten it.", "That helped.")
    touched(73)
    desk.run("crawl", "--job", begin(jobs))
    assert desk.posts()["forum:73"].text == "That helped."


def test_a_job_for_which_nothing_waits_any_more_is_done(forum, desk, jobs):
    number = begin(jobs)
    assert desk.run("crawl", "--job", number).status == 0
    assert jobs.get(number).state == "done"
    assert forum.asked == []


def test_touched_posts_are_asked_for_although_a_sweep_was_cut_short(
    forum, desk, jobs, touched, at_noon
):
    at_noon.at += timedelta(days=30)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crawler.gather.Gathering.arrived", interrupted)
        assert desk.run("crawl", "forum", "--sweep").status == 130
    waiting = touched(72)
    number = begin(jobs)
    desk.run("crawl", "--job", number)
    assert jobs.get(number).state == "done"
    assert waiting.due() == []
    swept = desk.run("crawl", "forum", "--sweep")
    assert "going on where the last crawl stopped" in swept.err


def interrupted(*_):
    raise KeyboardInterrupt
