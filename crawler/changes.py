"""What has changed in the archive since somebody last looked, thread by thread.

The thread is the unit, since what is told of a post (its title, whether it is answered, its place)
depends on the others of its thread. All of it is one view of the archive: a post that moves to
another thread meanwhile is neither missed nor met twice.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.archive import BATCH, by_thread
from crawler.schema import about, posts
from crawler.store import naive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from contract import Post
    from crawler.store import Store


class Changes:
    """Threads that are not as they were, as of one moment."""

    def __init__(self, tx: sa.Connection, thread_ids: Iterable[str]) -> None:
        self.sequence = int(
            tx.execute(sa.select(about.c.value).where(about.c.name == "sequence")).scalar_one()
        )
        """Number of the last transaction that they show."""
        self.thread_ids = sorted(thread_ids)
        """Those of threads that have died as well."""
        self._tx = tx

    def count(self) -> int:
        """How many live posts the threads hold."""
        counted = sa.select(sa.func.count()).where(posts.c.state == "live")
        return sum(int(self._tx.execute(some).scalar_one()) for some in self._among(counted))

    def threads(self) -> Iterator[list[Post]]:
        """The live posts of each thread that has any, as `Archive.threads` gives them."""
        records = sa.select(posts.c.record).where(posts.c.state == "live")
        records = records.order_by(posts.c.thread_id, posts.c.post_id)
        for some in self._among(records):
            yield from by_thread(self._tx.execute(some).scalars())

    def _among(self, query: sa.Select[Any]) -> Iterator[sa.Select[Any]]:
        for at in range(0, len(self.thread_ids), BATCH):
            yield query.where(posts.c.thread_id.in_(self.thread_ids[at : at + BATCH]))


@contextlib.contextmanager
def changes(
    store: Store,
    sequence: int,
    *,
    expired: tuple[datetime, datetime],
    was_in: Callable[[str], str | None],
) -> Iterator[Changes]:
    """Threads with a post that changed or died after `sequence`.

    So do threads with a post whose time ended after the first of `expired` and not after the
    second. `was_in` tells of a post in which thread the reader knows it, None where in none: what a
    post has left has changed too.
    """
    after, upto = map(naive, expired)
    changed = sa.select(posts.c.post_id, posts.c.thread_id).where(
        sa.or_(
            posts.c.sequence > sequence,
            sa.and_(posts.c.expires_at > after, posts.c.expires_at <= upto),
        )
    )
    with store.reading() as tx:
        touched: set[str] = set()
        for post_id, thread_id in tx.execute(changed):
            touched.update(filter(None, (thread_id, was_in(post_id))))
        yield Changes(tx, touched)
