"""Word that a place sends of its own accord: believed as far as it is signed, and never twice."""

import hmac
import json
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta

import pytest

from contract import SourceSettings
from crawler.agenda import ask_for_what_is_due
from crawler.archive import Archive
from crawler.delivery import Delivery
from crawler.hooks import KEPT, SETTLES, WINDOW, Hooks
from crawler.jobs import Jobs, Progress
from crawler.sources import discourse, zendesk
from crawler.touched import TouchedPosts

HOME = "https://forum.example.com"
SECRET = "kettle-secret-0123456789"  # noqa: S105  opens nothing
SOURCES = [
    SourceSettings(
        name="forum",
        platform="discourse",
        url=HOME,
        webhook_secret=SECRET,
        options=discourse.Options(),
    ),
    SourceSettings(
        name="help",
        platform="zendesk",
        url="https://help.example.com",
        webhook_secret=SECRET,
        options=zendesk.Options(),
    ),
    SourceSettings(name="quiet", platform="discourse", url=HOME, options=discourse.Options()),
]
NOTHING = Progress(pages=0, left=0, posts=0, failures=0)


def signed(body, secret=SECRET):
    return "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()


def told(number, topic=1, place=2, **more):
    """What Discourse tells of a post; `place` is its number in the topic."""
    post = {"id": number, "topic_id": topic, "topic_slug": str(topic), "post_number": place}
    return {"post": {**post, "topic_archetype": "regular", "version": 1, **more}}


def sent(body, event="post_edited", number="1", secret=SECRET):
    body = json.dumps(body).encode()
    headers = {
        "x-discourse-event-signature": signed(body, secret),
        "x-discourse-event": event,
        "x-discourse-event-id": number,
    }
    return Delivery(headers=headers, body=body)


@pytest.fixture
def hooks(store, clock):
    return Hooks(SOURCES, store, clock)


@pytest.fixture
def jobs(store, clock):
    return Jobs(store, clock)


@pytest.fixture
def touched(store, clock):
    return TouchedPosts(store, clock)


@pytest.fixture
def archive(store, clock, make_post):
    """Two topics: posts 1 to 3, and post 5."""
    made = Archive(store, clock)
    posts = [make_post(1), make_post(2, thread=1), make_post(3, thread=1), make_post(5)]
    with store.writing() as tx:
        made.keep(tx, posts, page_id=1, run_id=1)
    return made


@pytest.fixture
def asked(jobs, touched):
    """Begin the job that waits for the forum; the posts it asks after, by id."""

    def taken():
        job = jobs.take(["forum"])
        assert (job.scope, job.asked_by) == ("hook", "webhook")
        return job, [post.post_id for post in touched.take("forum", job.job_id)]

    return taken


def test_an_event_leads_to_a_crawl_of_its_post(archive, hooks, asked):
    receipt = hooks.receive("forum", sent(told(2)))
    assert (receipt.verdict, receipt.posts, receipt.buried) == ("accepted", 1, 0)
    _, posts = asked()
    assert posts == ["forum:2"]


def test_a_post_is_asked_after_as_the_archive_knows_it(archive, hooks, jobs, touched):
    """The event tells neither the thread nor the place in it as every source wants them."""
    hooks.receive("forum", sent(told(3)))
    (held,) = touched.take("forum", jobs.take(["forum"]).job_id)
    assert (held.thread_id, held.position, held.url) == ("forum:1", 3, f"{HOME}/t/1/3")


def test_nothing_that_an_event_says_is_kept(archive, hooks):
    before = list(archive.since(0))
    hooks.receive("forum", sent(told(2, cooked="<p>Other words</p>", username="mallory")))
    assert list(archive.since(0)) == before
    assert archive.get(["forum:2"])["forum:2"].text == "Text 2"


@pytest.mark.parametrize(
    "forged",
    [
        sent(told(2), secret=SECRET[::-1]),
        replace(sent(told(2)), body=json.dumps(told(3)).encode()),
        replace(sent(told(2)), headers={}),
    ],
    ids=["another secret", "another body", "no signature"],
)
def test_what_nobody_who_has_the_secret_has_sent_does_nothing(forged, archive, hooks, jobs):
    forged = replace(forged, headers={**forged.headers, "x-discourse-event": "post_destroyed"})
    assert hooks.receive("forum", forged).verdict == "unsigned"
    assert jobs.latest() == []
    assert archive.count() == 4
    assert hooks.receive("forum", sent(told(2))).verdict == "accepted"  # it took no place


