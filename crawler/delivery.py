"""What a place sends of its own accord: whether it is genuine, and which posts it speaks of.

A delivery only ever says where to look. What is kept is read from the place's own interface, since
what an event carries may be meant for other eyes, cut short, or older than what came after it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable
from urllib.parse import parse_qs

import msgspec

from contract.errors import UnexpectedShapeError
from contract.record import State
from crawler.fetch import Held, Source
from crawler.times import instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

Shape = TypeVar("Shape")

_FORM = b"payload="
"""How a form begins that has the JSON in a field, as GitHub sends it where that is wished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A request that a place has sent, as it came."""

    headers: dict[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def digest(self) -> str:
        """Tells the body from every other one; hex digits of SHA-256."""
        return hashlib.sha256(self.body).hexdigest()

    def event(self, shape: type[Shape]) -> Shape:
        """The body decoded; fields we do not name are ignored.

        Raises UnexpectedShapeError that names the field.
        """
        try:
            return msgspec.json.decode(self._json(), type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
            raise UnexpectedShapeError(f"the event cannot be read: {error}") from error

    def _json(self) -> bytes:
        if not self.body.startswith(_FORM):
            return self.body
        return parse_qs(self.body.decode("ascii")).get("payload", [""])[0].encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """How a platform signs what it sends: HMAC-SHA256 (RFC 2104) over the body as it came."""

    header: str
    """Where the signature stands, in lower case."""
    prefix: str = ""
    base64: bool = False
    """Written in base64; else in hex digits."""
    time_header: str | None = None
    """Names the header with the time of sending, which is signed before the body."""
    id_header: str | None = None
    """Names the header that tells deliveries apart. No platform signs it."""

    def fits(self, secret: str, delivery: Delivery) -> bool:
        """Whether who holds the secret has sent this; takes as long whatever is wrong."""
        given = delivery.headers.get(self.header, "").encode()
        before = delivery.headers.get(self.time_header, "") if self.time_header else ""
        made = hmac.digest(secret.encode(), before.encode() + delivery.body, "sha256")
        written = base64.b64encode(made).decode() if self.base64 else made.hex()
        return hmac.compare_digest(given, f"{self.prefix}{written}".encode())

    def sent_at(self, delivery: Delivery) -> datetime | None:
        """When it was sent, by its sender; None where that is not told, or not signed."""
        return instant(delivery.headers.get(self.time_header)) if self.time_header else None

    def id_of(self, delivery: Delivery) -> str:
        """What the place calls the delivery: the same when it is sent again."""
        return delivery.headers.get(self.id_header, "") if self.id_header else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A post that something has happened to."""

    post: Held
    """As far as the event tells. An empty `thread_id` means that it does not tell the thread."""
    event: str
    """What the place calls that which has happened."""
    state: State = "live"
    """Any but "live": the event itself says that the post is not to be shown any more."""
    whole_thread: bool = False
    """So it is with every post of the thread. Threads whose ids add `-` and a language are meant,
    too: an event about an article need not tell in which of them."""
    answers: str = ""
    """Id of the post it answers, where that is all an event tells of its thread."""
    addresses: str = ""
    """Pattern (`%` for anything) of the addresses of the posts meant, for when they have gone and
    neither id nor address finds one of them. Looking by it takes long."""
    only_known: bool = False
    """Nobody asked for it, unless we hold it or what it answers."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """An event that is none of ours."""

    reason: str


Heard = Touched | Ignored
"""What an event can come to."""


@runtime_checkable
class Hooked(Source, Protocol):
    """A source whose place can tell of its own accord that something has happened."""

    signing: Signing

    def webhook(self, delivery: Delivery) -> Iterable[Heard]:
        """Which posts a delivery speaks of, where its signature is right.

        Raises UnexpectedShapeError where the body is not what the platform documents.
        """
        ...


@runtime_checkable
class Greeted(Hooked, Protocol):
    """A source whose place asks, before it sends anything, whether this is the right address."""

    def greeting(self, query: Mapping[str, str]) -> str | None:
        """The text it wants to read back; None where the question is none of its own."""
        ...
