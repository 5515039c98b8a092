"""The process is killed in the middle of its work, and nothing is lost and nothing doubled.

The same is asked of the parts, in less time, in tests/crawler/test_crawl_again.py and
tests/indexer/test_build.py.
"""

import subprocess
import time

import pytest

pytestmark = [pytest.mark.nightly, pytest.mark.slow, pytest.mark.xdist_group("journeys")]

CRAWLS_S = (1.5, 2.1)
"""How long the killed crawls have had, at moments that fall into different parts of the work."""

LONG_S = 60


def killed_within(program, words, seconds):
    """Whether a command was still at work after `seconds`, and was killed."""
    with program.start(*words) as running:
        try:
            running.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            running.kill()
            return True
        return False


def test_a_crawl_that_is_killed_again_and_again_gathers_what_an_undisturbed_one_does(
    askaround, shown, clock
):
    killed = [killed_within(askaround, ["crawl"], seconds) for seconds in CRAWLS_S]
    assert any(killed)
    last = askaround.run("crawl")
    assert last.returncode == 0, last.stderr
    assert askaround.posts(clock).keys() == shown.posts(clock).keys()


def test_an_index_that_is_killed_while_it_is_built_leaves_the_one_before_in_use(copied):
    with copied.start("index") as building:
        deadline = time.monotonic() + LONG_S
        while not list(copied.data.glob("index/gen-*.tmp/vectors")):
            assert building.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        building.kill()
    assert copied.search("bridge offline new router")["answer"] is not None
    built = copied.run("index")
    assert built.returncode == 0, built.stderr
    left = [path.name for path in (copied.data / "index").iterdir() if path.is_dir()]
    assert len(left) <= 2
