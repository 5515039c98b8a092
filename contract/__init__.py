"""What the stages promise one another: the record, the settings, the errors and the clock.

Nothing in here reads a file, opens a connection or asks the time.
"""

from contract.clock import Clock, FixedClock, SystemClock
from contract.errors import AskaroundError
from contract.record import Author, Post, Signals, Tombstone, Usage, content_hash
from contract.settings import Settings, SourceSettings
from contract.settings_reader import parse_settings

__all__ = [
    "AskaroundError",
    "Author",
    "Clock",
    "FixedClock",
    "Post",
    "Settings",
    "Signals",
    "SourceSettings",
    "SystemClock",
    "Tombstone",
    "Usage",
    "content_hash",
    "parse_settings",
]
