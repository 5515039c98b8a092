"""Crawls that were asked for: one at a time, stopped when wished, and never lost."""

from datetime import timedelta

import pytest

from contract.errors import JobError
from crawler.jobs import SILENCE, Jobs, Progress

FAR = Progress(pages=10, left=30, posts=25, failures=1)


@pytest.fixture
def jobs(store, clock):
    return Jobs(store, clock)


@pytest.fixture
def running(jobs):
    """A job that somebody works on."""
    jobs.ask("forum", "fresh", by="schedule")
    return jobs.take(["forum"])


def states(jobs):
    return {job.job_id: job.state for job in jobs.latest()}


def test_a_crawl_that_waits_already_is_not_asked_for_twice(jobs):
    first = jobs.ask("forum", "fresh", by="schedule")
    assert jobs.ask("forum", "fresh", by="admin") == first
    assert jobs.ask("forum", "full", by="admin") != first
    assert jobs.ask("forum", "page", url="https://forum.example/1", by="admin") != jobs.ask(
        "forum", "page", url="https://forum.example/2", by="admin"
    )
    assert len(jobs.latest()) == 4


def test_a_crawl_that_runs_already_can_be_asked_for_again(jobs, running):
    assert jobs.ask("forum", "fresh", by="admin").job_id != running.job_id


def test_of_a_source_one_job_runs_at_a_time(jobs, running):
    jobs.ask("forum", "full", by="admin")
    jobs.ask("help", "fresh", by="admin")
    assert jobs.take(["forum", "help"]).source == "help"
    assert jobs.take(["forum", "help"]) is None
    jobs.end(running.job_id, FAR, finished=True, reason=None)
    assert jobs.take(["forum", "help"]).scope == "full"


def test_sources_that_are_not_asked_after_are_left_alone(jobs):
    jobs.ask("forum", "fresh", by="schedule")
    assert jobs.take(["help"]) is None


@pytest.mark.parametrize(
    ("wish", "wanted", "became"),
    [("pause", "pausing", "paused"), ("cancel", "cancelling", "cancelled")],
)
def test_a_running_job_hears_with_its_next_report_that_it_should_stop(
    wish, wanted, became, jobs, running
):
    assert jobs.report(running.job_id, FAR) == "running"
    getattr(jobs, wish)(running.job_id)
    assert jobs.report(running.job_id, FAR) == wanted
    ended = jobs.end(running.job_id, FAR, finished=False, reason=None)
    assert ended.state == became
    assert (ended.pages, ended.left, ended.posts, ended.failures) == (10, 30, 25, 1)
    assert jobs.take(["forum"]) is None


def test_a_paused_job_goes_on_when_it_is_resumed(jobs, running):
    jobs.pause(running.job_id)
    jobs.end(running.job_id, FAR, finished=False, reason=None)
    jobs.resume(running.job_id)
    again = jobs.take(["forum"])
    assert (again.job_id, again.started_at) == (running.job_id, running.started_at)


def test_a_pause_can_be_taken_back_before_it_was_heard(jobs, running):
    jobs.pause(running.job_id)
    jobs.resume(running.job_id)
    assert jobs.report(running.job_id, FAR) == "running"


@pytest.mark.parametrize("before", [[], ["pause"]])
def test_what_has_not_begun_is_cancelled_at_once(before, jobs):
    asked = jobs.ask("forum", "fresh", by="admin")
    for wish in before:
        getattr(jobs, wish)(asked.job_id)
    cancelled = jobs.cancel(asked.job_id)
    assert cancelled.state == "cancelled"
    assert cancelled.ended_at is not None
    assert jobs.take(["forum"]) is None


def test_a_wish_said_twice_is_said_once(jobs, running):
    assert jobs.cancel(running.job_id) == jobs.cancel(running.job_id)
    with pytest.raises(JobError, match="job 1 of forum is cancelling"):
        jobs.pause(running.job_id)


@pytest.mark.parametrize("wish", ["pause", "resume", "cancel"])
@pytest.mark.parametrize("reason", [None, "its list of topics is refused"])
def test_a_job_that_has_ended_cannot_be_changed(wish, reason, jobs, running):
    ended = jobs.end(running.job_id, FAR, finished=True, reason=reason)
    assert ended.state == ("done" if reason is None else "failed")
    with pytest.raises(JobError, match=f"job 1 of forum is {ended.state}"):
        getattr(jobs, wish)(running.job_id)


@pytest.mark.parametrize("wish", ["get", "pause", "resume", "cancel"])
def test_a_job_that_does_not_exist_is_named(wish, jobs):
    with pytest.raises(JobError, match="there is no job 7"):
        getattr(jobs, wish)(7)


@pytest.mark.parametrize(
    ("wish", "became"), [(None, "waiting"), ("pause", "paused"), ("cancel", "cancelled")]
)
def test_a_job_whose_process_died_is_given_to_another_or_to_rest(
    wish, became, jobs, clock, running
):
    if wish:
        getattr(jobs, wish)(running.job_id)
    clock.at += SILENCE
    assert jobs.take(["forum"]) is None
    clock.at += timedelta(seconds=1)
    taken = jobs.take(["forum"])
    assert (taken is not None) == (became == "waiting")
    assert states(jobs)[running.job_id] == ("running" if taken else became)


def test_a_report_is_a_sign_of_life(jobs, clock, running):
    clock.at += SILENCE
    jobs.report(running.job_id, FAR)
    clock.at += SILENCE
    assert jobs.take(["forum"]) is None


def test_the_time_that_is_left_follows_from_the_speed_so_far(jobs, clock, running):
    assert running.remaining_s() is None
    clock.at += timedelta(seconds=20)
    jobs.report(running.job_id, FAR)
    assert jobs.get(running.job_id).remaining_s() == 60
    jobs.report(running.job_id, Progress(pages=0, left=3, posts=0, failures=0))
    assert jobs.get(running.job_id).remaining_s() is None


def test_a_stopped_process_that_nobody_stopped_leaves_its_job_waiting(jobs, running):
    assert jobs.end(running.job_id, FAR, finished=False, reason=None).state == "waiting"
    assert jobs.take(["forum"]).job_id == running.job_id


def test_the_newest_jobs_come_first(jobs, clock):
    assert jobs.last_asked("forum", "fresh") is None
    for source in ("forum", "help", "qa"):
        jobs.ask(source, "fresh", by="schedule")
        clock.at += timedelta(hours=1)
    assert [job.source for job in jobs.latest(limit=2)] == ["qa", "help"]
    assert [job.source for job in jobs.latest("forum")] == ["forum"]
    assert jobs.last_asked("forum", "fresh") == clock.now() - timedelta(hours=3)
    assert jobs.last_asked("forum", "full") is None
