"""The words of an index as people write them, and in how many threads each stands.

Corrections come from here alone, so it holds what everybody may read and nothing else: words of
posts for members are never counted, nor what posts say of their own author. A word counts once for
a thread, however often it is repeated or quoted there.

    vocabulary/words.txt, word_*.npy   the words in order (indexer.lexicon)
    vocabulary/counts.npy              threads that hold each
    vocabulary/thread*                 which words each thread holds, for the next generation
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np

from indexer.analysis import CJK
from indexer.lexicon import LONGEST, Lexicon

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from contract import Post

FOLDER = "vocabulary"
"""Of a generation: where these files are."""

LEAST = 2
"""Threads that must hold a word before anybody is led to it. What one person mistyped or let slip
stands in one thread, quoted there perhaps: 48 % of the words of a forum of 10,000 threads are kept
out by this. 3 would keep out 60 %, and with them a twelfth of the
corrections over a small FAQ (bench/README.md)."""

SHORTEST = 2
"""Letters of a word: one letter is no word to be mistaken for."""

_WORD = re.compile(r"[^\W\d_]+")


class Near(NamedTuple):
    """A word like another."""

    word: str
    slips: int
    threads: int


class Vocabulary:
    """The words, open for reading."""

    def __init__(self, lexicon: Lexicon, counts: NDArray[np.int32]) -> None:
        self._lexicon = lexicon
        self._counts = counts

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> Vocabulary:
        """Make one of words with the number of threads that hold each."""
        listed = [counts[word] for word in sorted(counts)]
        return cls(Lexicon.of(counts), np.array(listed, dtype=np.int32))

    @classmethod
    def load(cls, folder: Path) -> Vocabulary:
        """Read it from the folder. Raises OSError or ValueError."""
        return cls(Lexicon.load(folder), np.load(folder / "counts.npy", mmap_mode="r"))

    def threads(self, word: str) -> int:
        """How many threads hold a word, in lower case."""
        number = self._lexicon.find(word)
        return 0 if number is None else int(self._counts[number])

    def near(self, word: str, slips: int) -> list[Near]:
        """Words within so many slips of one that people may be led to, in their order."""
        found = self._lexicon.near(word, slips)
        named = ((number, off, int(self._counts[number])) for number, off in found)
        return [Near(self._lexicon[at], off, held) for at, off, held in named if held >= LEAST]


class Wording:
    """Which words each thread holds: a vocabulary in the making."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._held: dict[str, NDArray[np.int32]] = {}

    def add(self, thread: Sequence[Post]) -> None:
        """Add a thread, in the place of what was known of it."""
        held = {word for post in thread if post.visibility == "public" for word in _words(post)}
        numbers = (self._numbers.setdefault(word, len(self._numbers)) for word in held)
        self._held[thread[0].thread_id] = np.fromiter(numbers, dtype=np.int32, count=len(held))

    def save(self, folder: Path) -> None:
        """Write it as a vocabulary, with what the next generation needs to go on from here."""
        threads = sorted(self._held)
        flat = _joined([self._held[thread] for thread in threads])
        counts = np.bincount(flat, minlength=len(self._numbers))
        lexicon = Lexicon.of(word for word, at in self._numbers.items() if counts[at])
        renumbered = np.full(len(self._numbers), -1, dtype=np.int32)
        renumbered[[self._numbers[word] for word in lexicon]] = np.arange(len(lexicon))
        flat = _joined([np.sort(renumbered[self._held[thread]]) for thread in threads])
        lexicon.save(folder)
        np.save(folder / "counts.npy", np.bincount(flat, minlength=len(lexicon)).astype(np.int32))
        (folder / "threads.json").write_bytes(msgspec.json.encode(threads))
        sizes = [len(self._held[thread]) for thread in threads]
        np.save(folder / "thread_ends.npy", np.cumsum([0, *sizes], dtype=np.int64))
        np.save(folder / "thread_words.npy", flat)

    @classmethod
    def load(cls, folder: Path, without: Collection[str] = ()) -> Wording:
        """Take up what an earlier generation knew, but for these threads.

        Raises OSError, ValueError or msgspec.DecodeError.
        """
        made, lexicon = cls(), Lexicon.load(folder)
        made._numbers = {word: number for number, word in enumerate(lexicon)}
        threads = msgspec.json.decode((folder / "threads.json").read_bytes(), type=list[str])
        ends = np.load(folder / "thread_ends.npy")
        flat, left_out = np.load(folder / "thread_words.npy"), frozenset(without)
        made._held = {
            thread: flat[ends[at] : ends[at + 1]]
            for at, thread in enumerate(threads)
            if thread not in left_out
        }
        return made


def plain_words(text: str) -> Iterator[str]:
    """Words that could be misspelt, in lower case: letters alone, in a script with spaces."""
    lowered = text.lower()
    if not lowered.isascii():
        lowered = unicodedata.normalize("NFC", lowered)
    for word in _WORD.findall(lowered):
        if SHORTEST <= len(word) <= LONGEST and (word.isascii() or not CJK.search(word)):
            yield word


def _words(post: Post) -> set[str]:
    """Words of one post. Its author's own names are none of them: people sign what they write."""
    said = set(plain_words(f"{post.title} {post.text} {' '.join(post.tags)}"))
    if post.author is None:
        return said
    return said - set(plain_words(f"{post.author.name} {post.author.author_id.partition(':')[2]}"))


def _joined(held: list[NDArray[np.int32]]) -> NDArray[np.int32]:
    return np.concatenate(held) if held else np.zeros(0, dtype=np.int32)
