"""Numbers and marks of every post, side by side: filters and scores are vector operations.

A post is addressed by its ordinal, which is its place in the order of threads and holds within one
generation. The arrays are read from memory-mapped files.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import msgspec
import numpy as np
from numpy.typing import NDArray

from contract.record import Author, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from indexer.query import Filters

KINDS: tuple[str, ...] = get_args(Kind)
"""Codes of the column `kind`."""

STAFF, MODERATOR, BOT = 1, 2, 4
"""Bits of the column `roles`."""

UNKNOWN = -1
"""In `accepted`, `author`, `likes` and `score`: the place does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """One array a fact, each as long as there are posts."""

    source: NDArray[np.uint16]
    """Index into `Names.sources`."""
    kind: NDArray[np.uint8]
    thread: NDArray[np.int32]
    """Number of the thread; posts of one thread share it."""
    position: NDArray[np.int32]
    author: NDArray[np.int32]
    """Index into `Names.authors`, or UNKNOWN."""
    roles: NDArray[np.uint8]
    created: NDArray[np.int64]
    """Seconds since 1970; 0 where nobody knows."""
    touched: NDArray[np.int64]
    """When it was last edited, else when it was written; 0 where nobody knows."""
    accepted: NDArray[np.int8]
    """1, 0 or UNKNOWN."""
    answered: NDArray[np.bool_]
    """The thread has a reply that was accepted, is by staff, or has more votes for than against."""
    by_asker: NDArray[np.bool_]
    """A reply by whoever opened the thread."""
    standing: NDArray[np.float32]
    """Place of its votes among those of its like in its community, 0 to 1; NaN where nobody votes
    there. See `indexer.community`."""
    lead: NDArray[np.float32]
    """How far a reply's votes fall behind the best of its thread: 0 for the best, down to -2."""
    record: NDArray[np.float32]
    """What the author's other replies here were worth, 0 to 1; NaN where there are none."""
    length: NDArray[np.int32]
    """Characters of the text."""
    fingerprint: NDArray[np.uint64]
    """First 64 bits of the content hash: shows whether the post has been edited since."""
    likeness: NDArray[np.uint64]
    """Simhash of the words: near-duplicates differ in few bits."""
    global_id: NDArray[np.uint64]
    """64 bits of the name a post has everywhere, by whatever road it came; 0 where it has none."""
    first_passage: NDArray[np.int64]
    """Number of its first passage; one longer than the others, so that the last one ends too."""


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """What the codes stand for."""

    sources: tuple[str, ...]
    authors: tuple[Author, ...]
    languages: tuple[str, ...]


class Marks:
    """Which posts bear which mark: for each mark its ordinals, in growing order."""

    def __init__(
        self, names: Sequence[str], offsets: NDArray[np.int64], ordinals: NDArray[np.int32]
    ) -> None:
        self._at = {name: number for number, name in enumerate(names)}
        self._offsets = offsets
        self._ordinals = ordinals

    @classmethod
    def gather(cls, borne: Iterable[frozenset[str]]) -> Marks:
        """Make them from the marks of each post, by ordinal."""
        lists: dict[str, list[int]] = {}
        for ordinal, marks in enumerate(borne):
            for mark in marks:
                lists.setdefault(mark, []).append(ordinal)
        names = sorted(lists)
        sizes = np.array([len(lists[name]) for name in names], dtype=np.int64)
        numbers = np.repeat(np.arange(len(names)), sizes)
        flat = np.array([at for name in names for at in lists[name]], dtype=np.int64)
        return cls.of(names, numbers, flat)

    @classmethod
    def of(
        cls, names: Sequence[str], numbers: NDArray[np.int64], ordinals: NDArray[np.int64]
    ) -> Marks:
        """Make them from pairs: the post of this ordinal bears the mark of that number."""
        size = int(ordinals.max(initial=0)) + 1
        pairs = np.sort(numbers * size + ordinals, kind="stable")  # it comes in runs
        counts = np.bincount(numbers, minlength=len(names))
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return cls(names, offsets, (pairs % size).astype(np.int32))

    def pairs(self) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64]]:
        """Names of the marks, and which post bears which: what `of` takes."""
        numbers = np.repeat(np.arange(len(self._at)), np.diff(self._offsets))
        return list(self._at), numbers, self._ordinals.astype(np.int64)

    def names(self, field: str) -> list[str]:
        """Every mark of a field, such as "source", with the field in front."""
        return [name for name in self._at if name.startswith(f"{field}:")]

    def bearing(self, mark: str) -> NDArray[np.int32]:
        """Ordinals of the posts that bear a mark."""
        number = self._at.get(mark)
        if number is None:
            return np.zeros(0, dtype=np.int32)
        return self._ordinals[self._offsets[number] : self._offsets[number + 1]]

    def mask(self, marks: Iterable[str], size: int) -> NDArray[np.bool_]:
        """For each of `size` posts whether it bears any of the marks."""
        mask = np.zeros(size, dtype=bool)
        for mark in marks:
            mask[self.bearing(mark)] = True
        return mask

    def save(self, folder: Path) -> None:
        """Write them into the folder."""
        (folder / "marks.json").write_bytes(msgspec.json.encode(list(self._at)))
        np.save(folder / "mark_offsets.npy", self._offsets)
        np.save(folder / "mark_ordinals.npy", self._ordinals)

    @classmethod
    def load(cls, folder: Path) -> Marks:
        """Read them from the folder."""
        names = msgspec.json.decode((folder / "marks.json").read_bytes(), type=list[str])
        offsets = np.load(folder / "mark_offsets.npy")
        ordinals = np.load(folder / "mark_ordinals.npy", mmap_mode="r").view(np.ndarray)
        return cls(names, offsets, ordinals)


def passes(filters: Filters, columns: Columns, marks: Marks) -> NDArray[np.bool_]:
    """For each post whether it passes the filters."""
    size = len(columns.source)
    mask = np.ones(size, dtype=bool)
    for wanted in filters.any_of:
        mask &= marks.mask(wanted, size)
    if filters.none_of:
        mask &= ~marks.mask(filters.none_of, size)
    if filters.after is not None:
        mask &= columns.created >= max(1, int(filters.after.timestamp()))
    if filters.before is not None:
        mask &= (columns.created < int(filters.before.timestamp())) & (columns.created > 0)
    return mask


def save(folder: Path, columns: Mapping[str, NDArray[np.generic]]) -> None:
    """Write every column into the folder."""
    for name, values in columns.items():
        np.save(folder / f"{name}.npy", values)


def load(folder: Path) -> Columns:
    """Read the columns from the folder."""
    return Columns(
        **{entry.name: column(folder, entry.name) for entry in dataclasses.fields(Columns)}
    )


def column(folder: Path, name: str) -> NDArray[Any]:
    """A single column, in a memory-mapped file.

    As a plain array: numpy's own kind for such files takes several times as long to index.
    """
    values: NDArray[Any] = np.load(folder / f"{name}.npy", mmap_mode="r").view(np.ndarray)
    return values
