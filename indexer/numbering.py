"""Keys and rows: the numbers by which the sealed indexes know a post and its passages.

What is as it was keeps its number, so that nothing of it is written or embedded again. A number is
given once; what no post holds any more has to be taken out of the index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from indexer.passages import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from indexer.ledger import Ledger


class Held(NamedTuple):
    """What is known of a post that is as it was."""

    key: int
    likeness: int
    spans: Sequence[Span]
    hashes: Sequence[bytes]


class Numbering:
    """Gives numbers to what is indexed. `keys` and `rows` are the first that are free."""

    def __init__(self, keys: int = 0, rows: int = 0) -> None:
        self.keys = keys
        self.rows = rows
        self._held: dict[str, tuple[int, Held]] = {}
        self._rows: dict[bytes, list[int]] = {}

    @classmethod
    def after(
        cls, ledger: Ledger, ordinals: NDArray[np.int64], *, keys: int, rows: int
    ) -> Numbering:
        """Go on from a ledger of which these posts are looked at again."""
        made = cls(keys, rows)
        facts = (ledger.facts[name][ordinals].tolist() for name in ("entry", "key", "likeness"))
        of = ledger.passages_of(ordinals)
        hashes = [one.tobytes() for one in ledger.passages["hashes"][of]]
        spans = [Span(*one) for one in ledger.passages["spans"][of].tolist()]
        for name, row in zip(hashes, ledger.passages["row"][of].tolist(), strict=True):
            made._rows.setdefault(name, []).append(row)
        last = 0
        for at, entry, key, likeness in zip(ordinals.tolist(), *facts, strict=True):
            first, last = last, last + int(ledger.counts[at])
            held = Held(key, likeness, spans[first:last], hashes[first:last])
            made._held[ledger.ids[at]] = entry, held
        return made

    def held(self, post_id: str, entry: int) -> Held | None:
        """What is known of a post of which `entry` is the digest; None where that is another.

        It keeps its key then.
        """
        known = self._held.get(post_id)
        if known is None or known[0] != entry:
            return None
        del self._held[post_id]
        return known[1]

    def key(self) -> int:
        """A new key."""
        self.keys += 1
        return self.keys - 1

    def row(self, name: bytes) -> tuple[int, bool]:
        """The row of a passage by the name of its text, and whether it is a new one."""
        if free := self._rows.get(name):
            return free.pop(0), False
        self.rows += 1
        return self.rows - 1, True

    def unused(self) -> list[int]:
        """Keys of which nothing must be found any more."""
        return sorted(held.key for _, held in self._held.values())
