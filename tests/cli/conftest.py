"""The command line as `main` runs it: in this process, in a folder of its own, without a model."""

import contextlib
import io
import json
import logging
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from cli.main import main
from contract import FixedClock
from crawler.archive import Archive
from crawler.crawl import Outcome
from crawler.gather import Reply
from crawler.store import Store

ROOT = Path(__file__).parents[2]

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

SETTINGS = """
[site]
contact = "gardener@example.com"

[model]
name = "none"

[[source]]
name = "qa"
label = "Garden Q&A"
platform = "stackexchange"
url = "https://qa.example"
site = "garden"
staff = ["u9"]

[[source]]
name = "help"
label = "Help centre"
platform = "site"
url = "https://help.example/"
"""


def line(number, text, **more):
    """A post as a line of the interchange form; a question unless `parent` says otherwise."""
    kind = "answer" if "parent" in more else "question"
    said = {"id": f"x:{number}", "type": kind, "url": f"https://qa.example/{number}"}
    return {**said, "body_text": text, "created": "2026-03-01T09:00:00Z", **more}


def person(number, name):
    return {"id": f"x:u{number}", "name": name}


GARDEN = [
    line(1, "It stops on the lawn with error E17.", title="Mower stops with E17", score=9),
    line(
        2,
        "Update the antenna firmware, then dock the mower, and E17 is gone.",
        parent="x:1",
        is_accepted=True,
        score=31,
        author=person(1, "Greta Sundmark"),
    ),
    line(3, "Kick it.", parent="x:1", score=-4, author=person(2, "Rex Bannerfield")),
    line(4, "The mower does not charge.", title="Charging contacts", tags=["dock"]),
    line(5, "Wipe the contacts of the mower.", parent="x:4", author=person(9, "Nadia"), score=3),
    line(6, "Der Mäher steht im Regen.", title="Mäher im Regen", language="de"),
]


class Ran(NamedTuple):
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


def call(*words):
    """Run a command; its exit status, also where the arguments were refused."""
    try:
        return main([str(word) for word in words])
    except SystemExit as ended:
        return ended.code


class Desk:
    """Somebody at work in a folder with settings and data."""

    def __init__(self, folder, call_):
        self.folder = folder
        self.data = folder / "data"
        self.config = folder / "askaround.toml"
        self._call = call_

    def run(self, *words):
        """Run a command here, with these settings and this data."""
        return self._call(*words, "--config", self.config, "--data", self.data)

    def command(self, *words, stdout=subprocess.PIPE):
        """Run it as a person does, in a process of its own that keeps its output back."""
        place = ["--config", self.config, "--data", self.data]
        ran = subprocess.run(  # noqa: S603  our own program
            [sys.executable, "-m", "cli.main", *map(str, (*words, *place))],
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    def settle(self, text):
        """Write other settings."""
        self.config.write_text(text, "utf-8")

    def file(self, lines, name="posts.jsonl"):
        """Write lines of JSON, or of whatever else is given as text."""
        path = self.folder / name
        written = (one if isinstance(one, str) else json.dumps(one) for one in lines)
        path.write_text("".join(f"{one}\n" for one in written), "utf-8")
        return path

    def posts(self):
        """What the archive holds, by id."""
        store = Store(self.data / "archive.db")
        kept = {p.post_id: p for thread in Archive(store, None).threads() for p in thread}
        store.close()
        return kept

    def generation(self, number=1):
        """Folder of a generation of the index."""
        return self.data / "index" / f"gen-{number:06d}"


@pytest.fixture
def ask(capsys, monkeypatch):
    """Run a command in this process, with logging as in a new one: `ask("search", "E17")`."""

    def asked(*words):
        capsys.readouterr()
        level = logging.root.level
        with monkeypatch.context() as patch:
            patch.setattr(logging.root, "handlers", [])
            status = call(*words)
        logging.root.setLevel(level)
        return Ran(status, *capsys.readouterr())

    return asked


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    """The clock of every command; set `at_noon.at` to move it."""
    clock = FixedClock(NOON)
    monkeypatch.setattr("cli.workplace.SystemClock", lambda: clock)
    return clock


@pytest.fixture(autouse=True)
def _serves_nothing(monkeypatch):
    """A server that starts by mistake must not hang the tests."""
    monkeypatch.setattr("uvicorn.Server.run", lambda *_, **__: pytest.fail("it began to serve"))


@pytest.fixture
def desk(tmp_path, ask):
    """A place with settings, and nothing gathered."""
    made = Desk(tmp_path, ask)
    made.settle(SETTINGS)
    return made


@pytest.fixture(scope="session")
def garden(tmp_path_factory):
    """A folder with the garden imported and indexed, for tests that only read."""
    made = Desk(tmp_path_factory.mktemp("garden"), call)
    made.settle(SETTINGS)
    with contextlib.redirect_stderr(io.StringIO()), pytest.MonkeyPatch.context() as patch:
        patch.setattr("cli.workplace.SystemClock", lambda: FixedClock(NOON))
        assert made.run("import", "qa", made.file(GARDEN)) == 0
        assert made.run("index") == 0
    return made


@pytest.fixture
def reader(garden, ask):
    """Somebody who only reads the garden."""
    return Desk(garden.folder, ask)


@pytest.fixture
def owner(garden, desk):
    """Somebody with a garden of their own, to change and to break."""
    shutil.copytree(garden.data, desk.data)
    return desk


class Pages(dict):
    """Pages by address without its query, and the addresses that were asked for."""

    def __init__(self):
        super().__init__()
        self.asked = []


@pytest.fixture
def web(monkeypatch):
    """Pages that are brought by hand where Scrapy would fetch them: its reactor runs only once.

    The journeys prove that Scrapy brings the same.
    """
    pages = Pages()

    def bring(url):
        pages.asked.append(url)
        sent = pages.get(url.partition("?")[0])
        kind = {"content-type": "text/html" if str(sent).startswith("<") else "text/plain"}
        return Reply(
            status=404 if sent is None else 200, url=url, headers=kind, body=(sent or "").encode()
        )

    def crawl(gatherings, settings, clock, progress=lambda _: None, closings=None):
        outcomes = []
        for gathering in gatherings:
            while (leased := gathering.lease()) is not None:
                gathering.arrived(leased, bring(gathering.signed(leased).url))
                progress(gathering)
            outcomes.append(
                Outcome(
                    source=gathering.source.name,
                    counts=gathering.counts,
                    finished=True,
                    failures=gathering.end(),
                )
            )
        return outcomes

    monkeypatch.setattr("crawler.crawl.crawl", crawl)
    return pages
