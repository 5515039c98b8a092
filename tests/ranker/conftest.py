"""A small archive with its index, a model made by hand, and columns without either."""

import dataclasses
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from contract import Author, FixedClock, Post, Settings, Signals, SourceSettings, Tombstone
from contract.settings import RankSettings
from crawler.archive import Archive
from crawler.store import Store
from indexer.analysis import terms
from indexer.build import Workshop, build
from indexer.columns import KINDS, UNKNOWN, Columns
from indexer.embed import Model
from indexer.generation import Generations
from indexer.library import Library
from indexer.search import Candidates
from ranker.search import Ranker

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

SOURCES = (
    SourceSettings(name="qa", label="Q&A", platform="import", url="https://qa.example"),
    SourceSettings(name="forum", label="Forum", platform="import", url="https://forum.example"),
    SourceSettings(name="kb", label="Handbook", platform="import", url="https://kb.example"),
)


def _write(native, text, *, source="qa", parent=None, by="Mira", days_ago=10, **more):
    """A post; an opening one unless `parent` says whose thread it stands in."""
    post_id, handle = f"{source}:{native}", (by or "nobody").lower()
    author = Author(
        author_id=f"{source}:{handle}",
        name=by or "",
        url=f"https://{source}.example/u/{handle}",
        roles=more.pop("roles", ()),
        profiles=more.pop("profiles", ()),
    )
    said = {
        "post_id": post_id,
        "thread_id": post_id if parent is None else f"{source}:{parent}",
        "source": source,
        "platform": "import",
        "kind": "question" if parent is None else "answer",
        "url": f"https://{source}.example/{native}",
        "text": text,
        "author": author if by else None,
        "created_at": None if days_ago is None else NOON - timedelta(days=days_ago),
        "parent_id": None if parent is None else f"{source}:{more.pop('below', parent)}",
        "position": 0 if parent is None else 1,
        "signals": Signals(score=more.pop("votes", None)),
    }
    return Post(**{**said, **more})


class WordsEncoder:
    """Stands in for the model: shared words are likeness, and so are words said to be alike.

    Each word has a direction of its own, so that texts without one in common have cosine 0.
    """

    def __init__(self, alike=None):
        self.model = Model(
            name="words",
            revision="by-hand",
            dimension=512,
            max_tokens=256,
            pooling="mean",
            precision="int8",
        )
        self._alike = alike or {}

    def query(self, text):
        return self._embed(text)

    def passages(self, texts, progress=lambda _: None):
        if texts:
            yield np.arange(len(texts)), np.array([self._embed(text) for text in texts])
            progress(len(texts))

    def _embed(self, text):
        vector = np.full(self.model.dimension, 1e-4, dtype=np.float32)
        for term in terms(text, "en"):
            meant = self._alike.get(term, term)
            digest = hashlib.blake2b(meant.encode(), digest_size=2).digest()
            vector[int.from_bytes(digest, "big") % self.model.dimension] += 1.0
        return vector / np.linalg.norm(vector)


@dataclass
class World:
    """Everything from the archive to the ranker, for tests that change what is in it."""

    archive: Archive
    workshop: Workshop
    library: Library
    clock: FixedClock
    settings: Settings

    def __post_init__(self):
        self.ranker = Ranker(self.library, self.archive, self.settings, self.clock)

    def reopened(self):
        """The same with a ranker that remembers nothing."""
        return dataclasses.replace(self)

    def without_model(self):
        """The same on a machine that has no model: words are all there is."""
        library = Library(self.workshop.generations, self.archive, None)
        return dataclasses.replace(self, library=library)

    @property
    def snapshot(self):
        return self.library.read().finder.snapshot

    @property
    def finder(self):
        return self.library.read().finder

    def keep(self, *posts):
        with self.archive.store.writing() as tx:
            self.archive.keep(tx, posts)

    def bury(self, *post_ids, state="deleted"):
        stones = [Tombstone(post_id=i, state=state, reason="by its author") for i in post_ids]
        with self.archive.store.writing() as tx:
            self.archive.bury(tx, stones)

    def index(self):
        build(self.workshop)

    def search(self, text, **asked):
        return self.ranker.search(text, **asked)

    def named(self, text, **asked):
        """Ids of the results, in their order."""
        return [one.post.post_id for one in self.search(text, **asked).results]

    def ordinals(self, *post_ids):
        return np.array([self.snapshot.ordinals[i] for i in post_ids], dtype=np.int32)


@pytest.fixture(scope="session")
def write():
    """Write a post: `write(1, "It stops.", title="E17")`, `write(2, "Dock it.", parent=1)`."""
    return _write


@pytest.fixture(scope="session")
def words_encoder():
    """A model that needs no weights: `words_encoder()`, `words_encoder({"halt": "stop"})`."""
    return WordsEncoder


@pytest.fixture(scope="session")
def make_world(tmp_path_factory):
    """Index posts: `make_world(*posts, encoder=None, sources=SOURCES, per_page=10)`.

    Nothing waits for the disk: no test pulls the plug, and it is a third of the time.
    """
    opened, patch = [], pytest.MonkeyPatch()
    patch.setattr("indexer.generation._flush", lambda path: None)

    def made(*posts, encoder=None, sources=SOURCES, **ranking):
        folder, clock = tmp_path_factory.mktemp("world"), FixedClock(NOON)
        archive = Archive(Store(folder / "archive.db"), clock)
        settings = Settings(source=sources, ranking=RankSettings(**ranking))
        generations = Generations(folder / "index")
        workshop = Workshop(
            archive=archive,
            generations=generations,
            settings=settings.index,
            encoder=encoder,
            embeddings=folder / "embeddings",
            clock=clock,
        )
        library = Library(generations, archive, encoder)
        world = World(archive, workshop, library, clock, settings)
        opened.append(world)
        world.keep(*posts)
        world.index()
        return world

    yield made
    for world in opened:
        world.archive.store.close()
    patch.undo()


