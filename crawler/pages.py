"""Every page as it came, so that it can be read again without the network.

A page that has not changed (304) is read from here; a page that could not be read stays here until
the reader is mended.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from crawler.fetch import Fetch, Page
from crawler.schema import pages, posts, shown_on
from crawler.store import naive, upsert

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contract import Clock
    from crawler.frontier import Run
    from crawler.store import Store

BATCH = 500
"""Pages named in a statement; SQLite takes at most 32,766 values."""

QUICK = 1
"""How hard pages are packed: an eighth larger than at best, in a third of the time."""

MISSES_APART = timedelta(hours=24)
"""A page that answers 404 twice, so far apart, has gone; once may be a bad day of its server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """A page as it last came."""

    page_id: int
    source: str
    wish: Fetch
    page: Page | None
    """None where it was forgotten, with posts that stood on it."""


class Pages:
    """Raw pages. Methods that take `tx` write inside the caller's transaction."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def of(self, source: str, wish: Fetch) -> KeptPage | None:
        """The page as it last came for this wish."""
        query = sa.select(pages).where(
            pages.c.source == source, pages.c.kind == wish.kind, pages.c.url == wish.url
        )
        return self._kept_page(query)

    def by_id(self, page_id: int) -> KeptPage | None:
        """The page of that number."""
        return self._kept_page(sa.select(pages).where(pages.c.page_id == page_id))

    def wish_for(self, source: str, url: str) -> Fetch | None:
        """The wish whose page carries the post at `url`, or is at `url` itself."""
        by_post = sa.select(pages.c.plan).join(posts, posts.c.page_id == pages.c.page_id)
        by_post = by_post.where(posts.c.source == source, posts.c.url == url)
        by_page = sa.select(pages.c.plan).where(
            pages.c.source == source, sa.or_(pages.c.url == url, pages.c.final_url == url)
        )
        with self._store.reading() as tx:
            plan = tx.execute(by_post).scalar() or tx.execute(by_page).scalar()
        return None if plan is None else msgspec.msgpack.decode(plan, type=Fetch)

    def keep(self, tx: sa.Connection, run: Run, wish: Fetch, page: Page) -> int:
        """Keep a page in place of its earlier self; its number."""
        row = {
            "source": run.source,
            "kind": wish.kind,
            "url": wish.url,
            "plan": _plan(wish),
            "final_url": page.url,
            "headers": msgspec.msgpack.encode(page.headers),
            "body": zlib.compress(page.body, QUICK),
            "etag": page.headers.get("etag"),
            "last_modified": page.headers.get("last-modified"),
            "fetched_at": naive(self._clock.now()),
            "run_id": run.run_id,
            "missing_since": None,
        }
        return int(tx.execute(_KEEP, row).scalar_one())

    def forget_old(self, tx: sa.Connection, source: str, age: timedelta) -> None:
        """Drop what pages of a source held that were last asked for so long ago.

        Of those on which no post was last seen nothing is left.
        """
        long_ago = pages.c.fetched_at < naive(self._clock.now() - age)
        old = sa.select(pages.c.page_id).where(pages.c.source == source, long_ago)
        forget(tx, tx.execute(old.where(pages.c.body != b"")).scalars().all())
        stands = sa.select(posts.c.page_id).where(posts.c.page_id == pages.c.page_id)
        idle = sa.delete(pages).where(pages.c.source == source, long_ago, ~stands.exists())
        tx.execute(idle)

    def touch(self, tx: sa.Connection, run: Run, page_id: int, wish: Fetch) -> None:
        """Note that a page is as it was (304), and for which wish it was asked this time."""
        values = {
            "plan": _plan(wish),
            "run_id": run.run_id,
            "fetched_at": naive(self._clock.now()),
            "missing_since": None,
        }
        tx.execute(sa.update(pages).where(pages.c.page_id == page_id).values(values))

    def missed_twice(self, tx: sa.Connection, page_id: int) -> bool:
        """Note that a page answers 404; True where it did so a day ago already."""
        now, mine = naive(self._clock.now()), pages.c.page_id == page_id
        missing_since = tx.execute(sa.select(pages.c.missing_since).where(mine)).scalar()
        if missing_since is None:
            tx.execute(sa.update(pages).where(mine).values(missing_since=now))
            return False
        return bool(now - missing_since >= MISSES_APART)

    def _kept_page(self, query: sa.Select[tuple[object, ...]]) -> KeptPage | None:
        with self._store.reading() as tx:
            row = tx.execute(query).first()
        if row is None:
            return None
        wish = msgspec.msgpack.decode(row.plan, type=Fetch)
        page = None
        if row.body:
            page = Page(
                kind=wish.kind,
                url=row.final_url,
                body=zlib.decompress(row.body),
                headers=msgspec.msgpack.decode(row.headers, type=dict[str, str]),
                note=wish.note,
            )
        return KeptPage(page_id=row.page_id, source=row.source, wish=wish, page=page)


_KEEP = upsert(pages, ("source", "kind", "url")).returning(pages.c.page_id)


def forget(tx: sa.Connection, page_ids: Iterable[int]) -> None:
    """Drop what pages held; where they stand stays known, and a crawl asks for them whole."""
    ids = list(page_ids)
    for at in range(0, len(ids), BATCH):
        some = pages.c.page_id.in_(ids[at : at + BATCH])
        tx.execute(sa.update(pages).where(some).values(_NOTHING))
        tx.execute(sa.delete(shown_on).where(shown_on.c.page_id.in_(ids[at : at + BATCH])))


_NOTHING = {"headers": b"", "body": b"", "etag": None, "last_modified": None}


def _plan(wish: Fetch) -> bytes:
    """The wish as the page is asked for at any time: what was held belongs to one sweep."""
    return msgspec.msgpack.encode(replace(wish, held=()))
