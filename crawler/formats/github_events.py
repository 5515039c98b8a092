"""What GitHub's webhooks send: https://docs.github.com/webhooks/webhook-events-and-payloads.

Which event it is shows in the body, by what it holds, and so is signed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crawler.delivery import Delivery, Ignored, Signing, Touched
from crawler.fetch import Held

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from contract.record import State
    from crawler.delivery import Heard

SIGNING = Signing(header="x-hub-signature-256", prefix="sha256=", id_header="x-github-delivery")


class _Repository(msgspec.Struct):
    full_name: str


class _Thread(msgspec.Struct):
    number: int
    html_url: str
    node_id: str = ""
    comments: int = 0
    pull_request: msgspec.Raw | None = None


class _Comment(msgspec.Struct):
    id: int
    html_url: str
    node_id: str = ""


class _Event(msgspec.Struct):
    action: str = ""
    repository: _Repository | None = None
    issue: _Thread | None = None
    pull_request: _Thread | None = None
    discussion: _Thread | None = None
    comment: _Comment | None = None
    answer: _Comment | None = None
    old_answer: _Comment | None = None


def issues(
    name: str, repos: Collection[str], delivery: Delivery, *, pull_requests: bool
) -> Iterator[Heard]:
    """The issue or comment that an event speaks of, by the names it has in the REST API."""
    told = delivery.event(_Event)
    repo = _repo(told, repos)
    thread = told.issue or (None if told.comment else told.pull_request)
    if isinstance(repo, Ignored):
        yield repo
    elif thread is None:
        yield Ignored("no issue is in it")
    elif not pull_requests and (told.issue is None or thread.pull_request is not None):
        yield Ignored("it is about a pull request")
    else:
        yield _touched(
            told,
            thread_id=f"{name}:{repo}#{thread.number}",
            comment_id="" if told.comment is None else f"{name}:c{told.comment.id}",
            thread=thread,
        )


def discussions(name: str, repos: Collection[str], delivery: Delivery) -> Iterator[Heard]:
    """The discussion, comment or answers that an event speaks of, by their node ids."""
    told = delivery.event(_Event)
    repo, thread = _repo(told, repos), told.discussion
    if isinstance(repo, Ignored):
        yield repo
        return
    if thread is None:
        yield Ignored("no discussion is in it")
        return
    thread_id = f"{name}:{thread.node_id}"
    comment_id = "" if told.comment is None else f"{name}:{told.comment.node_id}"
    yield _touched(told, thread_id=thread_id, comment_id=comment_id, thread=thread)
    for answer in filter(None, (told.answer, told.old_answer)):
        post_id = f"{name}:{answer.node_id}"
        held = Held(post_id=post_id, thread_id=thread_id, url=answer.html_url, position=1)
        yield Touched(post=held, event=_event(told))


def _repo(told: _Event, repos: Collection[str]) -> str | Ignored:
    if told.repository is None:
        return Ignored("it is about no repository")
    repo = told.repository.full_name.lower()
    known = {known.lower() for known in repos}
    return repo if repo in known else Ignored(f"{repo} is none of `repos`")


def _touched(told: _Event, *, thread_id: str, comment_id: str, thread: _Thread) -> Touched:
    if told.comment is not None:
        held = Held(
            post_id=comment_id,
            thread_id=thread_id,
            url=told.comment.html_url,
            position=max(1, thread.comments),
        )
        return Touched(post=held, event=_event(told), state=_state(told.action))
    return Touched(
        post=Held(post_id=thread_id, thread_id=thread_id, url=thread.html_url),
        event=_event(told),
        state=_state(told.action),
        whole_thread=told.action in {"deleted", "transferred", "category_changed"},
    )


def _event(told: _Event) -> str:
    parts = ("issue", "pull_request", "discussion", "comment")
    what = [part for part in parts if getattr(told, part) is not None]
    return f"{'_'.join(what)} {told.action}"


def _state(action: str) -> State:
    """What was moved to another repository stands there, under another number."""
    if action == "deleted":
        return "deleted"
    return "gone" if action == "transferred" else "live"
