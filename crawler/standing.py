"""How every source stands: what it holds, when it was last gathered, what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from crawler.schema import posts, runs, wishes
from crawler.store import aware

if TYPE_CHECKING:
    from crawler.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one source stands."""

    source: str
    posts: int
    threads: int
    newest_at: datetime | None
    """When a live post was last seen at its place."""
    last_crawl_at: datetime | None
    """When the last crawl that came to its end began."""
    under_way: bool
    failures: dict[str, int]
    """Failed wishes by the name of their error."""
    last_reason: str | None
    dropped: dict[str, int]
    """What the last crawl left out, by the reason."""


def standings(store: Store) -> list[Standing]:
    """Every source that was ever gathered or imported, by name."""
    with store.reading() as tx:
        names = set(tx.execute(sa.select(posts.c.source).distinct()).scalars())
        names |= set(tx.execute(sa.select(runs.c.source).distinct()).scalars())
        return [_standing(tx, name) for name in sorted(names)]


def _standing(tx: sa.Connection, source: str) -> Standing:
    live = sa.and_(posts.c.source == source, posts.c.state == "live")
    counts = sa.select(
        sa.func.count(), sa.func.count(posts.c.thread_id.distinct()), sa.func.max(posts.c.seen_at)
    )
    n_posts, n_threads, newest = tx.execute(counts.where(live)).one()
    crawls = sa.select(runs).where(runs.c.source == source).order_by(runs.c.run_id.desc())
    last = tx.execute(crawls.where(runs.c.ended_at.is_not(None))).first()
    unfinished = tx.execute(crawls.where(runs.c.ended_at.is_(None))).first()
    failed = sa.and_(wishes.c.source == source, wishes.c.state == "failed")
    by_error = sa.select(wishes.c.error, sa.func.count()).where(failed).group_by(wishes.c.error)
    reasons = sa.select(wishes.c.reason).where(failed).order_by(wishes.c.wish_id.desc())
    return Standing(
        source=source,
        posts=n_posts,
        threads=n_threads,
        newest_at=None if newest is None else aware(newest),
        last_crawl_at=None if last is None else aware(last.started_at),
        under_way=unfinished is not None,
        failures=dict(tx.execute(by_error).all()),
        last_reason=tx.execute(reasons).scalar(),
        dropped=_dropped(last),
    )


def _dropped(run: sa.Row[Any] | None) -> dict[str, int]:
    if run is None or run.dropped is None:
        return {}
    return msgspec.msgpack.decode(run.dropped, type=dict[str, int])
