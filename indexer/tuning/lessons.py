"""What an archive's threads teach: a question, what it says itself, and what solved it.

Nothing is learned from a post that not everybody may see, that must not be quoted or kept, or that
comes from a place whose terms forbid to train on it: what a model has learned cannot be taken back
out of it.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from indexer.marks import may_be_shown
from indexer.passages import split as passages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from contract import Post

UNTAUGHT = frozenset({"facebook", "linkedin", "reddit", "x", "youtube"})
"""Platforms whose terms for developers forbid to train a model on what people wrote there, or do
not plainly allow it."""

SHORTEST_TITLE = 3
"""Words below which a title ("Help!") fits too many threads to teach anything."""

HELD_OUT = 0.25
"""Share of the threads that is kept for judging. Of 600 threads that leaves some 130 questions, by
which a gain of .03 can be told from chance (docs/tuning.md)."""

DATED = 0.95
"""Share of the threads that must be dated before the split is made by time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """The first passage of a reply that was accepted, voted for or written by staff."""

    text: str
    accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One thread. Texts are without its title, which would give away what belongs together."""

    thread_id: str
    title: str
    body: str
    """First passage of the opening post; empty where it says nothing."""
    asked_at: datetime | None
    solutions: tuple[Solution, ...]
    others: tuple[str, ...]
    """First passages of the replies that nobody has marked as good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A title, and a passage that it should be near to."""

    thread_id: str
    title: str
    passage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """An archive's lessons, split: nothing of a thread that judges is ever trained on."""

    taught: tuple[Lesson, ...]
    held_out: tuple[Lesson, ...]
    by_time: bool
    """Whether the later threads are held out; else a share of them, by a hash of their ids."""

    @property
    def pairs(self) -> list[Pair]:
        """All pairs to train on. A thread with the title of one that judges gives none."""
        known = {_folded(lesson.title) for lesson in self.held_out}
        fresh = (one for one in self.taught if _folded(one.title) not in known)
        return [pair for lesson in fresh for pair in _pairs(lesson)]

    @property
    def questions(self) -> list[Lesson]:
        """Threads to judge by: those held out that somebody has solved."""
        return [lesson for lesson in self.held_out if lesson.solutions]


def gather(threads: Iterable[Sequence[Post]], now: datetime) -> Lessons:
    """Every lesson of an archive, split into those taught and those held out."""
    return _split([lesson for thread in threads if (lesson := _lesson(thread, now)) is not None])


def _split(lessons: Sequence[Lesson]) -> Lessons:
    dated = [(one.asked_at, one.thread_id) for one in lessons if one.asked_at is not None]
    by_time = len(dated) >= DATED * len(lessons)
    if by_time:
        later = sorted(dated, reverse=True)[: math.ceil(HELD_OUT * len(lessons))]
        held_out = {thread_id for _, thread_id in later}
    else:
        held_out = {one.thread_id for one in lessons if _drawn(one.thread_id) < HELD_OUT}
    return Lessons(
        taught=tuple(one for one in lessons if one.thread_id not in held_out),
        held_out=tuple(one for one in lessons if one.thread_id in held_out),
        by_time=by_time,
    )


def _drawn(thread_id: str) -> float:
    """A number from 0 to 1 that a thread always draws: later runs hold out the same ones."""
    return int.from_bytes(hashlib.sha256(thread_id.encode()).digest()[:4]) / 2**32


def _pairs(lesson: Lesson) -> Iterator[Pair]:
    texts = [lesson.body, *(solution.text for solution in lesson.solutions)]
    for text in filter(None, texts):
        yield Pair(thread_id=lesson.thread_id, title=lesson.title, passage=text)


def _lesson(thread: Sequence[Post], now: datetime) -> Lesson | None:
    """What a thread teaches; None where it has no title that says something."""
    open_to_all = [post for post in thread if _may_teach(post, now)]
    opening = next((post for post in open_to_all if post.parent_id is None and post.title), None)
    if opening is None or len(opening.title.split()) < SHORTEST_TITLE:
        return None
    replies = [post for post in open_to_all if post is not opening and post.kind != "comment"]
    said = [(post, text) for post in replies if (text := _first_passage(post))]
    return Lesson(
        thread_id=opening.thread_id,
        title=opening.title,
        body=_first_passage(opening),
        asked_at=opening.created_at,
        solutions=tuple(
            Solution(text=text, accepted=post.accepted is True)
            for post, text in said
            if _is_good(post)
        ),
        others=tuple(text for post, text in said if not _is_good(post)),
    )


def _may_teach(post: Post, now: datetime) -> bool:
    allowed = post.usage.snippet and post.usage.archive and post.platform not in UNTAUGHT
    return allowed and may_be_shown(post, (), now)


def _is_good(post: Post) -> bool:
    """Whether somebody has vouched for a reply."""
    if post.accepted:
        return True
    if post.signals.score is not None:
        return post.signals.score >= 1
    by_staff = post.author is not None and "staff" in post.author.roles
    return by_staff or (post.signals.likes or 0) >= 1


def _first_passage(post: Post) -> str:
    spans = passages(post.text, post.language or "en")
    return post.text[spans[0].start : spans[0].end] if spans else ""


def _folded(title: str) -> str:
    return " ".join(title.casefold().split())
