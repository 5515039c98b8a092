"""The sample communities as data: who lives there and what they said.

Everything here is invented: the company (Meadowlark Garden Robotics), its products and its people.
The stories are TOML files a person can read and edit, one thread or article a file; this module
gives them types. It knows nothing of any platform: the packages `qa`, `forum`, `kb` and `social`
turn the same stories into wire formats.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

HOME = Path(__file__).parent / "communities"

Entry = TypeVar("Entry")


class StoryError(ValueError):
    """The stories do not fit together; the message names the file, person or thread at fault."""


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A piece of the story: frozen, and a misspelt key is an error rather than a silence."""


class Written(Told, frozen=True, kw_only=True):
    """Something that somebody wrote, and may have edited."""

    at: datetime
    edited: datetime | None = None

    @property
    def changed_at(self) -> datetime:
        """When it was last edited, or else written; votes and comments change nothing."""
        return max(self.at, self.edited or self.at)


def last_change(pieces: Iterable[Written]) -> datetime | None:
    """Return when the one that changed last did; None where there is none."""
    return max((piece.changed_at for piece in pieces), default=None)


class QaAccount(Told, frozen=True):
    """An account on the question-and-answer site."""

    id: int
    reputation: int = 1


class ForumAccount(Told, frozen=True):
    """An account on the forum; `trust_level` runs from 0 (new) to 4 (leader)."""

    id: int
    handle: str
    trust_level: int = 1
    title: str = ""


class SocialAccount(Told, frozen=True):
    """An account on the social server; `links` are profile fields: (label, url, verified)."""

    id: str
    handle: str
    indexable: bool = True
    bot: bool = False
    bio: str = ""
    followers: int = 0
    links: list[tuple[str, str, bool]] = []


class Person(Told, frozen=True):
    """Somebody invented. `role` "staff" works for the company, "moderator" keeps order for it."""

    key: str
    name: str
    joined: date
    role: Literal["", "staff", "moderator"] = ""
    qa: QaAccount | None = None
    forum: ForumAccount | None = None
    social: SocialAccount | None = None


class Comment(Told, frozen=True):
    """A remark under a question or an answer."""

    id: int
    by: str
    at: datetime
    text: str
    votes: int = 0


class QaPost(Written, frozen=True):
    """A question (the first of its thread) or an answer; `text` is Markdown."""

    id: int
    text: str
    by: str = ""
    """Key of the person; empty where the account was deleted since."""
    up: int = 0
    down: int = 0
    accepted: bool = False
    deleted: bool = False
    comment: list[Comment] = []


class QaThread(Told, frozen=True):
    """A question with its answers."""

    title: str
    tags: list[str]
    post: list[QaPost]
    views: int = 0
    closed: str = ""
    """Why it was closed; empty where it is open."""


class Category(Told, frozen=True):
    """A room of the forum; a restricted one shows only to members of `groups`."""

    id: int
    slug: str
    name: str
    about: str = ""
    groups: list[str] = []


class ForumPost(Written, frozen=True):
    """A post of a topic, in order; `reply_to` counts from 1 within the topic."""

    id: int
    text: str
    by: str
    likes: int = 0
    reply_to: int | None = None
    accepted: bool = False
    state: Literal["", "deleted", "hidden"] = ""
    kind: Literal["regular", "moderator", "small", "whisper"] = "regular"


class Topic(Told, frozen=True):
    """A conversation of the forum; its first post is the question."""

    id: int
    title: str
    category: str
    post: list[ForumPost]
    tags: list[str] = []
    views: int = 0
    pinned: bool = False
    closed: bool = False


class Question(Told, frozen=True):
    """One entry of a page of frequent questions."""

    question: str
    answer: str


class Article(Written, frozen=True):
    """A page of the knowledge base; `text` is Markdown, `question` only on FAQ pages."""

    slug: str
    title: str
    section: str
    summary: str
    by: str
    text: str = ""
    kind: Literal["article", "howto", "faq"] = "article"
    language: Literal["en", "de"] = "en"
    noindex: bool = False
    """Asks search engines to stay away by `<meta name="robots">`."""
    internal: bool = False
    """Lives under `/internal/`, which robots.txt forbids."""
    helpful: tuple[int, int] = (0, 0)
    """How many readers said yes and no to "was this helpful?"."""
    question: list[Question] = []


class Status(Written, frozen=True):
    """A short post of the social server; `reply_to` is the id of another status."""

    id: str
    by: str
    text: str
    reply_to: str | None = None
    language: Literal["en", "de"] = "en"
    favourites: int = 0
    boosts: int = 0
    visibility: Literal["public", "unlisted", "private"] = "public"
    deleted: bool = False


class Statuses(Told, frozen=True):
    """A file of short posts."""

    status: list[Status]


class People(Told, frozen=True):
    """The file of everybody."""

    person: list[Person]


class Categories(Told, frozen=True):
    """The file of the forum's rooms."""

    category: list[Category]


class Story(Told, frozen=True):
    """All of it; articles in order of section and slug, everything else in order of time."""

    people: dict[str, Person]
    categories: dict[str, Category]
    questions: list[QaThread]
    topics: list[Topic]
    articles: list[Article]
    statuses: list[Status]


def tell(home: Path = HOME) -> Story:
    """Read every file below `home`. Raises StoryError where one does not fit its type."""
    rooms = home / "forum" / "categories.toml"
    statuses = [s for file in _all(home / "social", Statuses) for s in file.status]
    return Story(
        people={p.key: p for p in _read(home / "people.toml", People).person},
        categories={c.slug: c for c in _read(rooms, Categories).category},
        questions=sorted(_all(home / "qa", QaThread), key=lambda q: q.post[0].at),
        topics=sorted(_all(home / "forum", Topic, but=rooms), key=lambda t: t.post[0].at),
        articles=sorted(_all(home / "kb", Article), key=lambda a: (a.section, a.slug)),
        statuses=sorted(statuses, key=lambda s: s.at),
    )


def _all(folder: Path, kind: type[Entry], but: Path | None = None) -> list[Entry]:
    return [_read(file, kind) for file in sorted(folder.glob("*.toml")) if file != but]


def _read(file: Path, kind: type[Entry]) -> Entry:
    try:
        return msgspec.convert(tomllib.loads(file.read_text("utf-8")), kind)
    except (msgspec.ValidationError, tomllib.TOMLDecodeError) as error:
        raise StoryError(f"{file.name}: {error}") from error
