"""What the index wants to know of one post, apart from its words."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contract import content_hash
from indexer.columns import BOT, KINDS, MODERATOR, STAFF, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contract import Post

ROLES = {"staff": STAFF, "moderator": MODERATOR, "bot": BOT}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a column needs of one post."""

    source: str
    kind: int
    thread: int
    position: int
    author: str | None
    roles: int
    created: int
    touched: int
    accepted: int
    answered: bool
    votes: int | None
    is_reply: bool
    by_asker: bool
    length: int
    fingerprint: int
    likeness: int
    global_id: int


def facts(post: Post, thread: int, likeness: int, *, asker: str | None, answered: bool) -> Facts:
    """Gather them.

    `thread` is the number of the thread, `likeness` the simhash of the words,
    `asker` the id of the account that opened it.
    """
    author = post.author
    return Facts(
        source=post.source,
        kind=KINDS.index(post.kind),
        thread=thread,
        position=post.position,
        author=_author_id(post),
        roles=sum(ROLES[role] for role in author.roles) if author else 0,
        created=seconds(post),
        touched=int(post.updated_at.timestamp()) if post.updated_at else seconds(post),
        accepted=UNKNOWN if post.accepted is None else int(post.accepted),
        answered=answered,
        votes=votes(post),
        is_reply=is_reply(post),
        by_asker=asker is not None and is_reply(post) and asker == _author_id(post),
        length=len(post.text),
        fingerprint=fingerprint(post),
        likeness=likeness,
        global_id=_global_id(post),
    )


def _global_id(post: Post) -> int:
    """64 bits of the name a post has everywhere; 0 where it has none."""
    name = (post.global_id or "").encode()
    return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big") if name else 0


def _author_id(post: Post) -> str | None:
    return post.author.author_id if post.author else None


def votes(post: Post) -> int | None:
    """What the community gave a post, in the place's own number; None where it gives nothing."""
    signals = post.signals
    if signals.score is not None:
        return signals.score
    if signals.helpful_yes is not None:
        return signals.helpful_yes - (signals.helpful_no or 0)
    return signals.likes


def is_reply(post: Post) -> bool:
    """Whether somebody answers with it: comments only remark."""
    return post.parent_id is not None and post.kind != "comment"


def is_answered(thread: Sequence[Post]) -> bool:
    """Whether a thread has a reply that was accepted, is by staff or has more votes than none.

    An article answers by itself. In a thread that everybody sees, so must the reply.
    """
    seen = [post for post in thread if post.visibility == "public"] or thread
    return any(post.kind == "article" or (is_reply(post) and _is_good(post)) for post in seen)


def _is_good(post: Post) -> bool:
    by_staff = post.author is not None and "staff" in post.author.roles
    return bool(post.accepted) or by_staff or (votes(post) or 0) > 0


def fingerprint(post: Post) -> int:
    """First 64 bits of the content hash."""
    return int(content_hash(post)[:16], 16)


def seconds(post: Post) -> int:
    """When it was written, in seconds since 1970; 0 where nobody knows."""
    return int(post.created_at.timestamp()) if post.created_at else 0
