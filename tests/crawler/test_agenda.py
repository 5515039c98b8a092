"""What is due: never crawled, past its schedule, or not seen for too long."""

from datetime import timedelta

import pytest

from contract import SourceSettings
from crawler.agenda import SWEEPS_APART, ask_for_what_is_due
from crawler.jobs import Jobs, Progress

MINUTE = timedelta(minutes=1)
NOTHING = Progress(pages=0, left=0, posts=0, failures=0)


class Sweeper:
    """Stands for one that has or has not chosen posts."""

    def __init__(self, due):
        self._due = due

    def is_due(self):
        return self._due


@pytest.fixture
def asked(store, clock):
    """Ask for what is due of the forum, and do it at once; the scopes that were asked for."""
    jobs = Jobs(store, clock)

    def ask(schedule="*/30 * * * *", sweeper=None):
        forum = SourceSettings(
            name="forum", platform="discourse", url="https://f.example", schedule=schedule
        )
        due = ask_for_what_is_due(jobs, [forum], lambda _: sweeper, clock.now())
        while (job := jobs.take(["forum"])) is not None:
            jobs.end(job.job_id, NOTHING, finished=True, reason=None)
        return [job.scope for job in due]

    return ask


def test_a_source_that_was_never_crawled_is_due_at_once(asked):
    assert asked() == ["fresh"]


def test_the_next_crawl_waits_for_the_time_its_schedule_names(asked, clock):
    clock.at += 5 * MINUTE
    asked()
    clock.at += 24 * MINUTE
    assert asked() == []
    clock.at += MINUTE
    assert asked() == ["fresh"]
    assert asked() == []


def test_times_that_passed_while_nobody_worked_are_made_up_for_once(asked, clock):
    asked()
    clock.at += timedelta(days=3)
    assert asked() == ["fresh"]
    assert asked() == []


def test_a_source_without_a_schedule_is_left_to_those_who_ask_by_hand(asked):
    assert asked(schedule="", sweeper=Sweeper(due=True)) == []


def test_posts_that_were_not_seen_for_long_are_swept_once_an_hour_at_most(asked, clock):
    assert asked(sweeper=Sweeper(due=True)) == ["fresh", "sweep"]
    assert asked(sweeper=Sweeper(due=True)) == []
    clock.at += SWEEPS_APART
    assert asked(sweeper=Sweeper(due=True)) == ["fresh", "sweep"]


@pytest.mark.parametrize("sweeper", [None, Sweeper(due=False)])
def test_where_there_is_nothing_to_look_at_again_no_sweep_is_asked_for(sweeper, asked):
    assert asked(sweeper=sweeper) == ["fresh"]
