"""What a source and the downloader say to each other. No network in here."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from contract.record import Post, Tombstone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from contract.errors import SourceError


_NEXT = re.compile(r'<([^>]+)>;\s*rel="next"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """A wish: get `url` and read it as a page of this `kind`. Plain data: a queue can keep it."""

    kind: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    note: dict[str, str] = field(default_factory=dict)
    """What `read` will need to know about the page; it comes back with it."""
    wait_s: float = 0.0
    """Seconds the place asked to wait before this one wish; others go on."""
    optional: bool = False
    """Not every place has such a page: a 404 is an answer here, not a trouble."""
    body: str = ""
    """Sent by POST where there is one. The fragment of `url`, which is not sent, then tells the
    wish from others to the same address."""
    held: tuple[str, ...] = ()
    """Ids of posts that are asked about: the page shows them, or leads to wishes that hold them.
    Those for which it does neither have gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A wish come true: a 2xx body. Redirects, retries, 429 and robots.txt are behind us."""

    kind: str
    url: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    """Names in lower case; a header sent several times is a line for each."""
    note: dict[str, str] = field(default_factory=dict)
    held: tuple[str, ...] = ()
    """Of the wish: where there are some, nothing else is asked for."""

    @property
    def next_link(self) -> str | None:
        """The page after this one, by its Link header (https://www.rfc-editor.org/rfc/rfc8288)."""
        link = _NEXT.search(self.headers.get("link", ""))
        return None if link is None else link[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A post as the archive holds it, of which is asked whether it still stands."""

    post_id: str
    thread_id: str
    url: str
    position: int = 0

    @property
    def native(self) -> str:
        """Its id in the place it is from."""
        return self.post_id.partition(":")[2]

    @property
    def native_thread(self) -> str:
        """Id of the post that opened its thread, in the place it is from."""
        return self.thread_id.partition(":")[2]


def by_thread(held: Iterable[Held]) -> dict[str, list[str]]:
    """Ids of these posts by their thread, named as its place names it."""
    threads: dict[str, list[str]] = {}
    for post in held:
        threads.setdefault(post.native_thread, []).append(post.post_id)
    return threads


LeftOut = Literal[
    "without words",
    "system notice",
    "private",
    "not to be indexed",
    "repeats another",
    "of another kind",
]
"""Why something on a page is no post: nothing to read; the platform's own message; a draft, a
whisper or otherwise not for searchers; its owner asks search engines to stay away; somebody else's
post passed on, or one that stands elsewhere; a pull request, a poll, an advertisement."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something on a page that is not kept. Crawls count it: nothing vanishes in silence."""

    why: LeftOut


Found = Post | Tombstone | Fetch | Dropped
"""What a page can lead to."""


class Source(Protocol):
    """One platform, pure and without state: bytes in, records and further wishes out."""

    name: str
    url: str
    whole: frozenset[str]
    """Kinds of page that show all there is of what they carry: a post that stood on such a page,
    and stands nowhere when the page is read again, has gone."""
    verify_within: timedelta | None
    """No post goes unseen for longer: what has gone is not shown past that, as terms may ask. None
    where the place shows nothing again."""

    def start(self, since: datetime) -> Iterable[Fetch]:
        """Wishes that lead to everything changed at or after `since` (aware UTC)."""
        ...

    def read(self, page: Page, since: datetime) -> Iterable[Found]:
        """What `page` says, and where to look next.

        Raises UnexpectedShapeError where the body is not what the platform documents; what was
        found before that counts.
        """
        ...

    def verify(self, held: Sequence[Held]) -> Iterable[Fetch]:
        """Wishes that show these posts again: as they are now, or not at all.

        Each wish names in `held` those it is for; as many as the platform allows share a wish.
        """
        ...

    def sign(self, wish: Fetch) -> Fetch:
        """Add the credentials, at the last moment: what is stored and logged holds none."""
        ...


@runtime_checkable
class Explaining(Protocol):
    """A source whose platform explains its refusals in their bodies."""

    def refusal(self, page: Page, status: int) -> SourceError | None:
        """What is wrong, where it is not the page itself: a quota used up, an API switched off.

        None where the status means what it says: nobody may see this page, or there is none.
        """
        ...


def walk(source: Source, since: datetime, pages: Mapping[str, bytes]) -> Iterator[Post | Tombstone]:
    """Run `source` over canned pages (url to body): the downloader without the network.

    A page is read once as each kind, however often it is wished for, as in a real crawl.
    """
    wishes, asked = list(source.start(since)), set[tuple[str, str]]()
    while wishes:
        wish = wishes.pop(0)
        if (wish.kind, wish.url) in asked:
            continue
        asked.add((wish.kind, wish.url))
        page = Page(
            kind=wish.kind, url=wish.url, body=pages[wish.url], note=wish.note, held=wish.held
        )
        for found in source.read(page, since):
            if isinstance(found, Fetch):
                wishes.append(found)
            elif not isinstance(found, Dropped):
                yield found
