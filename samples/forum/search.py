"""The forum's own search: posts with every word asked for, the newest first.

https://docs.discourse.org/#tag/Search
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from samples.forum.cooked import cooked
from samples.forum.error import ForumError
from samples.prose import plain

if TYPE_CHECKING:
    from samples.forum.post import Payload
    from samples.forum.view import Entry
    from samples.forum.wire import Wire

SHORTEST = 3
"""Characters a search must have."""

MOST = 50
"""Posts that are told of what was found; there is no second page."""


def search_payload(wire: Wire, query: str) -> Payload:
    """Return what answers `query`. Raises ForumError where it is too short."""
    words = query.casefold().split()
    if len("".join(words)) < SHORTEST:
        raise ForumError.short_search()
    found = [e for e in wire.view.newest() if _answers(e, words)][:MOST]
    topics = dict.fromkeys(e.topic.id for e in found)
    return {
        "posts": [_hit(wire, entry) for entry in found],
        "topics": [wire.topics.row(wire.view.topic(id_)) for id_ in topics],
        "users": [],
        "categories": [],
        "tags": [],
        "groups": [],
        "grouped_search_result": {
            "term": query,
            "post_ids": [e.post.id for e in found],
            "user_ids": [],
            "category_ids": [],
            "more_posts": None,
            "more_full_page_results": None,
            "can_create_topic": False,
            "error": None,
        },
    }


def _answers(entry: Entry, words: list[str]) -> bool:
    said = f"{entry.topic.title} {entry.post.text}".casefold()
    return entry.post.state != "hidden" and all(word in said for word in words)


def _hit(wire: Wire, entry: Entry) -> Payload:
    told = wire.posts.head(entry)
    del told["cooked"]
    return told | {
        "like_count": entry.post.likes,
        "blurb": plain(cooked(entry.post.text), 200),
    }
