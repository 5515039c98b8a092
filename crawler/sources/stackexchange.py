"""Stack Exchange sites and Stack Overflow for Teams, through the API of version 2.3.

    [[source]]
    name = "qa"
    platform = "stackexchange"
    url = "https://api.stackexchange.com"
    site = "stackoverflow"
    tagged = ["my-product"]
    api_key = "env:STACKEXCHANGE_KEY"

Questions come oldest activity first, a hundred at a time, with their answers and comments inside.
The walk goes by time, not by page number: the API serves no more than 25 pages to callers without a
key, and a question that moves while we walk would be skipped at a page's edge. Without a key the
API grants 300 calls a day, with a free one 10,000; when they are used up, it is asked nothing more
until the day ends (UTC). A method that asks to rest (`backoff`) is left alone for so long.
API: https://api.stackexchange.com/docs
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec

from contract import Author, Post, Signals
from contract.errors import SourceError
from crawler.clean import from_html, one_line
from crawler.fetch import Fetch, Page, by_thread
from crawler.formats import stackexchange
from crawler.payload import decode
from crawler.times import from_epoch
from crawler.urls import web

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from contract.record import Role
    from crawler.fetch import Held

API = "2.3"
PAGE_SIZE = 100
"""The most the API gives at once."""

WANTED = (
    "question.body;question.answers;question.comments;question.content_license;"
    "answer.body;answer.comments;answer.content_license;"
    "comment.body;comment.content_license"
)
"""Fields beyond the default ones; the API turns the list into a filter with a name of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only this platform needs to know."""

    site: str
    """The site's name in the API, such as "superuser"."""
    tagged: tuple[str, ...] = ()
    """Only questions with all these tags; all questions where it is empty."""


class _Owner(msgspec.Struct):
    user_id: int | None = None
    display_name: str = ""
    link: str | None = None
    reputation: int | None = None
    user_type: str = ""


class _Comment(msgspec.Struct):
    comment_id: int
    creation_date: int
    body: str = ""
    score: int = 0
    owner: _Owner | None = None
    content_license: str | None = None


class _Answer(msgspec.Struct):
    answer_id: int
    creation_date: int
    score: int
    body: str = ""
    is_accepted: bool = False
    last_edit_date: int | None = None
    owner: _Owner | None = None
    comments: list[_Comment] = []
    content_license: str | None = None


class _Question(msgspec.Struct):
    question_id: int
    title: str
    link: str
    creation_date: int
    last_activity_date: int
    score: int
    body: str = ""
    tags: list[str] = []
    view_count: int | None = None
    answer_count: int | None = None
    last_edit_date: int | None = None
    owner: _Owner | None = None
    answers: list[_Answer] = []
    comments: list[_Comment] = []
    content_license: str | None = None


class _Questions(msgspec.Struct):
    items: list[_Question]
    has_more: bool = False
    quota_remaining: int | None = None


class _Filter(msgspec.Struct):
    filter: str


class _Filters(msgspec.Struct):
    items: list[_Filter]


