"""Which posts have to be looked at again: young ones often, every one within its deadline.

What changed is learned from the place itself (`Source.start`); votes that grew and posts that went
mostly are not, since few places tell. So each post is asked for again (`Source.verify`): while its
thread is young every few hours, because that is when votes come, and after that within the deadline
of its source, so that what has gone is not shown for longer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from contract import Clock, Post
from crawler.fetch import Held
from crawler.schema import posts
from crawler.store import Store, naive

if TYPE_CHECKING:
    from collections.abc import Iterator

YOUNG = timedelta(days=7)
"""How long a post draws most of its votes, counted from when it was first seen."""

AGAIN = timedelta(hours=12)
"""A young post is looked at again after so long."""

EARLY = 0.8
"""A post is due when this much of its deadline has passed, so that a slow sweep still keeps it."""

MOST = 5000
"""Posts of one sweep; the rest, the longest unseen of which come first, wait for the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweeper:
    """Chooses posts of one source."""

    store: Store
    clock: Clock
    source: str
    deadline: timedelta
    """No post goes unseen for longer, as long as sweeps run."""

    def due(self) -> list[Held]:
        """Posts that have to be looked at again, the longest unseen first, at most MOST."""
        return list(self._held(self._due().order_by(posts.c.seen_at, posts.c.post_id).limit(MOST)))

    def is_due(self) -> bool:
        """Whether there are any."""
        query = sa.select(sa.exists(self._due()))
        with self.store.reading() as tx:
            return bool(tx.execute(query).scalar_one())

    def overdue(self) -> int:
        """How many posts have gone unseen for longer than the deadline."""
        late = posts.c.seen_at < self._ago(self.deadline)
        query = sa.select(sa.func.count()).where(self._mine(), late)
        with self.store.reading() as tx:
            return int(tx.execute(query).scalar_one())

    def _due(self) -> sa.Select[Any]:
        old = posts.c.seen_at < self._ago(self.deadline * EARLY)
        young = posts.c.first_seen_at > self._ago(YOUNG)
        stale = posts.c.seen_at < self._ago(min(AGAIN, self.deadline * EARLY))
        due = sa.or_(old, sa.and_(young, stale))
        return sa.select(posts.c.post_id, posts.c.record).where(self._mine(), due)

    def _held(self, query: sa.Select[Any]) -> Iterator[Held]:
        with self.store.reading() as tx:
            for post_id, record in tx.execute(query):
                post = msgspec.msgpack.decode(record, type=Post)
                yield Held(
                    post_id=post_id,
                    thread_id=post.thread_id,
                    url=post.url,
                    position=post.position,
                )

    def _mine(self) -> sa.ColumnElement[bool]:
        """Live posts that were gathered: an imported file has no place to ask."""
        gathered = posts.c.run_id.is_not(None)
        return sa.and_(posts.c.source == self.source, posts.c.state == "live", gathered)

    def _ago(self, age: timedelta) -> datetime:
        return naive(self.clock.now() - age)
