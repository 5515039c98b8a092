"""Issues and comments of GitHub in one shape, whichever of its two APIs shows them.

The shape is that of REST (https://docs.github.com/rest/issues), which is read as it comes; what
GraphQL answers to `QUERY` is turned into it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from crawler.formats import github
from crawler.payload import decode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.fetch import Page

QUERY = (
    """query($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) { nameWithOwner isPrivate }
  threads: repository(owner: $owner, name: $name) { %s }
}
fragment thread on IssueOrPullRequest {
  __typename ...said
  ... on Labelable { labels(first: 20) { nodes { name } } }
  ... on Closable { closed }
  ... on Issue {
    number title url stateReason(enableDuplicate: true)
    comments(first: 100, after: $after) { ...page }
  }
  ... on PullRequest { number title url comments(first: 100, after: $after) { ...page } }
}
fragment page on IssueCommentConnection {
  totalCount pageInfo { hasNextPage endCursor } nodes { url ...said }
}"""
    + github.SAID
)
"""Some threads of a repository, each with a hundred comments."""


class User(msgspec.Struct):
    """An account; `id` outlives its name."""

    login: str
    id: int | None
    html_url: str | None = None
    type: str = "User"


class Reactions(msgspec.Struct):
    """Number of each; "eyes", "laugh" and "confused" say neither yes nor no."""

    up: int = msgspec.field(name="+1", default=0)
    down: int = msgspec.field(name="-1", default=0)
    heart: int = 0
    hooray: int = 0
    rocket: int = 0


class Written(msgspec.Struct, kw_only=True):
    """What an issue and a comment have in common."""

    html_url: str
    created_at: datetime
    user: User | None
    author_association: str = ""
    body: str | None = None
    body_html: str | None = None
    reactions: Reactions | None = None


class PullRequest(msgspec.Struct):
    """Its mere presence says that an issue is none."""


class Issue(Written, kw_only=True):
    """An issue, or a pull request in the list of issues."""

    number: int
    title: str
    repository_url: str
    state: str
    state_reason: str | None = None
    labels: list[github.Label | str] = []
    comments: int | None = None
    pull_request: PullRequest | None = None


class Minimised(msgspec.Struct):
    """Hidden by a maintainer; the site shows the reason in its place."""

    reason: str | None = None


class Comment(Written, kw_only=True):
    """What somebody said to an issue or a pull request."""

    id: int
    issue_url: str
    updated_at: datetime
    minimized: Minimised | None = None


class Thread(msgspec.Struct):
    """An issue with some of its comments; `after` leads to the others."""

    issue: Issue
    comments: list[Comment]
    after: str | None


class _Comments(msgspec.Struct, rename="camel"):
    total_count: int
    page_info: github.PageInfo
    nodes: list[github.Said | None]


class _Thread(github.Said, rename="camel", kw_only=True):
    typename: str = msgspec.field(name="__typename")
    number: int
    title: str
    closed: bool
    comments: _Comments
    labels: github.Labels | None = None
    state_reason: str | None = None


class Repository(msgspec.Struct, rename="camel"):
    """Where threads stand, by its name of today."""

    name_with_owner: str
    is_private: bool


class _Data(msgspec.Struct):
    repository: Repository | None
    threads: dict[str, _Thread | None] | None


class _Answer(msgspec.Struct):
    data: _Data


def query(numbers: Iterable[str]) -> str:
    """GraphQL for the threads of these numbers, each by a name of its own."""
    return QUERY % " ".join(
        f"i{n}: issueOrPullRequest(number: {n}) {{ ...thread }}" for n in numbers
    )


def answered(page: Page) -> tuple[Repository | None, dict[str, Thread]]:
    """The repository, and its threads by number, without those that are gone.

    None where the repository is gone, or not for us to see. Raises SourceError where GraphQL
    refuses, and UnexpectedShapeError.
    """
    github.check(page)
    data = decode(page, _Answer).data
    if data.repository is None:
        return None, {}
    at = f"/repos/{data.repository.name_with_owner}"
    return data.repository, {
        name[1:]: _as_rest(told, at) for name, told in (data.threads or {}).items() if told
    }


def _as_rest(told: _Thread, at: str) -> Thread:
    issue = Issue(
        number=told.number,
        title=told.title,
        repository_url=at,
        html_url=told.url,
        created_at=told.created_at,
        user=_user(told),
        author_association=told.author_association,
        body_html=told.html,
        reactions=_reactions(told),
        state="closed" if told.closed else "open",
        state_reason=told.state_reason,
        labels=list(told.labels.nodes) if told.labels else [],
        comments=told.comments.total_count,
        pull_request=PullRequest() if told.typename == "PullRequest" else None,
    )
    comments = [
        _comment(said, f"{at}/issues/{told.number}") for said in told.comments.nodes if said
    ]
    return Thread(issue, comments, told.comments.page_info.after)


def _comment(said: github.Said, issue_url: str) -> Comment:
    return Comment(
        id=int(said.url.rpartition("-")[2]),  # GraphQL's own number of it has too few bits
        issue_url=issue_url,
        html_url=said.url,
        created_at=said.created_at,
        updated_at=said.last_edited_at or said.created_at,
        user=_user(said),
        author_association=said.author_association,
        body_html=said.html,
        reactions=_reactions(said),
        minimized=Minimised(said.minimized_reason) if said.is_minimized else None,
    )


def _user(said: github.Said) -> User | None:
    by = said.author
    if by is None:
        return None
    return User(login=by.login, id=by.database_id, html_url=by.url, type=by.typename)


def _reactions(said: github.Said) -> Reactions | None:
    told = said.reactions()
    if told is None:
        return None
    names = ("THUMBS_UP", "THUMBS_DOWN", "HEART", "HOORAY", "ROCKET")
    return Reactions(*(told.get(name, 0) for name in names))
