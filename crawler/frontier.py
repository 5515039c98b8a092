"""The durable queue of wishes: what a crawl still has to fetch, safe from a killed process.

A wish is waiting, then leased to a downloader, then done or failed. It is done in the very
transaction that keeps what its page held, so nothing is lost and nothing is read twice. A lease
that is not settled in time falls back to waiting; wishes that failed are asked again by the next
crawl, with the date they were first asked for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import sqlalchemy as sa

from crawler.fetch import Fetch
from crawler.schema import pages, runs, wishes
from crawler.store import aware, insert_new, naive
from crawler.times import EPOCH

if TYPE_CHECKING:
    from contract import Clock
    from crawler.store import Store

LEASE = timedelta(hours=1)
"""Longer than a page can take with every retry and wait (4 attempts of at most 10 minutes each)."""

AHEAD = 16
"""Wishes leased in one transaction: at the slowest pace a host may ask for (a page a minute) the
last of them still goes out well within its lease."""

OVERLAP = timedelta(minutes=10)
"""How far a crawl looks back before the last one began: twice the clock skew one meets."""


First = Callable[[datetime], Iterable[Fetch]]
"""What a crawl that looks back to an instant asks first."""

Scope = Literal["full", "fresh", "sweep", "hook", "page"]
"""What a crawl asks for: everything, what changed since the last one, posts that have to be looked
at again, posts that their place has sent word of, or one page by hand."""

ALONE = ("hook", "page")
"""Crawls of a few posts: none of them goes on with what another had left."""

CHOSEN = ("sweep", "hook")
"""Those which choose their posts anew each time."""

GATHERS = ("full", "fresh")
"""Those after which the archive holds all that their place had to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One crawl of one source."""

    run_id: int
    source: str
    scope: Scope
    since: datetime
    started_at: datetime

    @property
    def full(self) -> bool:
        """Whether it asks for everything, whenever it changed."""
        return self.scope == "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """A wish handed out; `since` is what its crawl was asked for."""

    wish_id: int
    at: datetime
    """When it was handed out: what its page says is no newer."""
    fetch: Fetch
    since: datetime
    attempts: int
    validators: dict[str, str]
    """Headers that ask only for what is newer than the page we have (RFC 9110, section 13.1); empty
    where we have none."""


class Frontier:
    """The wishes of one source."""

    def __init__(self, store: Store, clock: Clock, source: str) -> None:
        self._store = store
        self._clock = clock
        self._source = source
        self._run_id: int | None = None
        self._ahead: deque[Leased] = deque()
        self._dry_until: datetime | None = None
        self._waiting: int | None = None

    def begin(self, scope: Scope, first: First) -> tuple[Run, bool]:
        """Go on with the crawl that was cut short, or begin a new one; True where it is new.

        A new crawl is queued together with its `first` wishes or not at all. One that asks for what
        changed asks for everything where nothing was ever gathered. The caller holds the lock of
        the source.
        """
        with self._store.writing() as tx:
            self._release(tx)
            unfinished = self._unfinished(tx)
            for run in unfinished:
                if _goes_on(run, scope):
                    self._run_id = run.run_id
                    return run, False
            for run in unfinished:
                if _makes_idle(run, scope):
                    self.drop(tx, run)
            run = self._new_run(tx, scope)
            self._run_id = run.run_id
            if scope in GATHERS:
                self._carry_over(tx, run)
            self.add(tx, run.run_id, first(run.since), run.since)
            return run, True

    def add(self, tx: sa.Connection, run_id: int, found: Iterable[Fetch], since: datetime) -> None:
        """Queue wishes that this crawl has not met yet."""
        rows = [
            {
                "run_id": run_id,
                "source": self._source,
                "kind": fetch.kind,
                "url": fetch.url,
                "plan": msgspec.msgpack.encode(fetch),
                "since": naive(since),
                "state": "waiting",
                "attempts": 0,
            }
            for fetch in found
        ]
        if rows:
            tx.execute(_ADD, rows)
            self._waiting = self._dry_until = None

    def lease(self) -> Leased | None:
        """Hand out the oldest wish of this crawl that waits, or whose lease ran out, or None."""
        now = self._clock.now()
        if not self._ahead and (self._dry_until is None or now > self._dry_until):
            self._ahead.extend(self._taken(now))
            self._waiting = None
            self._dry_until = None if len(self._ahead) == AHEAD else now + LEASE
        return self._ahead.popleft() if self._ahead else None

    @property
    def is_dry(self) -> bool:
        """Whether there is no wish at hand."""
        return not self._ahead

    def waiting(self) -> int:
        """How many wishes are left to hand out."""
        if self._waiting is None:
            query = sa.select(sa.func.count()).where(self._of_run(), wishes.c.state == "waiting")
            with self._store.reading() as tx:
                self._waiting = int(tx.execute(query).scalar_one())
        return self._waiting + len(self._ahead)

    def done(self, tx: sa.Connection, *wish_ids: int) -> None:
        """Settle wishes for good."""
        as_done = {"state": "done", "error": None, "reason": None}
        if wish_ids:
            tx.execute(_SETTLE, [{"settled": wish_id, **as_done} for wish_id in wish_ids])

    def fail(self, tx: sa.Connection, wish_id: int, error: str, reason: str) -> None:
        """Give a wish up for this crawl: the name of the error, and why."""
        values = {"settled": wish_id, "state": "failed", "error": error, "reason": reason}
        tx.execute(_SETTLE, values)

    def end(
        self,
        tx: sa.Connection,
        run: Run,
        *,
        pages: int,
        posts: int,
        dropped: Mapping[str, int] | None = None,
    ) -> int:
        """Close the crawl; the number of wishes that failed, or that nobody settled."""
        failed = sa.select(sa.func.count()).where(self._of_run(), wishes.c.state != "done")
        failures = int(tx.execute(failed).scalar_one())
        ended = {"ended_at": naive(self._clock.now()), "failures": failures}
        ended["dropped"] = msgspec.msgpack.encode(dict(dropped or {}))
        counts = {"pages": runs.c.pages + pages, "posts": runs.c.posts + posts}
        tx.execute(sa.update(runs).where(runs.c.run_id == run.run_id).values(**ended, **counts))
        return failures

    def drop(self, tx: sa.Connection, run: Run) -> None:
        """Forget a crawl that nobody wants any more, or whose work a wider one will do again."""
        mine = wishes.c.run_id == run.run_id
        tx.execute(sa.delete(wishes).where(mine))
        tx.execute(sa.delete(runs).where(runs.c.run_id == run.run_id))

    def _taken(self, now: datetime) -> list[Leased]:
        """Lease the next few wishes, all of them in one transaction."""
        ran_out = sa.and_(wishes.c.state == "leased", wishes.c.lease_until < naive(now))
        free = sa.or_(wishes.c.state == "waiting", ran_out)
        query = sa.select(wishes, pages.c.etag, pages.c.last_modified).where(self._of_run(), free)
        query = query.outerjoin_from(wishes, pages, _SAME_PAGE).order_by(wishes.c.wish_id)
        with self._store.writing() as tx:
            rows = tx.execute(query.limit(AHEAD)).all()
            if rows:
                taken = wishes.c.wish_id.in_([row.wish_id for row in rows])
                values = {"state": "leased", "lease_until": naive(now + LEASE)}
                again = {"attempts": wishes.c.attempts + 1}
                tx.execute(sa.update(wishes).where(taken).values(**values, **again))
        return [_leased(row, now) for row in rows]

    def _mine(self) -> sa.ColumnElement[bool]:
        return wishes.c.source == self._source

    def _of_run(self) -> sa.ColumnElement[bool]:
        return sa.and_(self._mine(), wishes.c.run_id == self._run_id)

    def _release(self, tx: sa.Connection) -> None:
        """Take back what a killed process had leased; the caller holds the source's lock."""
        leased = sa.update(wishes).where(self._mine(), wishes.c.state == "leased")
        tx.execute(leased.values(state="waiting", lease_until=None))

    def _unfinished(self, tx: sa.Connection) -> list[Run]:
        """Crawls that were cut short, the oldest first: one of the source, and one of a page."""
        open_runs = sa.select(runs).where(runs.c.source == self._source, runs.c.ended_at.is_(None))
        return [_run(row) for row in tx.execute(open_runs.order_by(runs.c.run_id))]

    def _new_run(self, tx: sa.Connection, scope: Scope) -> Run:
        complete = sa.and_(runs.c.ended_at.is_not(None), runs.c.scope.in_(GATHERS))
        last = tx.execute(
            sa.select(sa.func.max(runs.c.started_at)).where(runs.c.source == self._source, complete)
        ).scalar_one_or_none()
        everything = scope == "full" or last is None
        values = {
            "source": self._source,
            "scope": "full" if everything and scope in GATHERS else scope,
            "since": naive(EPOCH if last is None or everything else aware(last) - OVERLAP),
            "started_at": naive(self._clock.now()),
        }
        return _run(tx.execute(sa.insert(runs).values(values).returning(*runs.c)).one())

    def _carry_over(self, tx: sa.Connection, run: Run) -> None:
        """Take the failed wishes of earlier crawls into this one, and forget the settled ones.

        Where two crawls failed at one page, the wish that looks back further stands for both. None
        looks back less far than this crawl: a list read only as far as it was fresh once would hide
        from a full crawl all that is older.
        """
        chosen = sa.select(runs.c.run_id).where(runs.c.scope.in_(CHOSEN))
        settled = sa.or_(wishes.c.state == "done", wishes.c.run_id.in_(chosen))
        tx.execute(sa.delete(wishes).where(self._mine(), settled))
        twin = wishes.alias()
        same = (twin.c[name] == wishes.c[name] for name in ("source", "kind", "url"))
        further = sa.tuple_(twin.c.since, twin.c.wish_id) < sa.tuple_(
            wishes.c.since, wishes.c.wish_id
        )
        tx.execute(sa.delete(wishes).where(self._mine(), sa.exists().where(*same, further)))
        since = sa.case((wishes.c.since > naive(run.since), naive(run.since)), else_=wishes.c.since)
        again = {"run_id": run.run_id, "since": since, "state": "waiting", "attempts": 0}
        tx.execute(sa.update(wishes).where(self._mine()).values(**again, error=None, reason=None))


