"""Hosts that want to be left alone for long, on disk: so that the next process knows it, too."""

from __future__ import annotations

import hashlib
import math
import os
from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.times import instant

if TYPE_CHECKING:
    from pathlib import Path

    from contract import Clock

LONG_S = 60.0
"""What is over sooner is not worth a file."""

LONGEST_S = 7 * 24 * 3600.0
"""Nobody is believed for longer: a slip in a header must not close a source for good."""


class Closings:
    """One small file for each, with the instant up to which it is closed."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    def left_s(self, name: str) -> float:
        """Seconds for which it stays closed; 0 where it is open."""
        file = self._file(name)
        try:
            until = instant(file.read_text("utf-8", "replace"))
        except FileNotFoundError:
            return 0.0
        left_s = 0.0 if until is None else (until - self._clock.now()).total_seconds()
        if left_s <= 0:
            file.unlink(missing_ok=True)
        return min(max(0.0, left_s), LONGEST_S)

    def keep(self, name: str, wait_s: float) -> None:
        """Keep it closed for so long, where that is long."""
        if not LONG_S <= wait_s < math.inf:
            return
        until = self._clock.now() + timedelta(seconds=min(wait_s, LONGEST_S))
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._file(name)
        written = file.with_suffix(f".{os.getpid()}")
        written.write_text(until.isoformat(), "ascii")
        written.replace(file)

    def _file(self, name: str) -> Path:
        return self._folder / hashlib.sha256(name.encode()).hexdigest()
