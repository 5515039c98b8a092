"""What Mastodon's webhooks send to administrators: https://docs.joinmastodon.org/admin/webhooks/.

They tell of posts that were written or edited on this very server, and not of deletions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crawler.delivery import Delivery, Ignored, Signing, Touched
from crawler.fetch import Held
from crawler.urls import web

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from crawler.delivery import Heard

SIGNING = Signing(header="x-hub-signature", prefix="sha256=")


class _Account(msgspec.Struct):
    acct: str


class _Tag(msgspec.Struct):
    name: str


class _Status(msgspec.Struct):
    id: str
    uri: str
    account: _Account
    url: str | None = None
    in_reply_to_id: str | None = None
    tags: list[_Tag] = []
    reblog: msgspec.Raw | None = None


class _Event(msgspec.Struct):
    event: str
    object: msgspec.Raw


def heard(
    name: str,
    url: str,
    delivery: Delivery,
    *,
    tags: Collection[str],
    accounts: Collection[str],
    local: bool,
) -> Iterator[Heard]:
    """The post that an event speaks of; whether anybody follows its author, tags or thread."""
    told = delivery.event(_Event)
    if not told.event.startswith("status."):
        yield Ignored(f'no post is in "{told.event}"')
        return
    status = Delivery(headers={}, body=bytes(told.object)).event(_Status)
    if status.reblog is not None:
        yield Ignored("it is somebody else's post, passed on")
        return
    wanted = {tag.removeprefix("#").lower() for tag in tags}
    here = "@" + url.partition("://")[2].partition("/")[0]
    known = {account.removeprefix("@").removesuffix(here).lower() for account in accounts}
    followed = local or status.account.acct.lower() in known
    followed = followed or any(tag.name.lower() in wanted for tag in status.tags)
    post_id, answers = f"{name}:{status.id}", status.in_reply_to_id
    yield Touched(
        post=Held(
            post_id=post_id,
            thread_id="" if answers else post_id,
            url=web(status.url) or web(status.uri) or "",
            position=int(bool(answers)),
        ),
        event=told.event,
        answers=f"{name}:{answers}" if answers else "",
        only_known=not followed,
    )
