"""Crawls that were asked for, by a schedule, a command or a button, and how each gets on.

    waiting -> running -> done | failed
               running -> pausing -> paused -> waiting
    waiting, running, paused -> cancelling -> cancelled

Whoever wants a job paused or cancelled writes that down; the process that does the job reads it
with its next report, stops after the page in hand, and writes what has become of it. Of a source
one job runs at a time. A process that has not been heard of for SILENCE is dead: its job waits
again, and goes on where its last page was kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from contract.errors import JobError
from crawler.frontier import Scope
from crawler.schema import jobs
from crawler.store import aware, naive
from crawler.touched import TouchedPosts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contract import Clock
    from crawler.store import Store

State = Literal[
    "waiting", "running", "pausing", "paused", "cancelling", "cancelled", "done", "failed"
]

SILENCE = timedelta(minutes=15)
"""Longer than a crawl waits for one page, all attempts and the longest Retry-After together."""

AT_WORK = ("running", "pausing", "cancelling")
OPEN = ("waiting", "paused", *AT_WORK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a job has got."""

    pages: int
    left: int
    posts: int
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A crawl that was asked for."""

    job_id: int
    source: str
    scope: Scope
    url: str | None
    """The one page that was asked for; None for a whole source."""
    asked_by: str
    asked_at: datetime
    state: State
    started_at: datetime | None
    heard_at: datetime | None
    ended_at: datetime | None
    pages: int
    left: int | None
    posts: int
    failures: int
    reason: str | None

    def remaining_s(self) -> float | None:
        """Seconds until it will be through at its present speed; None where nobody can tell.

        More pages may come to light on the way, so this is the least it takes.
        """
        if self.started_at is None or self.heard_at is None or self.left is None or not self.pages:
            return None
        return (self.heard_at - self.started_at).total_seconds() / self.pages * self.left


class Jobs:
    """The jobs of one archive."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._touched = TouchedPosts(store, clock)

    def ask(self, source: str, scope: Scope, *, by: str, url: str | None = None) -> Job:
        """Ask for a crawl. One of the same kind that waits already is not asked for twice."""
        with self._store.writing() as tx:
            return self.ask_in(tx, source, scope, by=by, url=url)

    def ask_in(
        self, tx: sa.Connection, source: str, scope: Scope, *, by: str, url: str | None = None
    ) -> Job:
        """Ask for a crawl inside the caller's transaction: with the rest of it, or not at all."""
        wanted = {"source": source, "scope": scope, "url": url}
        same = (jobs.c[name].is_not_distinct_from(value) for name, value in wanted.items())
        row = tx.execute(sa.select(jobs).where(*same, jobs.c.state == "waiting")).first()
        if row is None:
            asked = {"asked_by": by, "asked_at": self._now(), "state": "waiting"}
            row = tx.execute(sa.insert(jobs).values(**wanted, **asked).returning(*jobs.c)).one()
        return _job(row)

    def take(self, sources: Iterable[str]) -> Job | None:
        """Begin a job that waits for one of these sources and is alone there, or None.

        The oldest goes first, but before any other those for touched posts: they are short.
        """
        busy = sa.select(jobs.c.source).where(jobs.c.state.in_(AT_WORK))
        free = sa.select(jobs).where(
            jobs.c.state == "waiting",
            jobs.c.source.in_(list(sources)),
            jobs.c.source.not_in(busy),
        )
        now = self._now()
        with self._store.writing() as tx:
            self._recover(tx)
            row = tx.execute(free.order_by(jobs.c.scope != "hook", jobs.c.job_id).limit(1)).first()
            if row is None:
                return None
            begun = {"state": "running", "heard_at": now}
            begun["started_at"] = row.started_at or now
            return self._changed(tx, row.job_id, **begun)

    def report(self, job_id: int, progress: Progress) -> State:
        """Tell how far a job has got; what is wanted of it: running, pausing or cancelling."""
        told = {"pages": progress.pages, "left": progress.left, "posts": progress.posts}
        told |= {"failures": progress.failures}
        with self._store.writing() as tx:
            return self._changed(tx, job_id, heard_at=self._now(), **told).state

    def end(self, job_id: int, progress: Progress, *, finished: bool, reason: str | None) -> Job:
        """Write down what has become of a job whose process stops."""
        with self._store.writing() as tx:
            job = self._find(tx, job_id)
            became: State = "failed" if reason else "done"
            if not finished:
                became = _STOPPED.get(job.state, "waiting")
            ended = self._now() if became in {"done", "failed", "cancelled"} else None
            told = {"pages": progress.pages, "left": progress.left, "posts": progress.posts}
            told |= {"failures": progress.failures}
            if became == "done":
                self._touched.settle(tx, job_id)
            return self._changed(tx, job_id, state=became, ended_at=ended, reason=reason, **told)

    def pause(self, job_id: int) -> Job:
        """Let a job rest until it is resumed. Raises JobError where it has ended."""
        return self._turn(job_id, {"waiting": "paused", "running": "pausing"})

    def resume(self, job_id: int) -> Job:
        """Let a job go on where it stopped. Raises JobError where it has ended."""
        return self._turn(job_id, {"paused": "waiting", "pausing": "running"})

    def cancel(self, job_id: int) -> Job:
        """Give a job up. Raises JobError where it has ended."""
        at_once = dict.fromkeys(("waiting", "paused"), "cancelled")
        return self._turn(
            job_id, {**at_once, **dict.fromkeys(("running", "pausing"), "cancelling")}
        )

    def get(self, job_id: int) -> Job:
        """The job of that number. Raises JobError where there is none."""
        with self._store.reading() as tx:
            return self._find(tx, job_id)

    def latest(self, source: str | None = None, limit: int = 20) -> list[Job]:
        """The newest jobs of a source, or of all."""
        query = sa.select(jobs).order_by(jobs.c.job_id.desc()).limit(limit)
        if source is not None:
            query = query.where(jobs.c.source == source)
        with self._store.reading() as tx:
            return [_job(row) for row in tx.execute(query)]

    def is_open(self, source: str, scope: Scope) -> bool:
        """Whether such a crawl waits, runs or rests."""
        mine = sa.and_(jobs.c.source == source, jobs.c.scope == scope, jobs.c.state.in_(OPEN))
        with self._store.reading() as tx:
            return bool(tx.execute(sa.select(sa.exists().where(mine))).scalar_one())

    def last_asked(self, source: str, scope: Scope) -> datetime | None:
        """When such a crawl was last asked for."""
        mine = sa.and_(jobs.c.source == source, jobs.c.scope == scope)
        with self._store.reading() as tx:
            at = tx.execute(sa.select(sa.func.max(jobs.c.asked_at)).where(mine)).scalar()
        return None if at is None else aware(at)

    def _turn(self, job_id: int, turns: dict[str, str]) -> Job:
        """Change the state as `turns` says; a job that is there already stays as it is."""
        with self._store.writing() as tx:
            job = self._find(tx, job_id)
            if job.state in turns:
                ended = self._now() if turns[job.state] == "cancelled" else None
                return self._changed(tx, job_id, state=turns[job.state], ended_at=ended)
        if job.state not in turns.values():
            raise JobError(f"job {job_id} of {job.source} is {job.state}")
        return job

    def _recover(self, tx: sa.Connection) -> None:
        silent = jobs.c.heard_at < naive(self._clock.now() - SILENCE)
        for state, became in {**_STOPPED, "running": "waiting"}.items():
            lost = sa.and_(jobs.c.state == state, silent)
            tx.execute(sa.update(jobs).where(lost).values(state=became))

    def _find(self, tx: sa.Connection, job_id: int) -> Job:
        row = tx.execute(sa.select(jobs).where(jobs.c.job_id == job_id)).first()
        if row is None:
            raise JobError(f"there is no job {job_id}")
        return _job(row)

    def _changed(self, tx: sa.Connection, job_id: int, **values: Any) -> Job:
        mine = sa.update(jobs).where(jobs.c.job_id == job_id)
        job = _job(tx.execute(mine.values(values).returning(*jobs.c)).one())
        if job.scope == "hook" and job.state == "cancelled":
            self._touched.drop(tx, job.source)
        return job

    def _now(self) -> datetime:
        return naive(self._clock.now())


_STOPPED: dict[str, State] = {"pausing": "paused", "cancelling": "cancelled"}
"""What becomes of a job that stopped because somebody wanted it to."""


def _job(row: sa.Row[Any]) -> Job:
    times = ("asked_at", "started_at", "heard_at", "ended_at")
    told = dict(row._mapping)
    told |= {name: None if told[name] is None else aware(told[name]) for name in times}
    return Job(**told)
