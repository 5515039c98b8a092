"""Channels of a Discord server, as DiscordChatExporter writes them in JSON, a file a channel.

A post of a forum, and any other thread, is a channel of its own: all that was said in it is one
thread with its name as the title, below the message it was started from where that is there, too.
In other channels a message belongs with the one it replies to. Direct messages and private threads
are read only where their owner says which group sees them. Of other channels the export does not
tell who sees them, and so the owner has to. It does not tell deletions either, nor what a role may
do: moderators are not known. Format: https://github.com/Tyrrrz/DiscordChatExporter
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from markdown_it import MarkdownIt

from contract import Author, Post, Signals
from crawler.clean import from_html, plain_line, visible
from crawler.formats.chat import AGAINST, Audience, Room, Said, decode, woven
from crawler.times import utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawler.formats.chat import Files

PLATFORM = "discord"
SITE = "https://discord.com/channels"

PRIVATE = frozenset({"DirectTextChat", "DirectGroupTextChat", "GuildPrivateThread"})
THREADS = frozenset({"GuildPublicThread", "GuildNewsThread", "GuildPrivateThread"})

SAID = frozenset({"Default", "Reply", "20"})
"""Types of what somebody said (20: a bot, to whoever called it); all others are notices."""

_MENTION = re.compile(r"<@!?([0-9]+)>")
_EMOJI = re.compile(r"<a?(:\w+:)[0-9]+>")
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("strikethrough")


class _Guild(msgspec.Struct):
    id: str
    name: str = ""


class _Channel(msgspec.Struct):
    id: str
    type: str
    name: str
    category: str | None = None
    """Despite its name the channel above, of a thread."""


class _User(msgspec.Struct):
    id: str
    name: str
    nickname: str | None = None
    is_bot: bool = msgspec.field(name="isBot", default=False)

    def called(self) -> str:
        return plain_line(self.nickname or "") or plain_line(self.name) or self.id


class _Emoji(msgspec.Struct):
    name: str | None = None
    code: str | None = None


class _Reaction(msgspec.Struct):
    emoji: _Emoji
    count: int = 0


class _Reference(msgspec.Struct):
    message_id: str | None = msgspec.field(name="messageId", default=None)
    type: str = "Default"


class _Message(msgspec.Struct):
    id: str
    type: str
    timestamp: datetime
    author: _User
    edited_at: datetime | None = msgspec.field(name="timestampEdited", default=None)
    content: str = ""
    reactions: list[_Reaction] = []
    mentions: list[_User] = []
    reference: _Reference | None = None

    def markup(self) -> str:
        """Its words in Markdown, mentions by name: the export leaves them as they are if told."""
        names = {user.id: user.called() for user in self.mentions}
        named = _MENTION.sub(lambda at: f"@{names.get(at[1], 'somebody')}", self.content)
        return _EMOJI.sub(r"\1", named)

    def signals(self) -> Signals:
        counts = {True: 0, False: 0}
        for reaction in self.reactions:
            said = {reaction.emoji.name, reaction.emoji.code}
            counts[not AGAINST.isdisjoint(said)] += reaction.count
        return Signals(likes=counts[False], down=counts[True])


class _Head(msgspec.Struct):
    guild: _Guild
    channel: _Channel

    @property
    def is_thread(self) -> bool:
        return self.channel.type in THREADS

    def room(self) -> Room:
        private = True if self.channel.type in PRIVATE else None
        return Room(self.channel.id, plain_line(self.channel.name), private)


class _Export(_Head):
    messages: list[_Message]


def posts(
    files: Files, source: str, names: Sequence[str], seen_by: Mapping[str, str] | None = None
) -> Iterator[Post]:
    """Read the files of these `names`, each a channel, as posts of `source`.

    Raises ImportFormatError that names the file and the place in it, or a room of which nobody
    says who may see it.
    """
    heads = {name: decode(files, name, _Head) for name in names}
    rooms = {name: head.room() for name, head in heads.items()}
    audience = Audience(source, seen_by or {})
    audience.check(rooms.values())
    shown = {name: audience.of(room) for name, room in rooms.items()}
    said = list[Said]()
    for name, groups in shown.items():
        if groups is None:
            continue
        threads = (r for n, r in rooms.items() if heads[n].is_thread and shown[n] == groups)
        titles = {thread.room_id: thread.name for thread in threads}
        said += _said(decode(files, name, _Export), source, groups, titles)
    yield from woven(said)


def _said(
    export: _Export, source: str, groups: tuple[str, ...], titles: Mapping[str, str]
) -> Iterator[Said]:
    channel = export.channel
    for message in export.messages:
        if message.type not in SAID:
            continue
        # A thread has the id of the message it was started from.
        title = titles.get(channel.id if export.is_thread else message.id, "")
        post = _post(message, export, source, groups, title)
        if not post.text:
            continue
        above = message.reference
        answers = above.message_id if above is not None and above.type != "Forward" else None
        yield Said(
            post,
            thread=f"{source}:{channel.id}" if export.is_thread else None,
            answers=f"{source}:{answers}" if answers else None,
        )


def _post(
    message: _Message, export: _Export, source: str, groups: tuple[str, ...], title: str
) -> Post:
    channel, post_id = export.channel, f"{source}:{message.id}"
    above = channel.category if export.is_thread else None
    url = f"{SITE}/{export.guild.id}/{channel.id}/{message.id}"
    body = from_html(_MARKDOWN.render(visible(message.markup())), url)
    return Post(
        post_id=post_id,
        thread_id=post_id,
        source=source,
        platform=PLATFORM,
        kind="message",
        url=url,
        title=title,
        text=body.text,
        html=body.html,
        author=Author(
            author_id=f"{source}:{message.author.id}",
            name=message.author.called(),
            roles=("bot",) if message.author.is_bot else (),
        ),
        created_at=utc(message.timestamp),
        updated_at=utc(message.edited_at) if message.edited_at else None,
        container=plain_line(above or channel.name),
        signals=message.signals(),
        visibility="members" if groups else "public",
        groups=groups,
    )
