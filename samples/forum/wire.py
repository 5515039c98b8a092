"""All that one kind of visitor is told, in one place: the view and its payloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from samples.cast import called
from samples.forum.error import ForumError
from samples.forum.post import Posts
from samples.forum.topic import Topics
from samples.forum.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from samples.cast import Member
    from samples.forum.post import Payload
    from samples.forum.view import Entry
    from samples.sites import Sites
    from samples.story import ForumAccount, Story, Topic


class Wire:
    """A view with its posts and topics. Building it tells all of them once, to find errors."""

    def __init__(self, story: Story, sites: Sites, *, keyed: bool, old_form: bool) -> None:
        self.sites = sites
        self.view = View(story, keyed=keyed)
        self.posts = Posts(self.view, sites)
        self.topics = Topics(self.view, self.posts, old_form=old_form)
        for topic in self.view.topics:
            stream = self.view.stream(topic)
            self.topics.page(topic, stream, stream, raw=False)

    def ordered(
        self, topics: list[Topic], order: str = "", *, ascending: bool = False
    ) -> list[Topic]:
        """Return `topics` with the pinned first; an unknown order is that of activity."""
        orders: dict[str, Callable[[Topic], datetime | int]] = {
            "created": lambda topic: topic.post[0].at,
            "views": lambda topic: topic.views,
            "posts": lambda topic: len(topic.post),
            "likes": lambda topic: sum(post.likes for post in topic.post),
        }
        by = orders.get(order, self.topics.bumped_at)
        rows = sorted(topics, key=lambda t: (by(t), t.id), reverse=not ascending)
        return sorted(rows, key=lambda topic: not topic.pinned)

    def users(self, entries: Iterable[Entry]) -> list[Payload]:
        """Return everybody who wrote one of these, in short."""
        return [self.posts.user(key) for key in dict.fromkeys(e.post.by for e in entries)]

    def member(self, handle: str) -> Member[ForumAccount]:
        """Return whose handle this is, whatever its case. Raises ForumError."""
        member = called(self.posts.cast, handle)
        if member is None:
            raise ForumError.missing()
        return member
