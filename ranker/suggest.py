"""What to suggest while somebody types: titles, people, tags and places.

Everybody gets the same suggestions, made of what everybody may read: nothing can be learned from
them that a search would not show. Every title is read from the archive before it is named, so that
one that was deleted, hidden or edited a moment ago is not, or reads as it does now.
"""

from __future__ import annotations

import bisect
import re
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from indexer.columns import BOT, KINDS, UNKNOWN
from indexer.marks import PUBLIC, may_be_shown
from indexer.suggestions import FOLDER, Titles, starts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from contract import Settings
    from crawler.archive import Archive
    from indexer.library import Reading
    from indexer.snapshot import Snapshot

    Mask = NDArray[np.bool_]

LOOKED_AT = 4
"""Titles read for each one wanted: some are twice the same, and the better beginning goes first."""

NAMES = 2
"""People, tags and places each, beside the titles: whoever types seldom means one of them."""

COMMENT = KINDS.index("comment")

SHORTEST = 2
"""Letters typed of a word before a name is suggested: one letter begins everybody's."""

_LAST = chr(sys.maxunicode)
_SAFE = re.compile(r"[\w.+#-]+")
"""A value that a filter takes without quotes."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to search for."""

    kind: Literal["title", "person", "tag", "source"]
    text: str
    """As it is shown."""
    query: str
    """What to search for where it is chosen."""
    thread_id: str | None = None
    """The thread that has this title."""


@dataclass(frozen=True, slots=True)
class _Named:
    """What is suggested by its name: a person, a tag or a place."""

    suggestion: Suggestion
    words: tuple[str, ...]
    authors: tuple[int, ...] = ()
    """A person's accounts; whoever has none is found by `mark`."""
    mark: str = ""


class _Index:
    """Everything that may be suggested from one generation, dead or alive."""

    def __init__(self, generation: int, snapshot: Snapshot, settings: Settings) -> None:
        self.generation = generation
        self.titles = _titles(snapshot)
        posts = self.titles.posts if self.titles else ()
        ordinals = [snapshot.ordinals.get(post_id, UNKNOWN) for post_id in posts]
        self.ordinals: NDArray[np.int64] = np.array(ordinals, dtype=np.int64)
        """Of the opening post of each title; UNKNOWN where the generation does not hold it."""
        living = _Living(snapshot, np.zeros(0, dtype=np.int32))
        named = [*_people(snapshot), *_marked(snapshot, settings)]
        self.named = sorted(named, key=lambda one: (-living.posts(one), one.suggestion.text))
        """People, tags and places, those of most posts that everybody may read first."""
        self.words = sorted((word, at) for at, one in enumerate(self.named) for word in one.words)


class _Living:
    """What of a generation everybody may read, without what has died since."""

    def __init__(self, snapshot: Snapshot, dead: NDArray[np.int32]) -> None:
        self._marks, columns = snapshot.marks, snapshot.columns
        self.mask = snapshot.marks.mask([PUBLIC], len(snapshot))
        self.mask[dead] = False
        replies = self.mask & (columns.position > 0) & (columns.kind != COMMENT)
        replies &= (columns.author != UNKNOWN) & (columns.roles & BOT == 0)
        authors = len(snapshot.names.authors)
        self._replies = np.bincount(columns.author[replies], minlength=authors)

    def posts(self, one: _Named) -> int:
        """How many posts speak for a name: replies of a person, whatever bears a mark."""
        if one.authors:
            return int(self._replies[list(one.authors)].sum())
        return int(self.mask[self._marks.bearing(one.mark)].sum())


