"""Issues of GitHub repositories with their comments, through the REST API.

    [[source]]
    name = "tracker"
    platform = "github"
    url = "https://api.github.com"   # https://HOST/api/v3 for a server of your own
    repos = ["example/kettle", "example/grinder"]
    pull_requests = false            # true: read them too, tagged "pull request"
    api_key = "env:GITHUB_TOKEN"     # 5,000 requests an hour, not 60; private repositories

Issues and comments come repository by repository, each as one list of what changed since a date.
Owners, members and collaborators count as staff. Labels are tags, and so is how an issue ended:
"closed", and "completed", "not planned" or "duplicate". An issue tracker knows no accepted answer,
an issue does not say when its text was edited, and accounts have no reputation. What stands in a
private repository is for the group "NAME:owner/repo" alone. Minimised comments are hidden. Lists do
not tell of deletions: they are learned by asking for threads again, with a token twenty at a time
(by GraphQL), else one by one. Discussions are a platform of their own: `github-discussions`.

Webhooks: in the settings of the repository or organisation add one with the address
`/api/v1/hooks/NAME` of this installation, the secret that `webhook_secret` names, and the events
"Issues" and "Issue comments" (and "Pull requests" where these are read).
API: https://docs.github.com/rest/issues
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import msgspec

from contract import Author, Post, Signals, Tombstone
from crawler.clean import from_html, from_markdown, plain_line
from crawler.fetch import Dropped, Fetch, Page
from crawler.formats import github, github_events, github_issues
from crawler.formats.github_issues import Comment, Issue, Written
from crawler.payload import decode
from crawler.times import utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from contract.errors import SourceError
    from crawler.clean import Body
    from crawler.delivery import Delivery, Heard
    from crawler.fetch import Found, Held

PAGE_SIZE = 100
"""The most both APIs give at once."""

THREADS = 20
"""Threads asked for at once by GraphQL, each with up to a hundred comments (chosen: GitHub gives up
on a query after ten seconds)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only this platform needs to know."""

    repos: tuple[str, ...]
    """Repositories, such as "owner/name"."""
    pull_requests: bool = False
    """Read pull requests and what is said about them, too."""


class _Repo(msgspec.Struct):
    full_name: str
    private: bool = False
    has_issues: bool = True


class GitHub:
    """Issues and comments changed since a date, oldest first."""

    whole = frozenset[str]()
    verify_within = timedelta(days=7)
    signing = github_events.SIGNING

    def __init__(self, name: str, url: str, options: Options, api_key: str | None = None) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.options = options
        self._api_key = api_key

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin with each repository, which tells whose eyes it is for."""
        for repo in self.options.repos:
            yield self._repo(repo.lower())

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read a repository, a list of issues or comments, one issue, or threads by GraphQL."""
        match page.kind:
            case "repo":
                yield from self._read_repo(page, since)
            case "issues":
                for issue in decode(page, list[Issue]):
                    yield from self._issue(issue, page.note)
                yield from self._next(page)
            case "issue":
                yield from self._issue(decode(page, Issue), page.note)
            case "comments":
                yield from self._read_comments(page)
            case "threads":
                yield from self._read_threads(page)
            case _:
                raise ValueError(f"github has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Ask for their threads: by GraphQL where there is a token, which it never does without."""
        repos: dict[str, dict[str, list[str]]] = {}
        for post in held:
            repo, _, number = post.native_thread.rpartition("#")
            repos.setdefault(repo, {}).setdefault(number, []).append(post.post_id)
        for repo, threads in repos.items():
            if not self._api_key:
                ids = tuple(post_id for some in threads.values() for post_id in some)
                note = {"repo": repo, "threads": json.dumps(threads)}
                yield replace(self._repo(repo), note=note, held=ids, optional=True)
                continue
            numbers = list(threads)
            for at in range(0, len(numbers), THREADS):
                some = {number: threads[number] for number in numbers[at : at + THREADS]}
                yield self._ask(repo, some)

    def webhook(self, delivery: Delivery) -> Iterator[Heard]:
        """Take word of issues and comments."""
        options = self.options
        yield from github_events.issues(
            self.name, options.repos, delivery, pull_requests=options.pull_requests
        )

    def refusal(self, page: Page, status: int) -> SourceError | None:
        """Say why GitHub does not answer."""
        return github.refusal(page, status)

    def sign(self, wish: Fetch) -> Fetch:
        """Add the token: with it there is a larger quota, GraphQL, and what it may read."""
        if not self._api_key:
            return wish
        token = {"Authorization": f"Bearer {self._api_key}"}
        return replace(wish, headers={**wish.headers, **token})

    def _repo(self, repo: str) -> Fetch:
        return self._wish("repo", f"{self.url}/repos/{repo}", {"repo": repo})

    def _wish(self, kind: str, url: str, note: dict[str, str]) -> Fetch:
        return Fetch(kind=kind, url=url, headers=dict(github.HEADERS), note=note)

    def _read_repo(self, page: Page, since: datetime) -> Iterator[Fetch]:
        told, repo = decode(page, _Repo), page.note["repo"]
        about = self._about(repo, told.full_name, is_private=told.private)
        if page.held:
            yield from self._again(json.loads(page.note["threads"]), about)
            return
        if not told.has_issues and not self.options.pull_requests:
            return
        # By creation, since an issue that changes while we walk would push another over the edge
        # of a page if they were ordered by change.
        query = {"sort": "created", "direction": "asc", "since": f"{since:%Y-%m-%dT%H:%M:%SZ}"}
        for kind, path, more in (
            ("issues", "issues", {"state": "all"}),
            ("comments", "issues/comments", {}),
        ):
            asked = urlencode({**more, **query, "per_page": PAGE_SIZE})
            yield self._wish(kind, f"{self.url}/repos/{repo}/{path}?{asked}", about)

    def _about(self, repo: str, now: str, *, is_private: bool) -> dict[str, str]:
        """What every post must know of its repository: by which name we know it, and the place."""
        return {"repo": repo, "now": now, "group": f"{self.name}:{repo}" if is_private else ""}

    def _again(self, threads: dict[str, list[str]], about: dict[str, str]) -> Iterator[Fetch]:
        for number, ids in threads.items():
            url = f"{self.url}/repos/{about['repo']}/issues/{number}"
            opening = self._thread_id(about["repo"], number)
            if opening in ids:
                yield replace(self._wish("issue", url, about), held=(opening,), optional=True)
            if comments := tuple(post_id for post_id in ids if post_id != opening):
                wish = self._wish("comments", f"{url}/comments?per_page={PAGE_SIZE}", about)
                yield replace(wish, held=comments, optional=True)

    def _next(self, page: Page, held: tuple[str, ...] = ()) -> Iterator[Fetch]:
        """The page after this one, by the link the server gives, unless all has been shown."""
        link = page.next_link
        if link is not None and (held or not page.held):
            wish = self._wish(page.kind, link, page.note)
            yield replace(wish, held=held, optional=bool(held))

    def _read_comments(self, page: Page) -> Iterator[Found]:
        comments = decode(page, list[Comment])
        for comment in comments:
            yield from self._comment(comment, page.note)
        yield from self._next(page, self._unseen(page.held, comments))

    def _unseen(self, ids: Iterable[str], shown: list[Comment], *also: str) -> tuple[str, ...]:
        seen = {*also, *(f"{self.name}:c{comment.id}" for comment in shown)}
        return tuple(post_id for post_id in ids if post_id not in seen)

    def _ask(self, repo: str, threads: dict[str, list[str]], after: str | None = None) -> Fetch:
        owner, _, name = repo.partition("/")
        return github.ask(
            "threads",
            self.url,
            github_issues.query(threads),
            {"owner": owner, "name": name, "after": after},
            mark=quote(f"{repo}/{','.join(threads)}/{after or ''}"),
            note={"repo": repo, "threads": json.dumps(threads)},
            held=(post_id for ids in threads.values() for post_id in ids),
        )

    def _read_threads(self, page: Page) -> Iterator[Found]:
        repo = page.note["repo"]
        told, threads = github_issues.answered(page)
        if told is None:
            return
        about = self._about(repo, told.name_with_owner, is_private=told.is_private)
        for number, ids in json.loads(page.note["threads"]).items():
            if (thread := threads.get(number)) is None:
                continue
            yield from self._issue(thread.issue, about)
            for comment in thread.comments:
                yield from self._comment(comment, about)
            unseen = self._unseen(ids, thread.comments, self._thread_id(repo, number))
            if unseen and thread.after:
                yield self._ask(repo, {number: list(unseen)}, thread.after)

    def _thread_id(self, repo: str, number: int | str) -> str:
        return f"{self.name}:{repo}#{number}"

    def _issue(self, issue: Issue, about: dict[str, str]) -> Iterator[Post | Dropped]:
        is_pull_request = issue.pull_request is not None
        if is_pull_request and not self.options.pull_requests:
            yield Dropped("of another kind")
            return
        if not _is_at(issue.repository_url, about):
            yield Dropped("repeats another")
            return
        labels = [
            github.Label(label) if isinstance(label, str) else label for label in issue.labels
        ]
        if is_pull_request:
            labels.append(github.Label("pull request"))
        body = _body(issue)
        yield Post(
            post_id=self._thread_id(about["repo"], issue.number),
            thread_id=self._thread_id(about["repo"], issue.number),
            source=self.name,
            platform="github",
            kind="post" if is_pull_request else "issue",
            url=issue.html_url,
            title=plain_line(issue.title) or f"#{issue.number}",
            text=body.text,
            html=body.html,
            author=self._author(issue),
            created_at=utc(issue.created_at),
            tags=github.tags(labels, closed=issue.state == "closed", reason=issue.state_reason),
            container=about["now"],
            signals=_signals(issue, issue.comments),
            visibility="members" if about["group"] else "public",
            groups=tuple(filter(None, [about["group"]])),
        )

    def _comment(self, comment: Comment, about: dict[str, str]) -> Iterator[Found]:
        repository, _, number = comment.issue_url.rpartition("/issues/")
        if f"/pull/{number}#" in comment.html_url and not self.options.pull_requests:
            yield Dropped("of another kind")
            return
        if not _is_at(repository, about):
            yield Dropped("repeats another")
            return
        post_id, body = f"{self.name}:c{comment.id}", _body(comment)
        if comment.minimized is not None:
            why = f"minimised as {comment.minimized.reason or 'not worth reading'}"
            yield Tombstone(post_id=post_id, state="hidden", reason=why)
        elif body.text:
            is_edited = comment.updated_at > comment.created_at
            yield Post(
                post_id=post_id,
                thread_id=self._thread_id(about["repo"], number),
                parent_id=self._thread_id(about["repo"], number),
                position=1,  # a repository's list does not count by thread: time orders them
                source=self.name,
                platform="github",
                kind="answer",
                url=comment.html_url,
                text=body.text,
                html=body.html,
                author=self._author(comment),
                created_at=utc(comment.created_at),
                updated_at=utc(comment.updated_at) if is_edited else None,
                container=about["now"],
                signals=_signals(comment),
                visibility="members" if about["group"] else "public",
                groups=tuple(filter(None, [about["group"]])),
            )
        else:
            yield Dropped("without words")

    def _author(self, written: Written) -> Author | None:
        user = written.user
        if user is None:
            return None
        return github.author(
            self.name,
            user.login,
            number=user.id,
            url=user.html_url,
            association=written.author_association,
            is_bot=user.type == "Bot",
        )


def _is_at(repository_url: str, about: dict[str, str]) -> bool:
    """Whether it stands in this repository; one that was moved leads on to where it is now."""
    return repository_url.lower().endswith(f"/repos/{about['now']}".lower())


def _body(written: Written) -> Body:
    if written.body_html is not None:
        return from_html(written.body_html, written.html_url)
    return from_markdown(written.body or "", written.html_url)


def _signals(written: Written, replies: int | None = None) -> Signals:
    if (told := written.reactions) is None:
        return Signals(replies=replies)
    return github.thumbs(told.up, told.down, told.heart + told.hooray + told.rocket, replies)
