"""Topics in the wire format of Discourse: a row of a list, and a page with its posts.

https://docs.discourse.org/#tag/Topics
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from samples.forum.post import topic_path
from samples.instant import iso_ms
from samples.prose import escaped, plain, slug

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from samples.forum.post import Payload, Posts
    from samples.forum.view import Entry, View
    from samples.story import Topic

CHUNK = 20
"""Posts on a topic's first page, and in a batch."""


class Topics:
    """Tells the topics of one view, in the form of today or, with `old_form`, of before 2026.

    Today the solved plugin lists `accepted_answers` and tags are objects; before, there was one
    `accepted_answer` with an excerpt, and tags were words.
    """

    def __init__(self, view: View, posts: Posts, *, old_form: bool) -> None:
        self.view = view
        self.posts = posts
        self.old_form = old_form

    def row(self, topic: Topic) -> Payload:
        """Return the topic as a list shows it."""
        talk = self._talk(topic)
        told = self._common(topic) | {
            "image_url": None,
            "bumped": True,
            "bumped_at": iso_ms(self.bumped_at(topic)),
            "unseen": False,
            "unpinned": None,
            "last_poster_username": self.posts.user(talk[-1].post.by)["username"],
            "has_accepted_answer": bool(self._accepted(topic)),
            "posters": self._posters(talk),
        }
        return told | ({"excerpt": self._excerpt(talk[0])} if topic.pinned else {})

    def page(
        self, topic: Topic, entries: Iterable[Entry], stream: list[Entry], *, raw: bool
    ) -> Payload:
        """Return the topic with the posts of one page; `stream` is all it has."""
        starter, last = self.posts.user(topic.post[0].by), self._talk(topic)[-1]
        told = self._common(topic) | self.batch(topic, entries, raw=raw)
        told["post_stream"]["stream"] = [e.post.id for e in stream]
        told |= {
            "chunk_size": CHUNK,
            "user_id": starter["id"],
            "participant_count": len(_order(stream)),
            "word_count": sum(len(e.post.text.split()) for e in stream),
            "pinned_at": iso_ms(topic.post[0].at) if topic.pinned else None,
            "deleted_at": iso_ms(stream[0].post.changed_at) if stream[0].deleted else None,
            "deleted_by": None,
            "draft": None,
            "actions_summary": [],
            "details": {
                "created_by": starter,
                "last_poster": self.posts.user(last.post.by),
                "participants": [self._participant(key, stream) for key in _order(stream)],
                "links": [],
                "notification_level": 1,
            },
        }
        return told | self._solved(topic)

    def batch(self, topic: Topic, entries: Iterable[Entry], *, raw: bool) -> Payload:
        """Return some posts of the topic, as `/t/{id}/posts.json` does."""
        told = [self.posts.post(entry, raw=raw) for entry in entries]
        return {"post_stream": {"posts": told}, "id": topic.id}

    def bumped_at(self, topic: Topic) -> datetime:
        """Return when it last rose: by a new post, or by an edit of the last; of no other one."""
        return self._talk(topic)[-1].post.changed_at

    def _common(self, topic: Topic) -> Payload:
        talk = self._talk(topic)
        return {
            "id": topic.id,
            "title": topic.title,
            "fancy_title": escaped(topic.title),
            "slug": slug(topic.title),
            "posts_count": len(talk),
            "reply_count": sum(e.post.reply_to is not None for e in talk),
            "highest_post_number": self.view.stream(topic)[-1].number,
            "created_at": iso_ms(topic.post[0].at),
            "last_posted_at": iso_ms(talk[-1].post.at),
            "archetype": "regular",
            "visible": True,
            "closed": topic.closed,
            "archived": False,
            "pinned": topic.pinned,
            "pinned_globally": topic.pinned,
            "views": topic.views,
            "like_count": sum(e.post.likes for e in talk),
            "category_id": self.view.category_of(topic).id,
            "tags": topic.tags if self.old_form else [_tag(tag) for tag in topic.tags],
            "tags_descriptions": {},
            "has_summary": False,
        }

    def _solved(self, topic: Topic) -> Payload:
        """Return the topic's solutions; nothing at all is said of a topic without one."""
        answers = self._accepted(topic)
        if not answers:
            return {}
        if self.old_form:
            return {"accepted_answer": self._answer_then(answers[0])}
        return {"accepted_answers": [self._answer_now(answer) for answer in answers]}

    def _accepted(self, topic: Topic) -> list[Entry]:
        """Return the posts that solve it, in order."""
        return [e for e in self.view.stream(topic) if e.post.accepted]

    def _answer_now(self, entry: Entry) -> Payload:
        url = topic_path(entry.topic, entry.number)
        return self.posts.head(entry) | {"url": url} | self._accepter(entry.topic)

    def _answer_then(self, entry: Entry) -> Payload:
        author = self.posts.user(entry.post.by)
        return {
            "post_number": entry.number,
            "username": author["username"],
            "name": author["name"],
            "excerpt": self._excerpt(entry),
        } | self._accepter(entry.topic)

    def _accepter(self, topic: Topic) -> Payload:
        starter = self.posts.user(topic.post[0].by)
        return {"accepter_name": starter["name"], "accepter_username": starter["username"]}

    def _posters(self, talk: list[Entry]) -> list[Payload]:
        """Return who is shown beside the topic: who began it, the next few, who wrote last."""
        latest = talk[-1].post.by
        shown = list(dict.fromkeys([*_order(talk)[:4], latest]))
        return [
            {
                "user_id": self.posts.user(key)["id"],
                "description": _role(first=key == shown[0], last=key == latest),
                "extras": "latest" if key == latest else None,
            }
            for key in shown
        ]

    def _participant(self, key: str, stream: list[Entry]) -> Payload:
        return self.posts.user(key) | {"post_count": sum(e.post.by == key for e in stream)}

    def _excerpt(self, entry: Entry) -> str:
        """Return the beginning of what the visitor may read of a post."""
        return plain(self.posts.head(entry)["cooked"], 300)

    def _talk(self, topic: Topic) -> list[Entry]:
        """Return what counts as posts; of a deleted topic, its first post at least."""
        stream = self.view.stream(topic)
        return [e for e in stream if e.talk and not e.deleted] or stream[:1]


def _order(entries: list[Entry]) -> list[str]:
    """Return the keys of those who wrote, each once, in order of their first post."""
    return list(dict.fromkeys(e.post.by for e in entries))


def _role(*, first: bool, last: bool) -> str:
    named = {"Original Poster": first, "Most Recent Poster": last}
    return ", ".join(role for role, true in named.items() if true) or "Frequent Poster"


def _tag(name: str) -> Payload:
    return {"id": crc32(name.encode()), "name": name, "slug": slug(name)}
