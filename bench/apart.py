"""One measurement, one process: nothing that another has loaded or kept warm counts for it."""

from __future__ import annotations

import multiprocessing
import resource
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Given = ParamSpec("Given")
Found = TypeVar("Found")

STATUS = Path("/proc/self/status")


def apart(measure: Callable[Given, Found], *given: Given.args, **named: Given.kwargs) -> Found:
    """Call a function of a module in a fresh process and return what it returns."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=fresh) as pool:
        return pool.submit(measure, *given, **named).result()


def peak_mb() -> float:
    """The most memory this process has had in use, in megabytes of 10^6 bytes.

    On Linux `ru_maxrss` would be wrong: a new process starts with its parent's.
    """
    if STATUS.exists():
        return _status_mb("VmHWM")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most * 1024 / 1e6


def held_mb() -> float:
    """What this process has in use now, in megabytes of 10^6 bytes; its most where nobody says."""
    return _status_mb("VmRSS") if STATUS.exists() else peak_mb()


def _status_mb(name: str) -> float:
    lines = STATUS.read_text("ascii", "replace").splitlines()
    line = next(line for line in lines if line.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024 / 1e6
