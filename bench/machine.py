"""Where and when something was measured: without this a number means nothing."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

from contract import SystemClock

CPUS = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What a table says of the place it was made in."""

    date: str
    commit: str
    """Short hash, with a plus where files have been changed since; empty where there is none."""
    cores: int
    processor: str
    system: str
    python: str
    load: float
    """Processes that wanted to run in the minute before, ours not among them; above 0 the machine
    was shared."""

    def __str__(self) -> str:
        return (
            f"{self.date}, commit {self.commit or 'none yet'}, {self.cores} cores "
            f"({self.processor}), {self.system}, Python {self.python}, load before {self.load:.1f}"
        )


def this_machine() -> Machine:
    """The machine as it is now."""
    return Machine(
        date=SystemClock().now().date().isoformat(),
        commit=_commit(),
        cores=os.cpu_count() or 1,
        processor=_processor(),
        system=platform.system(),
        python=platform.python_version(),
        load=os.getloadavg()[0],
    )


def _commit() -> str:
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty=+"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError:
        return ""
    return said.stdout.strip()


def _processor() -> str:
    if CPUS.exists():
        for line in CPUS.read_text("utf-8", "replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
