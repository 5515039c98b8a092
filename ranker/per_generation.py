"""What is made of a generation once, when first needed, and kept until another takes its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer.library import Reading
    from indexer.snapshot import Snapshot

Made = TypeVar("Made")


class PerGeneration(Generic[Made]):
    """Makes it of the generation at hand. Safe to share between threads."""

    def __init__(self, make: Callable[[Snapshot], Made]) -> None:
        self._make = make
        self._kept: tuple[int, Made] | None = None

    def of(self, reading: Reading) -> Made:
        """What was made of the generation that is read."""
        number, kept = reading.version[0], self._kept  # another thread may change it meanwhile
        if kept is None or kept[0] != number:
            kept = self._kept = number, self._make(reading.finder.snapshot)
        return kept[1]