@pytest.mark.parametrize("name", ["nowhere", "quiet", ""])
def test_a_source_without_a_secret_takes_nothing(name, hooks):
    assert not hooks.listens_for(name)
    assert hooks.receive(name, sent(told(2), secret="")).verdict == "unknown"


def test_what_is_sent_again_does_nothing_twice(archive, hooks, jobs, asked):
    event = sent(told(2), "post_destroyed")
    hooks.receive("forum", event)
    sequence = archive.sequence()
    assert hooks.receive("forum", event).verdict == "known"
    assert archive.sequence() == sequence
    assert jobs.latest() == []


def test_a_known_body_under_another_id_is_no_proof_that_a_post_has_gone(archive, hooks, asked):
    """Nobody signs the id or the name of the event, so both could be somebody else's."""
    hooks.receive("forum", sent(told(2), "post_edited", "1"))
    receipt = hooks.receive("forum", sent(told(2), "post_destroyed", "2"))
    assert (receipt.verdict, receipt.buried) == ("accepted", 0)
    assert archive.count() == 4
    assert asked()[1] == ["forum:2"]


def test_a_storm_of_events_is_one_crawl(archive, hooks, jobs, asked):
    for number in range(200):
        post = 100 + number % 50
        hooks.receive("forum", sent(told(post, version=number), number=str(number)))
    (job,) = jobs.latest()
    assert job.state == "waiting"
    assert len(asked()[1]) == 50


def test_what_is_touched_while_a_crawl_runs_waits_for_the_next(archive, hooks, jobs, asked):
    hooks.receive("forum", sent(told(2), number="1"))
    first, _ = asked()
    hooks.receive("forum", sent(told(2, version=2), number="2"))
    hooks.receive("forum", sent(told(3), number="3"))
    jobs.end(first.job_id, NOTHING, finished=True, reason=None)
    second, posts = asked()
    assert posts == ["forum:2", "forum:3"]
    jobs.end(second.job_id, NOTHING, finished=True, reason=None)
    assert jobs.take(["forum"]) is None


def test_what_was_asked_after_is_not_asked_after_again(archive, hooks, jobs, asked):
    hooks.receive("forum", sent(told(2), number="1"))
    job, _ = asked()
    jobs.end(job.job_id, NOTHING, finished=True, reason=None)
    hooks.receive("forum", sent(told(3), number="2"))
    assert asked()[1] == ["forum:3"]


def test_a_crawl_that_was_broken_off_asks_again(archive, hooks, jobs, asked):
    hooks.receive("forum", sent(told(2)))
    job, posts = asked()
    jobs.end(job.job_id, NOTHING, finished=False, reason=None)
    assert asked() == (replace(job, left=0), posts)


def test_it_goes_before_a_longer_crawl_that_waits(archive, hooks, jobs, asked):
    jobs.ask("forum", "full", by="admin")
    hooks.receive("forum", sent(told(2)))
    assert asked()[1] == ["forum:2"]


def test_a_crawl_that_nobody_wants_is_not_asked_for_again(archive, hooks, jobs, touched):
    hooks.receive("forum", sent(told(2)))
    jobs.cancel(jobs.latest()[0].job_id)
    assert touched.due() == []


# what has gone


@pytest.fixture
def live(archive):
    return lambda: {post.post_id for thread in archive.threads() for post in thread}


def due(jobs, touched, clock):
    """Ask for what is due at the forum; the scopes."""
    (forum, _, _) = SOURCES
    asked_for = ask_for_what_is_due(
        jobs, [replace(forum, schedule="")], lambda _: None, clock.now(), touched=touched.due()
    )
    return [job.scope for job in asked_for]


def test_what_has_gone_is_hidden_at_once(hooks, live, archive):
    receipt = hooks.receive("forum", sent(told(2), "post_destroyed"))
    assert (receipt.verdict, receipt.buried) == ("accepted", 1)
    assert live() == {"forum:1", "forum:3", "forum:5"}
    (last,) = [one for one in archive.since(0) if one.post_id == "forum:2"]
    assert (last.state, last.post) == ("deleted", None)


@pytest.mark.parametrize(
    "event",
    [
        sent(told(1, place=1), "post_destroyed"),
        sent({"topic": {"id": 1, "slug": "1", "archetype": "regular"}}, "topic_destroyed"),
        sent({"topic": {"id": 1, "slug": "new", "archetype": "regular"}}, "topic_destroyed"),
    ],
    ids=["by its first post", "by its address", "by its number"],
)
def test_a_topic_that_has_gone_takes_its_posts_along(event, hooks, live, archive):
    with archive.store.writing() as tx:
        first = replace(archive.get(["forum:1"])["forum:1"], url=f"{HOME}/t/1/1/1")
        archive.keep(tx, [first])
    assert hooks.receive("forum", event).buried == 3
    assert live() == {"forum:5"}