class StackExchange:
    """Questions active since a date, oldest activity first, each with all that hangs on it."""

    whole = frozenset[str]()
    verify_within = timedelta(days=7)

    def __init__(self, name: str, url: str, options: Options, api_key: str | None = None) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.options = options
        self._api_key = api_key

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin by naming the fields we want: the API answers with the name of a filter."""
        yield self._filter()

    def read(self, page: Page, since: datetime) -> Iterator[Post | Fetch]:
        """Read the filter's name, or a page of questions."""
        match page.kind:
            case "filter" if page.held:
                for made in decode(page, _Filters).items[:1]:
                    yield from self._again(made.filter, json.loads(page.note["threads"]))
            case "filter":
                for made in decode(page, _Filters).items[:1]:
                    yield self._questions(made.filter, at=int(since.timestamp()), number=1)
            case "questions":
                yield from self._read_questions(page)
            case _:
                raise ValueError(f"stackexchange has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Ask for their questions again, a hundred at a time; one that is left out has gone."""
        threads = by_thread(held)
        ids = tuple(post.post_id for post in held)
        yield replace(self._filter(), note={"threads": json.dumps(threads)}, held=ids)

    def refusal(self, page: Page, status: int) -> SourceError | None:
        """Say why the API does not answer."""
        return stackexchange.refusal(page)

    def sign(self, wish: Fetch) -> Fetch:
        """Add the key, which raises the daily quota; it gives no access to anything private."""
        if not self._api_key:
            return wish
        return replace(wish, url=f"{wish.url}&{urlencode({'key': self._api_key})}")

    def _filter(self) -> Fetch:
        query = urlencode({"include": WANTED, "base": "default", "unsafe": "false"})
        return Fetch(kind="filter", url=f"{self.url}/{API}/filters/create?{query}")

    def _again(self, made: str, threads: dict[str, list[str]]) -> Iterator[Fetch]:
        """Questions by number, with the ids that stood in each."""
        query = {"site": self.options.site, "pagesize": PAGE_SIZE, "filter": made}
        numbers = list(threads)
        for at in range(0, len(numbers), PAGE_SIZE):
            some = numbers[at : at + PAGE_SIZE]
            url = f"{self.url}/{API}/questions/{';'.join(some)}?{urlencode(query)}"
            held = tuple(post_id for number in some for post_id in threads[number])
            note = {"filter": made, "min": "0", "page": "1"}
            yield Fetch(kind="questions", url=url, note=note, held=held)

    def _questions(self, made: str, at: int, number: int) -> Fetch:
        query = {
            "site": self.options.site,
            "sort": "activity",
            "order": "asc",
            "min": at,
            "page": number,
            "pagesize": PAGE_SIZE,
            "filter": made,
        }
        if self.options.tagged:
            query["tagged"] = ";".join(self.options.tagged)
        url = f"{self.url}/{API}/questions?{urlencode(query)}"
        note = {"filter": made, "min": str(at), "page": str(number)}
        return Fetch(kind="questions", url=url, note=note)

    def _read_questions(self, page: Page) -> Iterator[Post | Fetch]:
        answer = decode(page, _Questions)
        for question in answer.items:
            yield from self._thread(question)
        if not answer.has_more or not answer.items:
            return
        if answer.quota_remaining == 0:
            raise SourceError(
                f"{self.name}: today's quota of API calls is used up",
                hint="The first crawl after midnight, UTC, goes on from here; a free api_key "
                "raises 300 calls to 10,000.",
            )
        before, last = int(page.note["min"]), answer.items[-1].last_activity_date
        number = 1 if last > before else int(page.note["page"]) + 1
        yield self._questions(page.note["filter"], last, number)

    def _thread(self, question: _Question) -> Iterator[Post]:
        question.link = web(question.link) or f"{self.url}/questions/{question.question_id}"
        opening = self._question(question)
        yield opening
        yield from self._comments(question.comments, opening, opening, f"{question.link}#comment")
        for position, answer in enumerate(question.answers, start=1):
            reply = self._answer(answer, opening, position)
            yield reply
            yield from self._comments(answer.comments, opening, reply, f"{question.link}#comment")

    def _question(self, question: _Question) -> Post:
        body = from_html(question.body, question.link)
        post_id = f"{self.name}:{question.question_id}"
        return Post(
            post_id=post_id,
            thread_id=post_id,
            source=self.name,
            platform="stackexchange",
            kind="question",
            url=question.link,
            title=one_line(question.title),
            text=body.text,
            html=body.html,
            author=self._author(question.owner),
            created_at=from_epoch(question.creation_date),
            updated_at=_edited(question.last_edit_date),
            tags=tuple(question.tags),
            signals=Signals(
                score=question.score, views=question.view_count, replies=question.answer_count
            ),
            licence=question.content_license,
        )

    def _answer(self, answer: _Answer, opening: Post, position: int) -> Post:
        body = from_html(answer.body, opening.url)
        return Post(
            post_id=f"{self.name}:{answer.answer_id}",
            thread_id=opening.post_id,
            parent_id=opening.post_id,
            position=position,
            source=self.name,
            platform="stackexchange",
            kind="answer",
            url=f"{opening.url}/{answer.answer_id}#{answer.answer_id}",
            text=body.text,
            html=body.html,
            author=self._author(answer.owner),
            created_at=from_epoch(answer.creation_date),
            updated_at=_edited(answer.last_edit_date),
            signals=Signals(score=answer.score),
            accepted=answer.is_accepted,
            licence=answer.content_license,
        )

    def _comments(
        self, comments: list[_Comment], opening: Post, parent: Post, link: str
    ) -> Iterator[Post]:
        below = parent.post_id.rpartition(":")[2]
        for comment in comments:
            body = from_html(comment.body, opening.url)
            yield Post(
                post_id=f"{self.name}:c{comment.comment_id}",
                thread_id=opening.post_id,
                parent_id=parent.post_id,
                position=parent.position,
                source=self.name,
                platform="stackexchange",
                kind="comment",
                url=f"{link}{comment.comment_id}_{below}",
                text=body.text,
                html=body.html,
                author=self._author(comment.owner),
                created_at=from_epoch(comment.creation_date),
                signals=Signals(score=comment.score),
                licence=comment.content_license,
            )

    def _author(self, owner: _Owner | None) -> Author | None:
        if owner is None or owner.user_id is None:
            return None
        roles: tuple[Role, ...] = ("moderator",) if owner.user_type == "moderator" else ()
        return Author(
            author_id=f"{self.name}:u{owner.user_id}",
            name=one_line(owner.display_name),
            url=web(owner.link),
            roles=roles,
            reputation=owner.reputation,
        )


def _edited(epoch: int | None) -> datetime | None:
    return None if epoch is None else from_epoch(epoch)