_SAME_PAGE = sa.and_(*(wishes.c[name] == pages.c[name] for name in ("source", "kind", "url")))

_ADD = insert_new(wishes)

_SETTLE = (
    sa.update(wishes)
    .where(wishes.c.wish_id == sa.bindparam("settled"))
    .values(
        lease_until=None,
        state=sa.bindparam("state"),
        error=sa.bindparam("error"),
        reason=sa.bindparam("reason"),
    )
)


def _leased(row: sa.Row[Any], now: datetime) -> Leased:
    told = {"If-None-Match": row.etag, "If-Modified-Since": row.last_modified}
    return Leased(
        wish_id=row.wish_id,
        at=now,
        fetch=msgspec.msgpack.decode(row.plan, type=Fetch),
        since=aware(row.since),
        attempts=row.attempts + 1,
        validators={name: value for name, value in told.items() if value},
    )


def _goes_on(run: Run, scope: Scope) -> bool:
    """Whether what is wanted is what a crawl that was cut short would do, or a part of that."""
    same = run.scope == scope or (run.scope == "full" and scope == "fresh")
    return same and scope not in ALONE


def _makes_idle(run: Run, scope: Scope) -> bool:
    """Whether a new crawl does again what one that was cut short had left."""
    return scope == "full" or run.scope in ALONE or (run.scope == "sweep" and scope in GATHERS)


def _run(row: sa.Row[Any]) -> Run:
    return Run(
        run_id=row.run_id,
        source=row.source,
        scope=row.scope,
        since=aware(row.since),
        started_at=aware(row.started_at),
    )
