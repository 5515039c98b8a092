"""A thread in schema.org terms, for search engines (https://schema.org/QAPage)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contract import Post
    from ranker.threads import Thread


def question_page(thread: Thread) -> dict[str, Any]:
    """The thread as a QAPage; without a question it is a plain list of what was said."""
    replies = [reply.post for reply in thread.replies if reply.post.kind != "comment"]
    accepted = [_answer(post) for post in replies if post.accepted]
    suggested = [_answer(post) for post in replies if not post.accepted]
    question: dict[str, Any] = {
        "@type": "Question",
        "name": thread.title,
        "answerCount": len(replies),
        "suggestedAnswer": suggested,
    }
    if accepted:
        question["acceptedAnswer"] = accepted[0]
    if thread.opening is not None:
        question |= _said(thread.opening.post)
    return {"@context": "https://schema.org", "@type": "QAPage", "mainEntity": question}


def _answer(post: Post) -> dict[str, Any]:
    return {"@type": "Answer", "url": post.url, **_said(post)}


def _said(post: Post) -> dict[str, Any]:
    said: dict[str, Any] = {"text": post.text}
    if post.created_at is not None:
        said["dateCreated"] = post.created_at.isoformat()
    if post.author is not None:
        said["author"] = {"@type": "Person", "name": post.author.name}
        if post.author.url:
            said["author"]["url"] = post.author.url
    if post.signals.score is not None:
        said["upvoteCount"] = post.signals.score
    return said
