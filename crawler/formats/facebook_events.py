"""What Facebook's webhooks send about the feed of a page, signed with the secret of the app.

https://developers.facebook.com/docs/graph-api/webhooks/getting-started
https://developers.facebook.com/docs/graph-api/webhooks/reference/page/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crawler.delivery import Delivery, Ignored, Signing, Touched
from crawler.fetch import Held

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from contract.record import State
    from crawler.delivery import Heard

SIGNING = Signing(header="x-hub-signature-256", prefix="sha256=")

_SITE = "https://www.facebook.com"

_NO_POSTS = frozenset({"reaction", "like"})


class _Value(msgspec.Struct):
    item: str = ""
    verb: str = ""
    post_id: str = ""
    comment_id: str = ""


class _Change(msgspec.Struct):
    field: str = ""
    value: _Value = msgspec.field(default_factory=_Value)


class _Entry(msgspec.Struct):
    id: str = ""
    changes: list[_Change] = []


class _Event(msgspec.Struct):
    object: str
    entry: list[_Entry] = []


def heard(name: str, page: str, delivery: Delivery) -> Iterator[Heard]:
    """The posts and comments that one delivery speaks of, which may be many."""
    told = delivery.event(_Event)
    if told.object != "page":
        yield Ignored(f'it is about a "{told.object}", not about a page')
        return
    for entry in told.entry:
        if page.isdecimal() and entry.id != page:
            yield Ignored(f"page {entry.id} is not `page`")
            continue
        for change in entry.changes:
            yield _of_change(name, change)


def challenge(query: Mapping[str, str]) -> str | None:
    """What Facebook wants to read back before it sends anything.

    It sends a verify token with it, which need not be looked at: who sets up this address for an
    app of their own can sign nothing that we believe. A challenge is a number, so nothing else is
    ever read back.
    """
    said = query.get("hub.challenge", "")
    is_asked = query.get("hub.mode") == "subscribe" and said.isascii() and said.isdecimal()
    return said if is_asked else None


def _of_change(name: str, change: _Change) -> Heard:
    told = change.value
    if change.field != "feed" or not told.post_id or told.item in _NO_POSTS:
        return Ignored(f'no post is in "{change.field} {told.item}"')
    post_id = f"{name}:{told.post_id}"
    native = told.comment_id if told.item == "comment" else told.post_id
    if not native.replace("_", "").isdecimal():
        return Ignored(f'"{native}" is no id of a {told.item}')
    return Touched(
        post=Held(
            post_id=f"{name}:{native}",
            thread_id=post_id,
            url=f"{_SITE}/{native}",
            position=int(native != told.post_id),
        ),
        event=f"{told.item} {told.verb}",
        state=_state(told.verb),
        whole_thread=native == told.post_id and told.verb in {"remove", "hide"},
    )


def _state(verb: str) -> State:
    if verb == "remove":
        return "deleted"
    return "hidden" if verb == "hide" else "live"
