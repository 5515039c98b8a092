"""A crawl of two thousand pages whose process is killed fifty times, at any moment."""

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa

from crawler import schema
from crawler.spider import SOON_S
from crawler.store import Store

pytestmark = [pytest.mark.nightly, pytest.mark.slow]

ROOT = Path(__file__).parents[2]

TOPICS, PAGES = 2000, 2067
"""The second with the rooms and the lists, and without the topic that robots.txt closes."""

KILLS = 50
DELAY_S = 0.02
"""The Crawl-delay that the forum asks for; the settings would allow any haste."""

WINDOW = 25
"""Requests over which the rate is measured: one alone may be held up on its way."""

CLOSED = "/t/13.json"

TIMES = {"first_seen_at", "seen_at", "fetched_at", "sequence", "page_id", "run_id"}
"""What tells when something came, and in which order: that is another story each time."""


@pytest.fixture
def forum(tmp_path):
    """A forum of its own process that writes down what it is asked: its address and its log."""
    log = tmp_path / "asked.log"
    words = ["--topics", str(TOPICS), "--crawl-delay", str(DELAY_S), "--log", str(log)]
    command = [sys.executable, "-m", "bench.made_forum", *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
        yield server.stdout.readline().strip(), log
        server.kill()


@pytest.fixture
def crawl(forum, tmp_path):
    """Begin a crawl into a folder of that name."""
    address, _ = forum

    def begin(name):
        data = tmp_path / name
        data.mkdir(exist_ok=True)
        lines = ("[[source]]", 'name = "forum"', 'platform = "discourse"', f'url = "{address}"')
        more = ("delay_s = 0.0", "private_network = true")
        (data / "askaround.toml").write_text("\n".join((*lines, *more)), "utf-8")
        command = [sys.executable, "-m", "cli.main", "crawl", "--data", str(data)]
        return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)  # noqa: S603

    return begin


def asked(log):
    """When the forum was asked for what, in seconds, without its robots.txt."""
    lines = (line.split() for line in log.read_text("ascii").splitlines())
    return [(float(at), path) for at, path in lines if path != "/robots.txt"]


def archive(folder):
    """All that is kept, apart from times."""
    store = Store(folder / "archive.db")
    with store.reading() as tx:
        kept = {
            table.name: sorted(
                (
                    tuple(row)
                    for row in tx.execute(sa.select(*(c for c in table.c if c.name not in TIMES)))
                ),
                key=repr,
            )
            for table in (schema.posts, schema.pages)
        }
    store.close()
    return kept


def kill_at_any_moment(running, log, chance):
    """Kill it while it works, some requests from now; whether it was still at work."""
    so_far, more = len(asked(log)), chance.randrange(1, 60)
    while len(asked(log)) < so_far + more and running.poll() is None:
        time.sleep(0.005)
    time.sleep(chance.uniform(0, SOON_S))
    at_work = running.poll() is None
    running.kill()
    running.wait()
    return at_work


def test_fifty_kills_change_nothing_in_the_end_and_no_manners_on_the_way(crawl, forum, tmp_path):
    _, log = forum
    assert crawl("undisturbed").wait() == 0
    assert len(asked(log)) == PAGES
    log.write_text("", "ascii")
    chance = random.Random(50)  # noqa: S311  moments, not secrets
    killed = sum(kill_at_any_moment(crawl("killed"), log, chance) for _ in range(KILLS))
    assert killed == KILLS
    assert crawl("killed").wait() == 0

    assert archive(tmp_path / "killed") == archive(tmp_path / "undisturbed")
    at, paths = zip(*asked(log), strict=True)
    assert CLOSED not in paths
    assert len(set(paths)) == PAGES
    spans = [later - earlier for earlier, later in zip(at, at[WINDOW:], strict=False)]
    assert min(spans) >= WINDOW * DELAY_S * 0.95
    twice = Counter(paths).total() - PAGES
    assert twice <= KILLS * (SOON_S / DELAY_S + 2)
