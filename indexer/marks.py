"""Marks: what a post is, as short texts such as "source:forum" or "is:accepted".

Filters ask for marks, facets count them, and access is a mark too ("sees:public"), so the same rule
decides in every engine, before anything is counted. Marks are in lower case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from contract import Post

PUBLIC = "sees:public"


def marks(post: Post, language: str, *, answered: bool) -> frozenset[str]:
    """Everything a post can be filtered by; `answered` is a fact of its thread."""
    return frozenset(_marks(post, language, answered=answered))


def seen_by(groups: Iterable[str]) -> frozenset[str]:
    """Marks of which a post must bear one, for a member of these groups to see it."""
    return frozenset({PUBLIC, *(f"sees:{group.lower()}" for group in groups)})


def has_expired(post: Post, now: datetime) -> bool:
    """Whether its place allows a post to be shown no longer."""
    expires_at = post.usage.expires_at
    return expires_at is not None and expires_at <= now


def may_be_shown(post: Post, groups: Iterable[str], now: datetime) -> bool:
    """Whether a member of these groups may see a post as it stands now."""
    return not has_expired(post, now) and not seen_by(groups).isdisjoint(access(post))


def access(post: Post) -> Iterator[str]:
    """The marks of which whoever sees a post has at least one."""
    yield from (f"sees:{group.lower()}" for group in post.groups)
    if post.visibility == "public":
        yield PUBLIC


def _marks(post: Post, language: str, *, answered: bool) -> Iterator[str]:
    yield f"source:{post.source}"
    yield f"kind:{post.kind}"
    yield f"lang:{language}"
    yield from (f"tag:{tag.lower()}" for tag in post.tags)
    yield from access(post)
    if answered:
        yield "is:answered"
    if post.accepted:
        yield "is:accepted"
    if post.author is not None:
        yield f"author:{post.author.name.lower()}"
        yield f"author:{post.author.author_id.partition(':')[2].lower()}"
        if "staff" in post.author.roles:
            yield "is:staff"
