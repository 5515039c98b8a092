"""What is due: crawls by their schedules, sweeps by their deadlines."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.schedule import next_time

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import datetime

    from contract import SourceSettings
    from crawler.jobs import Job, Jobs
    from crawler.sweep import Sweeper

SWEEPS_APART = timedelta(hours=1)
"""So often at most a source is asked which of its posts still stand: a sweep takes what is due, and
what it cannot reach now it reaches no better a minute later."""


def ask_for_what_is_due(
    jobs: Jobs,
    sources: Iterable[SourceSettings],
    sweeper: Callable[[SourceSettings], Sweeper | None],
    now: datetime,
    *,
    touched: Collection[str] = (),
) -> list[Job]:
    """Ask for every crawl and sweep that is due; those asked for, waiting ones among them.

    A source that was never crawled is due at once; so is one in `touched`, of whose posts word has
    come that nobody has asked after.
    """
    asked = []
    for source in sources:
        if source.name in touched and not jobs.is_open(source.name, "hook"):
            asked.append(jobs.ask(source.name, "hook", by="webhook"))
        if source.schedule and _crawl_is_due(jobs, source, now):
            asked.append(jobs.ask(source.name, "fresh", by="schedule"))
        if source.schedule and _sweep_is_due(jobs, source, sweeper, now):
            asked.append(jobs.ask(source.name, "sweep", by="deadline"))
    return asked


def _crawl_is_due(jobs: Jobs, source: SourceSettings, now: datetime) -> bool:
    last = jobs.last_asked(source.name, "fresh")
    if last is None:
        return True
    at = next_time(source.schedule, last)
    return at is not None and at <= now


def _sweep_is_due(
    jobs: Jobs,
    source: SourceSettings,
    sweeper: Callable[[SourceSettings], Sweeper | None],
    now: datetime,
) -> bool:
    last = jobs.last_asked(source.name, "sweep")
    if last is not None and now - last < SWEEPS_APART:
        return False
    chosen = sweeper(source)
    return chosen is not None and chosen.is_due()
