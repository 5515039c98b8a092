"""Results as plain values: the one form that the API and `askaround search --json` give out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contract import Author, Post
    from ranker.results import Answer, Expert, Part, Place, Result, Results
    from ranker.suggest import Suggestion

DIGITS = 6
"""Decimals of a score: enough to add the parts up again, few enough to read."""


def results(found: Results) -> dict[str, Any]:
    """A whole page.

    `query` is what was typed. `searched` is what was searched in its place where it was surely
    misspelt, else null; `did_you_mean` is offered where it may be.
    """
    return {
        "query": found.query,
        "searched": found.searched,
        "did_you_mean": found.did_you_mean,
        "total": found.total,
        "page": found.page,
        "pages": found.pages,
        "took_ms": round(found.took_ms, 1),
        "answer": None if found.answer is None else answer(found.answer),
        "results": [result(one) for one in found.results],
        "experts": [expert(one) for one in found.experts],
        "places": [place(one) for one in found.places],
        "facets": [
            {"field": one.field, "value": one.value, "count": one.count, "chosen": one.chosen}
            for one in found.facets
        ],
        "notices": list(found.notices),
    }


def result(one: Result) -> dict[str, Any]:
    """One result. The parts under `explain` add up to `score`."""
    return {
        **_post(one.post),
        "title": one.title,
        "snippet": [[text, marked] for text, marked in one.snippet],
        "score": round(one.score, DIGITS),
        "trust": round(one.trust, 3),
        "why": list(one.why),
        "explain": explain(one.parts),
        "also": [
            {"id": other.post_id, "url": other.url, "title": other.title, "source": other.source}
            for other in one.also
        ],
    }


def explain(parts: tuple[Part, ...]) -> dict[str, float]:
    """The terms of a score by name."""
    return {part.name: round(part.value, DIGITS) for part in parts}


def answer(one: Answer) -> dict[str, Any]:
    """The answer, with the post it is quoted from."""
    return {
        "text": one.text,
        "spans": [list(span) for span in one.spans],
        "post": {**_post(one.post), "title": one.title},
        "confidence": round(one.confidence, 3),
        "why": list(one.why),
    }


def expert(one: Expert) -> dict[str, Any]:
    """One person."""
    return {
        "name": one.name,
        "accounts": [_author(account) for account in one.accounts],
        "score": round(one.score, DIGITS),
        "why": list(one.why),
        "evidence": [
            {"id": shown.post_id, "url": shown.url, "title": shown.title} for shown in one.evidence
        ],
    }


def place(one: Place) -> dict[str, Any]:
    """One place to ask at."""
    return {
        "source": one.source,
        "title": one.title,
        "url": one.url,
        "answered": round(one.answered, 3),
        "questions": one.questions,
        "hours": None if one.hours is None else round(one.hours, 1),
        "why": list(one.why),
    }


def suggestion(one: Suggestion) -> dict[str, Any]:
    """One suggestion. `query` is what to search for where it is chosen."""
    return {
        "kind": one.kind,
        "text": one.text,
        "query": one.query,
        "thread_id": one.thread_id,
    }


def _post(post: Post) -> dict[str, Any]:
    return {
        "id": post.post_id,
        "url": post.url,
        "source": post.source,
        "kind": post.kind,
        "author": None if post.author is None else _author(post.author),
        "created_at": None if post.created_at is None else post.created_at.isoformat(),
        "thread_id": post.thread_id,
        "licence": post.licence,
    }


def _author(author: Author) -> dict[str, Any]:
    return {
        "id": author.author_id,
        "name": author.name,
        "url": author.url,
        "roles": list(author.roles),
    }
