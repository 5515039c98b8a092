"""One job, done in this process: it reports how it gets on and hears when it should stop."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

from cli.crawl_command import gathered
from contract.errors import AskaroundError
from crawler.jobs import Jobs, Progress

if TYPE_CHECKING:
    from cli.workplace import Workplace
    from crawler.crawl import Outcome
    from crawler.gather import Gathering
    from crawler.jobs import Job

REPORT_S = 1.0
"""Between two reports: how long a pause or a cancel may go unheard."""


def do(place: Workplace, job_id: int) -> Outcome:
    """Do a job to its end, or until it should stop.

    Whatever breaks it off is written down with it, and raised.
    """
    jobs = Jobs(place.store, place.clock)
    job = jobs.get(job_id)
    reporter = Reporter(jobs, job_id)
    try:
        source = place.settings.named(job.source)
        touched = place.touched.take(source.name, job_id) if job.scope == "hook" else None
        if touched == []:  # an earlier crawl has asked after them
            return _nothing_to_do(jobs, job)
        crawling = gathered(place, [source], job.scope, job.url, reporter, touched=touched)
        with crawling as (outcomes, gatherings):
            (outcome,), (gathering,) = outcomes, gatherings
            reporter.told(gathering)
            ended = jobs.end(job_id, reporter.progress, finished=outcome.finished, reason=None)
            if ended.state == "cancelled":
                gathering.give_up()
    except AskaroundError as error:
        jobs.end(job_id, reporter.progress, finished=True, reason=str(error))
        raise
    return outcome


def _nothing_to_do(jobs: Jobs, job: Job) -> Outcome:
    from crawler.crawl import Outcome
    from crawler.gather import Counts

    nothing = Progress(pages=0, left=0, posts=0, failures=0)
    jobs.end(job.job_id, nothing, finished=True, reason=None)
    return Outcome(source=job.source, counts=Counts(), finished=True, failures=0)


class Reporter:
    """Tells the job's row how a crawl gets on, and stops the crawl where that is wanted."""

    def __init__(self, jobs: Jobs, job_id: int) -> None:
        self.progress = Progress(pages=0, left=0, posts=0, failures=0)
        self._jobs = jobs
        self._job_id = job_id
        self._next_at = 0.0

    def __call__(self, gathering: Gathering) -> None:
        """A reply has come in."""
        if time.monotonic() < self._next_at:
            return
        self._next_at = time.monotonic() + REPORT_S
        self.told(gathering)
        if self._jobs.report(self._job_id, self.progress) != "running":
            signal.raise_signal(signal.SIGINT)  # as Ctrl-C does: the page in hand is still kept

    def told(self, gathering: Gathering) -> None:
        """Take down how far the crawl has got."""
        counts = gathering.counts
        self.progress = Progress(
            pages=counts.pages,
            left=gathering.left(),
            posts=counts.posts,
            failures=counts.failures,
        )
