"""The XML dump of a Stack Exchange site: a folder with Posts.xml, Users.xml and Comments.xml.

Files are read as streams, so a dump may be larger than memory; only users and the thread of each
answer are held. Form: https://meta.stackexchange.com/questions/2677
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from lxml import etree

from contract import Author, Post, Signals
from contract.errors import ImportFormatError
from crawler.clean import from_html, from_text, plain_line
from crawler.times import instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lxml.etree import _Element

QUESTION, ANSWER = "1", "2"
"""Values of `PostTypeId`; the others are wiki pages and notices, not what people said."""


Read = TypeVar("Read")


def posts(folder: Path, source: str, site_url: str) -> Iterator[Post]:
    """Read a dump as posts of `source`; links lead to `site_url`.

    Raises ImportFormatError that names the file and the row.
    """
    reader = _Reader(source, site_url.rstrip("/"))
    if (folder / "Users.xml").exists():
        for _ in _read(folder / "Users.xml", reader.user):
            pass
    yield from filter(None, _read(folder / "Posts.xml", reader.post))
    if (folder / "Comments.xml").exists():
        yield from _read(folder / "Comments.xml", reader.comment)


def _read(path: Path, reader: Callable[[_Element], Read]) -> Iterator[Read]:
    """What each row says.

    Raises ImportFormatError that names the file and the row where it lacks an attribute.
    """
    for number, row in enumerate(_rows(path), start=1):
        try:
            read = reader(row)
        except KeyError as error:
            raise ImportFormatError(f"{path}, row {number}: lacks the attribute {error}") from error
        yield read


def _rows(path: Path) -> Iterator[_Element]:
    """Each row in turn; what has been read is let go."""
    try:
        with path.open("rb") as file:
            for _, row in etree.iterparse(file, tag="row", resolve_entities=False, no_network=True):
                yield row
                row.clear()
                while row.getprevious() is not None:
                    del row.getparent()[0]
    except (OSError, etree.XMLSyntaxError) as error:
        raise ImportFormatError(f"{path}: {error}") from error


class _Reader:
    """Knows the users, the thread of each post and which answers were accepted."""

    def __init__(self, source: str, site_url: str) -> None:
        self._source = source
        self._site_url = site_url
        self._users: dict[str, tuple[str, int | None]] = {}
        self._threads: dict[str, str] = {}
        self._accepted: dict[str, str | None] = {}

    def user(self, row: _Element) -> None:
        known = row.get("DisplayName", ""), _number(row.get("Reputation"))
        self._users[row.attrib["Id"]] = known

    def post(self, row: _Element) -> Post | None:
        if row.get("PostTypeId") not in {QUESTION, ANSWER}:
            return None
        native, is_question = row.attrib["Id"], row.get("PostTypeId") == QUESTION
        thread = native if is_question else row.attrib["ParentId"]
        self._threads[native] = thread
        if is_question:
            self._accepted[native] = row.get("AcceptedAnswerId")
        path = f"questions/{native}" if is_question else f"a/{native}"
        url = f"{self._site_url}/{path}"
        body = from_html(row.get("Body", ""), url)
        return Post(
            post_id=f"{self._source}:{native}",
            thread_id=f"{self._source}:{thread}",
            parent_id=None if is_question else f"{self._source}:{thread}",
            position=0 if is_question else 1,
            source=self._source,
            platform="stackexchange",
            kind="question" if is_question else "answer",
            url=url,
            title=plain_line(row.get("Title", "")) if is_question else "",
            text=body.text,
            html=body.html,
            author=self._author(row.get("OwnerUserId")),
            created_at=instant(row.get("CreationDate")),
            updated_at=instant(row.get("LastEditDate")),
            tags=_tags(row.get("Tags", "")),
            signals=Signals(
                score=_number(row.get("Score")),
                views=_number(row.get("ViewCount")),
                replies=_number(row.get("AnswerCount")),
            ),
            accepted=None if is_question else self._accepted.get(thread) == native,
            licence=row.get("ContentLicense"),
        )

    def comment(self, row: _Element) -> Post:
        parent, native = row.attrib["PostId"], row.attrib["Id"]
        thread = self._threads.get(parent, parent)
        return Post(
            post_id=f"{self._source}:c{native}",
            thread_id=f"{self._source}:{thread}",
            parent_id=f"{self._source}:{parent}",
            position=1,
            source=self._source,
            platform="stackexchange",
            kind="comment",
            url=f"{self._site_url}/questions/{thread}#comment{native}_{parent}",
            text=from_text(row.get("Text", "")).text,
            author=self._author(row.get("UserId")),
            created_at=instant(row.get("CreationDate")),
            signals=Signals(score=_number(row.get("Score"))),
            licence=row.get("ContentLicense"),
        )

    def _author(self, user: str | None) -> Author | None:
        if user is None:
            return None
        name, reputation = self._users.get(user, ("", None))
        return Author(
            author_id=f"{self._source}:u{user}",
            name=plain_line(name) or f"user {user}",
            url=f"{self._site_url}/users/{user}",
            reputation=reputation,
        )


def _tags(text: str) -> tuple[str, ...]:
    """Both forms: "<a><b>" as it always was, "|a|b|" in newer dumps."""
    return tuple(filter(None, text.replace("><", "|").strip("<>|").split("|")))


_WHOLE = re.compile(r"-?[0-9]{1,18}")
"""What the archive can hold; a longer number is none that anybody counted."""


def _number(text: str | None) -> int | None:
    return int(text) if text and _WHOLE.fullmatch(text) else None
