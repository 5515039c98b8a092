"""Titles to suggest while somebody types, found by the start of any of their words.

Only titles of threads that everybody may read are held, the better threads first: those that were
answered before open ones, and those of more votes before the rest. Of each only the id of its
opening post and its words are kept; whoever suggests it reads the title where it stands.

    suggestions/words.txt, word_*.npy         words of titles in order (indexer.lexicon)
    suggestions/title_*.npy                   which titles hold each word
    suggestions/posts.json                    opening post of each title, the best title first
    suggestions/titles.json                   the same with all else, for the next generation
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from indexer.analysis import CJK
from indexer.facts import is_answered, votes
from indexer.lexicon import LONGEST, Lexicon

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from contract import Post

    Mask = NDArray[np.bool_]

FOLDER = "suggestions"
"""Of a generation: where these files are."""

SHORTEST_SLIP = 4
"""Letters typed of a word before one of them may be wrong: three begin hundreds of words."""

MOST_WORDS = 8
"""Words of what was typed that are looked up; a longer start names one title anyway."""

ANSWERED = 1000
"""Votes that an answer outweighs: an open question is no help, however many would like to know."""

_WORD = re.compile(r"[^\W_]+")


class Title(msgspec.Struct, frozen=True, array_like=True):
    """A thread that can be suggested."""

    thread: str
    post: str
    """Id of its opening post."""
    worth: int
    words: tuple[str, ...]
    """Of the title, as `starts` cuts it."""


class Titles:
    """Titles by number, the best first; open for reading."""

    def __init__(
        self,
        posts: Sequence[str],
        lexicon: Lexicon,
        ends: NDArray[np.int64],
        numbers: NDArray[np.int32],
    ) -> None:
        self.posts = posts
        """Id of the opening post of each title."""
        self._lexicon = lexicon
        self._ends = ends
        self._numbers = numbers

    @classmethod
    def load(cls, folder: Path) -> Titles:
        """Read them from the folder. Raises OSError, ValueError or msgspec.DecodeError."""
        posts = msgspec.json.decode((folder / "posts.json").read_bytes(), type=list[str])
        ends, numbers = (
            np.load(folder / f"title_{name}.npy", mmap_mode="r") for name in ("ends", "numbers")
        )
        return cls(posts, Lexicon.load(folder), ends, numbers)

    def starting(self, typed: str, alive: Mask, count: int) -> NDArray[np.int64]:
        """Numbers of titles that hold a word for each word typed, `count` of them or more if any.

        The last word may be unfinished, the others are whole: those titles come first. Where they
        are too few, those follow in which every word may be unfinished, and hold one slip where
        nothing begins with it as it is. `alive` tells of each title whether it may be named.
        """
        asked = starts(typed)[:MOST_WORDS]
        if not asked:
            return np.zeros(0, dtype=np.int64)
        exact = alive & self._holding(self._lexicon.starting(asked[-1]))
        for word in asked[:-1]:
            exact &= self._holding([self._lexicon.find(word)])
        found = np.flatnonzero(exact)
        if len(found) >= count:
            return found
        loose = alive & ~exact
        for word in asked:
            loose &= self._begun(word)
        return np.concatenate([found, np.flatnonzero(loose)])

    def _begun(self, word: str) -> Mask:
        """Titles that hold a word which begins so; with one slip only where none does without."""
        found = self._holding(self._lexicon.starting(word))
        if found.any() or len(word) < SHORTEST_SLIP:
            return found
        return self._holding(number for number, _ in self._lexicon.near_start(word, 1))

    def _holding(self, words: Iterable[int | None]) -> Mask:
        """For each title whether it holds one of these words."""
        mask = np.zeros(len(self.posts), dtype=bool)
        if isinstance(words, range):  # neighbours in the order of words, and so in the lists
            mask[self._numbers[int(self._ends[words.start]) : int(self._ends[words.stop])]] = True
            return mask
        for word in words:
            if word is not None:
                mask[self._numbers[int(self._ends[word]) : int(self._ends[word + 1])]] = True
        return mask


class Titling:
    """Titles in the making."""

    def __init__(self) -> None:
        self._titles: dict[str, Title] = {}

    def add(self, thread: Sequence[Post]) -> None:
        """Add a thread, in the place of what was known of it; only where everybody may read it."""
        opening = thread[0]
        self._titles.pop(opening.thread_id, None)
        if opening.parent_id is None and opening.title and opening.visibility == "public":
            words = tuple(dict.fromkeys(starts(opening.title)))
            worth = ANSWERED * is_answered(thread) + max(0, votes(opening) or 0)
            title = Title(opening.thread_id, opening.post_id, worth, words)
            self._titles[opening.thread_id] = title

    def save(self, folder: Path) -> None:
        """Write them into the folder."""
        titles = sorted(self._titles.values(), key=lambda title: (-title.worth, title.thread))
        lexicon = Lexicon.of(word for title in titles for word in title.words)
        known = {word: number for number, word in enumerate(lexicon)}
        held = [[known[word] for word in title.words] for title in titles]
        words = np.array([word for some in held for word in some], dtype=np.int64)
        owners = np.repeat(np.arange(len(titles), dtype=np.int32), [len(some) for some in held])
        order = np.argsort(words, kind="stable")
        counts = np.bincount(words, minlength=len(lexicon))
        lexicon.save(folder)
        np.save(folder / "title_ends.npy", np.concatenate([[0], np.cumsum(counts)]))
        np.save(folder / "title_numbers.npy", owners[order])
        (folder / "posts.json").write_bytes(msgspec.json.encode([one.post for one in titles]))
        (folder / "titles.json").write_bytes(msgspec.json.encode(titles))

    @classmethod
    def load(cls, folder: Path, without: Collection[str] = ()) -> Titling:
        """Take up what an earlier generation knew, but for these threads.

        Raises OSError or msgspec.DecodeError.
        """
        made, left_out = cls(), frozenset(without)
        made._titles = {
            title.thread: title for title in _decoded(folder) if title.thread not in left_out
        }
        return made


def starts(text: str) -> list[str]:
    """Words of a title in order, in lower case and without accents.

    A run of letters without spaces is there once from each of its letters on, so that what is typed
    may begin anywhere in it.
    """
    return [start for word in _WORD.findall(_bare(text)) for start in _starts(word)]


def _starts(word: str) -> Iterator[str]:
    if CJK.search(word):
        yield from (word[at : at + LONGEST] for at in range(len(word)))
    else:
        yield word[:LONGEST]


def _bare(text: str) -> str:
    lowered = text.lower().replace("ß", "ss")
    if lowered.isascii():
        return lowered
    decomposed = unicodedata.normalize("NFKD", lowered)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare)


def _decoded(folder: Path) -> list[Title]:
    return msgspec.json.decode((folder / "titles.json").read_bytes(), type=list[Title])
