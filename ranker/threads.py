"""A whole thread at its best: the question, then its replies with the trusted ones first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from contract import Post
from ranker import trust
from ranker.show import title_of, why_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from indexer.snapshot import Snapshot
    from ranker.weights import Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A post of a thread with what was remarked on it, and what speaks for it."""

    post: Post
    comments: tuple[Post, ...]
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A thread as it is shown. `opening` is None where only replies may be seen."""

    thread_id: str
    title: str
    opening: Reply | None
    replies: tuple[Reply, ...]


def at_its_best(
    thread_id: str, posts: Sequence[Post], snapshot: Snapshot, now: datetime, weights: Weights
) -> Thread | None:
    """The thread these posts make, the trusted replies first; None where there are none."""
    if not posts:
        return None
    opening = next((post for post in posts if post.post_id == thread_id), None)
    replies = [post for post in posts if post is not opening and post.kind != "comment"]
    comments = {post.post_id: post for post in posts if post.kind == "comment"}
    remarked = [(comment, _remarked(comment, comments)) for comment in comments.values()]

    def told(post: Post) -> Reply:
        remarks = tuple(comment for comment, on in remarked if on == post.post_id)
        return Reply(post=post, comments=remarks, why=why_of(post, snapshot, now))

    return Thread(
        thread_id=thread_id,
        title=title_of(opening or posts[0]) or posts[0].url,
        opening=None if opening is None else told(opening),
        replies=tuple(map(told, _trusted_first(replies, snapshot, now, weights))),
    )


def _remarked(comment: Post, comments: Mapping[str, Post]) -> str | None:
    """Id of the post a comment was made on: some places let people reply to comments."""
    above, met = comment.parent_id, {comment.post_id}
    while above is not None and above in comments and above not in met:
        met.add(above)
        above = comments[above].parent_id
    return above


def _trusted_first(
    posts: Sequence[Post], snapshot: Snapshot, now: datetime, weights: Weights
) -> list[Post]:
    """Replies by falling trust; those too new for the index stand last, oldest first."""
    known = [post for post in posts if post.post_id in snapshot.ordinals]
    new = [post for post in posts if post.post_id not in snapshot.ordinals]
    ordinals = np.array([snapshot.ordinals[post.post_id] for post in known], dtype=np.int32)
    total = np.sum(list(trust.parts(snapshot.columns, ordinals, now, weights).values()), axis=0)
    return [*(known[at] for at in np.argsort(-total, kind="stable")), *new]
