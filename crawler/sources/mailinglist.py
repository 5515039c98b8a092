"""Mailing lists, through their archives: HyperKitty (Mailman 3) and Pipermail (Mailman 2).

    [[source]]
    name = "users"
    platform = "mailinglist"
    url = "https://lists.example.com/archives/list/users@lists.example.com"

or, for Pipermail, `url = "https://lists.example.com/pipermail/users"`. An address with `/list/` in
it is taken for a HyperKitty.

Both hand out a month's mail as one mbox file, so a month is one page, and a crawl asks for the
months that may have changed. Quotes, signatures and what the list adds below are cut, code is kept.
No e-mail address is kept: authors are known by a hash of theirs, and addresses inside texts are
masked. Mails that ask not to be archived are left out. Neither archive knows acceptance, staff or
reputation; votes (HyperKitty alone) are read when a post is looked at again. A mail that has gone
is missed when its month is read again, and by its own address: HyperKitty answers 404.
API: https://docs.mailman3.org/projects/hyperkitty/, https://www.rfc-editor.org/rfc/rfc4155
"""

from __future__ import annotations

import calendar
import hashlib
import json
import re
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import lxml.html
import msgspec

from contract import Post, Signals
from contract.errors import UnexpectedShapeError
from crawler import mbox
from crawler.clean import from_html, plain_line
from crawler.fetch import Dropped, Fetch, Page
from crawler.formats import mail
from crawler.formats.mail_text import plain_html
from crawler.formats.mail_threads import Envelope, Place, Threads
from crawler.payload import decode
from crawler.privacy import masked_body
from crawler.times import utc
from crawler.urls import join

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.fetch import Found, Held

MAX_BYTES = 256 * 1024 * 1024
"""The most a month may be, unpacked: the largest lists in the world write a tenth of it."""

