"""The export of a Slack workspace: `users.json`, lists of channels, a file of messages a day.

Public channels stand in `channels.json`. Private ones (`groups.json`) and direct messages
(`dms.json`, `mpims.json`) are read only where their owner says which group sees them, and a folder
that stands in no list is not read at all. Threads are those of Slack (`thread_ts`); a message
outside of one is a thread of its own. Of the notices of Slack itself (joins, topics, tombstones of
what was deleted) nothing is kept. Format: https://slack.com/help/articles/220556107
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Annotated

import msgspec

from contract import Author, Post, Signals
from contract.errors import ImportFormatError
from crawler.clean import from_html, plain_line
from crawler.formats import mrkdwn
from crawler.formats.chat import AGAINST, Audience, Room, Said, decode, woven
from crawler.times import from_epoch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from contract.record import Role
    from crawler.formats.chat import Files

PLATFORM = "slack"

USERS = "users.json"
LISTS = {"channels.json": False, "groups.json": True, "mpims.json": True, "dms.json": True}
"""Lists of rooms, and whether they are private."""

SAID = frozenset({None, "thread_broadcast", "bot_message", "me_message", "file_share"})
"""Subtypes of what somebody said; all others are notices."""

Ts = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,11}\.[0-9]{1,9}$")]
"""Seconds since 1970, and a number that makes it the message's name in its channel."""


class _Profile(msgspec.Struct):
    display_name: str | None = None
    real_name: str | None = None


class _User(msgspec.Struct):
    id: str
    name: str | None = None
    real_name: str | None = None
    profile: _Profile = msgspec.field(default_factory=_Profile)
    is_admin: bool | None = None
    is_owner: bool | None = None
    is_bot: bool | None = None

    def called(self) -> str:
        names = (self.profile.display_name, self.profile.real_name, self.real_name, self.name)
        return next((line for name in names if (line := plain_line(name or ""))), self.id)

    def roles(self) -> tuple[Role, ...]:
        if self.is_bot or self.id == "USLACKBOT":
            return ("bot",)
        return ("staff",) if self.is_admin or self.is_owner else ()


class _Channel(msgspec.Struct):
    id: str
    name: str | None = None
    is_private: bool | None = None


class _Edited(msgspec.Struct):
    ts: Ts


class _Reaction(msgspec.Struct):
    name: str
    count: int = 0


class _Bot(msgspec.Struct):
    name: str | None = None


class _Message(msgspec.Struct):
    ts: Ts
    type: str | None = "message"
    subtype: str | None = None
    hidden: bool | None = None
    text: str | None = None
    user: str | None = None
    user_profile: _Profile | None = None
    username: str | None = None
    bot_id: str | None = None
    bot_profile: _Bot | None = None
    thread_ts: Ts | None = None
    reply_count: int | None = None
    edited: _Edited | None = None
    reactions: list[_Reaction] = []

    @property
    def is_said(self) -> bool:
        return self.type == "message" and self.subtype in SAID and not self.hidden

    def signals(self) -> Signals:
        counts = {True: 0, False: 0}
        for reaction in self.reactions:
            counts[reaction.name.partition("::")[0] in AGAINST] += reaction.count
        return Signals(likes=counts[False], down=counts[True], replies=self.reply_count)


def root_of(files: Files) -> str | None:
    """The folder in which an export lies, with its slash; None where there is no export."""
    for name in files.names:
        folder, _, file = name.rpartition("/")
        prefix = f"{folder}/" if folder else ""
        if file == USERS and any(f"{prefix}{one}" in files.names for one in LISTS):
            return prefix
    return None


