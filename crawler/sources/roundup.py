"""Roundup, through its REST API: issues and the messages on them.

    [[source]]
    name = "tracker"
    platform = "roundup"
    url = "https://tracker.example.com/support"  # the tracker's own address, without /rest
    classes = ["issue"]                # ["bug", "task"] where the tracker calls its issues so
    tags = ["keyword", "status"]       # properties of an issue whose values become tags
    markdown = false                   # true where the tracker shows messages as Markdown
    people = true                      # with a key: ask for real names and roles, too
    api_key = "env:ROUNDUP_KEY"        # "account:password", or a token (JWT)

Issues come oldest change first, a hundred at a time, and their messages a hundred at a time for
many issues together. An issue says what its first message does, where its creator wrote that
within a day; the other messages become answers. Roundup lets nobody use the API who lacks the right
"Rest Access", which guests do not have unless the tracker gives it to them: to others it answers
403. Take the key of an account that sees no more than your readers may; where only members may see
the tracker, set `members_only = true`. A property that an issue does not have is answered with 400:
leave it out of `tags`.

Roundup has no votes, acceptance or views, and does not tell when a message was edited. People with
one of the `staff_roles` are staff, where the key's account may see roles; without a key people have
only the name they log in with, and `people = false` is for an account that may not see the real one
(403). Others who speak for the place stand under `staff`, as "user5". A retired issue or message is
missing where it stood, and so is a message that was taken off its issue; an edited message changes
no date. Both are learned when posts are looked at again. Before version 2.4 a list ends early at a
page with an issue that the account may not see.
API: https://www.roundup-tracker.org/docs/rest.html
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec

from contract import Author, Post, Signals
from crawler.clean import from_html, from_markdown, plain_line
from crawler.fetch import Dropped, Fetch, Page, by_thread
from crawler.formats import roundup
from crawler.formats.mail import key
from crawler.formats.mail_text import own_html, plain_html
from crawler.formats.roundup import IssueList, Message, MessageList, PropertyList, Thread, labels
from crawler.payload import decode
from crawler.times import instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contract.errors import SourceError
    from crawler.clean import Body
    from crawler.fetch import Found, Held
    from crawler.formats.roundup import Issue, User

PAGE_SIZE = 100
"""Issues or messages asked for at once: their numbers stand in the address, which may not grow
over 8 KB at many servers."""

AT_ONCE = timedelta(days=1)
"""A message its creator wrote so soon is what the issue says. Forms and mails make both in one
step, programs and second thoughts take two."""

ANONYMOUS = "anonymous"
"""The one account of everybody who does not log in: it says nothing about who wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only this platform needs to know."""

    classes: tuple[str, ...] = ("issue",)
    """Classes of issues, as in their addresses."""
    tags: tuple[str, ...] = ("keyword", "status")
    """Properties whose values become tags; every one of the classes must have them."""
    markdown: bool = False
    """Messages are written in Markdown, not as plain text."""
    people: bool = True
    """With a key: ask for real names and roles."""
    staff_roles: tuple[str, ...] = ("Admin", "Coordinator", "Developer")
    """Roles whose holders speak for the place."""


class Roundup:
    """Issues changed since a date, oldest change first, with their messages."""

    whole = frozenset[str]()
    verify_within = timedelta(days=1)

    def __init__(
        self, name: str, url: str, options: Options | None = None, api_key: str | None = None
    ) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.options = options or Options()
        self._api_key = api_key

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin with the issues of each class that changed."""
        for of_class in self.options.classes:
            yield self._list_page(of_class, _written(since), 1)

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read a list of issues, or messages of some."""
        match page.kind:
            case "list":
                yield from self._read_list(page)
            case "messages":
                yield from self._read_messages(page)
            case _:
                raise ValueError(f"roundup has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Ask for their issues by number, a hundred at a time; one that is left out has gone."""
        by_class: dict[str, dict[str, list[str]]] = {}
        for designator, ids in by_thread(held).items():
            of_class = designator.rstrip("0123456789")
            by_class.setdefault(of_class, {})[designator] = ids
        for of_class, threads in by_class.items():
            names = list(threads)
            for at in range(0, len(names), PAGE_SIZE):
                some = {name: threads[name] for name in names[at : at + PAGE_SIZE]}
                numbers = [("id", name.removeprefix(of_class)) for name in some]
                note = {"class": of_class, "threads": json.dumps(some)}
                held_ids = tuple(post_id for ids in some.values() for post_id in ids)
                url = self._address(of_class, [*numbers, *self._issue_fields()])
                yield Fetch(kind="list", url=url, note=note, held=held_ids)

    def refusal(self, page: Page, status: int) -> SourceError | None:
        """Say what the account of the key may not do."""
        return roundup.refusal(page, status)

    def sign(self, wish: Fetch) -> Fetch:
        """Add the key, which most trackers ask for."""
        if not self._api_key:
            return wish
        bearer = f"Bearer {self._api_key}"
        basic = f"Basic {b64encode(self._api_key.encode()).decode()}"
        token = {"Authorization": basic if ":" in self._api_key else bearer}
        return replace(wish, headers={**wish.headers, **token})

    def _address(self, of_class: str, query: list[tuple[str, str]]) -> str:
        return f"{self.url}/rest/data/{of_class}?{urlencode(query, safe='@,')}"

    def _issue_fields(self) -> list[tuple[str, str]]:
        fields = ["title", "creation", "activity", "creator", "messages", *self.options.tags]
        return self._fields(fields, "creator", verbose=2)

    def _fields(self, fields: list[str], person: str, verbose: int) -> list[tuple[str, str]]:
        """How much to tell: from 2 on things by their names, from 3 on what messages say."""
        if self._api_key and self.options.people:
            fields = [*fields, f"{person}.realname", f"{person}.roles"]
        told = ("@fields", ",".join(fields))
        size = ("@page_size", str(PAGE_SIZE))  # refused, not cut short, where it is too much
        return [told, ("@verbose", str(verbose)), size, ("@pretty", "false")]

    def _list_page(self, of_class: str, least: str, index: int) -> Fetch:
        query = [
            ("activity", f"{least}+0000;"),  # without a zone it is taken to be in the account's
            ("@sort", "activity,id"),
            ("@page_index", str(index)),
            *self._issue_fields(),
        ]
        note = {"class": of_class, "min": least, "index": str(index)}
        return Fetch(kind="list", url=self._address(of_class, query), note=note)

    def _read_list(self, page: Page) -> Iterator[Found]:
        """Issues; and the next ones by time, since one that changes while we walk moves on."""
        listed, of_class = decode(page, IssueList).data, page.note["class"]
        properties = decode(page, PropertyList).data.collection
        threads = [
            Thread(f"{of_class}{issue.id}", issue, self._tags(said))
            for issue, said in zip(listed.collection, properties, strict=True)
            if issue.id
        ]
        yield from (Dropped("private") for issue in listed.collection if not issue.id)
        yield from (self._opening(thread, None) for thread in threads if not thread.messages)
        yield from self._of_threads(threads, page)
        if page.held or not listed.links.next or not listed.collection:
            return
        last, least = instant(listed.collection[-1].activity), page.note["min"]
        if last is not None and _written(last) > least:
            yield self._list_page(of_class, _written(last), 1)
        else:
            yield self._list_page(of_class, least, int(page.note["index"]) + 1)

    def _of_threads(self, threads: list[Thread], page: Page) -> Iterator[Fetch]:
        """Ask for messages of many issues at once; with the first of an issue comes the issue."""
        held = {id_ for ids in json.loads(page.note.get("threads", "{}")).values() for id_ in ids}
        numbered = [(number, thread) for thread in threads for number in thread.messages]
        for at in range(0, len(numbered), PAGE_SIZE):
            some = numbered[at : at + PAGE_SIZE]
            shown = {f"{self.name}:msg{number}" for number, _ in some}
            shown |= {f"{self.name}:{t.designator}" for n, t in some if n == t.messages[0]}
            if not page.held or shown & held:
                wish = self._messages([number for number, _ in some])
                of_whom = list({thread.designator: thread for _, thread in some}.values())
                note = {**wish.note, "threads": msgspec.json.encode(of_whom).decode()}
                asked = tuple(sorted(shown & held))
                yield replace(wish, note=note, held=asked, optional=bool(asked))

    def _messages(self, numbers: list[str]) -> Fetch:
        fields = ["author", "date", "creation", "content", "type", "messageid", "inreplyto"]
        told = self._fields(fields, "author", verbose=3)
        url = self._address("msg", [*(("id", number) for number in numbers), *told])
        return Fetch(kind="messages", url=url, note={"ids": ",".join(numbers)})

    def _read_messages(self, page: Page) -> Iterator[Post | Dropped]:
        told = decode(page, MessageList).data.collection
        yield from (Dropped("private") for message in told if not message.id)
        shown = {message.id: message for message in told}
        asked = set(page.note["ids"].split(","))
        for thread in msgspec.json.decode(page.note["threads"], type=list[Thread]):
            first, *_ = numbers = thread.messages
            opening = self._opening(thread, shown.get(first))
            if first in asked:
                yield opening
            if _opens(shown.get(first), thread.issue):
                shown.pop(first)
            mine = {number: shown.pop(number) for number in numbers if number in shown}
            yield from self._answers(mine, opening, numbers)

    def _opening(self, thread: Thread, first: Message | None) -> Post:
        """The issue, with the words of its first message where these are its creator's."""
        issue, url = thread.issue, f"{self.url}/{thread.designator}"
        said = first if first is not None and _opens(first, issue) else Message()
        body = self._body(said, url)
        return Post(
            post_id=f"{self.name}:{thread.designator}",
            thread_id=f"{self.name}:{thread.designator}",
            source=self.name,
            platform="roundup",
            kind="issue",
            url=url,
            title=plain_line(issue.title or "") or thread.designator,
            text=body.text,
            html=body.html,
            author=self._author(issue.creator, issue.real_name, issue.roles),
            created_at=instant(issue.creation),
            tags=thread.tags,
            signals=Signals(replies=len(issue.messages) - bool(said.id)),
            global_id=_global_id(said),
        )

    def _answers(
        self, messages: dict[str, Message], opening: Post, numbers: list[str]
    ) -> Iterator[Post | Dropped]:
        by_mail = {m.messageid: f"{self.name}:msg{m.id}" for m in messages.values() if m.messageid}
        for number, message in messages.items():
            post_id, url = f"{self.name}:msg{number}", f"{self.url}/msg{number}"
            answered, body = by_mail.get(message.inreplyto or ""), self._body(message, url)
            if not body.text:
                yield Dropped("without words")
                continue
            yield replace(
                opening,
                post_id=post_id,
                parent_id=opening.post_id if answered in {None, post_id} else answered,
                position=numbers.index(number) + 1,
                kind="answer",
                url=url,
                title="",
                text=body.text,
                html=body.html,
                author=self._author(message.author, message.real_name, message.roles),
                created_at=instant(message.date) or instant(message.creation),
                signals=Signals(),
                global_id=_global_id(message),
            )

    def _body(self, message: Message, url: str) -> Body:
        """What its author says: Roundup keeps mails as they came, with what they quote."""
        said = (message.content or "").replace("\r\n", "\n")
        if message.type == "text/html":
            return from_html(own_html(said), url)
        return (
            from_markdown(said, url) if self.options.markdown else from_html(plain_html(said), url)
        )

    def _author(self, user: User | None, real_name: str | None, roles: str | None) -> Author | None:
        if user is None or user.username == ANONYMOUS:
            return None
        held = {role.strip().casefold() for role in (roles or "").split(",")}
        is_staff = not held.isdisjoint(role.casefold() for role in self.options.staff_roles)
        name = plain_line(real_name or "") or plain_line(user.username.partition("@")[0])
        return Author(
            author_id=f"{self.name}:user{user.id}",
            name=name or f"user{user.id}",
            url=f"{self.url}/user{user.id}",
            roles=("staff",) if is_staff else (),
        )

    def _tags(self, said: dict[str, object]) -> tuple[str, ...]:
        found = [label for name in self.options.tags for label in labels(said.get(name))]
        return tuple(dict.fromkeys(filter(None, map(plain_line, found))))


def _opens(message: Message | None, issue: Issue) -> bool:
    """Whether a message, the first, is what the issue says and no answer to it."""
    if message is None or message.author is None or issue.creator is None:
        return False
    made, opened = instant(message.creation), instant(issue.creation)
    at_once = made is None or opened is None or abs(made - opened) <= AT_ONCE
    return message.author.id == issue.creator.id and at_once


def _global_id(message: Message) -> str | None:
    """A name that an archive of the tracker's mails gives the same message."""
    message_id = (message.messageid or "").strip().strip("<>")
    return f"message-id-hash:{key(message_id)}" if message_id else None


def _written(at: datetime) -> str:
    return f"{at:%Y-%m-%d.%H:%M:%S}"
