"""What exports of chats have in common: who sees a room, and which messages make a thread.

A whole room is no thread. A message that was written in a thread belongs to the message that opened
it; any other belongs to the thread of the message it replies to; and one that answers nothing, or
nothing that the export shows, opens a thread of its own.
"""

from __future__ import annotations

import codecs
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

import msgspec

from contract.errors import ImportFormatError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from contract import Post

PUBLIC = "public"
"""What the owner says of a room that everybody may see, in the place of a group."""

EVERY = "*"
"""What the owner says of all rooms of which the export does not tell who sees them."""

AGAINST = frozenset({"-1", "thumbsdown", "👎"})
"""Reactions that are votes against; any other is taken as one for."""

Shape = TypeVar("Shape")


class Files(Protocol):
    """The files of an export, however they are packed."""

    @property
    def names(self) -> tuple[str, ...]:
        """Their paths, with slashes, in order."""
        ...

    def read(self, name: str) -> bytes:
        """What is in one of them."""
        ...

    def place(self, name: str) -> str:
        """Where it is, as an error tells it."""
        ...


def decode(files: Files, name: str, shape: type[Shape]) -> Shape:
    """Decode the JSON of one file; fields that `shape` does not name are ignored.

    Raises ImportFormatError that names the file and the place in it.
    """
    try:
        return msgspec.json.decode(files.read(name).removeprefix(codecs.BOM_UTF8), type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ImportFormatError(f"{files.place(name)}: {error}") from error


class Room(NamedTuple):
    """A channel, forum thread or conversation."""

    room_id: str
    name: str
    private: bool | None
    """None where the export does not tell who sees it."""


class Audience:
    """Who sees which room, as its owner says: name or id of a room to a group or to PUBLIC.

    A room that is private is read only where a group is named for it; one of which nobody tells who
    sees it is refused.
    """

    def __init__(self, source: str, said: Mapping[str, str]) -> None:
        self._source = source
        self._said = said

    def check(self, rooms: Iterable[Room]) -> None:
        """Raise ImportFormatError where the owner speaks of a room that is not there."""
        known = {name for room in rooms for name in (room.room_id, room.name)}
        for name in self._said:
            if name not in known and name != EVERY:
                raise ImportFormatError(
                    f'the export has no room "{name}"',
                    hint="Write the room after `--seen-by` as the export does, by name or by id.",
                )

    def of(self, room: Room) -> tuple[str, ...] | None:
        """Groups that see a room; none of them where everybody may, None where it is left out.

        Raises ImportFormatError where nobody says who may.
        """
        said = self._said.get(room.room_id) or self._said.get(room.name)
        if said is None and room.private is None:
            said = self._said.get(EVERY)
        if said == PUBLIC and room.private:
            raise ImportFormatError(
                f'"{room.name}" is private and cannot be shown to everybody',
                hint="Name a group: `--seen-by ROOM=GROUP`.",
            )
        if said is not None:
            return () if said == PUBLIC else (f"{self._source}:{said}",)
        if room.private is None:
            raise ImportFormatError(
                f'the export does not tell who sees "{room.name}" ({room.room_id})',
                hint="Say it: `--seen-by ROOM=GROUP`, or `--seen-by ROOM=public` for everybody.",
            )
        return None if room.private else ()


class Said(NamedTuple):
    """A message as a post that stands alone, and what it belongs to, by post ids."""

    post: Post
    thread: str | None = None
    """The message that opened the thread it was written in."""
    answers: str | None = None
    """The message it replies to."""


def woven(messages: Iterable[Said]) -> Iterator[Post]:
    """Put messages into threads, oldest first; one that comes twice counts once.

    Where the message that opened a thread is not there, the first reply opens it instead.
    """
    opened_by: dict[str, str] = {}  # each post to the one that opened its thread
    threads: dict[str, str] = {}
    sizes = Counter[str]()
    for post, thread, answers in sorted(messages, key=_when):
        if post.post_id in opened_by:
            continue
        if thread is not None and thread != post.post_id:
            opening = threads.setdefault(thread, opened_by.get(thread, post.post_id))
        else:
            opening = opened_by.get(answers or "", post.post_id)
        opened_by[post.post_id] = opening
        above = (one for one in (answers, thread) if one and opened_by.get(one) == opening)
        yield replace(
            post,
            thread_id=opening,
            parent_id=None if opening == post.post_id else next(above, opening),
            position=sizes[opening],
            title=post.title if opening == post.post_id else "",
        )
        sizes[opening] += 1


def _when(said: Said) -> float:
    return said.post.created_at.timestamp() if said.post.created_at else 0.0
