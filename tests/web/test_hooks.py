"""The address to which places send their events."""

import asyncio
import hmac
import json

import pytest
from starlette.testclient import TestClient

from contract import FixedClock, Settings, SourceSettings
from crawler.archive import Archive
from crawler.hooks import Hooks
from crawler.jobs import Jobs
from crawler.sources import discourse, facebook
from crawler.store import Store
from indexer.generation import Generations
from indexer.library import Library
from ranker.search import Ranker
from tests.web.conftest import NOON
from web import hooks as web_hooks
from web.app import app
from web.site import Site

HOOK = "/api/v1/hooks/forum"
SECRET = "kettle-secret-0123456789"  # noqa: S105  opens nothing
EVENT = json.dumps(
    {
        "post": {
            "id": 7,
            "topic_id": 3,
            "topic_slug": "drips",
            "post_number": 2,
            "topic_archetype": "regular",
        }
    }
).encode()
SOURCES = (
    SourceSettings(
        name="forum",
        platform="discourse",
        url="https://forum.example",
        webhook_secret=SECRET,
        options=discourse.Options(),
    ),
    SourceSettings(
        name="page",
        platform="facebook",
        url="https://graph.example",
        webhook_secret=SECRET,
        options=facebook.Options(page="kettlebrook"),
    ),
    SourceSettings(name="quiet", platform="discourse", url="https://forum.example"),
)


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "archive.db")
    yield made
    made.close()


@pytest.fixture
def hooked(store, tmp_path):
    """A site that takes events, over which nothing was indexed yet."""
    clock, settings = FixedClock(NOON), Settings(source=SOURCES)
    archive = Archive(store, clock)
    ranker = Ranker(
        Library(Generations(tmp_path / "index"), archive, None), archive, settings, clock
    )
    hooks = Hooks(settings.source, store, clock)
    site = Site(ranker=ranker, settings=settings, clock=clock, hooks=hooks)
    with TestClient(app(site), raise_server_exceptions=False) as opened:
        yield opened


def headers(body=EVENT, **other):
    made = hmac.new(SECRET.encode(), body, "sha256").hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Discourse-Event": "post_created",
        "X-Discourse-Event-Id": "1",
        "X-Discourse-Event-Signature": f"sha256={made}",
        **{name.replace("_", "-"): value for name, value in other.items()},
    }


def test_a_genuine_event_is_accepted_and_asked_after(hooked, store):
    reply = hooked.post(HOOK, content=EVENT, headers=headers())
    assert (reply.status_code, reply.json()) == (202, {"status": "accepted", "posts": 1})
    assert reply.headers["cache-control"] == "no-store"
    (job,) = Jobs(store, FixedClock(NOON)).latest()
    assert (job.source, job.scope, job.state) == ("forum", "hook", "waiting")


def test_one_that_is_sent_again_is_answered_and_does_nothing(hooked, store):
    hooked.post(HOOK, content=EVENT, headers=headers())
    again = hooked.post(HOOK, content=EVENT, headers=headers())
    assert (again.status_code, again.json()) == (200, {"status": "known"})
    assert len(Jobs(store, FixedClock(NOON)).latest()) == 1


def test_one_that_is_none_of_ours_says_why(hooked):
    body = b'{"ping":"OK"}'
    reply = hooked.post(HOOK, content=body, headers=headers(body))
    assert reply.status_code == 200
    assert reply.json()["status"] == "ignored"
    assert "no post or topic" in reply.json()["reason"]


UNSIGNED = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ((HOOK, EVENT, UNSIGNED), 401, "signature"),
        ((HOOK, EVENT + b" ", headers()), 401, "signature"),
        ((HOOK, EVENT, headers(X_Discourse_Event_Signature=b"sha256=\xff")), 401, "signature"),
        (("/api/v1/hooks/quiet", EVENT, headers()), 404, "No events are taken"),
        (("/api/v1/hooks/nowhere", EVENT, headers()), 404, "No events are taken"),
        ((HOOK, b"{", headers(b"{")), 400, "not an event"),
        ((HOOK, b"", headers(b"")), 400, "not an event"),
        ((HOOK, EVENT, headers(Content_Type="text/xml")), 415, "Content-Type"),
    ],
)
def test_one_that_is_refused_is_a_problem_with_details(asked, status, said, hooked):
    path, body, sent = asked
    reply = hooked.post(path, content=body, headers=sent)
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert said in reply.json()["detail"]
    assert SECRET not in reply.text


def in_pieces(size):
    for _ in range(size // 4096):
        yield b" " * 4096


@pytest.mark.parametrize("announced", [True, False])
def test_one_that_is_too_large_is_not_read_to_its_end(announced, hooked):
    size = web_hooks.LARGEST + 4096
    body = b" " * size if announced else in_pieces(size)
    reply = hooked.post(HOOK, content=body, headers=headers())
    assert reply.status_code == 413
    assert "1 MiB" in reply.json()["detail"]


def test_one_that_does_not_come_in_is_not_waited_for(hooked, monkeypatch):
    async def asleep(_):
        await asyncio.sleep(60)
        yield b""

    monkeypatch.setattr(web_hooks, "PATIENCE_S", 0.01)
    monkeypatch.setattr("starlette.requests.Request.stream", asleep)
    assert hooked.post(HOOK, content=EVENT, headers=headers()).status_code == 408


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_events_come_by_post_alone(method, hooked):
    reply = hooked.request(method, HOOK)
    assert reply.status_code == 405
    assert "POST" in reply.headers["allow"]


def test_a_place_that_asks_first_is_told_that_this_is_the_address(hooked):
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "x"}
    reply = hooked.get("/api/v1/hooks/page", params=query)
    assert (reply.status_code, reply.text) == (200, "1158201444")
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert hooked.get(HOOK, params=query).status_code == 405
    assert hooked.get("/api/v1/hooks/nowhere", params=query).status_code == 404


def test_a_site_without_an_archive_of_its_own_takes_no_events(client):
    assert client.post(HOOK, content=EVENT, headers=headers()).status_code == 404
