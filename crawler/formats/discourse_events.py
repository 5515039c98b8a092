"""What Discourse's webhooks send: https://meta.discourse.org/t/configure-webhooks-that-trigger-on-discourse-events/49045.

The body holds a post or a topic as an administrator sees it, from before the event where that is a
deletion. Which event it was stands in a header, and Discourse signs the body alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from crawler.delivery import Delivery, Ignored, Signing, Touched
from crawler.fetch import Held

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contract.record import State
    from crawler.delivery import Heard

SIGNING = Signing(
    header="x-discourse-event-signature", prefix="sha256=", id_header="x-discourse-event-id"
)

REGULAR = "regular"
"""The archetype of what everybody may read who may enter its room; others are letters."""


class _Post(msgspec.Struct):
    id: int
    topic_id: int
    post_number: int
    topic_slug: str | None = None
    topic_archetype: str = ""
    user_deleted: bool = False
    deleted_at: datetime | None = None


class _Topic(msgspec.Struct):
    id: int
    slug: str = ""
    archetype: str = ""
    deleted_at: datetime | None = None


class _Event(msgspec.Struct):
    post: _Post | None = None
    solved: _Post | None = None
    topic: _Topic | None = None


def heard(name: str, url: str, delivery: Delivery) -> Iterator[Heard]:
    """The post or the topic that an event speaks of; what opens a topic speaks for all of it."""
    told = delivery.event(_Event)
    event = delivery.headers.get("x-discourse-event", "")
    if (post := told.post or told.solved) is not None:
        yield _of_post(name, url, event, post)
    elif told.topic is not None:
        yield _of_topic(name, url, event, told.topic)
    else:
        kind = delivery.headers.get("x-discourse-event-type", "")
        yield Ignored(f'no post or topic is in "{kind or event}"')


def topic_id(name: str, number: int) -> str:
    """Stands for a topic of which we know no post."""
    return f"{name}:t{number}"


def _of_post(name: str, url: str, event: str, post: _Post) -> Heard:
    if post.topic_archetype != REGULAR:
        return Ignored("it is not in a topic but in a letter")
    post_id, opens = f"{name}:{post.id}", post.post_number == 1
    home = f"{url}/t/{post.topic_slug or '-'}/{post.topic_id}/{post.post_number}"
    gone = post.user_deleted or post.deleted_at is not None
    return Touched(
        post=Held(post_id=post_id, thread_id=post_id if opens else "", url=home),
        event=event,
        state=_state(event, gone=gone),
        whole_thread=opens,
    )


def _of_topic(name: str, url: str, event: str, topic: _Topic) -> Heard:
    if topic.archetype != REGULAR:
        return Ignored("it is not a topic but a letter")
    stands_for = topic_id(name, topic.id)
    home = f"{url}/t/{topic.slug or '-'}/{topic.id}/1"
    return Touched(
        post=Held(post_id=stands_for, thread_id=stands_for, url=home),
        event=event,
        state=_state(event, gone=topic.deleted_at is not None),
        whole_thread=True,
        addresses=f"{url}/t/%/{topic.id}/%",  # its slug may be another by now
    )


def _state(event: str, *, gone: bool) -> State:
    return "deleted" if gone or event.endswith("_destroyed") else "live"