MEMBERS = {"visibility": "members", "groups": ("forum:beta",)}

STEPS = """Update the antenna when the mower stops with E17:

1. Dock the mower.
2. Tap *Update antenna*.

```
fix = RTK

mode = pond
```"""


def _garden():
    """Threads about a mower: solved, open, in German, for members alone, and many alike."""
    yield _write(1, "It stops with error E17 near the pond.", title="Mower stops, E17", votes=9)
    yield _write(2, STEPS, parent=1, votes=31, accepted=True, by="Greta")
    yield _write(3, "Kick it until it hums again.", parent=1, votes=-4, by="Rex")
    yield _write(
        4,
        "That broke mine, says everybody who did it.",
        parent=1,
        below=3,
        kind="comment",
        by="Piotr",
    )
    yield _write(
        5,
        "Mower stops, error E17: read the page on error E17.",
        parent=1,
        by="Robo",
        roles=("bot",),
    )
    yield _write(5, "Its charging contacts are dirty.", title="Contacts", source="forum", by="Ada")
    yield _write(
        6,
        "Wipe the charging contacts with alcohol.",
        parent=5,
        source="forum",
        roles=("staff",),
        by="Nadia",
        days_ago=9,
    )
    yield _write(7, "Can the mower swim?", title="Mower in a pond", source="forum", days_ago=500)
    yield _write(
        8,
        "The swallowtail build of the mower is here.",
        title="Swallowtail beta",
        source="forum",
        by="Keeper",
        **MEMBERS,
    )
    yield _write(
        9,
        "Pair the swallowtail build with the mower twice.",
        parent=8,
        source="forum",
        by="Insider",
        accepted=True,
        **MEMBERS,
    )
    yield _write(
        10,
        "Mein Mähroboter bleibt stehen und meldet leere Ladekontakte im Garten.",
        title="Ladekontakte am Mähroboter",
        source="forum",
        by="Uwe",
    )
    yield _write(
        11,
        "Die Ladekontakte am Mähroboter mit Alkohol reinigen, dann lädt er wieder.",
        parent=10,
        source="forum",
        by="Jutta",
        accepted=True,
    )
    yield _write(
        1,
        "Store the mower dry in winter, with its battery half full.",
        source="kb",
        title="Winter storage",
        kind="article",
        by="Editors",
        days_ago=3,
    )
    for number in range(20, 44):
        yield _write(number, f"The blade number {number} is blunt.", title=f"Blade {number}",
                     days_ago=number)  # fmt: skip


@pytest.fixture(scope="session")
def garden(make_world):
    """A world that nobody changes, with vectors."""
    return make_world(*_garden(), encoder=WordsEncoder())


@pytest.fixture(scope="session")
def wordy_garden(garden):
    """The same without a model."""
    return garden.without_model()


DEFAULTS = {
    "source": 0,
    "kind": "answer",
    "thread": 0,
    "position": 1,
    "author": UNKNOWN,
    "roles": 0,
    "created": 0,
    "touched": 0,
    "accepted": UNKNOWN,
    "answered": False,
    "by_asker": False,
    "standing": np.nan,
    "lead": 0.0,
    "record": np.nan,
    "length": 400,
    "fingerprint": 0,
    "likeness": 0,
    "global_id": 0,
}

TYPES = {
    "source": np.uint16,
    "kind": np.uint8,
    "roles": np.uint8,
    "created": np.int64,
    "touched": np.int64,
    "accepted": np.int8,
    "answered": bool,
    "by_asker": bool,
    "standing": np.float32,
    "lead": np.float32,
    "record": np.float32,
    "fingerprint": np.uint64,
    "likeness": np.uint64,
    "global_id": np.uint64,
}


def _table(*rows):
    """Columns of posts of which only what matters is told: `_table({"accepted": 1}, {})`."""
    told = [{**DEFAULTS, **row} for row in rows]
    for row in told:
        row["kind"] = KINDS.index(row["kind"])
    made = {
        entry.name: np.array([row[entry.name] for row in told], TYPES.get(entry.name, np.int32))
        for entry in dataclasses.fields(Columns)
        if entry.name != "first_passage"
    }
    return Columns(**made, first_passage=np.arange(len(rows) + 1, dtype=np.int64))


@pytest.fixture(scope="session")
def table():
    """Columns by hand: `table({"accepted": 1}, {"kind": "comment"})`."""
    return _table


@pytest.fixture(scope="session")
def candidates():
    """Candidates by hand: keyword scores, and cosines where vectors are to have taken part."""

    def made(keyword, similarity=None, coverage=0.0, adjacency=0.0, named=0.0):
        size = len(keyword)
        cosines = np.full(size, np.nan) if similarity is None else similarity
        return Candidates(
            ordinals=np.arange(size, dtype=np.int32),
            keyword=np.array(keyword, dtype=np.float32),
            coverage=np.broadcast_to(np.float32(coverage), size).copy(),
            adjacency=np.broadcast_to(np.float32(adjacency), size).copy(),
            named=np.broadcast_to(np.float32(named), size).copy(),
            similarity=np.array(cosines, dtype=np.float32),
            passage=np.full(size, -1, dtype=np.int64),
            by_meaning=similarity is not None,
        )

    return made
