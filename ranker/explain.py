"""Scores and evidence in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from contract import Post

MUCH = 0.75
"""Standing above which votes are worth telling."""


def why(post: Post, standing: float, record: float, now: datetime) -> tuple[str, ...]:
    """What speaks for a post or against it, the weightiest first, in a few words each.

    `standing` and `record` are those of the index, NaN where they are not known.
    """
    return tuple(_why(post, standing, record, now))


def _why(post: Post, standing: float, record: float, now: datetime) -> Iterator[str]:
    roles = post.author.roles if post.author else ()
    if post.accepted:
        yield "accepted answer"
    if "staff" in roles:
        yield "written by staff"
    elif "moderator" in roles:
        yield "written by a moderator"
    if "bot" in roles:
        yield "written by a bot"
    if (voted := votes_said(post)) is not None:
        yield f"{voted}, among the best here" if standing > MUCH else voted
    if record > MUCH:
        yield "author with a good record"
    if (age := age_said(post, now)) is not None:
        yield age


def votes_said(post: Post) -> str | None:
    """The place's own number with its own word; None where there is nothing to tell."""
    signals = post.signals
    if signals.score is not None:
        return _counted(signals.score, "vote")
    if signals.helpful_yes is not None:
        return f"helpful to {_counted(signals.helpful_yes, 'reader')}"
    if signals.likes:
        return _counted(signals.likes, "like")
    return None


def age_said(post: Post, now: datetime) -> str | None:
    """When it was written or last edited, as a person says it; None where nobody knows."""
    at = post.updated_at or post.created_at
    if at is None:
        return None
    days = max(0, (now - at).days)
    verb = "edited" if post.updated_at else "written"
    if days <= 1:
        return f"{verb} today" if days == 0 else f"{verb} yesterday"
    for size, word in ((365, "year"), (30, "month"), (7, "week"), (1, "day")):
        if days >= 2 * size or size == 1:
            return f"{verb} {_counted(days // size, word)} ago"
    return None


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}" if abs(number) == 1 else f"{number:,} {word}s"


def expert_said(posts: Sequence[Post]) -> tuple[str, ...]:
    """What somebody has done near this question, as far as the posts shown tell."""
    accepted = sum(bool(post.accepted) for post in posts)
    told = [f"{_counted(len(posts), 'answer')} close to this question"]
    if accepted:
        told.append(f"{accepted} of them accepted")
    if any(post.author is not None and "staff" in post.author.roles for post in posts):
        told.append("speaks for the company")
    return tuple(told)


def place_said(answered: float, questions: int, hours: float | None) -> tuple[str, ...]:
    """What to expect of a place."""
    told = [f"about {round(answered * 10)} in 10 questions like this get a good answer"]
    if hours is not None:
        told.append(f"usually within {_span(hours)}")
    told.append(f"learned from {_counted(questions, 'question')}")
    return tuple(told)


def _span(hours: float) -> str:
    if hours < 1:
        return "an hour"
    if hours < 48:
        return _counted(round(hours), "hour")
    return _counted(round(hours / 24), "day")
