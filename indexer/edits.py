"""How many slips of the finger lie between one word and many others.

A slip is a letter left out, put in or changed, or two neighbours swapped (optimal string alignment,
Damerau 1964). A signature of 64 bits rules nearly every word out in one vector operation; only what
is left is measured letter by letter, all words at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_LATIN = "abcdefghijklmnopqrstuvwxyz"
_OTHERS = 64 - 2 * len(_LATIN)
"""Bits left for every other letter: several share one, which only lets more words through."""


class Distances(NamedTuple):
    """Slips from a word to each of many others. Both arrays are of one length."""

    whole: NDArray[np.int16]
    """To the other word."""
    start: NDArray[np.int16]
    """To whichever start of the other word is nearest."""


def letters(words: Sequence[str]) -> NDArray[np.uint32]:
    """Code points, a row for each word, filled up with 0."""
    packed = np.array(words, dtype=np.str_)
    width = packed.dtype.itemsize // 4
    return packed.view(np.uint32).reshape(len(words), width) if width else _nothing(len(words))


def signatures(words: Sequence[str]) -> NDArray[np.uint64]:
    """For each word which letters it has, and which of them twice.

    A slip takes one letter away at most and adds one at most, and so flips two bits at most.
    """
    matrix = letters(words)
    made = np.zeros(len(words), dtype=np.uint64)
    latin = np.zeros(matrix.shape, dtype=bool)
    for number, letter in enumerate(_LATIN):
        found = matrix == ord(letter)
        latin |= found
        times = found.sum(axis=1)
        made |= (times >= 1).astype(np.uint64) << np.uint64(2 * number)
        made |= (times >= 2).astype(np.uint64) << np.uint64(2 * number + 1)
    other = ~latin & (matrix > 0)
    for number in range(_OTHERS):
        found = (other & (matrix % _OTHERS == number)).any(axis=1)
        made |= found.astype(np.uint64) << np.uint64(2 * len(_LATIN) + number)
    return made


def signature(word: str) -> np.uint64:
    """The signature of one word."""
    made = 0
    for letter in word:
        if "a" <= letter <= "z":
            bit = 1 << 2 * (ord(letter) - ord("a"))
            made |= bit << 1 if made & bit else bit
        else:
            made |= 1 << 2 * len(_LATIN) + ord(letter) % _OTHERS
    return np.uint64(made)


def distances(word: str, others: Sequence[str]) -> Distances:
    """Measure the slips from a word to each of the others."""
    if not others:
        return Distances(np.zeros(0, dtype=np.int16), np.zeros(0, dtype=np.int16))
    matrix = letters(others)
    lengths = np.count_nonzero(matrix, axis=1)
    reached = _last_row([ord(letter) for letter in word], matrix)
    columns = np.arange(reached.shape[1])
    within = np.where(columns[None, :] <= lengths[:, None], reached, np.int16(len(word)))
    return Distances(reached[np.arange(len(others)), lengths], within.min(axis=1))


def _last_row(word: Sequence[int], matrix: NDArray[np.uint32]) -> NDArray[np.int16]:
    """Slips from the whole word to each start of each other: the last row of each table."""
    many, width = matrix.shape
    before = np.zeros((many, width + 1), dtype=np.int16)
    row = np.tile(np.arange(width + 1, dtype=np.int16), (many, 1))
    for at, letter in enumerate(word):
        two_before, before = before, row
        row = np.empty_like(before)
        row[:, 0] = at + 1
        differs = (matrix != letter).astype(np.int16)
        changed = before[:, :-1] + differs
        left_out = before[:, 1:] + 1
        row[:, 1:] = np.minimum(changed, left_out)
        if at > 0 and width > 1:
            swapped = (matrix[:, :-1] == letter) & (matrix[:, 1:] == word[at - 1])
            cheaper = np.minimum(row[:, 2:], two_before[:, :-2] + 1)
            row[:, 2:] = np.where(swapped, cheaper, row[:, 2:])
        for column in range(1, width + 1):  # a letter put in builds on the cell beside it
            np.minimum(row[:, column], row[:, column - 1] + 1, out=row[:, column])
    return row


def _nothing(many: int) -> NDArray[np.uint32]:
    return np.zeros((many, 0), dtype=np.uint32)
