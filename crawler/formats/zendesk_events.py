"""What Zendesk's webhooks send about articles and the community, where they are set up for events.

https://developer.zendesk.com/api-reference/webhooks/event-types/article-events/
https://developer.zendesk.com/api-reference/webhooks/event-types/community-events/
https://developer.zendesk.com/documentation/webhooks/verifying/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crawler.delivery import Delivery, Ignored, Signing, Touched
from crawler.fetch import Held

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from contract.record import State
    from crawler.delivery import Heard

SIGNING = Signing(
    header="x-zendesk-webhook-signature",
    base64=True,
    time_header="x-zendesk-webhook-signature-timestamp",
    id_header="x-zendesk-webhook-invocation-id",
)

_ARTICLE, _POST = "zen:event-type:article.", "zen:event-type:community_post."


class _Detail(msgspec.Struct):
    id: str | int = ""
    post_id: str | int = ""


class _Comment(msgspec.Struct):
    id: str | int = ""
    locale: str | None = None


class _Facts(msgspec.Struct):
    """What is told of the event itself; a comment stands in a field of its own, or by its id."""

    locale: str | None = None
    comment: _Comment | None = None
    comment_id: str | int = ""

    @property
    def comment_number(self) -> str:
        """Number of the comment, where one is told."""
        return str(self.comment.id if self.comment and self.comment.id else self.comment_id)


class _Event(msgspec.Struct):
    type: str = ""
    detail: _Detail = msgspec.field(default_factory=_Detail)
    event: _Facts = msgspec.field(default_factory=_Facts)

    @property
    def what(self) -> str:
        """What has happened, such as "comment_created"."""
        return self.type.rpartition(".")[2]

    @property
    def number(self) -> str:
        """Number of the article or the community post; empty where none is told."""
        return str(self.detail.id or self.detail.post_id)


def heard(
    name: str, url: str, delivery: Delivery, *, locales: Collection[str], community: bool
) -> Iterator[Heard]:
    """The article, community post or comment that an event speaks of."""
    told = delivery.event(_Event)
    if not told.type.startswith((_ARTICLE, _POST)) or not told.number:
        yield Ignored(f'no article or community post is in "{told.type}"')
    elif told.what.startswith("subscription_"):
        yield Ignored("a subscription changes no post")
    elif told.type.startswith(_ARTICLE):
        yield from _of_article(name, url, told, locales)
    elif community:
        home = f"{url}/hc/community/posts/{told.number}"
        yield _touched(told, f"{name}:p{told.number}", f"{name}:r", home)
    else:
        yield Ignored("`community` is false")


def _of_article(name: str, url: str, told: _Event, locales: Collection[str]) -> Iterator[Heard]:
    """Where no locale is told, all that are read; where those are not named, all that we hold."""
    comment = told.event.comment
    locale = told.event.locale or (comment.locale if comment else None) or ""
    known = {known.lower() for known in locales}
    if locale and known and locale.lower() not in known:
        yield Ignored(f"{locale} is none of `locales`")
        return
    for one in sorted({locale.lower()} if locale else known or {""}):
        thread_id = f"{name}:a{told.number}-{one}" if one else f"{name}:a{told.number}"
        home = f"{url}/hc/{one}/articles/{told.number}" if one else ""
        yield _touched(told, thread_id, f"{name}:c", home)


def _touched(told: _Event, thread_id: str, before: str, home: str) -> Touched:
    what = told.what
    state: State = "hidden" if what.endswith("unpublished") else "live"
    is_comment = what.startswith("comment_")
    if is_comment and (number := told.event.comment_number):
        url = f"{home}/comments/{number}" if home else ""
        post = Held(post_id=f"{before}{number}", thread_id=thread_id, url=url, position=1)
        return Touched(post=post, event=told.type, state=state)
    return Touched(
        post=Held(post_id=thread_id, thread_id=thread_id, url=home),
        event=told.type,
        state="live" if is_comment else state,  # of which comment is not told
        whole_thread=True,
    )
