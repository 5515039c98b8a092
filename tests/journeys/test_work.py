"""The program that keeps everything fresh by itself, and those who tell it to wait."""

import signal
import time

import pytest

from crawler.jobs import Jobs
from crawler.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("journeys")]

LONG_S = 60

NO_MODEL = '[model]\nname = "none"\n'


@pytest.fixture
def jobs(askaround, clock):
    store = Store(askaround.data / "archive.db")
    yield Jobs(store, clock)
    store.close()


def wait_until(true):
    deadline = time.monotonic() + LONG_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_it_gathers_and_indexes_what_is_due_and_says_by_whom_it_was_asked(askaround, clock, jobs):
    settings = askaround.data / "askaround.toml"
    first = settings.read_text("utf-8").split("[[source]]")[:2]
    settings.write_text(NO_MODEL + "[[source]]".join(first), "utf-8")
    assert askaround.run("work", "--once").returncode == 0
    done = jobs.latest()
    assert [(job.source, job.state, job.asked_by) for job in done] == [("qa", "done", "schedule")]
    assert sum(job.posts for job in done) == len(askaround.posts(clock))
    assert askaround.search("bridge offline new router")["results"]


def test_a_crawl_that_is_paused_rests_and_goes_on_when_it_is_resumed(askaround, shown, clock, jobs):
    settings = askaround.data / "askaround.toml"
    slow = settings.read_text("utf-8").replace("delay_s = 0.02", "delay_s = 0.1")
    settings.write_text(slow, "utf-8")
    forum = jobs.ask("forum", "fresh", by="us").job_id
    working = askaround.start("work", "--workers", "1")
    try:
        wait_until(lambda: jobs.get(forum).pages)
        jobs.pause(forum)
        wait_until(lambda: jobs.get(forum).state == "paused")
        assert jobs.get(forum).left
        jobs.resume(forum)
        wait_until(lambda: jobs.get(forum).state == "done")
        working.send_signal(signal.SIGTERM)
        _, said = working.communicate(timeout=LONG_S)
    finally:
        working.kill()
    assert working.returncode == 0
    assert "Traceback" not in said
    there = {post_id for post_id in shown.posts(clock) if post_id.startswith("forum:")}
    assert there <= askaround.posts(clock).keys()
