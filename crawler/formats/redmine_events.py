"""What Redmine's webhooks send, from version 7.0 on: https://www.redmine.org/issues/29664."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crawler.delivery import Delivery, Ignored, Signing, Touched
from crawler.fetch import Held

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.delivery import Heard

SIGNING = Signing(header="x-redmine-signature-256", prefix="sha256=")


class _Issue(msgspec.Struct):
    id: int


class _Data(msgspec.Struct):
    issue: _Issue | None = None


class _Event(msgspec.Struct):
    type: str
    data: _Data


def heard(name: str, url: str, delivery: Delivery) -> Iterator[Heard]:
    """The issue that an event speaks of; its page shows its notes, too."""
    told = delivery.event(_Event)
    if told.data.issue is None:
        yield Ignored(f'no issue is in "{told.type}"')
        return
    number = told.data.issue.id
    post_id, gone = f"{name}:{number}", told.type == "issue.deleted"
    yield Touched(
        post=Held(post_id=post_id, thread_id=post_id, url=f"{url}/issues/{number}"),
        event=told.type,
        state="deleted" if gone else "live",
        whole_thread=gone,
    )
