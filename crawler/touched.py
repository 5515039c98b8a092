"""Posts that places have sent word of, until a crawl has asked after them.

However many events speak of a post it waits here once, and one crawl takes all that wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from crawler.fetch import Held
from crawler.schema import touched
from crawler.store import naive, upsert

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from contract import Clock
    from crawler.store import Store

_ADD = upsert(touched, ("source", "post_id"))


class TouchedPosts:
    """Those of one archive."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def add(self, tx: sa.Connection, source: str, posts: Iterable[Held], due_at: datetime) -> None:
        """Let posts be asked after at `due_at` or later, by the next crawl that is begun then."""
        rows = [
            {
                "source": source,
                "post_id": post.post_id,
                "plan": msgspec.msgpack.encode(post),
                "due_at": naive(due_at),
                "job_id": None,
            }
            for post in posts
        ]
        if rows:
            tx.execute(_ADD, rows)

    def due(self) -> list[str]:
        """Sources with posts that no crawl has taken yet, by name."""
        waiting = sa.and_(touched.c.job_id.is_(None), self._are_due())
        query = sa.select(touched.c.source).where(waiting).distinct().order_by(touched.c.source)
        with self._store.reading() as tx:
            return list(tx.execute(query).scalars())

    def take(self, source: str, job_id: int) -> list[Held]:
        """All posts of a source that are due, for this job.

        A job that was broken off takes them again, and so does a later one.
        """
        mine = sa.and_(touched.c.source == source, self._are_due())
        taken = sa.update(touched).where(mine).values(job_id=job_id)
        query = sa.select(touched.c.plan).where(touched.c.source == source)
        with self._store.writing() as tx:
            tx.execute(taken)
            rows = tx.execute(query.where(touched.c.job_id == job_id).order_by(touched.c.post_id))
            return [msgspec.msgpack.decode(plan, type=Held) for plan in rows.scalars()]

    def settle(self, tx: sa.Connection, job_id: int) -> None:
        """Forget what a job has asked after; what was touched again meanwhile waits on."""
        tx.execute(sa.delete(touched).where(touched.c.job_id == job_id))

    def drop(self, tx: sa.Connection, source: str) -> None:
        """Forget all that waits at a source: nobody wants to ask after it."""
        tx.execute(sa.delete(touched).where(touched.c.source == source))

    def _are_due(self) -> sa.ColumnElement[bool]:
        return touched.c.due_at <= naive(self._clock.now())
