"""What the tests of the crawler share: a made-up platform, time that flies, and real sites."""

import asyncio
import json
import multiprocessing
import runpy
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from contract import Author, Post, Signals, SourceSettings, Tombstone
from crawler import schema
from crawler.fetch import Dropped, Fetch
from crawler.gather import Gathering, Reply
from crawler.payload import decode
from crawler.store import Store

HOME = "https://forum.example.com"


def post(number, thread=None, **parts):
    made = Post(
        post_id=f"forum:{number}",
        thread_id=f"forum:{thread or number}",
        parent_id=f"forum:{thread}" if thread else None,
        source="forum",
        platform="discourse",
        kind="answer" if thread else "question",
        url=f"{HOME}/t/{thread or number}/{number}",
        title="" if thread else f"Title {number}",
        text=f"Text {number}",
        author=Author(author_id="forum:mira", name="Mira"),
        position=number if thread else 0,
    )
    return replace(made, **parts)


@pytest.fixture
def make_post():
    """A post by its number: `make_post(7, text="other")`; replies by `thread=1`."""
    return post


class Board:
    """A platform with two kinds of page.

    A list tells when its topics changed, {"topics": {"7": "2026-05-01"}, "next": 2}; a topic holds
    the texts of its posts by id, {"7": "How?", "8": "So."}, and a number for a text is a score. A
    post without a text is none.
    """

    name = "forum"
    url = HOME
    whole = frozenset({"topic"})

    def __init__(self, key=None, *, start=("list/1",), optional=()):
        self._key = key
        self._start = start
        self._optional = optional

    def start(self, since):
        for where in self._start:
            yield self.wish(where)

    def wish(self, where, **parts):
        kind, optional = where.partition("/")[0], where in self._optional
        return Fetch(kind=kind, url=f"{HOME}/{where}", optional=optional, **parts)

    def read(self, page, since):
        if page.kind == "list":
            listed = decode(page, dict)
            for number, changed in listed["topics"].items():
                if datetime.fromisoformat(f"{changed}T00:00Z") >= since:
                    yield self.wish(f"topic/{number}", note={"changed": changed})
            if "next" in listed:
                yield self.wish(f"list/{listed['next']}")
            return
        texts = decode(page, dict[str, str | int | None])
        opening = next(iter(texts), None)
        for number, text in texts.items():
            thread = None if number == opening else opening
            about = page.note.get("changed", "")
            if text is None:
                yield Dropped("without words")
                continue
            said = {"signals": Signals(score=text)} if isinstance(text, int) else {"text": text}
            yield post(int(number), thread, container=about, **said)

    def verify(self, held):
        topics = {}
        for post in held:
            topics.setdefault(post.native_thread, []).append(post.post_id)
        for number, ids in topics.items():
            yield replace(self.wish(f"topic/{number}"), held=tuple(ids))

    def sign(self, wish):
        if self._key is None:
            return wish
        return replace(wish, url=f"{wish.url}?key={self._key}", headers={"Api-Key": self._key})


class Play:
    """Crawls of a board without a network: `pages` holds what it answers, by path.

    An answer is what a page holds, a status, a whole `Reply`, or the error that came instead.
    """

    def __init__(self, store, clock, **how):
        self.pages = {}
        self.asked = []
        self.settings = SourceSettings(name="forum", platform="discourse", url=HOME)
        self.source = Board(**how)
        self._store = store
        self._clock = clock

    def begin(self, **how):
        return Gathering(self.source, self.settings, self._store, self._clock, **how)

    def go(self, gathering, most=99):
        """Fetch until nothing waits, or so many pages; what was asked for, by path."""
        asked = []
        while len(asked) < most and (leased := gathering.lease()) is not None:
            self.asked.append(gathering.signed(leased))
            asked.append(leased.fetch.url.removeprefix(f"{HOME}/"))
            self._answer(gathering, leased, self.pages[asked[-1]])
        gathering.settle()
        return asked

    def crawl(self, **how):
        """A crawl from its beginning to its end."""
        gathering = self.begin(**how)
        self.go(gathering)
        gathering.end()
        return gathering

    def _answer(self, gathering, leased, answer):
        url = leased.fetch.url
        match answer:
            case Exception():
                gathering.failed(leased, answer)
            case Reply():
                gathering.arrived(leased, answer)
            case int():
                gathering.arrived(leased, Reply(status=answer, url=url, headers={}, body=b""))
            case _:
                gathering.arrived(leased, said(url, answer))


