"""Redmine, through its REST API: issues and the notes under them.

    [[source]]
    name = "tracker"
    platform = "redmine"
    url = "https://redmine.example.com"
    projects = ["machines"]          # only these, by identifier; all where it is empty
    textile = false                  # true where texts are written in Textile, not in Markdown
    api_key = "env:REDMINE_KEY"      # only for projects that guests may not see

Issues come oldest change first, a hundred at a time; each is then read with its notes, which become
answers: a tracker has no other place for one. Private issues and private notes are never kept, even
where the key would show them. With a key, issues of a project that is not public are kept for the
group of its identifier; take the key of an account that sees no more than your readers may.
Redmine has no votes, acceptance or reputation, and does not tell who is staff: name them by number
under `staff`. An issue that was deleted answers 404, and a note is missing under its issue.

Webhooks (from Redmine 7.0 on): under My account, Webhooks, add one with the address
`/api/v1/hooks/NAME` of this installation, the secret that `webhook_secret` names, the events of
issues, and the projects that are read here.
API: https://www.redmine.org/projects/redmine/wiki/Rest_api
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec

from contract import Author, Post, Signals, Tombstone
from crawler.clean import from_markdown, plain_line
from crawler.fetch import Dropped, Fetch, Page, by_thread
from crawler.formats import redmine_events, textile
from crawler.payload import decode
from crawler.times import utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.delivery import Delivery, Heard
    from crawler.fetch import Found, Held

PAGE_SIZE = 100
"""The most the API gives at once."""

_QUOTED = re.compile(
    r"^[^\n>]{1,120}(?:wrote|#note-\d+)[^\n>]{0,40}:[ \t]*\n+(?:>.*(?:\n|$))+", re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only this platform needs to know."""

    projects: tuple[str, ...] = ()
    """Identifiers of the projects to read, each with its subprojects."""
    textile: bool = False
    """Texts are written in Textile, Redmine's default until version 5."""


class _Named(msgspec.Struct):
    id: int
    name: str = ""


class _Project(msgspec.Struct):
    id: int
    identifier: str
    is_public: bool = False


class _Projects(msgspec.Struct):
    projects: list[_Project]
    total_count: int = 0


class _Row(msgspec.Struct):
    id: int
    updated_on: datetime
    project: _Named | None = None


class _Rows(msgspec.Struct):
    issues: list[_Row]
    total_count: int = 0


class _Detail(msgspec.Struct):
    property: str = ""
    name: str = ""


class _Journal(msgspec.Struct):
    id: int
    created_on: datetime
    notes: str | None = None
    user: _Named | None = None
    updated_on: datetime | None = None
    private_notes: bool = False
    details: list[_Detail] = []


class _Issue(msgspec.Struct):
    id: int
    subject: str
    created_on: datetime
    description: str | None = None
    author: _Named | None = None
    project: _Named | None = None
    tracker: _Named | None = None
    category: _Named | None = None
    is_private: bool = False
    journals: list[_Journal] = []


class _OneIssue(msgspec.Struct):
    issue: _Issue


