"""Discussions of GitHub repositories with their answers and replies, through the GraphQL API.

    [[source]]
    name = "talk"
    platform = "github-discussions"
    url = "https://api.github.com"   # https://HOST/api/v3 for a server of your own
    repos = ["example/kettle"]
    api_key = "env:GITHUB_TOKEN"     # needed: GraphQL serves nobody without

There is no list of what changed since a date: discussions come latest change first, until one is
older. In categories that take answers the first post is a question, and one comment may be the
accepted answer. Upvotes are the score, reactions are likes. Owners, members and collaborators count
as staff; accounts have no reputation. What stands in a private repository is for the group
"NAME:owner/repo" alone. Minimised comments are hidden. A comment that was deleted but has replies
says so; other deletions are learned by asking for posts again, a hundred at a time.

Webhooks: in the settings of the repository or organisation add one with the address
`/api/v1/hooks/NAME` of this installation, the secret that `webhook_secret` names, and the events
"Discussions" and "Discussion comments".
API: https://docs.github.com/graphql/guides/using-the-graphql-api-for-discussions
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from contract import Post, Signals, Tombstone
from contract.errors import SourceError
from crawler.clean import from_html, plain_line
from crawler.fetch import Dropped
from crawler.formats import github, github_events
from crawler.formats.github_discussions import (
    COMMENTS,
    LIST,
    NODES,
    REPLIES,
    About,
    Comment,
    Comments,
    Discussion,
    Further,
    ListAnswer,
    NodeAnswer,
    NodesAnswer,
)
from crawler.payload import decode
from crawler.times import utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from contract.record import Kind
    from crawler.delivery import Delivery, Heard
    from crawler.fetch import Fetch, Found, Held, Page

BATCH = 100
"""The most nodes that are given at once."""

_CHEERS = ("THUMBS_UP", "HEART", "HOORAY", "ROCKET")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only this platform needs to know."""

    repos: tuple[str, ...]
    """Repositories, such as "owner/name"."""


