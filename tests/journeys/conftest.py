"""The program as a person runs it: real commands, in processes of their own."""

import json
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from cli.demo_command import prepare
from crawler.archive import Archive
from crawler.store import Store
from samples.serve import Communities, PortTakenError
from samples.story import tell

ROOT = Path(__file__).parents[2]

KNOWN = ".pytest_cache/embeddings"


@dataclass(frozen=True)
class Askaround:
    """The program with a data folder."""

    data: Path

    def command(self, *words):
        return [sys.executable, "-m", "cli.main", *map(str, words), "--data", str(self.data)]

    def run(self, *words):
        return subprocess.run(  # noqa: S603  our own program
            self.command(*words), cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
        )

    def start(self, *words):
        return subprocess.Popen(  # noqa: S603  our own program
            self.command(*words),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def search(self, query):
        return json.loads(self.run("search", query, "--json").stdout)

    def posts(self, clock):
        """What is kept, by id, without when it was gathered."""
        store = Store(self.data / "archive.db")
        kept = {
            post.post_id: (post.title, post.text, post.signals, post.accepted, post.author)
            for thread in Archive(store, clock).threads()
            for post in thread
        }
        store.close()
        return kept


@pytest.fixture(scope="session")
def story():
    return tell()


@pytest.fixture(scope="session")
def first_port(story):
    """Of four ports in a row, so that the communities always come back at the same addresses."""
    for port in range(20_000, 30_000, 4):
        with suppress(PortTakenError), Communities(story, port):
            return port
    raise AssertionError("no four ports in a row are free")


@pytest.fixture
def communities(story, first_port):
    with Communities(story, first_port) as there:
        yield there


@pytest.fixture
def askaround(tmp_path, communities):
    """The program, set up for the communities, with nothing gathered yet and without a model."""
    prepare(tmp_path, communities.urls, port=8800)
    with (tmp_path / "askaround.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[model]\nname = "none"\n')
    return Askaround(tmp_path)


@pytest.fixture(scope="session")
def first_run(tmp_path_factory, story, first_port, pytestconfig):
    """What `askaround demo` leaves, and what it said of the crawl.

    What was embedded stays for the next run of the tests: the model would say the same again.
    """
    program = Askaround(tmp_path_factory.mktemp("shown"))
    embeddings, known = program.data / "embeddings", pytestconfig.rootpath / KNOWN
    if known.exists():
        shutil.copytree(known, embeddings)
    with Communities(story, first_port) as there:
        prepare(program.data, there.urls, port=8800)
        crawled = program.run("crawl")
    assert crawled.returncode == 0, crawled.stderr
    indexed = program.run("index")
    assert indexed.returncode == 0, indexed.stderr
    shutil.rmtree(known, ignore_errors=True)
    shutil.copytree(embeddings, known)
    return program, crawled.stderr


@pytest.fixture(scope="session")
def shown(first_run):
    """What `askaround demo` leaves; only to be read."""
    return first_run[0]


@pytest.fixture(scope="session")
def site(shown):
    """A client of the site that serves it."""
    with shown.start("serve", "--port", "0") as running:
        ready = running.stderr.readline()
        address = next(word for word in ready.split() if word.startswith("http://"))
        with httpx2.Client(base_url=address, timeout=20) as client:
            yield client
        running.kill()


@pytest.fixture(scope="session")
def ask(site):
    """Ask that site; what a program gets, from a list other than results where one is named."""
    return lambda question, what="search": site.get(
        f"/api/v1/{what}", params={"q": question}
    ).json()


@pytest.fixture
def copied(shown, tmp_path):
    """The same, to be changed."""
    return Askaround(shutil.copytree(shown.data, tmp_path / "copied"))
