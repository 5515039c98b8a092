"""The XML dump of a Stack Exchange site: a folder with Posts.xml, Users.xml and Comments.xml.

Files are read as streams, so a dump may be larger than memory; only users and the thread of each
answer are held. Form: https://meta.stackexchange.com/questions/2677
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from contract import Author, Post, Signals
from contract.errors import ImportFormatError
from crawler.clean import from_html, from_text, plain_line
from crawler.times import instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lxml.etree import _Element

QUESTION, ANSWER = "1", "2"
"""Values of `PostTypeId`; the others are wiki pages and notices, not what people said."""


def posts(folder: Path, source: str, site_url: str) -> Iterator[Post]:
    """Read a dump as posts of `source`; links lead to `site_url`.

    Raises ImportFormatError that names the file and the row.
    """
    reader = _Reader(source, site_url.rstrip("/"), _users(folder / "Users.xml"))
    for row in _rows(folder / "Posts.xml"):
        if row.get("PostTypeId") in {QUESTION, ANSWER}:
            yield reader.post(row)
    if (folder / "Comments.xml").exists():
        for row in _rows(folder / "Comments.xml"):
            yield reader.comment(row)


def _rows(path: Path) -> Iterator[_Element]:
    """Each row in turn; what has been read is let go."""
    try:
        for _, row in etree.iterparse(path, tag="row", resolve_entities=False, no_network=True):
            yield row
            row.clear()
            while row.getprevious() is not None:
                del row.getparent()[0]
    except (OSError, etree.XMLSyntaxError) as error:
        raise ImportFormatError(f"{path}: {error}") from error
    except KeyError as error:
        raise ImportFormatError(f"{path}: a row lacks the attribute {error}") from error


def _users(path: Path) -> dict[str, tuple[str, int | None]]:
    if not path.exists():
        return {}
    return {
        row.attrib["Id"]: (row.get("DisplayName", ""), _number(row.get("Reputation")))
        for row in _rows(path)
    }


class _Reader:
    """Knows the users, the thread of each post and which answers were accepted."""

    def __init__(
        self, source: str, site_url: str, users: Mapping[str, tuple[str, int | None]]
    ) -> None:
        self._source = source
        self._site_url = site_url
        self._users = users
        self._threads: dict[str, str] = {}
        self._accepted: dict[str, str | None] = {}

    def post(self, row: _Element) -> Post:
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


def _number(text: str | None) -> int | None:
    return int(text) if text and text.lstrip("-").isdigit() else None