def said(url, content, status=200, **headers):
    """A reply; names of headers with "_" for "-"."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, url=url, headers=named, body=body)


@pytest.fixture
def reply():
    """A reply of the board: `reply("topic/7", {"7": "How?"}, etag='"a"')`."""
    return lambda where, content, status=200, **headers: said(
        f"{HOME}/{where}", content, status, **headers
    )


@pytest.fixture(scope="session")
def opened(tmp_path_factory):
    """A database that waits for no disk: of these tests, none pulls the plug."""
    store = Store(tmp_path_factory.mktemp("store") / "archive.db")
    event.listen(store._engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
    store.close()
    yield store
    store.close()


@pytest.fixture
def empty(opened):
    """Take everything out of the database."""

    def emptied():
        with opened.writing() as tx:
            for table in reversed(schema.metadata.sorted_tables):
                if table is not schema.about:
                    tx.execute(table.delete())
            sequence = schema.about.c.name == "sequence"
            tx.execute(schema.about.update().where(sequence).values(value=0))

    return emptied


@pytest.fixture
def store(opened, empty):
    """An empty database; it is the same one in all tests, which is much quicker."""
    yield opened
    empty()


@pytest.fixture
def play(store, clock):
    """A board of one list and two topics, for crawls without a network."""
    made = Play(store, clock)
    made.pages = {
        "list/1": {"topics": {"1": "2026-05-01", "5": "2026-05-03"}},
        "topic/1": {"1": "How?", "2": "So."},
        "topic/5": {"5": "Why?"},
    }
    return made


@pytest.fixture
def states(store):
    """How each post stands, by its number."""

    def told():
        query = sa.select(schema.posts.c.post_id, schema.posts.c.state)
        with store.reading() as tx:
            return {int(i.partition(":")[2]): state for i, state in tx.execute(query)}

    return told


@pytest.fixture
def bury(store, archive):
    """Bury a post by its number, as the place says."""

    def buried(number):
        stone = Tombstone(
            post_id=f"forum:{number}", state="deleted", reason="deleted by its author"
        )
        with store.writing() as tx:
            archive.bury(tx, [stone])

    return buried


@pytest.fixture
def board():
    """The made-up platform itself."""
    return Board


class QuickLoop(asyncio.SelectorEventLoop):
    """Where all is asleep, its clock jumps to the next who wakes: hours pass in no time."""

    def __init__(self):
        super().__init__()
        self._now = 1000.0

    def time(self):
        return self._now

    def _run_once(self):
        if not self._ready and self._scheduled:
            self._now = max(self._now, self._scheduled[0]._when)
        super()._run_once()


@pytest.fixture
def in_no_time():
    """Run a coroutine without waiting for its sleeps; what it returns."""

    def run(coroutine):
        with asyncio.Runner(loop_factory=QuickLoop) as runner:
            return runner.run(coroutine)

    return run


class Place(ThreadingHTTPServer):
    """A web site on this machine: `pages` holds what it answers, and `asked` what it was asked.

    An answer is a page of HTML, a status, (status, headers, body), or a function of the handler.
    """

    daemon_threads = True
    request_queue_size = 50

    def __init__(self, pages, host="127.0.0.1"):
        super().__init__((host, 0), Answering)
        self.pages = pages
        self.asked = []
        self.inside = self.most_inside = 0
        self.url = f"http://{host}:{self.server_port}"
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def handle_error(self, request, client_address):
        """Say nothing: a crawler that hangs up is what many of these tests are about."""

    def paths(self):
        return [path for path, _, _ in self.asked]

    def close(self):
        self.shutdown()
        self.server_close()


class Answering(BaseHTTPRequestHandler):
    def do_GET(self):
        place = self.server
        place.asked.append((self.path, dict(self.headers), time.monotonic()))
        place.inside += 1
        place.most_inside = max(place.inside, place.most_inside)
        try:
            answer = place.pages.get(self.path, 404)
            if callable(answer):
                answer = answer(self)
            if answer is not None:
                self.answer(answer)
        finally:
            place.inside -= 1

    def answer(self, answer):
        html = {"Content-Type": "text/html; charset=utf-8"}
        match answer:
            case int():
                status, headers, body = answer, {}, b""
            case str():
                status, headers, body = 200, html, answer.encode()
            case _:
                status, headers, body = answer
                headers = {**html, **headers}
        self.send_response(status)
        for name, value in {"Content-Length": len(body), **headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["crawler.crawl", "crawler.registry", "trafilatura", "pytest"])
"""Each starts with everything imported already: Scrapy and its like take seconds."""


class Crawls:
    """Crawls of sources on this machine, each in a process of its own, with one data folder."""

    def __init__(self, data):
        self.data = data

    def write(self, crawl, *sources):
        """The settings: lines for `[crawl]`, and for each source."""
        parts = [f"[crawl]\n{crawl}", *(f"[[source]]\n{source}" for source in sources)]
        parts.append('[site]\ncontact = "crawler@example.com"')
        (self.data / "askaround.toml").write_text("\n".join(parts), "utf-8")

    def start(self, *, full=False):
        """A crawl that has begun."""
        script = str(Path(__file__).with_name("crawl_once.py"))
        how = {"DATA": str(self.data), "FULL": full}
        running = PROCESSES.Process(target=runpy.run_path, args=(script, how), daemon=True)
        running.start()
        return running

    def run(self, **how):
        """A whole crawl: how each source ended, and what was logged."""
        return self.ended(self.start(**how))

    def ended(self, running):
        running.join(60)
        log = (self.data / "log.txt").read_text("utf-8")
        assert running.exitcode == 0, log
        return json.loads((self.data / "ended.json").read_text("utf-8")), log

    @contextmanager
    def archive(self):
        """What the crawls have left."""
        store = Store(self.data / "archive.db")
        yield store
        store.close()


@pytest.fixture(scope="module")
def place():
    """Open a web site: `place({"/": "<p>Hello"})`; all are closed after the last test."""
    with ExitStack() as opened:

        def made(pages, **how):
            there = Place(pages, **how)
            opened.callback(there.close)
            return there

        yield made


@pytest.fixture(scope="module")
def crawls(tmp_path_factory):
    """Crawls with a data folder of their own: `crawls()`."""
    return lambda: Crawls(tmp_path_factory.mktemp("crawls"))
