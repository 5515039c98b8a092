"""Posts as lines of JSON: the form in which communities are handed from one program to another.

One post a line, UTF-8, optionally packed with gzip; docs/interchange.md lists the fields. Ids open
with the name of the site they come from ("mysite:12"), which gives way to the name of the source
they are imported as.
"""

from __future__ import annotations

import codecs
import gzip
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import msgspec

from contract import Author, Post, Signals
from contract.errors import ImportFormatError
from crawler.clean import Body, from_html, from_markdown, from_text, plain_line
from crawler.times import instant
from crawler.urls import web

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from contract.record import Kind

PLATFORM = "import"

KINDS: dict[str, Kind] = {
    "question": "question",
    "answer": "answer",
    "comment": "comment",
    "post": "post",
    "issue": "issue",
    "message": "message",
    "article": "article",
    "kb_article": "article",
    "faq": "article",
}
"""What `type` may say, and the kind it becomes."""


Count = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
"""What the archive can hold; a longer number is a mistake of whoever wrote it."""


class _Author(msgspec.Struct):
    id: str | None = None
    name: str = ""
    reputation: Count | None = None
    url: str | None = None
    roles: tuple[str, ...] = ()


class _Line(msgspec.Struct):
    id: str
    type: str
    url: str
    title: str = ""
    summary: str = ""
    body_html: str | None = None
    body_md: str | None = None
    body_text: str | None = None
    tags: tuple[str, ...] = ()
    section: str | list[str] | None = None
    language: str | None = None
    score: Count | None = None
    up: Count | None = None
    down: Count | None = None
    views: Count | None = None
    answer_count: Count | None = None
    created: str | None = None
    edited: str | None = None
    updated: str | None = None
    author: _Author | None = None
    parent: str | None = None
    is_accepted: bool | None = None
    license: str | None = None


def posts(path: Path, source: str) -> Iterator[Post]:
    """Read a file of posts as those of `source`.

    Raises ImportFormatError that names the file and the line; what came before it is good.
    """
    reader = _Reader(source)
    for number, line in _lines(path):
        if not line.strip():
            continue
        try:
            post = reader.post(msgspec.json.decode(line, type=_Line))
        except (msgspec.DecodeError, RecursionError, ValueError) as error:
            raise ImportFormatError(f"{path}, line {number}: {error}") from error
        yield post


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Each line and its number; a mark at the start of the file (some editors) is no part of it."""
    number = 0
    try:
        with _open(path) as lines:
            for number, line in enumerate(lines, start=1):
                yield number, line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
    except (OSError, EOFError, zlib.error) as error:
        raise ImportFormatError(f"{path}, after line {number}: {error}") from error


def _open(path: Path) -> IO[bytes]:
    """The lines, unpacked; whether they are packed shows in the first bytes, not in the name."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    opener: Any = gzip.open if packed else Path.open
    opened: IO[bytes] = opener(path, "rb")
    return opened


class _Reader:
    """Remembers which thread each post stands in, since a comment names only its parent."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._threads: dict[str, str] = {}

    def post(self, line: _Line) -> Post:
        if line.type not in KINDS:
            known = ", ".join(sorted(KINDS))
            raise ValueError(f'unknown type "{line.type}"; known are {known}')
        post_id = self._own(line.id)
        parent_id = None if line.parent is None else self._own(line.parent)
        thread_id = post_id if parent_id is None else self._threads.get(parent_id, parent_id)
        self._threads[post_id] = thread_id
        body = _body(line)
        return Post(
            post_id=post_id,
            thread_id=thread_id,
            parent_id=parent_id,
            position=0 if parent_id is None else 1,
            source=self._source,
            platform=PLATFORM,
            kind=KINDS[line.type],
            url=_address(line.url),
            title=plain_line(line.title),
            text=body.text,
            html=body.html,
            author=self._author(line.author),
            created_at=_instant(line.created),
            updated_at=_instant(line.edited or line.updated),
            language=line.language,
            tags=line.tags,
            container=_section(line.section),
            signals=Signals(
                score=line.score,
                up=line.up,
                down=line.down,
                views=line.views,
                replies=line.answer_count,
            ),
            accepted=line.is_accepted,
            licence=line.license,
        )

    def _own(self, foreign_id: str) -> str:
        """The id under our source's name in place of the site's."""
        return f"{self._source}:{foreign_id.partition(':')[2] or foreign_id}"

    def _author(self, author: _Author | None) -> Author | None:
        if author is None or author.id is None:
            return None
        return Author(
            author_id=self._own(author.id),
            name=plain_line(author.name),
            url=web(author.url),
            roles=tuple(role for role in ("staff", "moderator", "bot") if role in author.roles),
            reputation=author.reputation,
        )


def _body(line: _Line) -> Body:
    if line.body_html is not None:
        return from_html(line.body_html, line.url)
    if line.body_md is not None:
        return from_markdown(line.body_md, line.url)
    return from_text("\n\n".join(filter(None, (line.summary, line.body_text))))


def _address(url: str) -> str:
    if web(url) is None:
        raise ValueError(f'"{url}" is no web address; write it as https://example.com/page')
    return url


def _section(named: str | list[str] | None) -> str | None:
    """The innermost section, where a path of them is given."""
    if isinstance(named, list):
        return named[-1] if named else None
    return named


def _instant(text: str | None) -> datetime | None:
    at = instant(text)
    if text and at is None:
        raise ValueError(f'"{text}" is not a date; write it as 2026-03-31 or 2026-03-31T12:00:00Z')
    return at
