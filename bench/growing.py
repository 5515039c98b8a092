"""A community of any size with real words: real threads first, then threads mixed of two real ones.

Threads stand in an order drawn by chance once, so that a smaller community is the beginning of a
larger one. Of a mixed thread every post opens with the first half of one real post and ends with
the second half of another; author, votes and dates are the first one's.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from crawler import interchange

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from contract import Post

    Thread = Sequence[Post]

SEED = 1


def growing(community: Path) -> Iterator[Thread]:
    """Threads of the sites in a folder, then mixed ones without end."""
    real = _real(community)
    if not real:
        raise FileNotFoundError(f"{community}: no <site>.posts.jsonl.gz")
    chance = np.random.default_rng(SEED)
    order = chance.permutation(len(real))
    yield from (real[at] for at in order)
    for turn in itertools.count(1):
        others = chance.permutation(len(real))
        for at, other in zip(order, others, strict=True):
            yield mixed(real[at], real[other], turn)


def first(threads: Iterator[Thread], count: int) -> Iterator[Post]:
    """The posts of whole threads until there are `count` of them, or a few more."""
    while count > 0:
        thread = next(threads)
        count -= len(thread)
        yield from thread


def mixed(one: Thread, other: Thread, turn: int) -> list[Post]:
    """A thread in the form of `one`; `turn` tells it from others of that form."""

    def renamed(name: str) -> str:
        return f"{name}~{turn}"

    return [
        replace(
            post,
            post_id=renamed(post.post_id),
            thread_id=renamed(post.thread_id),
            parent_id=None if post.parent_id is None else renamed(post.parent_id),
            url=renamed(post.url),
            title=_halves(post.title, end.title) if post.title else "",
            text=_halves(post.text, end.text),
            html="",
        )
        for post, end in zip(one, itertools.cycle(other), strict=False)
    ]


def _halves(start: str, end: str) -> str:
    """The first half of one text and the second of the other, cut between words."""
    return f"{start[: _middle(start)]}{end[_middle(end) :]}".strip()


def _middle(text: str) -> int:
    space = text.find(" ", len(text) // 2)
    return len(text) if space < 0 else space


def _real(community: Path) -> list[Thread]:
    threads: dict[str, list[Post]] = {}
    for file in sorted(community.glob("*.posts.jsonl*")):
        for post in interchange.posts(file, file.name.partition(".")[0]):
            threads.setdefault(post.thread_id, []).append(post)
    return list(threads.values())
