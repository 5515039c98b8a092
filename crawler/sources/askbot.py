"""Askbot, through the JSON of `/api/v1/questions/` and the questions' own pages.

    [[source]]
    name = "ask"
    platform = "askbot"
    url = "https://ask.example.com"

The API tells what changed, the votes, the tags and which answer was accepted, but of texts only a
summary. The whole question with its answers and comments is read from its page; where a page hides
comments behind "see more", they are asked for as JSON. Who is staff shows at such comments alone:
name the others under `staff`. Questions in private groups are not shown to guests, and so not read.
What was deleted is gone from the page it stood on; of a question, the API answers 404.
API: https://github.com/ASKBOT/askbot-devel (askbot/views/api_v1.py; there is no other description)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec

from contract import Author, Post, Signals
from contract.errors import UnexpectedShapeError
from crawler import urls
from crawler.clean import from_html, plain_line
from crawler.fetch import Dropped, Fetch, Page, by_thread
from crawler.formats.askbot_page import Person, Said, Shown, shown
from crawler.payload import decode
from crawler.times import from_epoch, instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from contract.record import Role
    from crawler.fetch import Found, Held

_PROFILE = re.compile(r"/users/(\d+)/")
_EPOCH = re.compile(r"\d{1,11}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only this platform needs to know."""

    tags: tuple[str, ...] = ()
    """Only questions with all these tags; all questions where it is empty."""


class _User(msgspec.Struct):
    id: int
    username: str


class _Question(msgspec.Struct):
    id: int
    title: str
    url: str
    last_activity_at: str | int
    added_at: str | int
    author: _User | None = None
    tags: list[str] = []
    score: int | None = None
    view_count: int | None = None
    answer_count: int | None = None
    accepted_answer_id: int | None = None


class _Questions(msgspec.Struct):
    pages: int
    questions: list[_Question]


class _Comment(msgspec.Struct):
    id: int
    html: str
    comment_added_at: str
    user_id: int | None = None
    user_display_name: str = ""
    user_profile_url: str = ""
    user_is_administrator: bool = False
    user_is_moderator: bool = False
    score: int | None = None


