"""Posts to index, an index of them, and a model small enough to be made by hand."""

import hashlib
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from contract import Author, FixedClock, Post, Signals
from contract.settings import IndexSettings, ModelSettings
from crawler.archive import Archive
from crawler.store import Store
from indexer.analysis import terms
from indexer.build import Workshop, build
from indexer.embed import Model, open_encoder
from indexer.generation import Generations
from indexer.search import Finder
from indexer.snapshot import Snapshot

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def _post(native, text, *, source="forum", days_ago=10, votes=None, by="mira", **more):
    """An opening post unless `parent` says what it replies to."""
    post_id = f"{source}:{native}"
    parent = more.pop("parent", None)
    opening = post_id if parent is None else more.pop("thread", f"{source}:{parent}")
    roles = more.pop("roles", ())
    author = Author(author_id=f"{source}:{by}", name=by, roles=roles) if by else None
    said = {
        "post_id": post_id,
        "thread_id": opening,
        "source": source,
        "platform": "import",
        "kind": "question" if parent is None else "answer",
        "url": f"https://{source}.example/{native}",
        "text": text,
        "author": author,
        "created_at": None if days_ago is None else NOON - timedelta(days=days_ago),
        "parent_id": None if parent is None else f"{source}:{parent}",
        "position": 0 if parent is None else 1,
        "signals": Signals(score=votes),
    }
    return Post(**{**said, **more})


class WordsEncoder:
    """Stands in for a model where only the plumbing is looked at: shared words are likeness."""

    def __init__(self, revision="by-hand"):
        self.model = Model(
            name="words",
            revision=revision,
            dimension=64,
            max_tokens=256,
            pooling="mean",
            precision="int8",
        )
        self.embedded = []

    def query(self, text):
        return self._embed(text)

    def passages(self, texts, progress=lambda _: None):
        for at in range(0, len(texts), 16):
            batch = np.arange(at, min(at + 16, len(texts)))
            self.embedded += [texts[i] for i in batch]
            yield batch, np.array([self._embed(texts[i]) for i in batch])
            progress(len(batch))

    def _embed(self, text):
        vector = np.full(self.model.dimension, 1e-3, dtype=np.float32)
        for term in terms(text, "en"):
            digest = hashlib.blake2b(term.encode(), digest_size=2).digest()
            vector[digest[0] % 64] += 1.0 if digest[1] % 2 else -1.0
        return vector / np.linalg.norm(vector)


@pytest.fixture(scope="session")
def post():
    """Write a post: `post(1, "It stops.", title="E17")`, `post(2, "Move it.", parent=1)`."""
    return _post


@pytest.fixture(scope="session")
def words_encoder():
    """A model that needs no weights; call it for one of another revision."""
    return WordsEncoder


@pytest.fixture(scope="session")
def encoder():
    """The default model, as everybody gets it."""
    return open_encoder(ModelSettings(), threads=2)


@pytest.fixture
def keep(archive):
    """Put posts into the archive."""

    def into(*posts):
        with archive.store.writing() as tx:
            return archive.keep(tx, posts)

    return into


@pytest.fixture
def workshop(archive, clock, tmp_path):
    """What a build works with: tantivy, the model made by hand."""
    return Workshop(
        archive=archive,
        generations=Generations(tmp_path / "index"),
        settings=IndexSettings(),
        encoder=WordsEncoder(),
        embeddings=tmp_path / "embeddings",
        clock=clock,
    )


@pytest.fixture(scope="session")
def indexed(tmp_path_factory):
    """Index posts once for many tests that only read: the workshop it was built in."""

    def over(*posts, encoder=None, **settings):
        home = tmp_path_factory.mktemp("indexed")
        archive = Archive(Store(home / "archive.db"), FixedClock(NOON))
        with archive.store.writing() as tx:
            archive.keep(tx, posts)
        made = Workshop(
            archive=archive,
            generations=Generations(home / "index"),
            settings=IndexSettings(**settings),
            encoder=encoder,
            embeddings=home / "embeddings",
            clock=archive._clock,
        )
        build(made)
        return made

    return over


@pytest.fixture(scope="session")
def finder(indexed):
    """Index posts and open what came of it: `finder(*posts, encoder=None)`."""

    def over(*posts, encoder=None, **settings):
        made = indexed(*posts, encoder=encoder, **settings)
        return Finder(Snapshot(made.generations.current()), encoder)

    return over
