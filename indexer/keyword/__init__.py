"""Keyword engines behind one small protocol.

Both hold the same terms (`indexer.analysis`), compile the same tree (`indexer.query`) and pass one
conformance suite. `indexer.keyword.engines` gives the one the settings name.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from indexer.query import Filters, Node

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

TITLE_WEIGHT = 0.5
"""How much a word in the title adds to the same word in the body. A title is short, so that BM25
rates each of its words high by itself; 0.5 was the best of 0, 0.5, 1 and 2 (bench/README.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A post as an engine sees it.

    `key` is the number by which the engine knows it, over all generations that are made out of one.
    """

    key: int
    title: Sequence[str]
    body: Sequence[str]
    marks: frozenset[str]
    created: int
    """Seconds since 1970; 0 where nobody knows."""


class Hits(NamedTuple):
    """Posts by falling score, equal scores by key: int32 and float32, of one length."""

    keys: NDArray[np.int32]
    scores: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A query for an engine: the tree, the filters, and the languages the index holds."""

    tree: Node | None
    filters: Filters
    languages: Sequence[str]


class KeywordWriter(Protocol):
    """Writes an index once."""

    def add(self, entry: Entry) -> None:
        """Add a post; keys come in growing order."""
        ...

    def seal(self) -> None:
        """Finish: after this the files do not change any more."""
        ...

    def abandon(self) -> None:
        """Give up: after this nothing writes in the folder any more."""
        ...


class KeywordUpdater(KeywordWriter, Protocol):
    """Writes an index that begins with all that another one holds."""

    def remove(self, key: int) -> None:
        """Take out a post that the other one holds."""
        ...


class KeywordIndex(Protocol):
    """A sealed index. Safe to share between threads."""

    def search(self, wanted: Wanted, limit: int) -> Hits:
        """The best posts; all of them score 0 where there is no tree."""
        ...

    def scores(self, wanted: Wanted, keys: NDArray[np.int32]) -> NDArray[np.float32]:
        """Scores of just these posts, in their order; 0 where a post does not match."""
        ...

    def close(self) -> None:
        """Let go of the files."""
        ...


Writer = TypeVar("Writer", bound=KeywordWriter)


@contextlib.contextmanager
def writing(writer: Writer) -> Iterator[Writer]:
    """Write an index: sealed at the end, abandoned where something breaks."""
    try:
        yield writer
    except BaseException:
        writer.abandon()
        raise
    writer.seal()


class Engine(Protocol):
    """A way of keeping an index in a folder."""

    def writer(self, folder: Path) -> KeywordWriter:
        """Begin an index in an empty folder."""
        ...

    def updater(self, base: Path, folder: Path) -> KeywordUpdater | None:
        """Begin an index in an empty folder with all that the sealed one in `base` holds.

        `base` stays as it is. None where the engine cannot: its indexes are always written whole.
        """
        ...

    def open(self, folder: Path) -> KeywordIndex:
        """Open a sealed one."""
        ...
