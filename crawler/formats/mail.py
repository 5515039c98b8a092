"""One mail (RFC 5322, MIME) to who said what when, however it was written.

Headers are missing, charsets lie and dates are wrong: all of that is read. A mail is known by the
hash of its Message-ID that Mailman gives it (Message-ID-Hash), so that it has one id by whatever
road it comes. Who asks not to be archived (X-No-Archive) is not.
"""

from __future__ import annotations

import base64
import codecs
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING

from contract import Author
from crawler.clean import Body, from_html, plain_line
from crawler.formats.mail_text import own_html, plain_html
from crawler.formats.mail_threads import Envelope
from crawler.privacy import masked, masked_body, pseudonym, sender
from crawler.times import instant
from crawler.urls import web

if TYPE_CHECKING:
    from email.message import Message

    from contract.record import Role

_ARRIVED = re.compile(r"[A-Z][a-z]{2} +[A-Z][a-z]{2} +\d{1,2} [\d:]{4,8} .*\d{4}")
_ID = re.compile(r"<([^<>\s]+)>")
_PREFIX = re.compile(r"\s*\[([^\]]{1,60})\]\s*")
_VIA = re.compile(r"\s+via\s.+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message; no address is in it."""

    envelope: Envelope
    subject: str
    body: Body
    author: Author
    sent_at: datetime | None
    archived_at: str | None
    """Its own address in an archive, where a header tells it (RFC 5064)."""


def envelope(raw: bytes) -> Envelope:
    """Read what tells the message's place; its headers are enough."""
    return _envelope(BytesHeaderParser().parsebytes(_without_from(raw)), raw)


def mail(raw: bytes, place: str, base_url: str) -> Mail | None:
    """Read a whole message as one of `place`; None where it asks not to be archived."""
    message = BytesHeaderParser().parsebytes(_without_from(raw))
    if _asks_not_to_be_kept(message):
        return None
    try:
        markup = _markup(message_from_bytes(_without_from(raw)))
    except RecursionError:  # parts in parts in parts: nobody's words
        markup = ""
    archived = _header(message, "Archived-At").strip(" <>")
    return Mail(
        envelope=_envelope(message, raw),
        subject=subject(_header(message, "Subject"), list_name(base_url)),
        body=masked_body(from_html(markup, base_url)) if markup else Body("", ""),
        author=_author(message, place),
        sent_at=_sent_at(message, raw),
        archived_at=web(archived) if masked(archived) == archived else None,
    )


def subject(text: str, of_list: str) -> str:
    """Return a subject without the list's name, which stands before it in brackets."""
    tag = _PREFIX.match(text)
    if tag and tag[1].casefold() == of_list.casefold():
        text = text[tag.end() :]
    return masked(plain_line(text))


def list_name(url: str) -> str:
    """Return the list's name, which ends the address of its archive: "users"."""
    return url.rstrip("/").rpartition("/")[2].partition("@")[0]


def author(header: str, place: str, roles: tuple[Role, ...] = ()) -> Author:
    """Return who a decoded From header names; one who gives no name is known by a number."""
    who = sender(header)
    code = pseudonym(who.address or who.name.lower(), place)
    return Author(author_id=f"{place}:{code}", name=who.name or f"member {code[:6]}", roles=roles)


def key(message_id: str) -> str:
    """Return Mailman's Message-ID-Hash: SHA-1 of the id without its brackets, in Base32."""
    digest = hashlib.sha1(message_id.encode("utf-8", "surrogateescape"), usedforsecurity=False)
    return base64.b32encode(digest.digest()).decode()


def _without_from(raw: bytes) -> bytes:
    return raw.partition(b"\n")[2]


def _envelope(message: Message, raw: bytes) -> Envelope:
    own = _ids(_header(message, "Message-ID"))
    mine = key(own[0]) if own else key(hashlib.sha256(_without_from(raw)).hexdigest())
    named = _ids(_header(message, "References"))
    answered = _ids(_header(message, "In-Reply-To"))[:1]  # what follows it is a sentence
    parents = dict.fromkeys(key(named_id) for named_id in (*named, *answered))
    if answered and len(answered) < len(parents):  # some programs write it anywhere in References
        parents[key(answered[0])] = parents.pop(key(answered[0]))
    parents.pop(mine, None)
    return Envelope(key=mine, parents=tuple(parents))


def _ids(header: str) -> list[str]:
    """Message ids in brackets; HyperKitty's export leaves the brackets out."""
    bare = [header.strip()] if "@" in header and " " not in header.strip() else []
    return _ID.findall(header) or bare


def _header(message: Message, name: str) -> str:
    """The first header of that name, decoded; empty where there is none."""
    for written, value in message.raw_items():
        if written.lower() == name.lower():
            return _decoded(_text(str(value).encode("utf-8", "surrogateescape"), "utf-8"))
    return ""


def _decoded(value: str) -> str:
    try:
        pieces = decode_header(" ".join(value.split()))
    except (HeaderParseError, ValueError):
        return value
    return "".join(
        piece if isinstance(piece, str) else _text(piece, charset or "raw-unicode-escape")
        for piece, charset in pieces
    )


def _text(raw: bytes, charset: str) -> str:
    """Decode what is said to be in `charset`; nothing is lost where it is not."""
    try:
        known = codecs.lookup(charset).name
        return raw.decode("gb18030" if known in {"gb2312", "gbk"} else known)  # it holds both
    except (LookupError, ValueError, TypeError):
        pass
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _author(message: Message, place: str) -> Author:
    written = _header(message, "From")
    who = sender(written)
    if via := _VIA.search(who.name):  # the list wrote its own address there, for DMARC's sake
        name, reply_to = who.name[: via.start()], sender(_header(message, "Reply-To"))
        written = f"{name} <{reply_to.address}>" if reply_to.address else name
    automatic = _header(message, "Auto-Submitted").lower() not in {"", "no"}
    return author(written, place, ("bot",) if automatic else ())


def _sent_at(message: Message, raw: bytes) -> datetime | None:
    """When it was sent; when it arrived, where the sender's clock is wrong or says nothing."""
    sent = instant(_header(message, "Date"))
    opening = raw.partition(b"\n")[0].decode("latin-1")
    arrived = instant(found[0]) if (found := _ARRIVED.search(opening)) else None
    if arrived is not None and (sent is None or sent > arrived + timedelta(days=1)):
        return arrived
    return sent


def _asks_not_to_be_kept(message: Message) -> bool:
    return (
        _header(message, "X-No-Archive").strip().lower() in {"yes", "true"}
        or _header(message, "Archive").strip().lower() == "no"
    )


def _markup(message: Message) -> str:
    """What the sender said, as HTML; of the same words in two forms, the plain one."""
    kind = message.get_content_type()
    if kind == "message/rfc822" or message.get_content_disposition() == "attachment":
        return ""
    if not message.is_multipart():
        return _leaf(message, kind)
    parts = [part for part in message.get_payload() if not isinstance(part, str)]
    if kind != "multipart/alternative":
        return "\n".join(filter(None, map(_markup, parts)))
    parts.sort(key=lambda part: part.get_content_type() != "text/plain")
    return next(filter(None, map(_markup, parts)), "")


def _leaf(message: Message, kind: str) -> str:
    if kind not in {"text/plain", "text/html"}:
        return ""
    raw = message.get_payload(decode=True)
    text = _text(raw if isinstance(raw, bytes) else b"", _charset(message))
    if kind == "text/html":
        return own_html(text)
    flowed = str(message.get_param("format", "")).lower() == "flowed"
    return plain_html(text, flowed=flowed)


def _charset(message: Message) -> str:
    try:
        return message.get_content_charset("utf-8")
    except (LookupError, ValueError):
        return "utf-8"
