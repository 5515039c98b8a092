"""What an anonymous visitor may see of the social server.

Public posts are on the timelines; unlisted ones only where somebody looks for them: at their
address, in a conversation, on their author's page. Private ones are never seen, and a deleted
post is gone: replies to it stand alone from then on.
https://docs.joinmastodon.org/user/posting/#privacy
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from samples.cast import Cast, all_different
from samples.social.content import Content
from samples.story import StoryError

if TYPE_CHECKING:
    from samples.story import Status, Story


def order(status: Status) -> tuple[int, str]:
    """Return by what statuses are sorted: ids are strings that grow, first in length."""
    return len(status.id), status.id


class View:
    """The statuses of a story that can be seen on the server at `site`, the newest first."""

    def __init__(self, story: Story, site: str) -> None:
        all_different("status", (status.id for status in story.statuses))
        _check_replies(story.statuses)
        self.cast = Cast("social", story.people, lambda person: person.social)
        self.accounts = {m.account.id: m for m in self.cast.members.values()}
        self.content = Content(site, {m.account.handle for m in self.accounts.values()})
        standing = sorted((s for s in story.statuses if not s.deleted), key=order, reverse=True)
        self.standing = {status.id: status for status in standing}
        self.seen = {s.id: s for s in standing if s.visibility in {"public", "unlisted"}}

    def timeline(self) -> list[Status]:
        """Return what the public timeline shows: no replies, but those to oneself."""
        return [s for s in self._public() if not self._to_another(s)]

    def tagged(self, tag: str) -> list[Status]:
        """Return the public statuses with a hashtag, replies included."""
        return [s for s in self._public() if tag.lower() in self.content.tags(s.text)]

    def by(self, key: str) -> list[Status]:
        """Return what a person's own page shows."""
        return [s for s in self.seen.values() if s.by == key]

    def parent(self, status: Status) -> Status | None:
        """Return what a status replies to, as long as that stands; it need not be visible."""
        return self.standing.get(status.reply_to or "")

    def replies(self, status: Status) -> list[Status]:
        """Return the visible replies to a status, the oldest first."""
        return [s for s in reversed(self.seen.values()) if s.reply_to == status.id]

    def ancestors(self, status: Status) -> list[Status]:
        """Return the visible statuses that lead to this one, the first of them first."""
        parent = self.parent(status)
        if parent is None:
            return []
        return self.ancestors(parent) + ([parent] if parent.id in self.seen else [])

    def descendants(self, status: Status) -> list[Status]:
        """Return the visible statuses that follow, each reply before what replies to it."""
        return [s for reply in self.replies(status) for s in (reply, *self.descendants(reply))]

    def _public(self) -> list[Status]:
        return [s for s in self.seen.values() if s.visibility == "public"]

    def _to_another(self, status: Status) -> bool:
        parent = self.parent(status)
        return parent is not None and parent.by != status.by


def _check_replies(statuses: list[Status]) -> None:
    written = {status.id: status for status in statuses}
    for status in statuses:
        parent = written.get(status.reply_to or "")
        if status.reply_to and (parent is None or order(parent) >= order(status)):
            raise StoryError(
                f"status {status.id} replies to {status.reply_to}, which nobody wrote before it"
            )