class Suggester:
    """Suggests from one generation as it stands after some deletions."""

    def __init__(self, reading: Reading, index: _Index) -> None:
        self._index = index
        self._living = _Living(reading.finder.snapshot, reading.dead)
        self._alive = (index.ordinals != UNKNOWN) & self._living.mask[index.ordinals]

    def suggest(
        self, typed: str, archive: Archive, now: datetime, count: int
    ) -> tuple[Suggestion, ...]:
        """The best suggestions for what was typed so far, titles first."""
        named = tuple(self._by_name(typed))[: count // 2]
        titles = self._by_title(typed, archive, now, count - len(named))
        return (*titles, *named)

    def _by_title(
        self, typed: str, archive: Archive, now: datetime, count: int
    ) -> tuple[Suggestion, ...]:
        known_titles = self._index.titles
        if known_titles is None:
            return ()
        found = known_titles.starting(typed, self._alive, count)[: LOOKED_AT * count]
        ids = [known_titles.posts[at] for at in found.tolist()]
        known = archive.get(ids)
        shown = [known[i] for i in ids if i in known and may_be_shown(known[i], (), now)]
        titles: dict[str, Suggestion] = {}
        for post in shown:
            title = " ".join(post.title.split())
            suggestion = Suggestion("title", title, title, post.thread_id)
            if title:
                titles.setdefault(title.casefold(), suggestion)
        opening = starts(typed)[:1]
        best = sorted(titles.values(), key=lambda one: not _opens(one.text, opening))
        return tuple(best[:count])

    def _by_name(self, typed: str) -> Iterator[Suggestion]:
        """People, tags and places with a word for each word typed, those of most posts first."""
        asked = starts(typed)
        longest = max(asked, key=len, default="")
        if len(longest) < SHORTEST:
            return
        words, edges = self._index.words, (longest, longest + _LAST)
        begun = (bisect.bisect_left(words, (edge,)) for edge in edges)
        left: dict[str, int] = dict.fromkeys(("person", "tag", "source"), NAMES)
        for at in sorted({at for _, at in words[slice(*begun)]}):
            one = self._index.named[at]
            kind = one.suggestion.kind
            if left[kind] > 0 and _fits(asked, one.words) and self._living.posts(one):
                left[kind] -= 1
                yield one.suggestion


class Suggestions:
    """A suggester for every state of the index. Safe to share between threads."""

    def __init__(self, archive: Archive, settings: Settings) -> None:
        self._archive = archive
        self._settings = settings
        self._lock = threading.Lock()
        self._index: _Index | None = None
        self._kept: tuple[tuple[int, bytes], Suggester] | None = None

    def suggest(
        self, typed: str, reading: Reading, now: datetime, count: int
    ) -> tuple[Suggestion, ...]:
        """The best suggestions for what was typed so far."""
        return self._suggester(reading).suggest(typed, self._archive, now, count)

    def _suggester(self, reading: Reading) -> Suggester:
        state = reading.version[0], reading.dead.tobytes()
        with self._lock:
            if self._kept is None or self._kept[0] != state:
                self._kept = state, Suggester(reading, self._of_generation(reading))
            return self._kept[1]

    def _of_generation(self, reading: Reading) -> _Index:
        number, index = reading.version[0], self._index
        if index is None or index.generation != number:
            index = self._index = _Index(number, reading.finder.snapshot, self._settings)
        return index


def _titles(snapshot: Snapshot) -> Titles | None:
    """None where the generation has none."""
    try:
        return Titles.load(snapshot.folder / FOLDER)
    except FileNotFoundError:
        return None


def _people(snapshot: Snapshot) -> Iterator[_Named]:
    """Everybody under the name they show; who has answered in public is asked later."""
    accounts: dict[str, list[int]] = {}
    for at, author in enumerate(snapshot.names.authors):
        if author.name.strip() and '"' not in author.name:  # else no filter could ask for it
            accounts.setdefault(author.name, []).append(at)
    for name, known in accounts.items():
        found = Suggestion("person", name, f"author:{_quoted(name)} ")
        yield _Named(found, tuple(starts(name)), authors=tuple(known))


def _marked(snapshot: Snapshot, settings: Settings) -> Iterator[_Named]:
    """Tags and places."""
    titles = {source.name: source.title for source in settings.source}
    for mark in snapshot.marks.names("tag"):
        tag = mark.partition(":")[2]
        found = Suggestion("tag", tag, f"tag:{_quoted(tag)} ")
        yield _Named(found, tuple(starts(tag)), mark=mark)
    for name in snapshot.names.sources:
        title = titles.get(name, name)
        found = Suggestion("source", title, f"source:{name} ")
        yield _Named(found, tuple(starts(title)), mark=f"source:{name}")


def _quoted(value: str) -> str:
    return value if _SAFE.fullmatch(value) else f'"{value}"'


def _fits(asked: Sequence[str], words: Iterable[str]) -> bool:
    """Whether each word asked for begins a word of its own."""
    left = list(words)
    for word in asked:
        held = next((one for one in left if one.startswith(word)), None)
        if held is None:
            return False
        left.remove(held)
    return True


def _opens(title: str, opening: Sequence[str]) -> bool:
    """Whether a title begins with what was typed first."""
    words = starts(title)
    return bool(words and opening) and words[0].startswith(opening[0])