class Redmine:
    """Issues changed since a date, oldest change first, each with its notes."""

    whole = frozenset({"issue"})
    verify_within = timedelta(days=1)
    signing = redmine_events.SIGNING

    def __init__(
        self, name: str, url: str, options: Options | None = None, api_key: str | None = None
    ) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.options = options or Options()
        self._api_key = api_key

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin with the projects where a key may show closed ones, else with the issues."""
        if self._api_key:
            yield self._projects(0, {})
        else:
            yield from self._lists(since, "{}")

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read the projects, a list of issues, or an issue with its notes."""
        match page.kind:
            case "projects":
                yield from self._read_projects(page, since)
            case "list":
                yield from self._read_list(page)
            case "issue":
                yield from self._read_issue(page)
            case _:
                raise ValueError(f"redmine has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Ask for their issues by number, a hundred at a time; one that is left out has gone."""
        threads = by_thread(held)
        note, ids = {"threads": json.dumps(threads)}, tuple(post.post_id for post in held)
        if self._api_key:
            first = self._projects(0, {})
            yield replace(first, note={**first.note, **note}, held=ids)
        else:
            yield from self._by_number(threads, "{}")

    def webhook(self, delivery: Delivery) -> Iterator[Heard]:
        """Take word of issues."""
        yield from redmine_events.heard(self.name, self.url, delivery)

    def sign(self, wish: Fetch) -> Fetch:
        """Add the key: with it, projects that guests may not see are served too."""
        if not self._api_key:
            return wish
        return replace(wish, headers={**wish.headers, "X-Redmine-API-Key": self._api_key})

    def _projects(self, offset: int, rooms: dict[str, str]) -> Fetch:
        url = f"{self.url}/projects.json?{urlencode({'limit': PAGE_SIZE, 'offset': offset})}"
        return Fetch(kind="projects", url=url, note={"rooms": json.dumps(rooms)})

    def _read_projects(self, page: Page, since: datetime) -> Iterator[Fetch]:
        """Note for each project the group it is for; none for one that everybody may see."""
        rows, rooms = decode(page, _Projects), json.loads(page.note.get("rooms", "{}"))
        for project in rows.projects:
            rooms[str(project.id)] = "" if project.is_public else project.identifier
        if rows.projects and len(rooms) < rows.total_count:
            further = self._projects(len(rooms), rooms)
            yield replace(further, note={**page.note, **further.note}, held=page.held)
        elif page.held:
            yield from self._by_number(json.loads(page.note["threads"]), json.dumps(rooms))
        else:
            yield from self._lists(since, json.dumps(rooms))

    def _by_number(self, threads: dict[str, list[str]], rooms: str) -> Iterator[Fetch]:
        numbers = list(threads)
        for at in range(0, len(numbers), PAGE_SIZE):
            some = {number: threads[number] for number in numbers[at : at + PAGE_SIZE]}
            query = {"issue_id": ",".join(some), "status_id": "*", "limit": PAGE_SIZE}
            note = {"rooms": rooms, "threads": json.dumps(some)}
            held = tuple(post_id for ids in some.values() for post_id in ids)
            url = f"{self.url}/issues.json?{urlencode(query)}"
            yield Fetch(kind="list", url=url, note=note, held=held)

    def _lists(self, since: datetime, rooms: str) -> Iterator[Fetch]:
        paths = [f"projects/{project}/issues" for project in self.options.projects] or ["issues"]
        for path in paths:
            yield self._list_page(path, since, 0, rooms)

    def _list_page(self, path: str, since: datetime, offset: int, rooms: str) -> Fetch:
        least = f"{since:%Y-%m-%dT%H:%M:%SZ}"
        query = {
            "status_id": "*",
            "sort": "updated_on:asc",
            "updated_on": f">={least}",
            "limit": PAGE_SIZE,
            "offset": offset,
        }
        note = {"rooms": rooms, "path": path, "min": least, "offset": str(offset)}
        return Fetch(kind="list", url=f"{self.url}/{path}.json?{urlencode(query)}", note=note)

    def _read_list(self, page: Page) -> Iterator[Fetch]:
        """Issues; and the next ones by time, since one that changes while we walk moves on."""
        rows, rooms = decode(page, _Rows), json.loads(page.note["rooms"])
        threads = json.loads(page.note.get("threads", "{}"))
        for row in rows.issues:
            number = row.project.id if row.project else 0
            group = rooms.get(str(number), f"project-{number}") if self._api_key else ""
            held = tuple(threads.get(str(row.id), ()))
            url = f"{self.url}/issues/{row.id}.json?include=journals"
            if held or not page.held:
                note = {"group": group}
                yield Fetch(kind="issue", url=url, note=note, held=held, optional=bool(held))
        offset = int(page.note.get("offset", 0)) + len(rows.issues)
        if page.held or not rows.issues or offset >= rows.total_count:
            return
        last = utc(rows.issues[-1].updated_on).replace(microsecond=0)
        if f"{last:%Y-%m-%dT%H:%M:%SZ}" > page.note["min"]:
            offset = 0
        yield self._list_page(page.note["path"], last, offset, page.note["rooms"])

    def _read_issue(self, page: Page) -> Iterator[Found]:
        issue, group = decode(page, _OneIssue).issue, page.note.get("group", "")
        opening = self._issue(issue, group)
        if issue.is_private:
            yield Tombstone(post_id=opening.post_id, state="hidden", reason="a private issue")
        else:
            yield opening
        noted = [journal for journal in issue.journals if (journal.notes or "").strip()]
        changes = len(issue.journals) - len(noted)  # of its state, without a word
        yield from [Dropped("system notice")] * changes
        for position, journal in enumerate(noted, start=1):
            note = self._note(journal, opening, position)
            if issue.is_private or journal.private_notes:
                yield Tombstone(post_id=note.post_id, state="hidden", reason="a private note")
            else:
                yield note if note.text else Dropped("without words")

    def _issue(self, issue: _Issue, group: str) -> Post:
        url = f"{self.url}/issues/{issue.id}"
        body = from_markdown(self._own_words(issue.description), url)
        edits = [journal.created_on for journal in issue.journals if _is_edit(journal)]
        notes = [
            journal for journal in issue.journals if journal.notes and not journal.private_notes
        ]
        return Post(
            post_id=f"{self.name}:{issue.id}",
            thread_id=f"{self.name}:{issue.id}",
            source=self.name,
            platform="redmine",
            kind="issue",
            url=url,
            title=plain_line(issue.subject),
            text=body.text,
            html=body.html,
            author=self._author(issue.author),
            created_at=utc(issue.created_on),
            updated_at=utc(max(edits)) if edits else None,
            tags=tuple(plain_line(tag.name) for tag in (issue.tracker, issue.category) if tag),
            container=plain_line(issue.project.name) if issue.project else None,
            signals=Signals(replies=len(notes)),
            visibility="members" if group else "public",
            groups=(f"{self.name}:{group}",) if group else (),
        )

    def _note(self, journal: _Journal, opening: Post, position: int) -> Post:
        url = f"{opening.url}#change-{journal.id}"  # "#note-2" counts notes we may not see
        body = from_markdown(self._own_words(journal.notes), url)
        changed = journal.updated_on or journal.created_on
        return replace(
            opening,
            post_id=f"{self.name}:n{journal.id}",
            parent_id=opening.post_id,
            position=position,
            kind="answer",
            url=url,
            title="",
            text=body.text,
            html=body.html,
            author=self._author(journal.user),
            created_at=utc(journal.created_on),
            updated_at=utc(changed) if changed > journal.created_on else None,
            signals=Signals(),
        )

    def _own_words(self, text: str | None) -> str:
        """The text as Markdown, without what it quotes from other notes."""
        words = _QUOTED.sub("", (text or "").replace("\r\n", "\n"))
        return textile.markdown(words) if self.options.textile else words

    def _author(self, user: _Named | None) -> Author | None:
        if user is None:
            return None
        url = f"{self.url}/users/{user.id}"
        return Author(author_id=f"{self.name}:u{user.id}", name=plain_line(user.name), url=url)


def _is_edit(journal: _Journal) -> bool:
    """Whether it changed what the issue says; most only change its state."""
    edited = {"description", "subject"}
    return any(detail.property == "attr" and detail.name in edited for detail in journal.details)
