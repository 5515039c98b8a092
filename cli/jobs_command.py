"""List the crawls that were asked for, and pause, resume or cancel them.

`askaround work` does them. Without an action the newest are listed.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from cli.workplace import Workplace, say

if TYPE_CHECKING:
    import argparse

    from crawler.jobs import Job

ACTIONS = ("pause", "resume", "cancel")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("action", nargs="?", choices=ACTIONS, help="what to do with a job")
    parser.add_argument("job", nargs="?", type=int, help="number of the job")
    parser.add_argument("--source", help="list only the jobs of this source")
    parser.add_argument("--json", action="store_true", help="for programs")


def run(args: argparse.Namespace) -> int:
    """List jobs, or change one; 1 where there are none."""
    from contract.errors import JobError
    from crawler.jobs import Jobs

    place = Workplace.of(args)
    jobs = Jobs(place.store, place.clock)
    if args.action is None:
        found = jobs.latest(args.source)
    elif args.job is None:
        raise JobError(
            "no job is named", hint=f"Give its number: `askaround jobs {args.action} 7`."
        )
    else:
        found = [getattr(jobs, args.action)(args.job)]
    if args.json:
        print(json.dumps([asdict(job) for job in found], default=str, indent=2))
    else:
        for job in found:
            print(told(job))
    if not found:
        say("nothing was asked for yet: `askaround work` asks by schedule")
    return 0 if found else 1


def told(job: Job) -> str:
    """How a job stands, in one line."""
    what = f"{job.scope} crawl" if job.url is None else job.url
    parts = [f"{job.job_id}", job.source, what, job.state, f"{job.pages} pages"]
    if job.left:
        parts.append(f"{job.left} left")
    if (seconds := job.remaining_s()) is not None and job.ended_at is None:
        parts.append(f"about {seconds:.0f} s to go")
    if job.failures:
        parts.append(f"{job.failures} failed")
    if job.reason:
        parts.append(job.reason)
    return "  ".join(parts)
