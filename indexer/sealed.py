"""Files that never change again, taken over by another folder without being copied."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def take_over(file: Path, folder: Path) -> None:
    """Put a sealed file into another folder of the same generations.

    Both folders name the same bytes on disk, which go with the last of them. Where the disk knows
    no hard links, the file is copied.
    """
    try:
        os.link(file, folder / file.name)
    except OSError:
        shutil.copy2(file, folder / file.name)


def is_same(file: Path, other: Path) -> bool:
    """Whether two names stand for the same bytes on disk."""
    return other.exists() and file.samefile(other)
