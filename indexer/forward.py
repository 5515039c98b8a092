"""The terms of every post in their order: what a post holds of a query, and how near together.

The keyword index goes from a term to its posts; this one goes from a post to its terms (a forward
index). A term is kept as 32 bits of its hash, so that no list of terms has to be kept, looked up or
renumbered; two that share a hash, one pair in four thousand million, are taken for one.

A post is known by its key, as in the keyword index. What comes with later generations is added
behind, in files of its own, and the first files are never written again.

    forward/terms.npy, starts.npy      the terms, post by post, and where each post's begin
    forward/hashes.npy, posts.npy      every term there is, and how many posts hold it
    forward/added-*.npy                the same of the posts behind them, where there are any
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from indexer.ledger import ranges
from indexer.sealed import take_over

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

FOLDER = "forward"

BREAK = 0
"""Stands between the title and the body: words on its two sides are no neighbours."""

FILES = ("terms", "starts", "hashes", "posts")
ADDED = "added-"


class Runs(NamedTuple):
    """The terms of some posts, one post behind the other. Both arrays are of one length."""

    terms: NDArray[np.uint32]
    owners: NDArray[np.int64]
    """Place of the post among those that were asked for."""


@dataclass(frozen=True, slots=True)
class Sequences:
    """Terms on their way into an index; posts come by growing key, from the first that is new."""

    terms: array[int] = field(default_factory=lambda: array("I"))
    ends: array[int] = field(default_factory=lambda: array("q"))

    def add(self, title: Iterable[str], body: Iterable[str]) -> None:
        """Add a post."""
        self.terms.extend(map(term_hash, title))
        self.terms.append(BREAK)
        self.terms.extend(map(term_hash, body))
        self.ends.append(len(self.terms))


class ForwardIndex:
    """A sealed index. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._parts = [_Part.load(folder, "")]
        if (folder / f"{ADDED}terms.npy").exists():
            self._parts.append(_Part.load(folder, ADDED))

    def __len__(self) -> int:
        """Posts it holds, those taken out since included."""
        return sum(part.size for part in self._parts)

    def runs(self, keys: NDArray[np.integer]) -> Runs:
        """The terms of these posts."""
        first = 0
        terms, owners = [], []
        for part in self._parts:
            here = np.flatnonzero((keys >= first) & (keys < first + part.size))
            places = keys[here].astype(np.int64) - first
            counts = part.starts[places + 1] - part.starts[places]
            terms.append(part.terms[ranges(part.starts[places], counts)])
            owners.append(np.repeat(here, counts))
            first += part.size
        return Runs(np.concatenate(terms), np.concatenate(owners))

    def frequencies(self, hashes: NDArray[np.uint32]) -> NDArray[np.int64]:
        """How many posts hold each of these terms, those taken out since included."""
        first, *more = (part.frequencies(hashes) for part in self._parts)
        return first + more[0] if more else first


@dataclass(frozen=True, slots=True)
class _Part:
    """Some posts, their keys in a row."""

    terms: NDArray[np.uint32]
    starts: NDArray[np.int64]
    hashes: NDArray[np.uint32]
    posts: NDArray[np.int32]

    @classmethod
    def load(cls, folder: Path, prefix: str) -> _Part:
        files = (folder / f"{prefix}{name}.npy" for name in FILES)
        return cls(*(np.load(file, mmap_mode="r").view(np.ndarray) for file in files))

    @property
    def size(self) -> int:
        return len(self.starts) - 1

    def frequencies(self, hashes: NDArray[np.uint32]) -> NDArray[np.int64]:
        at = np.searchsorted(self.hashes, hashes)
        known = at < len(self.hashes)
        known[known] = self.hashes[at[known]] == hashes[known]
        counts = np.zeros(len(hashes), dtype=np.int64)
        counts[known] = self.posts[at[known]]
        return counts


def term_hash(term: str) -> int:
    """The 32 bits a term is known by; never BREAK."""
    return crc32(term.encode()) or 1


def hashes_of(terms: Sequence[str]) -> NDArray[np.uint32]:
    """The hash of each term."""
    return np.fromiter(map(term_hash, terms), dtype=np.uint32, count=len(terms))


def write(folder: Path, sequences: Sequences) -> None:
    """Write an index of these posts into the folder."""
    _write(folder, "", np.array(sequences.terms, np.uint32), np.array(sequences.ends, np.int64))


def extend(base: Path, folder: Path, sequences: Sequences) -> None:
    """Write an index with all the posts of the one in `base`, and these behind them.

    What `base` has added itself is written again with them, so that there are never more than two.
    """
    for name in FILES:
        take_over(base / f"{name}.npy", folder)
    terms, ends = np.array(sequences.terms, np.uint32), np.array(sequences.ends, np.int64)
    if (base / f"{ADDED}terms.npy").exists():
        before = _Part.load(base, ADDED)
        terms = np.concatenate([before.terms, terms])
        ends = np.concatenate([before.starts[1:], ends + before.starts[-1]])
    if len(ends):
        _write(folder, ADDED, terms, ends)


def _write(folder: Path, prefix: str, terms: NDArray[np.uint32], ends: NDArray[np.int64]) -> None:
    starts = np.concatenate([[0], ends]).astype(np.int64)
    owners = np.repeat(np.arange(len(ends), dtype=np.uint64), np.diff(starts))
    held = np.unique((terms.astype(np.uint64) << np.uint64(32)) | owners)  # each once in a post
    hashes, posts = np.unique((held >> np.uint64(32)).astype(np.uint32), return_counts=True)
    part = _Part(terms, starts, hashes, posts.astype(np.int32))
    for name in FILES:
        np.save(folder / f"{prefix}{name}.npy", getattr(part, name))
