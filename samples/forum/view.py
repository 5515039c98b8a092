"""The forum as one kind of visitor sees it: anybody, or whoever holds the key.

Anybody sees neither restricted rooms nor whispers nor what was deleted; a hidden post shows as
hidden, without its words. The key opens all of it; a deleted post then still stays out of the
stream unless it is asked for, as on the real server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from samples.cast import all_different
from samples.forum.error import ForumError
from samples.story import ForumPost, StoryError, Topic

if TYPE_CHECKING:
    from samples.story import Category, Story


@dataclass(frozen=True, slots=True)
class Entry:
    """A post in its place; `number` counts from 1 and is never given twice."""

    topic: Topic
    number: int
    post: ForumPost

    @property
    def deleted(self) -> bool:
        """Whether the post, or with its first post the whole topic, was deleted."""
        return "deleted" in {self.post.state, self.topic.post[0].state}

    @property
    def talk(self) -> bool:
        """Whether it counts as a post: whispers and small actions do not."""
        return self.post.kind in {"regular", "moderator"}


class View:
    """What there is for whoever holds the key (`keyed`), or for anybody."""

    def __init__(self, story: Story, *, keyed: bool) -> None:
        self.story = story
        self.keyed = keyed
        all_different("topic", (topic.id for topic in story.topics))
        all_different("post", (post.id for topic in story.topics for post in topic.post))
        self.all_topics = {topic.id: topic for topic in story.topics}
        self.numbered = {topic.id: _numbered(topic) for topic in story.topics}
        self.entries = {e.post.id: e for posts in self.numbered.values() for e in posts}
        self.categories = [c for c in story.categories.values() if keyed or not c.groups]
        self.topics = [t for t in story.topics if self._open(t) and t.post[0].state != "deleted"]

    def category_of(self, topic: Topic) -> Category:
        """Return the topic's room. Raises StoryError where there is no such room."""
        try:
            return self.story.categories[topic.category]
        except KeyError:
            raise StoryError(f"topic {topic.id}: there is no room {topic.category!r}") from None

    def category(self, slug: str, category_id: int) -> Category:
        """Return a room by its address. Raises ForumError."""
        found = self.story.categories.get(slug)
        if found is None or found.id != category_id:
            raise ForumError.missing()
        if found not in self.categories:
            raise ForumError.forbidden()
        return found

    def category_by_id(self, category_id: int) -> Category:
        """Return a room by its id alone. Raises ForumError."""
        for room in self.story.categories.values():
            if room.id == category_id:
                return self.category(room.slug, category_id)
        raise ForumError.missing()

    def topics_in(self, category: Category) -> list[Topic]:
        """Return the topics of a room."""
        return [topic for topic in self.topics if topic.category == category.slug]

    def topic(self, topic_id: int) -> Topic:
        """Return a topic by its id. Raises ForumError."""
        topic = self.all_topics.get(topic_id)
        if topic is None:
            raise ForumError.missing()
        if not self._open(topic):
            raise ForumError.forbidden()
        if topic.post[0].state == "deleted" and not self.keyed:
            raise ForumError.gone()
        return topic

    def entry(self, post_id: int) -> Entry:
        """Return a post by its id. Raises ForumError."""
        entry = self.entries.get(post_id)
        if entry is None or (entry.deleted and not self.keyed):
            raise ForumError.missing()
        if not self._open(entry.topic) or not self.sees(entry):
            raise ForumError.forbidden()
        return entry

    def stream(self, topic: Topic, *, deleted: bool = False) -> list[Entry]:
        """Return the topic's posts in order; the deleted ones only if asked for, and allowed."""
        kept = [e for e in self.numbered[topic.id] if self.sees(e)]
        if deleted or topic.post[0].state == "deleted":
            return kept
        return [e for e in kept if not e.deleted]

    def sees(self, entry: Entry) -> bool:
        """Tell whether the post can be seen by itself, in a topic that can."""
        return self.keyed or not (entry.deleted or entry.post.kind == "whisper")

    def newest(self, by: str = "") -> list[Entry]:
        """Return every ordinary post that stands, or those of one person, the highest id first."""
        posts = [e for topic in self.topics for e in self.stream(topic)]
        wanted = [e for e in posts if e.post.kind == "regular" and by in {"", e.post.by}]
        return sorted(wanted, key=lambda e: e.post.id, reverse=True)

    def _open(self, topic: Topic) -> bool:
        return self.keyed or not self.category_of(topic).groups


def _numbered(topic: Topic) -> list[Entry]:
    return [Entry(topic, number, post) for number, post in enumerate(topic.post, 1)]
