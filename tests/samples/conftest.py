"""A small story of its own, so that no test depends on what the shipped ones tell.

What matters one by one stands in the files of `communities/`; here is only what matters by number.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from samples import forum, kb, qa, social
from samples.story import ForumPost, QaPost, QaThread, Status, Story, Topic, tell

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def questions() -> list[QaThread]:
    return [
        QaThread(
            title=f"Question {n}",
            tags=["rill"],
            post=[QaPost(id=100 + n, by="mira", at=day(10 + n // 3), text="How?", up=n % 4)],
        )
        for n in range(35)
    ]


def topics() -> list[Topic]:
    return [
        Topic(
            id=100 + n,
            title=f"Topic {n}",
            category="mowers",
            post=[ForumPost(id=3000 + n, by="mira", at=day(70 + n), text=f"Words {n}")],
        )
        for n in range(62)
    ]


def lengthened(topic: Topic) -> Topic:
    """The topic with 44 more posts after the first, so that it takes three pages."""
    if topic.id != 1:
        return topic
    answers = [
        ForumPost(id=1001 + n, by="nadia", at=day(n), text=f"Answer {n}", likes=n % 3)
        for n in range(1, 45)
    ]
    first, *rest = topic.post
    return msgspec.structs.replace(topic, post=[first, *answers, *rest])


def statuses() -> list[Status]:
    return [Status(id=str(90 + n), by="nadia", at=day(n), text=f"Tip {n} #Lark") for n in range(50)]


@pytest.fixture(scope="session")
def story() -> Story:
    told = tell(Path(__file__).parent / "communities")
    return msgspec.structs.replace(
        told,
        questions=told.questions + questions(),
        topics=[lengthened(topic) for topic in told.topics] + topics(),
        statuses=statuses() + told.statuses,
    )


@pytest.fixture
def retold(story):
    """The story with some of its parts replaced: `retold(topics=[])`."""
    return lambda **parts: msgspec.structs.replace(story, **parts)


def client(app, site):
    return TestClient(app, base_url=site, follow_redirects=False)


@pytest.fixture
def qa_site(story):
    return client(qa.app(story), "https://qa.example")


@pytest.fixture(scope="session")
def forum_site(story):
    return client(forum.app(story), "https://forum.example")


@pytest.fixture(scope="session")
def kb_site(story):
    return client(kb.app(story), "https://help.example")


@pytest.fixture
def social_site(story):
    clock = datetime(2026, 9, 1, 12, 3, 20, tzinfo=UTC)
    return client(social.app(story, limit=300, clock=lambda: clock), "https://social.example")
