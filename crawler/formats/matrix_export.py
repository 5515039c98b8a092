"""A Matrix room: Element's JSON export, or its events as a server's `/messages` gives them.

Kept is what people wrote (`m.room.message` of text, notice or emote) in its last version; what was
redacted is not, and files are not. Threads are those of Matrix (`m.thread`); any other message
belongs with the one it replies to. A room counts as public only where the export shows that the
world may read it, and always could; where it shows the contrary, or that the room is encrypted, it
is private. Mostly it shows neither, and its owner has to say who sees it.
Format: https://spec.matrix.org/latest/client-server-api/
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import msgspec

from contract import Author, Post, Signals
from contract.errors import ImportFormatError
from crawler.clean import Body, from_html, from_text, plain_line
from crawler.formats.chat import AGAINST, Audience, Room, Said, decode, woven
from crawler.times import from_epoch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from contract.record import Role
    from crawler.formats.chat import Files

PLATFORM = "matrix"
SITE = "https://matrix.to/#"

SAID = frozenset({"m.text", "m.notice", "m.emote"})
HTML = "org.matrix.custom.html"
MODERATOR = 50
"""The power level from which on one may remove what others wrote (the protocol's default)."""

_QUOTED = re.compile(r"\A> (?:\* )?<@.*\n(?:> .*\n)*\n?")
_QUOTED_HTML = re.compile(r"<mx-reply>.*?</mx-reply>", re.DOTALL | re.IGNORECASE)


class _Target(msgspec.Struct):
    event_id: str | None = None


class _Relation(msgspec.Struct):
    rel_type: str | None = None
    event_id: str | None = None
    key: str | None = None
    is_falling_back: bool = False
    """The message answers its thread: what it replies to is for programs that know no threads."""
    in_reply_to: _Target | None = msgspec.field(name="m.in_reply_to", default=None)


class _Words(msgspec.Struct):
    msgtype: str | None = None
    body: str | None = None
    format: str | None = None
    formatted_body: str | None = None


class _Content(_Words):
    relates_to: _Relation | None = msgspec.field(name="m.relates_to", default=None)
    new_content: _Words | None = msgspec.field(name="m.new_content", default=None)
    redacts: str | None = None
    displayname: str | None = None
    history_visibility: str | None = None
    users: dict[str, int] = {}


class _Bundled(msgspec.Struct):
    replace: dict[str, Any] = msgspec.field(name="m.replace", default_factory=dict)


class _Unsigned(msgspec.Struct):
    redacted_because: dict[str, Any] | None = None
    prev_content: dict[str, Any] = {}
    relations: _Bundled = msgspec.field(name="m.relations", default_factory=_Bundled)


class _Event(msgspec.Struct, dict=True):
    type: str
    sender: str
    event_id: str
    origin_server_ts: Annotated[int, msgspec.Meta(ge=0, le=10**14)]
    room_id: str | None = None
    state_key: str | None = None
    redacts: str | None = None
    raw: dict[str, Any] = msgspec.field(name="content", default_factory=dict)
    unsigned: _Unsigned = msgspec.field(default_factory=_Unsigned)

    @cached_property
    def content(self) -> _Content:
        """What it says; of another shape, which any member can send, it says nothing."""
        try:
            return msgspec.convert(self.raw, _Content)
        except msgspec.ValidationError:
            return _Content()

    @property
    def relation(self) -> _Relation:
        return self.content.relates_to or _Relation()

    def replies_to(self) -> str | None:
        above = None if self.relation.is_falling_back else self.relation.in_reply_to
        return above.event_id if above else None

    def replacing(self) -> _Event | None:
        """The edit that a server has put beside it."""
        try:
            return msgspec.convert(self.unsigned.relations.replace, _Event)
        except msgspec.ValidationError:
            return None


class _Export(msgspec.Struct):
    messages: list[_Event] | None = None
    chunk: list[_Event] | None = None
    room_name: str | None = None


def posts(
    files: Files, source: str, names: Sequence[str], seen_by: Mapping[str, str] | None = None
) -> Iterator[Post]:
    """Read the files of these `names`, each a room, as posts of `source`.

    Raises ImportFormatError that names the file and the place in it, or a room of which nobody
    says who may see it.
    """
    rooms = [_opened(files, name) for name in names]
    audience = Audience(source, seen_by or {})
    audience.check(room.room for room in rooms)
    shown = [(room, audience.of(room.room)) for room in rooms]
    for room, groups in shown:
        if groups is not None:
            yield from woven(room.said(source, groups))


def _opened(files: Files, name: str) -> _Room:
    export = decode(files, name, _Export)
    events = export.messages if export.messages is not None else export.chunk or []
    room_id = next((event.room_id for event in events if event.room_id), None)
    if room_id is None:
        raise ImportFormatError(f"{files.place(name)}: no event in it tells its room")
    return _Room(room_id, plain_line(export.room_name or room_id), events)


class _Room:
    """The events of one room, oldest first, and what they say of one another."""

    def __init__(self, room_id: str, name: str, events: list[_Event]) -> None:
        gone = {e.redacts or e.content.redacts for e in events if e.type == "m.room.redaction"}
        gone |= {e.event_id for e in events if e.unsigned.redacted_because is not None}
        kept = (event for event in events if event.event_id not in gone)
        self._events = sorted(kept, key=lambda event: event.origin_server_ts)
        self._edits = self._edited(gone)
        self._names = {
            event.state_key or event.sender: event.content.displayname
            for event in self._of("m.room.member")
            if event.content.displayname
        }
        levels = [event.content.users for event in self._of("m.room.power_levels")]
        self._powers = levels[-1] if levels else {}
        self.room = Room(room_id, name, self._private())

    def said(self, source: str, groups: tuple[str, ...]) -> Iterator[Said]:
        """What people wrote, each as a post that stands alone."""
        reactions = self._counted()
        for event in self._of("m.room.message"):
            if event.content.msgtype not in SAID or event.relation.rel_type == "m.replace":
                continue
            edit = self._edits.get(event.event_id)
            words = edit.content.new_content if edit else None
            body = _body(words or event.content, is_reply=event.replies_to() is not None)
            if not body.text:
                continue
            post_id = f"{source}:{event.event_id}"
            event_path = quote(event.event_id, safe="")
            post = Post(
                post_id=post_id,
                thread_id=post_id,
                source=source,
                platform=PLATFORM,
                kind="message",
                url=f"{SITE}/{quote(self.room.room_id, safe='')}/{event_path}",
                text=body.text,
                html=body.html,
                author=self._author(event, source),
                created_at=from_epoch(event.origin_server_ts / 1000),
                updated_at=from_epoch(edit.origin_server_ts / 1000) if edit else None,
                container=self.room.name,
                signals=reactions.get(event.event_id, Signals()),
                visibility="members" if groups else "public",
                groups=groups,
            )
            thread = event.relation.event_id if event.relation.rel_type == "m.thread" else None
            answers = event.replies_to()
            yield Said(
                post,
                thread=f"{source}:{thread}" if thread else None,
                answers=f"{source}:{answers}" if answers else None,
            )

    def _of(self, kind: str) -> Iterator[_Event]:
        return (event for event in self._events if event.type == kind)

    def _edited(self, gone: set[str | None]) -> dict[str, _Event]:
        """The last edit of each message; only its own author can edit it."""
        senders = {event.event_id: event.sender for event in self._events}
        beside = (event.replacing() for event in self._events)
        edits = [e for e in (*self._events, *filter(None, beside)) if e.event_id not in gone]
        last = dict[str, _Event]()
        for edit in sorted(edits, key=lambda event: event.origin_server_ts):
            target = edit.relation.event_id or ""
            replaces = edit.relation.rel_type == "m.replace" and edit.content.new_content
            if replaces and senders.get(target) == edit.sender:
                last[target] = edit
        return last

    def _counted(self) -> dict[str, Signals]:
        """Reactions, where the export shows any: Element leaves them out."""
        counts: dict[str, list[int]] = {}
        for event in self._of("m.reaction"):
            if (target := event.relation.event_id) is not None:
                votes = counts.setdefault(target, [0, 0])
                votes[(event.relation.key or "").rstrip("\ufe0f") in AGAINST] += 1
        return {target: Signals(likes=up, down=down) for target, (up, down) in counts.items()}

    def _private(self) -> bool | None:
        if any(self._of("m.room.encryption")):
            return True
        changes = list(self._of("m.room.history_visibility"))
        before = [change.unsigned.prev_content.get("history_visibility") for change in changes]
        after = [change.content.history_visibility for change in changes]
        told = [*filter(None, before), *filter(None, after)]
        if told and told[-1] in {"invited", "joined"}:
            return True
        return False if told and set(told) == {"world_readable"} else None

    def _author(self, event: _Event, source: str) -> Author:
        roles: tuple[Role, ...] = ()
        if self._powers.get(event.sender, 0) >= MODERATOR:
            roles = ("moderator",)
        if event.content.msgtype == "m.notice":  # what programs say, so that none answers another
            roles = (*roles, "bot")
        localpart = event.sender.removeprefix("@").partition(":")[0]
        return Author(
            author_id=f"{source}:{event.sender}",
            name=plain_line(self._names.get(event.sender, "")) or localpart,
            url=f"{SITE}/{quote(event.sender, safe='@:')}",
            roles=roles,
        )


def _body(words: _Words, *, is_reply: bool) -> Body:
    """What was said, without the words it answers, which older clients repeat before it."""
    if words.format == HTML and words.formatted_body:
        return from_html(_QUOTED_HTML.sub("", words.formatted_body), SITE)
    body = words.body or ""
    return from_text(_QUOTED.sub("", body) if is_reply else body)