_MONTH = re.compile(r"/(\d{4})/(\d{1,2})/?$")
_VOLUME = re.compile(r"(?:^|/)([^/]+)\.txt(?:\.gz)?$")
_NUMBER = re.compile(r"(?:^|/)(\d+)\.html$")
_NAMED = re.compile(r"(\d{4})(?:-([A-Z][a-z]+)|q([1-4]))?|(?:Week-of-Mon-)?(\d{4})(\d\d)(\d\d)")
_REPLY = re.compile(r"^(\s*(re|aw|sv|fwd?)\s*:|\s*\[[^\]]*\])+\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """This platform needs to know nothing else."""


class _Votes(msgspec.Struct, frozen=True):
    likes: int | None = None
    dislikes: int | None = None


class _Sender(msgspec.Struct, frozen=True):
    address: str = ""


class _Message(msgspec.Struct):
    message_id_hash: str
    date: datetime
    content: str
    subject: str = ""
    sender: _Sender = _Sender()
    sender_name: str | None = None
    parent: str | None = None
    votes: _Votes = _Votes()


class MailingList:
    """Months that may have changed, newest first, each with all its mail."""

    whole = frozenset({"month"})
    verify_within = timedelta(days=30)

    def __init__(
        self, name: str, url: str, options: Options | None = None, api_key: str | None = None
    ) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self._list = mail.list_name(self.url)
        self._is_hyperkitty = "/list/" in self.url

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin with the page that names the months."""
        yield Fetch(kind="index", url=f"{self.url}/")

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read the months, the numbers Pipermail gives to mails, a month's mail, or one mail."""
        match page.kind:
            case "index" if self._is_hyperkitty:
                yield from self._months(page, since)
            case "index":
                yield from self._volumes(page, since)
            case "numbers":
                yield self._numbered(page)
            case "month":
                yield from self._read_month(page)
            case "message":
                yield from self._read_message(page)
            case _:
                raise ValueError(f"mailinglist has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Ask a HyperKitty for each mail; of Pipermail, for the months the mails stand in.

        What was imported and stands elsewhere is not asked about here.
        """
        ours = [post for post in held if post.url.startswith(f"{self.url}/")]
        if self._is_hyperkitty:
            root, _, address = self.url.partition("/list/")
            for post in ours:
                url = f"{root}/api/list/{address}/email/{post.native}/?format=json"
                note = {"thread": post.native_thread, "position": str(post.position)}
                yield Fetch(kind="message", url=url, note=note, held=(post.post_id,), optional=True)
            return
        volumes: dict[str, list[str]] = {}
        for post in ours:
            volumes.setdefault(post.url.split("/")[-2], []).append(post.post_id)
        ids = tuple(post.post_id for post in ours)
        note = {"volumes": json.dumps(volumes)}
        if ids:
            yield Fetch(kind="index", url=f"{self.url}/", note=note, held=ids)

    def sign(self, wish: Fetch) -> Fetch:
        """Public archives need no credentials."""
        return wish

    def _months(self, page: Page, since: datetime) -> Iterator[Fetch]:
        found = (_MONTH.search(link) for link in _links(page))
        months = {(int(month[1]), int(month[2])) for month in found if month}
        if not months:
            raise UnexpectedShapeError(f"{page.url}: no link to a month")
        for year, month in sorted(months, reverse=True):
            if not 1 <= month <= 12 or _next_month(year, month) <= since.date():
                continue
            first, last = date(year, month, 1), _next_month(year, month)
            address = self.url.rpartition("/")[2]
            file = f"{address}-{year}-{month:02}.mbox.gz"
            url = f"{self.url}/export/{quote(file)}?start={first}&end={last}"
            yield Fetch(kind="month", url=url)

    def _volumes(self, page: Page, since: datetime) -> Iterator[Fetch]:
        files = {m[1]: link for link in _links(page) if (m := _VOLUME.search(link))}
        if not files:
            raise UnexpectedShapeError(f"{page.url}: no link to a month's text")
        asked: dict[str, list[str]] = json.loads(page.note.get("volumes", "{}"))
        for volume, link in files.items():
            held = tuple(asked.get(volume, ()))
            ended = _end_of(volume)
            if (page.held and not held) or (not page.held and ended and ended <= since):
                continue
            file = join(f"{self.url}/", link)
            note = {"mbox": file or f"{self.url}/{volume}.txt", "volume": volume}
            url = f"{self.url}/{quote(volume)}/date.html"
            yield Fetch(kind="numbers", url=url, note=note, held=held)

    def _numbered(self, page: Page) -> Fetch:
        """Ask for the month's mail, knowing by which number each mail is shown."""
        if b"</html" not in page.body.lower():
            raise UnexpectedShapeError(f"{page.url}: not a whole HTML page")
        numbers = dict[str, str]()
        for link in lxml.html.document_fromstring(page.body).xpath("//li/a[@href]"):
            if number := _NUMBER.search(link.get("href")):
                names = link.xpath("string(following-sibling::i[1])")
                numbers[number[1]] = _same(link.text_content(), names)
        listed = [f"{number} {numbers[number]}" for number in sorted(numbers, key=int)]
        note = {"volume": page.note["volume"], "numbers": "\n".join(listed)}
        return Fetch(kind="month", url=page.note["mbox"], note=note, held=page.held)

    def _read_month(self, page: Page) -> Iterator[Post | Dropped]:
        body = _unpacked(page)
        raws = list(mbox.split(body.splitlines(keepends=True)))
        if body.strip() and not raws:
            raise UnexpectedShapeError(f'{page.url}: no line "From …" opens a mail')
        threads = Threads(mail.envelope(raw) for raw in raws)
        letters = [mail.mail(raw, self.name, self.url) for raw in raws]
        seen = set[str]()
        for letter, shown in zip(letters, self._shown(page, letters), strict=True):
            if letter is None:
                yield Dropped("not to be indexed")
            elif letter.envelope.key in seen:
                yield Dropped("repeats another")
            else:
                seen.add(letter.envelope.key)
                place = threads.place(letter.envelope)
                post = mbox.post(letter, place, self.name, shown, self._list)
                yield post or Dropped("without words")

    def _shown(self, page: Page, letters: Sequence[mail.Mail | None]) -> Iterator[str]:
        """The address of each mail's own page.

        Pipermail numbers mails in the order of the file; where one was taken out of either, they
        are told by who wrote what.
        """
        keys = [letter.envelope.key if letter else "" for letter in letters]
        if self._is_hyperkitty:
            yield from (f"{self.url}/message/{key}/" for key in keys)
            return
        folder = f"{self.url}/{quote(page.note.get('volume', ''))}"
        listed = [line.split(" ") for line in page.note.get("numbers", "").splitlines()]
        for at, (key, letter) in enumerate(zip(keys, letters, strict=True)):
            number = listed[at][0] if len(listed) == len(letters) else None
            if number is None and letter is not None:
                same = _same(letter.subject, letter.author.name)
                found = next((entry for entry in listed if entry[1] == same), None)
                if found:
                    listed.remove(found)
                    number = found[0]
            yield f"{folder}/{number}.html" if number else f"{folder}/date.html#{key}"

    def _read_message(self, page: Page) -> Iterator[Post | Dropped]:
        message = decode(page, _Message)
        thread, key = page.note["thread"], message.message_id_hash
        above = (message.parent or "").rstrip("/").rpartition("/")[2] or thread
        url = f"{self.url}/message/{key}/"
        body = masked_body(from_html(plain_html(message.content), url))
        written = f"{message.sender_name or ''} <{message.sender.address}>"
        letter = mail.Mail(
            envelope=Envelope(key=key, parents=()),
            subject=mail.subject(message.subject, self._list),
            body=body,
            author=mail.author(written, self.name),
            sent_at=utc(message.date),
            archived_at=None,
        )
        opens = key == thread
        place = Place(
            thread=thread,
            parent=None if opens else above,
            position=0 if opens else int(page.note.get("position", 1)),
        )
        post, votes = mbox.post(letter, place, self.name, url, self._list), message.votes
        if post is None:
            yield Dropped("without words")
        else:
            yield replace(post, signals=Signals(up=votes.likes, down=votes.dislikes))


def _links(page: Page) -> Iterator[str]:
    """Addresses that an HTML page links to, as they stand there."""
    if b"</html" not in page.body.lower():
        raise UnexpectedShapeError(f"{page.url}: not a whole HTML page")
    yield from map(str, lxml.html.document_fromstring(page.body).xpath("//a/@href"))


def _unpacked(page: Page) -> bytes:
    if page.body[:2] != b"\x1f\x8b":  # whether it is packed does not show in its name
        return page.body
    packed = zlib.decompressobj(wbits=31)
    try:
        body = packed.decompress(page.body, MAX_BYTES)
    except zlib.error as error:
        raise UnexpectedShapeError(f"{page.url}: {error}") from error
    if not packed.eof:
        raise UnexpectedShapeError(f"{page.url}: cut short, or larger than {MAX_BYTES} bytes")
    return body


def _next_month(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1)


def _end_of(volume: str) -> datetime | None:
    """When a Pipermail volume is over: a year, quarter, month, week or day; None: no telling."""
    named = _NAMED.fullmatch(volume)
    if named is None:
        return None
    year, month, quarter, *day = named.groups()
    try:
        if day[0]:
            days = 7 if volume.startswith("Week") else 1
            end = date(*map(int, day)) + timedelta(days=days)
        elif month:
            end = _next_month(int(year), list(calendar.month_name).index(month))
        else:
            end = _next_month(int(year), 3 * int(quarter or 4))
    except ValueError:
        return None
    return datetime.combine(end, time(), UTC)


def _same(subject: str, name: str) -> str:
    """What is the same in Pipermail's list and in a mail: who wrote what, in eight digits."""
    written = f"{_REPLY.sub('', plain_line(subject))}|{plain_line(name)}".casefold()
    return hashlib.blake2b(written.encode(), digest_size=4).hexdigest()
