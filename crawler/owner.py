"""What the owner of this installation says about a source, laid over what the place says."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contract import Author, Post, SourceSettings


def as_owner_says(post: Post, source: SourceSettings) -> Post:
    """Return the post with the staff and the audience that the settings name."""
    if post.author is not None and _is_staff(post.author, source):
        roles = tuple(dict.fromkeys(("staff", *post.author.roles)))
        post = replace(post, author=replace(post.author, roles=roles))
    if source.members_only:
        groups = post.groups or (f"{source.name}:members",)  # a room for few stays one
        post = replace(post, visibility="members", groups=groups)
    return post


def _is_staff(author: Author, source: SourceSettings) -> bool:
    """By native id or handle; by name only on a site, where its owner writes the names.

    Elsewhere anybody may call themselves what they like.
    """
    native_id = author.author_id.removeprefix(f"{source.name}:")
    known = {native_id, re.sub(r"^u(?=\d+$)", "", native_id)}
    if source.platform == "site":
        known.add(author.name)
    return bool(known & set(source.staff))