def posts(
    files: Files, source: str, site_url: str, seen_by: Mapping[str, str] | None = None
) -> Iterator[Post]:
    """Read an export as posts of `source`, channel by channel; links lead to `site_url`.

    Raises ImportFormatError that names the file and the place in it.
    """
    root = root_of(files)
    if root is None:
        raise ImportFormatError(f"{files.place('')}: holds no {USERS} beside a list of channels")
    users = {user.id: user for user in decode(files, f"{root}{USERS}", list[_User])}
    rooms = _rooms(files, root)
    audience = Audience(source, seen_by or {})
    audience.check(rooms)
    shown = [(room, groups) for room in rooms if (groups := audience.of(room)) is not None]
    reader = _Reader(source, site_url.rstrip("/"), users, {r.room_id: r.name for r, _ in shown})
    days = _days(files, root)
    for room, groups in shown:
        said = list[Said]()
        folders = dict.fromkeys((room.name, room.room_id))
        for name in (name for folder in folders for name in days[folder]):
            messages = decode(files, name, list[_Message])
            said += filter(None, (reader.said(one, room, groups) for one in messages))
        yield from woven(said)


def _rooms(files: Files, root: str) -> list[Room]:
    """Every room; one that shares its name, and so its folder, with a private one is private."""
    rooms = list[Room]()
    for file, private in LISTS.items():
        if f"{root}{file}" in files.names:
            for channel in decode(files, f"{root}{file}", list[_Channel]):
                name = channel.name or channel.id
                rooms.append(Room(channel.id, name, private or bool(channel.is_private)))
    closed = {room.name for room in rooms if room.private}
    return [room._replace(private=room.private or room.name in closed) for room in rooms]


def _days(files: Files, root: str) -> dict[str, list[str]]:
    """Files by folder, which has the name of its channel, or the id of a direct message."""
    days = defaultdict[str, list[str]](list)
    for name in files.names:
        folder, _, day = name.removeprefix(root).rpartition("/")
        if name.startswith(root) and day.endswith(".json"):
            days[folder].append(name)
    return days


class _Reader:
    """Knows the people, and the channels that may be named."""

    def __init__(
        self, source: str, site_url: str, users: Mapping[str, _User], channels: Mapping[str, str]
    ) -> None:
        self._source = source
        self._site_url = site_url
        self._users = users
        self._names = {user.id: user.called() for user in users.values()}
        self._channels = channels

    def said(self, message: _Message, room: Room, groups: tuple[str, ...]) -> Said | None:
        """Read one message; None where it is a notice, or says nothing."""
        if not message.is_said:
            return None
        url = f"{self._site_url}/archives/{room.room_id}/p{message.ts.replace('.', '')}"
        thread = message.thread_ts if message.thread_ts != message.ts else None
        if thread is not None:
            url = f"{url}?thread_ts={thread}&cid={room.room_id}"
        markup = mrkdwn.to_html(message.text or "", self._names, self._channels)
        body = from_html(markup, url)
        if not body.text:
            return None
        post_id = self._post_id(room, message.ts)
        post = Post(
            post_id=post_id,
            thread_id=post_id,
            source=self._source,
            platform=PLATFORM,
            kind="message",
            url=url,
            text=body.text,
            html=body.html,
            author=self._author(message),
            created_at=from_epoch(float(message.ts)),
            updated_at=from_epoch(float(message.edited.ts)) if message.edited else None,
            container=room.name,
            signals=message.signals(),
            visibility="members" if groups else "public",
            groups=groups,
        )
        return Said(post, thread=self._post_id(room, thread) if thread else None)

    def _post_id(self, room: Room, ts: str) -> str:
        return f"{self._source}:{room.room_id}-{ts}"

    def _author(self, message: _Message) -> Author | None:
        if (user := self._users.get(message.user or "")) is not None:
            return self._account(user.id, user.called(), user.roles())
        if message.user is not None:  # somebody of another workspace, in a channel both share
            profile = message.user_profile or _Profile()
            guest = _User(id=message.user, profile=profile)
            return self._account(guest.id, guest.called(), guest.roles())
        if message.bot_id is not None:
            named = message.username or (message.bot_profile.name if message.bot_profile else None)
            return self._account(message.bot_id, plain_line(named or "") or "bot", ("bot",))
        return None

    def _account(self, native: str, name: str, roles: tuple[Role, ...]) -> Author:
        bot = "bot" in roles
        return Author(
            author_id=f"{self._source}:{native}",
            name=name,
            url=None if bot else f"{self._site_url}/team/{native}",
            roles=roles,
        )
