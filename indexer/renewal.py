"""A ledger renewed: some threads taken out, others put in, everything numbered anew.

No post that stays is read again: its facts are carried over as arrays. The result is what a ledger
made of all posts would be, but for keys and rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexer.columns import UNKNOWN, Marks
from indexer.ledger import CODED, FACTS, PASSAGES, Ledger, ranges

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from contract import Author, Post
    from indexer.ledger import Column

    AskPosts = Callable[[Sequence[str]], Mapping[str, Post]]


def renewed(old: Ledger, gone: Collection[str], new: Ledger, posts: AskPosts) -> Ledger:
    """The posts of `old` without the threads `gone`, and those of `new`.

    `posts` gives posts by their ids; it is asked for the few from which an author must be told
    whose last post has gone.
    """
    return _Renewal(old, gone, new).ledger(posts)


class _Renewal:
    """Two ledgers on their way into one."""

    def __init__(self, old: Ledger, gone: Collection[str], new: Ledger) -> None:
        self._old, self._new, gone = old, new, frozenset(gone)
        self._threads = sorted({*(one for one in old.threads if one not in gone), *new.threads})
        number = {one: at for at, one in enumerate(self._threads)}
        numbers = [number.get(one, UNKNOWN) for one in (*old.threads, *new.threads)]
        table = np.array(numbers, dtype=np.int32)
        thread = table[self._coded("thread", len(old.threads))]
        stays = np.ones(len(thread), dtype=bool)
        stays[old.in_threads(gone)] = False
        found = np.flatnonzero(stays)
        # where each post comes from: its ordinal in `old`, or past all those the one in `new`
        self._taken = found[np.argsort(thread[found], kind="stable")]
        self._thread = thread[self._taken]

    def ledger(self, posts: AskPosts) -> Ledger:
        """Make the one."""
        old, new, taken = self._old, self._new, self._taken
        ids = [*old.ids, *new.ids]
        sources, source = _recoded(
            [*old.sources, *new.sources], self._coded("source", len(old.sources))[taken]
        )
        known = [one.author_id for one in (*old.authors, *new.authors)]
        names, author = _recoded(known, self._coded("author", len(old.authors))[taken])
        coded: dict[str, Column] = {"source": source, "thread": self._thread, "author": author}
        facts = {name: _joined(old.facts[name], new.facts[name])[taken] for name in FACTS}
        facts |= {name: coded[name].astype(kind) for name, kind in CODED.items()}
        counts = _joined(old.counts, new.counts)
        passages = ranges((np.cumsum(counts) - counts)[taken], counts[taken])
        return Ledger(
            threads=self._threads,
            ids=[ids[at] for at in taken.tolist()],
            facts=facts,
            sources=sources,
            authors=self._authors(names, author, posts),
            marks=self._marks(),
            counts=counts[taken],
            passages={
                name: _joined(old.passages[name], new.passages[name])[passages] for name in PASSAGES
            },
        )

    def _coded(self, name: str, names: int) -> NDArray[np.int64]:
        """Codes of all posts of both, into the names of both; there are so many of the old."""
        first, second = (one.facts[name].astype(np.int64) for one in (self._old, self._new))
        return np.concatenate([first, np.where(second == UNKNOWN, UNKNOWN, second + names)])

    def _authors(
        self, names: Sequence[str], codes: NDArray[np.int64], posts: AskPosts
    ) -> list[Author]:
        """What the last post of each says; the post itself is asked where no ledger has it."""
        old, new = self._old, self._new
        told_old = {one.author_id: one for one in old.authors}
        told_new = {one.author_id: one for one in new.authors}
        last = self._taken[_last(codes, len(names))]
        last_old = _last(old.facts["author"], len(old.authors))
        was_last = {one.author_id: at for one, at in zip(old.authors, last_old, strict=True)}
        found = {
            name: told_new[name] if at >= len(old.ids) else told_old[name]
            for name, at in zip(names, last.tolist(), strict=True)
            if at >= len(old.ids) or was_last[name] == at
        }
        asked = {
            name: old.ids[at]
            for name, at in zip(names, last.tolist(), strict=True)
            if name not in found
        }
        known = posts(list(asked.values())) if asked else {}
        for name, post_id in asked.items():
            author = known[post_id].author if post_id in known else None
            found[name] = author or told_old[name]  # it has changed since: the next build knows it
        return [found[name] for name in names]

    def _marks(self) -> Marks:
        old, new = self._old.marks, self._new.marks
        place = np.full(len(self._old.ids) + len(self._new.ids), UNKNOWN, dtype=np.int64)
        place[self._taken] = np.arange(len(self._taken))
        names, numbers, ordinals = old.pairs()
        more, new_numbers, new_ordinals = new.pairs()
        numbers = np.concatenate([numbers, new_numbers + len(names)])
        ordinals = place[np.concatenate([ordinals, new_ordinals + len(self._old.ids)])]
        stays = ordinals != UNKNOWN
        all_names, numbers = _recoded([*names, *more], numbers[stays])
        return Marks.of(all_names, numbers, ordinals[stays])


def _joined(first: Column, second: Column) -> Column:
    return np.concatenate([first, second])


def _recoded(names: Sequence[str], codes: NDArray[np.int64]) -> tuple[list[str], NDArray[np.int64]]:
    """The names that are in use, each once and in order, and the codes into those."""
    in_use = np.unique(codes).tolist()
    listed = sorted({names[code] for code in in_use if code != UNKNOWN})
    number = {name: at for at, name in enumerate(listed)}
    table = np.array([*(number.get(name, UNKNOWN) for name in names), UNKNOWN], dtype=np.int64)
    return listed, table[codes]


def _last(codes: NDArray[np.integer], names: int) -> NDArray[np.int64]:
    """For each code the last place where it stands; 0 where nowhere."""
    last = np.zeros(names, dtype=np.int64)
    known = np.flatnonzero(codes != UNKNOWN)
    np.maximum.at(last, codes[known], known)
    return last
