"""A throw-away index over given posts, for judging: the same build and search as the product's."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from contract import Author, Clock, Post, Signals
from contract.errors import JudgementError
from contract.settings import IndexSettings
from crawler import interchange
from crawler.archive import Archive
from crawler.imports import keep
from crawler.store import Store
from indexer.build import Progress, Workshop, build
from indexer.embed import Encoder
from indexer.generation import Generations
from indexer.search import Finder
from indexer.snapshot import Snapshot
from ranker.weights import Weights

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ranker.judged import Document, Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a judgement works with."""

    encoder: Encoder | None
    embeddings: Path
    """Where vectors of judged texts are kept, so that a second run is quick."""
    clock: Clock
    progress: Progress
    community: Path | None = None
    """Folder with `<site>.posts.jsonl`: where expert and trust sets find their posts."""
    weights: Weights = field(default_factory=Weights)
    engine: str = "tantivy"


@contextlib.contextmanager
def indexed(posts: Iterable[Post], name: str, bench: Bench) -> Iterator[Finder]:
    """Index the posts in a folder that is gone afterwards."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        store = stack.enter_context(contextlib.closing(Store(folder / "archive.db")))
        archive = Archive(store, bench.clock)
        keep(archive, iter(posts))
        generations = Generations(folder / "index")
        workshop = Workshop(
            archive=archive,
            generations=generations,
            settings=IndexSettings(engine="whoosh" if bench.engine == "whoosh" else "tantivy"),
            encoder=bench.encoder,
            embeddings=bench.embeddings / name,
            clock=bench.clock,
        )
        build(workshop, bench.progress)
        yield Finder(Snapshot(generations.current()), bench.encoder)


def without_model(bench: Bench) -> Bench:
    """The same bench for judgements that read no texts."""
    return replace(bench, encoder=None)


def as_post(name: str, document: Document) -> Post:
    """A document of a judged corpus, as a thread of its own."""
    post_id = f"{name}:{document.id}"
    return Post(
        post_id=post_id,
        thread_id=post_id,
        source=name,
        platform="judged",
        kind="post",
        url=f"https://example.invalid/{document.id}",
        title=document.title or "",
        text=document.text,
    )


def native(post_id: str) -> str:
    """Id of a document as its set knows it."""
    return post_id.partition(":")[2]


def community_posts(ids: Iterable[str], bench: Bench) -> Iterator[Post]:
    """Every post of the sites that these ids ("site:12") come from, under the same ids."""
    if bench.community is None:
        raise JudgementError(
            "expert and trust sets judge posts that they do not hold themselves",
            hint="Name the folder with the posts of each site with `--community`.",
        )
    for site in sorted({post_id.partition(":")[0] for post_id in ids}):
        yield from interchange.posts(_file_of(bench.community, site), site)


def as_evidence(post: Post, reply: Reply) -> Post:
    """A reply as it stood at the cut-off, with the title of what it answers."""
    return replace(
        post,
        title=reply.title,
        signals=Signals(score=reply.score),
        accepted=reply.is_accepted,
        author=Author(author_id=reply.user, name=reply.user),
    )


def _file_of(folder: Path, site: str) -> Path:
    for ending in (".posts.jsonl.gz", ".posts.jsonl"):
        if (path := folder / f"{site}{ending}").exists():
            return path
    raise JudgementError(
        f"{folder}: no {site}.posts.jsonl",
        hint="Name the folder with the posts of each site with `--community`.",
    )