def test_the_place_is_asked_whether_it_has_gone_when_its_caches_have_run_out(
    hooks, archive, jobs, touched, clock
):
    hooks.receive("forum", sent(told(2), "post_destroyed"))
    assert due(jobs, touched, clock) == []
    clock.at += SETTLES
    assert due(jobs, touched, clock) == ["hook"]
    assert due(jobs, touched, clock) == []  # it waits already
    job = jobs.take(["forum"])
    assert [post.post_id for post in touched.take("forum", job.job_id)] == ["forum:2"]
    jobs.end(job.job_id, NOTHING, finished=True, reason=None)
    assert due(jobs, touched, clock) == []


def test_until_then_no_crawl_asks_for_it(archive, hooks, asked):
    hooks.receive("forum", sent(told(2), "post_destroyed", "1"))
    hooks.receive("forum", sent(told(3), "post_edited", "2"))
    assert asked()[1] == ["forum:3"]


def test_a_post_that_the_place_still_shows_comes_back(play, store, hooks, clock, touched):
    play.crawl()
    archive = Archive(store, clock)
    assert hooks.receive("forum", sent(told(2), "post_destroyed")).buried == 1
    clock.at += SETTLES
    play.crawl(held=touched.take("forum", job_id=1))
    assert archive.get(["forum:2"])["forum:2"].text == "So."


def test_what_was_restored_is_asked_for_at_once(archive, hooks, asked, live):
    hooks.receive("forum", sent(told(1, place=1), "post_destroyed", "1"))
    hooks.receive("forum", sent(told(1, place=1, version=2), "post_recovered", "2"))
    assert asked()[1] == ["forum:1", "forum:2", "forum:3"]


def test_what_we_never_held_need_not_be_hidden(archive, hooks, jobs):
    receipt = hooks.receive("forum", sent(told(77), "post_destroyed"))
    assert (receipt.verdict, receipt.reason) == ("ignored", "it is about nothing we hold")
    assert jobs.latest() == []


def test_every_translation_of_an_article_is_hidden(store, clock, hooks, make_post):
    archive = Archive(store, clock)
    names = ("a7-de", "a7-en-us", "a77-de", "c5")
    posts = [
        make_post(number, post_id=f"help:{name}", thread_id=f"help:{thread}", source="help")
        for number, (name, thread) in enumerate(zip(names, (*names[:3], "a7-de"), strict=True))
    ]
    with store.writing() as tx:
        archive.keep(tx, posts)
    assert hooks.receive("help", unpublished(clock.now())).buried == 3
    assert archive.get([f"help:{name}" for name in names]).keys() == {"help:a77-de"}


# time


def unpublished(at):
    body = b'{"type":"zen:event-type:article.unpublished","detail":{"id":"7"},"event":{}}'
    stamp = at.isoformat()
    made = hmac.new(SECRET.encode(), stamp.encode() + body, "sha256").digest()
    return Delivery(
        headers={
            "x-zendesk-webhook-signature": b64encode(made).decode(),
            "x-zendesk-webhook-signature-timestamp": stamp,
        },
        body=body,
    )


@pytest.mark.parametrize(
    ("after", "verdict"),
    [(WINDOW, "ignored"), (WINDOW * 1.01, "late"), (-WINDOW * 1.01, "late")],
)
def test_where_the_time_is_signed_it_must_be_about_now(after, verdict, hooks, clock):
    event = unpublished(clock.now())
    clock.at += after
    assert hooks.receive("help", event).verdict == verdict


def test_deliveries_are_forgotten_after_some_months(archive, hooks, clock):
    hooks.receive("forum", sent(told(2)))
    clock.at += KEPT
    assert hooks.receive("forum", sent(told(2))).verdict == "known"
    clock.at += timedelta(seconds=1)
    assert hooks.receive("forum", sent(told(2))).verdict == "accepted"


def test_an_event_that_cannot_be_read_can_be_sent_again(archive, hooks, jobs):
    broken = sent({"post": {"id": "two"}})
    assert hooks.receive("forum", broken).verdict == "unreadable"
    assert hooks.receive("forum", broken).verdict == "unreadable"
    assert jobs.latest() == []


def test_an_event_that_is_none_of_ours_says_why(hooks, jobs):
    receipt = hooks.receive("forum", sent({"ping": "OK"}, ""))
    assert (receipt.verdict, receipt.posts) == ("ignored", 0)
    assert "no post or topic" in receipt.reason
    assert jobs.latest() == []
