"""Threads of mails, put together from what each says it answers.

The idea is that of https://www.jwz.org/doc/threading.html: what a message answers may be missing,
and still has its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What tells a message's place among others."""

    key: str
    """The hash of its Message-ID, as Mailman writes it."""
    parents: tuple[str, ...]
    """Keys of the messages it says it answers, the thread's first one first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a message stands: keys of its thread and of what it answers (None: it opens one)."""

    thread: str
    parent: str | None
    position: int


class Threads:
    """Knows where each message stands, once it has seen the envelopes of all of them."""

    def __init__(self, envelopes: Iterable[Envelope]) -> None:
        self._parents: dict[str, tuple[str, ...]] = {}
        for envelope in envelopes:
            self._parents.setdefault(envelope.key, envelope.parents)
        self._missing: dict[str, str] = {}
        for named in self._parents.values():  # a message that is not here still has its place
            self._missing.update(zip(named[1:], named, strict=False))
        self._roots: dict[str, str] = {}
        self._lengths: dict[str, int] = {}

    def place(self, envelope: Envelope) -> Place:
        """Say where the message stands; asked in the order of the messages, for each once."""
        root = self._root(envelope.key)
        parent = self._answered(envelope.key)
        if root == envelope.key or parent is None:
            return Place(thread=root, parent=None, position=0)
        position = max(self._lengths.get(root, 0) + 1, len(envelope.parents))
        self._lengths[root] = position
        return Place(thread=root, parent=parent, position=position)

    def _answered(self, key: str) -> str | None:
        """The nearest message that is here; where none is, the nearest that is named."""
        parents = self._parents.get(key)
        if parents is None:
            return self._missing.get(key)
        nearest = parents[-1] if parents else None
        return next((parent for parent in reversed(parents) if parent in self._parents), nearest)

    def _root(self, key: str) -> str:
        way: dict[str, None] = {}
        above: str | None = key
        while above is not None and above not in self._roots and above not in way:
            way[key := above] = None
            above = self._answered(key)
        root = key if above is None else self._roots.get(above)
        if root is None:  # a ring of messages that say they answer each other
            ring = [*way]
            root = min(ring[ring.index(above or key) :])
        self._roots.update(dict.fromkeys(way, root))
        return root