class Askbot:
    """Questions active since a date, newest activity first, each with all that hangs on it."""

    whole = frozenset({"question", "comments"})
    verify_within = timedelta(days=7)

    def __init__(
        self, name: str, url: str, options: Options | None = None, api_key: str | None = None
    ) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.options = options or Options()

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin at the newest activity."""
        yield self._list_page(1)

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read a list, what the API says of one question, its page, or comments on one post."""
        match page.kind:
            case "list":
                yield from self._read_list(page, since)
            case "row":
                yield self._question_page(decode(page, _Question), page.held)
            case "question":
                yield from self._read_question(page)
            case "comments":
                yield from self._read_comments(page)
            case _:
                raise ValueError(f"askbot has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Ask the API for each question, which answers 404 where it has gone; then for its page."""
        threads = by_thread(held)
        for thread, ids in threads.items():
            url = f"{self.url}/api/v1/questions/{thread}/"
            yield Fetch(kind="row", url=url, held=tuple(ids), optional=True)

    def sign(self, wish: Fetch) -> Fetch:
        """What guests may read needs no credentials."""
        return wish

    def _list_page(self, number: int) -> Fetch:
        query = {"sort": "activity-desc", "page": number}
        if self.options.tags:
            query["tags"] = ",".join(self.options.tags)
        url = f"{self.url}/api/v1/questions/?{urlencode(query)}"
        return Fetch(kind="list", url=url, note={"number": str(number)})

    def _read_list(self, page: Page, since: datetime) -> Iterator[Fetch]:
        rows = decode(page, _Questions)
        for row in rows.questions:
            active_at = _at(row.last_activity_at)
            if active_at is not None and active_at < since:
                return
            yield self._question_page(row)
        number = int(page.note["number"])
        if rows.questions and number < rows.pages:  # beyond its end it would show page 1 again
            yield self._list_page(number + 1)

    def _question_page(self, row: _Question, held: tuple[str, ...] = ()) -> Fetch:
        """Ask for the page of a question, oldest answers first, so that they keep their order."""
        ours = urls.web(row.url) and urls.origin(row.url) == urls.origin(self.url)
        address = row.url if ours else f"{self.url}/question/{row.id}/"
        note = {"row": msgspec.json.encode(row).decode(), "address": address, "page": "1"}
        url = f"{address}?sort=oldest&page=1"
        return Fetch(kind="question", url=url, note=note, held=held)

    def _read_question(self, page: Page) -> Iterator[Found]:
        row = msgspec.json.decode(page.note["row"], type=_Question)
        content = shown(page)
        if content is None or content.question.number != row.id:
            if f"/{row.id}/" in page.url:
                raise UnexpectedShapeError(f"{page.url}: question {row.id} is not on its page")
            # Not for guests, or merged with another: Askbot leads us elsewhere.
            yield Dropped("private" if content is None else "repeats another")
            return
        number, before = int(page.note["page"]), int(page.note.get("position", 0))
        url = page.note["address"]
        read = [(self._question(content.question, row, url), content.question)]
        for position, answer in enumerate(content.answers, start=before + 1):
            read.append((self._answer(answer, row, url, position), answer))
        posts, wishes = list[Post](), list[Fetch]()
        for post, words in read if number == 1 else read[1:]:  # the question heads every page
            about = _about(post, url, content.licence)
            posts.append(replace(post, licence=content.licence, language=content.language))
            posts.extend(self._shown_comment(comment, about) for comment in words.comments)
            if words.hides_comments:
                wishes.append(self._hidden_comments(post, content, about))
        if number < content.pages:
            shown_so_far = str(before + len(content.answers))
            note = {**page.note, "page": str(number + 1), "position": shown_so_far}
            further = f"{url}?sort=oldest&page={number + 1}"
            wishes.append(Fetch(kind="question", url=further, note=note))
        yield from map(_worded, posts)
        yield from _in_turn(page, wishes, posts)

    def _question(self, said: Said, row: _Question, url: str) -> Post:
        asker = row.author
        return replace(
            self._post(said, url),
            kind="question",
            title=plain_line(row.title),
            author=self._author(said.person)
            or (self._account(asker.id, asker.username) if asker else None),
            created_at=_at(row.added_at) or said.written_at,
            tags=tuple(row.tags),
            signals=Signals(score=row.score, views=row.view_count, replies=row.answer_count),
        )

    def _answer(self, said: Said, row: _Question, url: str, position: int) -> Post:
        return replace(
            self._post(said, f"{url}?answer={said.number}#post-id-{said.number}"),
            thread_id=f"{self.name}:{row.id}",
            parent_id=f"{self.name}:{row.id}",
            position=position,
            accepted=said.number == row.accepted_answer_id,
        )

    def _post(self, said: Said, url: str) -> Post:
        body = from_html(said.markup, url)
        return Post(
            post_id=f"{self.name}:{said.number}",
            thread_id=f"{self.name}:{said.number}",
            source=self.name,
            platform="askbot",
            kind="answer",
            url=url,
            text=body.text,
            html=body.html,
            author=self._author(said.person),
            created_at=said.written_at,
            updated_at=said.edited_at,
            signals=Signals(score=said.score),
        )

    def _hidden_comments(self, post: Post, content: Shown, about: dict[str, str]) -> Fetch:
        query = {"post_id": post.post_id.rpartition(":")[2], "post_type": post.kind}
        address = content.comments_url or f"{self.url}/s/post_comments/"
        url = f"{address}?{urlencode({**query, 'avatar_size': 0})}"
        script = {"X-Requested-With": "XMLHttpRequest"}  # else Askbot answers 404
        return Fetch(kind="comments", url=url, headers=script, note=about)

    def _read_comments(self, page: Page) -> Iterator[Found]:
        posts = list[Post]()
        for comment in decode(page, list[_Comment]):
            roles: tuple[Role, ...] = ("staff",) if comment.user_is_administrator else ()
            if comment.user_is_moderator:
                roles = (*roles, "moderator")
            said = Said(
                number=comment.id,
                markup=comment.html,
                person=None,
                written_at=instant(comment.comment_added_at),
                score=comment.score,
            )
            link = urls.join(page.url, comment.user_profile_url)
            who = self._account(comment.user_id, comment.user_display_name, link, roles=roles)
            posts.append(replace(self._shown_comment(said, page.note), author=who))
        yield from map(_worded, posts)
        yield from _in_turn(page, [], posts)

    def _shown_comment(self, said: Said, about: dict[str, str]) -> Post:
        return replace(
            self._post(said, f"{about['address']}?comment={said.number}#post-id-{said.number}"),
            post_id=f"{self.name}:c{said.number}",
            thread_id=about["thread"],
            parent_id=about["parent"],
            position=int(about["position"]),
            kind="comment",
            licence=about["licence"] or None,
        )

    def _author(self, person: Person | None) -> Author | None:
        found = _PROFILE.search(person.url or "") if person else None
        if person is None or found is None:
            return None
        return self._account(int(found[1]), person.name, person.url, karma=person.karma)

    def _account(
        self,
        number: int | None,
        name: str,
        url: str | None = None,
        *,
        karma: int | None = None,
        roles: tuple[Role, ...] = (),
    ) -> Author | None:
        if number is None:
            return None
        return Author(
            author_id=f"{self.name}:u{number}",
            name=plain_line(name),
            url=url or f"{self.url}/users/{number}/",
            roles=roles,
            reputation=karma,
        )


def _worded(post: Post) -> Post | Dropped:
    return post if post.text or post.title else Dropped("without words")


def _about(post: Post, url: str, licence: str | None) -> dict[str, str]:
    """What the comments on a post must know."""
    return {
        "address": url,
        "thread": post.thread_id,
        "parent": post.post_id,
        "position": str(post.position),
        "licence": licence or "",
    }


def _in_turn(page: Page, wishes: list[Fetch], posts: list[Post]) -> Iterator[Fetch]:
    """All of the wishes; or, of posts that are looked for, what may show those not yet seen.

    Nobody can tell on which of them a comment stands, so they are asked for one after another.
    """
    if not page.held:
        yield from wishes
        return
    waiting = [*wishes, *msgspec.json.decode(page.note.get("waiting", "[]"), type=list[Fetch])]
    seen = {post.post_id for post in posts}
    left = tuple(post_id for post_id in page.held if post_id not in seen)
    if waiting and left:
        rest = msgspec.json.encode(waiting[1:]).decode()
        yield replace(waiting[0], note={**waiting[0].note, "waiting": rest}, held=left)


def _at(epoch: str | int) -> datetime | None:
    """An instant of the API, which writes seconds since 1970 as a text of digits."""
    return from_epoch(int(epoch)) if _EPOCH.fullmatch(str(epoch)) else None
