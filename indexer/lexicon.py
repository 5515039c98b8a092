"""Many words in order on disk, to be looked up, gone through by their start, or by likeness.

The words are one run of bytes in the order of their code points: 100,000 of them take a megabyte of
memory and two more that are mapped from disk, and finding what is like a word takes milliseconds.
"""

from __future__ import annotations

import bisect
import itertools
from typing import TYPE_CHECKING

import numpy as np

from indexer.edits import distances, signature, signatures

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

LONGEST = 32
"""Letters of a word; what is longer nobody types by hand, and nobody mistypes in one letter."""


class Lexicon:
    """Words by number, in their order."""

    def __init__(
        self,
        text: bytes,
        ends: NDArray[np.int64],
        signs: NDArray[np.uint64],
        sizes: NDArray[np.uint8],
    ) -> None:
        self._text = text
        self._ends = ends
        self._signs = signs
        self._sizes = sizes

    @classmethod
    def of(cls, words: Iterable[str]) -> Lexicon:
        """Make one; a word that comes twice is there once."""
        listed = sorted(set(words))
        encoded = [word.encode() for word in listed]
        ends = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
        sizes = np.array([len(word) for word in listed], dtype=np.uint8)
        return cls(b"".join(encoded), ends, signatures(listed), sizes)

    def save(self, folder: Path) -> None:
        """Write it into the folder."""
        (folder / "words.txt").write_bytes(self._text)
        np.save(folder / "word_ends.npy", self._ends)
        np.save(folder / "word_signs.npy", self._signs)
        np.save(folder / "word_sizes.npy", self._sizes)

    @classmethod
    def load(cls, folder: Path) -> Lexicon:
        """Read it from the folder. Raises OSError or ValueError."""
        ends, signs, sizes = (
            np.load(folder / f"word_{name}.npy", mmap_mode="r").view(np.ndarray)
            for name in ("ends", "signs", "sizes")
        )
        return cls((folder / "words.txt").read_bytes(), ends, signs, sizes)

    def __len__(self) -> int:
        return len(self._sizes)

    def __getitem__(self, number: int) -> str:
        return self._bytes(number).decode()

    def __iter__(self) -> Iterator[str]:
        ends = self._ends.tolist()
        return (self._text[first:last].decode() for first, last in itertools.pairwise(ends))

    def find(self, word: str) -> int | None:
        """Number of a word; None where it is not among them."""
        at = self._first_from(word.encode())
        return at if at < len(self) and self[at] == word else None

    def starting(self, start: str) -> range:
        """Numbers of the words that begin so."""
        encoded = start.encode()
        return range(self._first_from(encoded), self._first_from(encoded + b"\xff"))

    def near(self, word: str, slips: int) -> list[tuple[int, int]]:
        """Words within so many slips of one: number and slips, in the order of the words."""
        differ = np.bitwise_count(self._signs ^ signature(word)) <= 2 * slips
        sizes = self._sizes.astype(np.int16)
        numbers = np.flatnonzero(differ & (np.abs(sizes - len(word)) <= slips))
        return self._within(numbers, distances(word, self._words(numbers)).whole, slips)

    def near_start(self, start: str, slips: int) -> list[tuple[int, int]]:
        """Words of which some start is within so many slips of this one.

        The first letter is taken to be right: people slip there least, and it spares nearly all.
        """
        same = self.starting(start[:1])
        lacking = np.bitwise_count(signature(start) & ~self._signs[same.start : same.stop]) <= slips
        long_enough = self._sizes[same.start : same.stop] >= len(start) - slips
        numbers = np.flatnonzero(lacking & long_enough) + same.start
        starts = [word[: len(start) + slips] for word in self._words(numbers)]
        return self._within(numbers, distances(start, starts).start, slips)

    def _words(self, numbers: Iterable[int]) -> list[str]:
        return [self[int(number)] for number in numbers]

    def _within(
        self, numbers: NDArray[np.int64], measured: NDArray[np.int16], slips: int
    ) -> list[tuple[int, int]]:
        kept = measured <= slips
        return list(zip(numbers[kept].tolist(), measured[kept].tolist(), strict=True))

    def _first_from(self, encoded: bytes) -> int:
        return bisect.bisect_left(range(len(self)), encoded, key=self._bytes)

    def _bytes(self, number: int) -> bytes:
        return self._text[int(self._ends[number]) : int(self._ends[number + 1])]
