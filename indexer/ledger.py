"""What a generation knows of every post but its words, and how the next one takes it over.

Threads stand in the order of their ids, and posts by thread: so an ordinal, a post's place among
all, holds within one generation only. What stays the same over several are the two numbers by which
the indexes know it: its *key* (a document of the keyword index) and the *row* of each of its
passages (a vector).

    columns/ids.json, threads.json, names.json    the ids, and what the codes stand for
    columns/<fact>.npy                            one number for each post (FACTS, indexer.columns)
    columns/spans.npy, hashes.npy, row.npy        one for each passage
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from contract import Author
from indexer import columns
from indexer.columns import UNKNOWN, Marks, Names
from indexer.community import NOBODY, leads, records, standings

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

Column = NDArray[Any]

FACTS: dict[str, type] = {
    "kind": np.uint8,
    "position": np.int32,
    "roles": np.uint8,
    "created": np.int64,
    "touched": np.int64,
    "accepted": np.int8,
    "answered": np.bool_,
    "by_asker": np.bool_,
    "length": np.int32,
    "fingerprint": np.uint64,
    "likeness": np.uint64,
    "global_id": np.uint64,
    "votes": np.float64,
    "is_reply": np.bool_,
    "key": np.int32,
    "entry": np.uint64,
}
"""Columns that a post has by itself. `votes` is NaN where the place knows none; `entry` is a digest
of what the indexes hold of a post under `key` (`indexer.draft`)."""

CODED: dict[str, type] = {"source": np.uint16, "thread": np.int32, "author": np.int32}
"""Columns that name something by its number."""

PASSAGES = ("spans", "hashes", "row")
"""Arrays of passages. `hashes` are the names of the embedded texts (indexer.embedding_cache), 16
bytes each, and `row` is where the vector stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The posts of some threads."""

    threads: Sequence[str]
    """Ids, each once."""
    ids: Sequence[str]
    facts: Mapping[str, Column]
    """Columns by name, as long as there are posts: FACTS and CODED."""
    sources: Sequence[str]
    authors: Sequence[Author]
    """Each as their last post tells it."""
    marks: Marks
    counts: NDArray[np.int64]
    """Passages of each post."""
    passages: Mapping[str, Column]
    """Arrays as long as there are passages: PASSAGES."""

    def languages(self) -> tuple[str, ...]:
        """Tags of the languages met, the most frequent first."""
        counted = {
            mark.removeprefix("lang:"): len(self.marks.bearing(mark))
            for mark in self.marks.names("lang")
        }
        return tuple(sorted(counted, key=lambda tag: (-counted[tag], tag)))

    def thread_of(self) -> dict[str, str]:
        """Post id to thread id."""
        numbers = self.facts["thread"].tolist()
        return {one: self.threads[at] for one, at in zip(self.ids, numbers, strict=True)}

    def in_threads(self, thread_ids: Collection[str]) -> NDArray[np.int64]:
        """Ordinals of the posts of these threads."""
        named = frozenset(thread_ids)
        wanted = np.array([one in named for one in self.threads], dtype=bool)
        return np.flatnonzero(wanted[self.facts["thread"]])

    def passages_of(self, ordinals: NDArray[np.int64]) -> NDArray[np.int64]:
        """Numbers of the passages of these posts, post by post."""
        starts = np.cumsum(self.counts) - self.counts
        return ranges(starts[ordinals], self.counts[ordinals])

    def save(self, folder: Path) -> None:
        """Write it, with the columns that follow from all posts together."""
        (folder / "ids.json").write_bytes(msgspec.json.encode(self.ids))
        (folder / "threads.json").write_bytes(msgspec.json.encode(self.threads))
        names = Names(
            sources=tuple(self.sources), authors=tuple(self.authors), languages=self.languages()
        )
        (folder / "names.json").write_bytes(msgspec.json.encode(names))
        self.marks.save(folder)
        columns.save(folder, {**self.facts, **self.derived(), **self.passages})

    @classmethod
    def load(cls, folder: Path) -> Ledger:
        """Read it from the folder, without what follows from the rest."""
        names = msgspec.json.decode((folder / "names.json").read_bytes(), type=Names)
        return cls(
            threads=msgspec.json.decode((folder / "threads.json").read_bytes(), type=list[str]),
            ids=msgspec.json.decode((folder / "ids.json").read_bytes(), type=list[str]),
            facts={name: np.load(folder / f"{name}.npy") for name in (*FACTS, *CODED)},
            sources=names.sources,
            authors=names.authors,
            marks=Marks.load(folder),
            counts=np.diff(np.load(folder / "first_passage.npy")),
            passages={name: np.load(folder / f"{name}.npy") for name in PASSAGES},
        )

    def derived(self) -> dict[str, Column]:
        """Columns that follow from all posts together."""
        facts = self.facts
        votes, is_reply, accepted = facts["votes"], facts["is_reply"], facts["accepted"]
        kinds = len(columns.KINDS)
        standing = standings(votes, facts["source"].astype(np.int64) * kinds + facts["kind"])
        known = is_reply & (facts["author"] != UNKNOWN)
        return {
            "standing": standing,
            "lead": leads(votes, np.where(is_reply, facts["thread"], NOBODY)),
            "record": records(standing, accepted, np.where(known, facts["author"], NOBODY)),
            "first_passage": np.concatenate([[0], np.cumsum(self.counts)]).astype(np.int64),
        }


def ranges(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers from each start, so many of each, one run after the other."""
    begins = np.cumsum(counts) - counts
    return np.repeat(starts - begins, counts) + np.arange(counts.sum())
