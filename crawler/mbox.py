"""Mail as it is kept: an mbox file to the posts of the threads it holds.

Every archive writes mbox, and none writes it quite like RFC 4155: lines that begin with "From " are
escaped once (mboxo), at every depth (mboxrd) or not at all.
"""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from contract import Post
from contract.errors import ImportFormatError
from crawler.formats.mail import Mail, envelope, mail
from crawler.formats.mail_threads import Place, Threads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PLATFORM = "mailinglist"

_BEGIN = re.compile(rb"From .*[A-Z][a-z]{2} +[A-Z][a-z]{2} +\d{1,2} [\d:]{4,8} (\S+ )?\d{4}\b")
_HEADER = re.compile(rb"[!-9;-~]+:")
_ESCAPED = re.compile(rb">+From ")


def split(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Each message with the line that parts it from the one before; the escapes are undone.

    "From " opens a message where it tells a time and a header follows; many archives leave out the
    empty line that should stand before it.
    """
    message, opening = list[bytes](), b""
    for line in lines:
        if opening and _HEADER.match(line):
            if message:
                yield b"".join(message)
            message, opening = [opening, line], b""
            continue
        if opening and message:  # a sentence that begins so
            message.append(opening)
        opening = line if _BEGIN.match(line) else b""
        if message and not opening:
            message.append(line[1:] if _ESCAPED.match(line) else line)
    if message:
        yield b"".join([*message, opening])


def post(
    letter: Mail, place: Place, source: str, url: str, container: str | None = None
) -> Post | None:
    """Make the post of a message; None where nothing was said."""
    title = letter.subject if place.parent is None else ""
    if not letter.body.text and not title:
        return None
    return Post(
        post_id=f"{source}:{letter.envelope.key}",
        thread_id=f"{source}:{place.thread}",
        parent_id=None if place.parent is None else f"{source}:{place.parent}",
        position=place.position,
        source=source,
        platform=PLATFORM,
        kind="question" if place.parent is None else "answer",
        url=url,
        title=title,
        text=letter.body.text,
        html=letter.body.html,
        author=letter.author,
        created_at=letter.sent_at,
        container=container,
        global_id=f"message-id-hash:{letter.envelope.key}",
    )


def posts(path: Path, source: str, site_url: str) -> Iterator[Post]:
    """Read a file, packed or not, as posts of `source`; the file is walked twice, never held.

    A message that names no address of its own is taken to stand in the HyperKitty at `site_url`.
    Raises ImportFormatError where the file is no mbox.
    """
    threads = Threads(envelope(raw) for raw in _messages(path))
    seen = set[str]()
    for raw in _messages(path):
        letter = mail(raw, source, site_url)
        if letter is None or letter.envelope.key in seen:
            continue
        key = letter.envelope.key
        seen.add(key)
        url = letter.archived_at or f"{site_url.rstrip('/')}/message/{key}/"
        if found := post(letter, threads.place(letter.envelope), source, url):
            yield found


def _messages(path: Path) -> Iterator[bytes]:
    count = 0
    try:
        with _open(path) as lines:
            for raw in split(lines):
                count += 1
                yield raw
    except (OSError, EOFError, zlib.error) as error:
        raise ImportFormatError(f"{path}, after message {count}: {error}") from error
    if not count:
        raise ImportFormatError(f'{path}: no message begins in it; an mbox has lines "From …"')


def _open(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    opener: Any = gzip.open if packed else Path.open
    opened: IO[bytes] = opener(path, "rb")
    return opened