class GitHubDiscussions:
    """Discussions changed since a date, latest change first, each with all that was said."""

    whole = frozenset[str]()
    verify_within = timedelta(days=7)
    signing = github_events.SIGNING

    def __init__(self, name: str, url: str, options: Options, api_key: str | None = None) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.options = options
        self._api_key = api_key

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin at what changed last in each repository."""
        for repo in self.options.repos:
            yield self._list(repo.lower())

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read a list of discussions, later comments, later replies, or posts by their ids."""
        match page.kind:
            case "discussions":
                github.check(page)
                yield from self._read_list(page, since)
            case "comments" | "replies":
                github.check(page)
                node = decode(page, NodeAnswer).data.node
                yield from self._later(page, node or Further())
            case "nodes":
                github.check(page)
                yield from self._read_nodes(page)
            case _:
                raise ValueError(f"github-discussions has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Ask for them by id, a hundred at a time; one that has gone is not found."""
        for at in range(0, len(held), BATCH):
            some = held[at : at + BATCH]
            ids = [post.native for post in some]
            yield github.ask(
                "nodes",
                self.url,
                NODES,
                {"ids": ids},
                mark=quote(f"nodes/{','.join(ids)}"),
                note={"positions": json.dumps({post.native: post.position for post in some})},
                held=(post.post_id for post in some),
            )

    def webhook(self, delivery: Delivery) -> Iterator[Heard]:
        """Take word of discussions, comments and answers."""
        yield from github_events.discussions(self.name, self.options.repos, delivery)

    def refusal(self, page: Page, status: int) -> SourceError | None:
        """Say why GitHub does not answer."""
        return github.refusal(page, status)

    def sign(self, wish: Fetch) -> Fetch:
        """Add the token, without which nothing is answered."""
        if not self._api_key:
            return wish
        token = {"Authorization": f"Bearer {self._api_key}"}
        return replace(wish, headers={**wish.headers, **token})

    def _list(self, repo: str, after: str | None = None) -> Fetch:
        owner, _, name = repo.partition("/")
        asked = {"owner": owner, "name": name, "after": after}
        mark = quote(f"discussions/{repo}/{after or ''}")
        note = {"repo": repo}
        return github.ask("discussions", self.url, LIST, asked, mark=mark, note=note)

    def _read_list(self, page: Page, since: datetime) -> Iterator[Found]:
        repository, repo = decode(page, ListAnswer).data.repository, page.note["repo"]
        if repository is None:
            raise SourceError(
                f"{self.name}: there is no repository {repo}, or not for this token",
                hint="Correct `repos`, or give the token leave to read the repository.",
            )
        listed = repository.discussions
        for discussion in listed.nodes:
            if discussion is None:  # not for the token's eyes
                yield Dropped("private")
                continue
            if utc(discussion.updated_at) < since:
                return
            yield from self._discussion(discussion)
            if discussion.comments is not None:
                yield from self._thread(discussion.comments, discussion.id, first=1)
        if after := listed.page_info.after:
            yield self._list(repo, after)

    def _thread(self, comments: Comments, discussion: str, first: int) -> Iterator[Found]:
        """Comments in their order, each with its replies, and where to find the others."""
        for position, comment in enumerate(comments.nodes, start=first):
            if comment is None:
                yield Dropped("private")
                continue
            yield from self._comment(comment, position)
            yield from self._replies(comment.replies, comment.id, position)
        if after := comments.page_info.after:
            position = first + len(comments.nodes)
            yield self._further("comments", COMMENTS, discussion, after, position)

    def _replies(self, replies: Comments | None, comment: str, position: int) -> Iterator[Found]:
        if replies is None:
            return
        for reply in replies.nodes:
            yield from self._comment(reply, position) if reply else [Dropped("private")]
        if after := replies.page_info.after:
            yield self._further("replies", REPLIES, comment, after, position)

    def _further(self, kind: str, query: str, node: str, after: str, position: int) -> Fetch:
        return github.ask(
            kind,
            self.url,
            query,
            {"id": node, "after": after},
            mark=quote(f"{kind}/{node}/{after}"),
            note={"node": node, "position": str(position)},
        )

    def _later(self, page: Page, further: Further) -> Iterator[Found]:
        node, position = page.note["node"], int(page.note["position"])
        if further.comments is not None:
            yield from self._thread(further.comments, node, first=position)
        yield from self._replies(further.replies, node, position)

    def _read_nodes(self, page: Page) -> Iterator[Found]:
        positions = json.loads(page.note["positions"])
        for node in decode(page, NodesAnswer).data.nodes:
            if isinstance(node, Discussion):
                yield from self._discussion(node)
            elif node is not None:
                yield from self._comment(node, positions.get(node.id, 1))

    def _discussion(self, told: Discussion) -> Iterator[Post]:
        about = About(told.id, told.category, told.repository)
        labels = told.labels.nodes if told.labels else []
        opening = self._post(told, about, "question" if told.category.is_answerable else "post")
        yield replace(
            opening,
            title=plain_line(told.title),
            tags=github.tags(labels, closed=told.closed, reason=told.state_reason),
        )

    def _comment(self, told: Comment, position: int) -> Iterator[Found]:
        about, post_id = told.discussion, f"{self.name}:{told.id}"
        if told.deleted_at is not None:
            yield Tombstone(post_id=post_id, state="deleted", reason="deletedAt is set")
        elif told.is_minimized:
            why = f"minimised as {told.minimized_reason or 'not worth reading'}"
            yield Tombstone(post_id=post_id, state="hidden", reason=why)
        else:
            answers = told.is_answer or told.reply_to is None
            post = replace(
                self._post(told, about, "answer" if answers else "comment"),
                thread_id=f"{self.name}:{about.id}",
                parent_id=f"{self.name}:{told.reply_to.id if told.reply_to else about.id}",
                position=position,
                accepted=told.is_answer if about.category.is_answerable else None,
            )
            yield post if post.text else Dropped("without words")

    def _post(self, told: Discussion | Comment, about: About, kind: Kind) -> Post:
        body, reactions = from_html(told.html, told.url), told.reactions()
        repo = about.repository.name_with_owner
        groups = (f"{self.name}:{repo.lower()}",) if about.repository.is_private else ()
        return Post(
            post_id=f"{self.name}:{told.id}",
            thread_id=f"{self.name}:{told.id}",
            source=self.name,
            platform="github-discussions",
            kind=kind,
            url=told.url,
            text=body.text,
            html=body.html,
            author=told.by(self.name),
            created_at=utc(told.created_at),
            updated_at=utc(told.last_edited_at) if told.last_edited_at else None,
            container=f"{repo}: {plain_line(about.category.name)}",
            signals=Signals(
                score=told.upvote_count,
                likes=sum(reactions.get(name, 0) for name in _CHEERS) if reactions else None,
                replies=told.counted.total_count if told.counted else None,
            ),
            visibility="members" if groups else "public",
            groups=groups,
        )
