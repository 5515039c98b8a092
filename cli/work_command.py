"""Keep everything fresh: crawl what is due, look again at what was not seen for long, and index.

Runs until it is stopped. Crawls come by the schedule of each source, by its deadline, and when
somebody asks. Each crawl and each indexing is a process of its own, so that none can take the
others down; a stopped one goes on where it was.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from cli.pace import Pace
from cli.workplace import Workplace, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from crawler.jobs import Job

TURN_S = 1.0
"""Between two looks at what is due and what has ended."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--workers", type=int, default=2, metavar="N", help="crawls side by side (default: 2)"
    )
    parser.add_argument("--once", action="store_true", help="do what is due now, and end")


def run(args: argparse.Namespace) -> int:
    """Work until told to stop; 0 then."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    worker = Worker(Workplace.of(args), _common(args), args.workers)
    try:
        while worker.turn() or not args.once:
            time.sleep(TURN_S)
    except KeyboardInterrupt:
        say("stopping: what is under way goes on the next time")
    finally:
        worker.stop()
    return 0


def _common(args: argparse.Namespace) -> list[str]:
    """The arguments that every command of this installation is given."""
    config = [] if args.config is None else ["--config", str(args.config)]
    return [*config, "--data", str(args.data)]


class Worker:
    """Starts processes for what is due and sees what becomes of them."""

    def __init__(self, place: Workplace, common: Sequence[str], crawls: int) -> None:
        from crawler.jobs import Jobs

        self._place = place
        self._common = common
        self._most = crawls
        self._jobs = Jobs(place.store, place.clock)
        self._crawls: dict[str, subprocess.Popen[bytes]] = {}
        self._indexing: subprocess.Popen[bytes] | None = None
        self._indexed = 0
        self._pace = Pace(time.monotonic())

    def turn(self) -> bool:
        """Ask for what is due and begin what can begin; whether anything is under way."""
        from crawler.agenda import ask_for_what_is_due

        sources, now = self._place.settings.source, self._place.clock.now()
        touched = self._place.touched.due()
        ask_for_what_is_due(self._jobs, sources, self._place.sweeper, now, touched=touched)
        going_on = {name: one for name, one in self._crawls.items() if one.poll() is None}
        if len(going_on) < len(self._crawls):
            self._pace.crawl_ended()
        self._crawls = going_on
        while len(self._crawls) < self._most and (job := self._next()) is not None:
            say(f"{job.source}: {job.scope} crawl asked for by {job.asked_by} (job {job.job_id})")
            self._crawls[job.source] = self._start("crawl", "--job", str(job.job_id))
        self._index()
        return bool(self._crawls) or self._indexing is not None

    def stop(self) -> None:
        """Let every process end the page or the batch it has in hand."""
        under_way = [*self._crawls.values(), *filter(None, [self._indexing])]
        for one in under_way:
            one.send_signal(signal.SIGINT)
        for one in under_way:
            one.wait()

    def _next(self) -> Job | None:
        names = {source.name for source in self._place.settings.source}
        return self._jobs.take(names - self._crawls.keys())

    def _index(self) -> None:
        """Index where the archive has changed since, and no indexing is under way."""
        now = time.monotonic()
        if self._indexing is not None:
            status = self._indexing.poll()
            if status is None:
                return
            self._indexing = None
            failed = status not in (0, 1)  # such as while somebody indexes by hand
            self._indexed = 0 if failed else self._indexed
            self._pace.end(now, failed=failed)
        sequence = self._place.archive.sequence()
        if sequence > self._indexed and self._pace.is_due(now, crawling=bool(self._crawls)):
            self._indexed = sequence
            self._pace.begin(now)
            self._indexing = self._start("index")

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "cli.main", *words, *self._common]
        return subprocess.Popen(command)  # noqa: S603  our own program
