"""A generation in the making: of all posts, or of the threads that changed and an older generation.

An update leaves alone what has not changed: facts and marks are carried over as arrays, files of
both indexes are shared, and only new texts are embedded. Its results are those of a generation made
of all posts, but for one thing: how rare a word is, posts that have died decide too for a while.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from crawler.changes import changes
from indexer import forward, suggestions, vectors, vocabulary
from indexer.draft import Draft
from indexer.embedding_cache import EmbeddingCache, text_hash
from indexer.generation import FORM, Manifest, Whole, read_manifest
from indexer.keyword import writing
from indexer.keyword.engines import engine
from indexer.ledger import Ledger
from indexer.marks import has_expired
from indexer.numbering import Numbering
from indexer.renewal import renewed
from indexer.suggestions import Titling
from indexer.vocabulary import Wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from contract import Post
    from indexer.build import Progress, Workshop
    from indexer.draft import Gathering

GATHERED: dict[str, type[Wording | Titling]] = {
    vocabulary.FOLDER: Wording,
    suggestions.FOLDER: Titling,
}
"""Folders of a generation, and what gathers the threads for them."""

PARTS = ("keyword", forward.FOLDER, "columns", "vectors", *GATHERED)
"""All its folders."""


def whole(workshop: Workshop, progress: Progress) -> Manifest:
    """Make a generation of all posts and put it in use."""
    archive = workshop.archive
    sequence, total = archive.sequence(), archive.count()
    with _begun(workshop, progress) as made:
        writer = engine(workshop.settings.engine).writer(made.folder / "keyword")
        with writing(writer) as index:
            gathered = {name: kind() for name, kind in GATHERED.items()}
            draft = Draft(index, Numbering(), tuple(gathered.values()))
            made.gather(archive.threads(), draft, total)
        forward.write(made.folder / forward.FOLDER, draft.sequences)
        ledger = draft.ledger()
        embedded = made.embedded(draft.texts, ledger)
        if embedded is not None:
            vectors.write(made.folder / "vectors", embedded, threads=os.cpu_count() or 1)
        origin = Whole(number=made.number, built_at=made.now, passages=draft.numbering.rows)
        made.save(ledger, gathered)
        return made.seal(ledger, draft.numbering, sequence, origin)


def update(workshop: Workshop, base: Path, progress: Progress, *, most: float) -> Manifest | None:
    """Make a generation out of the one in `base` and put it in use.

    None where its engine cannot, and where more than the share `most` of its posts has changed: to
    make one of all posts is less work then.
    """
    known, old = read_manifest(base), Ledger.load(base / "columns")
    store, was_in = workshop.archive.store, old.thread_of().get
    with _begun(workshop, progress) as made:
        expired = known.built_at, made.now
        with changes(store, known.sequence, expired=expired, was_in=was_in) as changed:
            again, total = old.in_threads(changed.thread_ids), changed.count()
            if max(total, len(again)) > most * len(old.ids):
                return None
            updater = engine(known.engine).updater(base / "keyword", made.folder / "keyword")
            if updater is None:
                return None
            gathered = {
                name: kind.load(base / name, without=changed.thread_ids)
                for name, kind in GATHERED.items()
            }
            numbering = Numbering.after(old, again, keys=known.keys, rows=known.rows)
            with writing(updater) as index:
                draft = Draft(index, numbering, tuple(gathered.values()))
                made.gather(changed.threads(), draft, total)
                for key in numbering.unused():
                    index.remove(key)
        forward.extend(base / forward.FOLDER, made.folder / forward.FOLDER, draft.sequences)
        ledger = renewed(old, changed.thread_ids, draft.ledger(), workshop.archive.get)
        embedded = made.embedded(draft.texts, ledger)
        if embedded is not None:
            vectors.extend(base / "vectors", made.folder / "vectors", embedded)
        made.save(ledger, gathered)
        return made.seal(ledger, numbering, changed.sequence, known.whole, base)


@contextlib.contextmanager
def _begun(workshop: Workshop, progress: Progress) -> Iterator[_Making]:
    with workshop.generations.new() as (number, folder):
        for part in PARTS:
            (folder / part).mkdir()
        yield _Making(workshop, progress, number, folder)


class _Making:
    """The steps in which every generation is made."""

    def __init__(self, workshop: Workshop, progress: Progress, number: int, folder: Path) -> None:
        self.workshop = workshop
        self.progress = progress
        self.number = number
        self.folder = folder
        self.now = workshop.clock.now()

    def gather(self, threads: Iterable[Sequence[Post]], draft: Draft, total: int) -> None:
        """Take the posts of these threads that may still be shown."""
        for thread in threads:
            if shown := [post for post in thread if not has_expired(post, self.now)]:
                draft.add(shown)
            self.progress("indexing", len(draft.ids), total)

    def embedded(self, texts: Sequence[str], ledger: Ledger) -> NDArray[np.float16] | None:
        """Vectors of new texts; None without a model. Forgets those that no post holds any more."""
        if self.workshop.encoder is None:
            return None
        done = 0

        def report(count: int) -> None:
            nonlocal done
            done += count
            self.progress("embedding", done, total)

        embeddings = EmbeddingCache(self.workshop.embeddings, self.workshop.encoder)
        with contextlib.closing(embeddings) as cache:
            total = cache.missing([text_hash(text) for text in texts])
            made = cache.vectors(texts, report)
            cache.keep_only({one.tobytes() for one in ledger.passages["hashes"]})
        return made

    def save(self, ledger: Ledger, gathered: Mapping[str, Gathering]) -> None:
        """Write what is not in an index."""
        ledger.save(self.folder / "columns")
        for name, gathering in gathered.items():
            gathering.save(self.folder / name)

    def seal(
        self,
        ledger: Ledger,
        numbering: Numbering,
        sequence: int,
        origin: Whole,
        base: Path | None = None,
    ) -> Manifest:
        """Say what the generation holds, and put it in use."""
        encoder = self.workshop.encoder
        manifest = Manifest(
            form=FORM,
            number=self.number,
            archive=self.workshop.archive.identity(),
            sequence=sequence,
            built_at=self.now,
            engine=self.workshop.settings.engine,
            model=encoder.model if encoder else None,
            languages=ledger.languages(),
            posts=len(ledger.ids),
            passages=int(ledger.counts.sum()),
            keys=numbering.keys,
            rows=numbering.rows,
            whole=origin,
        )
        self.workshop.generations.seal(self.folder, manifest, base)
        return manifest
