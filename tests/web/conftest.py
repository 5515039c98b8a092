"""A small site over posts made by hand, without a model: words are enough to see the pages."""

from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from contract import Author, FixedClock, Post, Settings, Signals, SourceSettings
from contract.settings import RankSettings
from crawler.archive import Archive
from crawler.store import Store
from indexer.build import Workshop, build
from indexer.generation import Generations
from indexer.library import Library
from ranker.search import Ranker
from web.app import app
from web.site import Site

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

SOURCES = (
    SourceSettings(name="qa", label="Q&A", platform="import", url="https://qa.example"),
    SourceSettings(name="forum", label="Forum", platform="import", url="https://forum.example"),
)


def write(native, text, *, source="qa", parent=None, by="Mira Oduya", days_ago=10, **more):
    """A post; an opening one unless `parent` says what it replies to."""
    post_id, native_author = f"{source}:{native}", by.lower().replace(" ", "-")
    opening = post_id if parent is None else f"{source}:{parent}"
    said = {
        "post_id": post_id,
        "thread_id": opening,
        "source": source,
        "platform": "import",
        "kind": "question" if parent is None else "answer",
        "url": f"https://{source}.example/{native}",
        "text": text,
        "author": Author(
            author_id=f"{source}:{native_author}",
            name=by,
            url=f"https://{source}.example/u/{native_author}",
            roles=more.pop("roles", ()),
        ),
        "created_at": NOON - timedelta(days=days_ago),
        "parent_id": None if parent is None else f"{source}:{more.pop('below', parent)}",
        "position": 0 if parent is None else 1,
        "signals": Signals(score=more.pop("votes", 0)),
        "licence": "CC BY-SA 4.0",
    }
    return Post(**{**said, **more})


def garden():
    """Threads about a mower: solved, open, twice the same, and one for members alone."""
    yield write(1, "It stops with error E17 on the lawn.", title="Mower stops with E17", votes=9)
    yield write(
        2,
        "Update the antenna:\n\n1. Dock the mower.\n2. Tap Update antenna.\n\n```\nfix=RTK\n```",
        parent=1,
        votes=31,
        accepted=True,
        by="Greta Sundmark",
    )
    yield write(3, "Kick it, that helps with E17.", parent=1, votes=-4, by="Rex Bannerfield")
    yield write(4, "That broke mine.", parent=1, below=3, kind="comment", by="Piotr Wronkowy")
    yield write(5, "Mower charging contacts are dirty.", title="Contacts", source="forum")
    yield write(
        6, "Wipe them with alcohol.", parent=5, source="forum", roles=("staff",), by="Nadia"
    )
    yield write(7, "Can the mower swim?", title="Mower in a pond", source="forum", days_ago=500)
    yield write(
        8,
        "The swallowtail build of the mower firmware is here.",
        title="Mower beta",
        source="forum",
        visibility="members",
        groups=("forum:beta",),
    )
    for number in range(20, 45):
        yield write(number, f"Mower blade number {number} is blunt.", title=f"Blade {number}")


@pytest.fixture(scope="session")
def make_site(tmp_path_factory):
    """Make a site over some posts."""

    def made(posts, **ranking):
        folder, clock = tmp_path_factory.mktemp("site"), FixedClock(NOON)
        archive = Archive(Store(folder / "archive.db"), clock)
        with archive.store.writing() as tx:
            archive.keep(tx, posts)
        settings = Settings(source=SOURCES, ranking=RankSettings(**ranking))
        generations = Generations(folder / "index")
        build(
            Workshop(
                archive=archive,
                generations=generations,
                settings=settings.index,
                encoder=None,
                embeddings=folder / "embeddings",
                clock=clock,
            )
        )
        library = Library(generations, archive, None)
        return Site(
            ranker=Ranker(library, archive, settings, clock), settings=settings, clock=clock
        )

    return made


@pytest.fixture(scope="session")
def write_garden():
    """The posts of the garden: `write_garden()`."""
    return garden


@pytest.fixture(scope="session")
def site(make_site):
    return make_site(list(garden()))


@pytest.fixture
def client(site):
    with TestClient(app(site), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def empty_client(tmp_path):
    """A site over which nothing was indexed yet."""
    clock = FixedClock(NOON)
    archive = Archive(Store(tmp_path / "archive.db"), clock)
    ranker = Ranker(
        Library(Generations(tmp_path / "index"), archive, None), archive, Settings(), clock
    )
    site = Site(ranker=ranker, settings=Settings(), clock=clock)
    with TestClient(app(site), raise_server_exceptions=False) as opened:
        yield opened
