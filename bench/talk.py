"""One process a system, asked many questions at a time: a line of JSON in, a line of JSON out.

Each system keeps its process, so that all of them stay warm while they take turns. Only the
standard library is used: the rivals run in an environment without ours.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bench.apart import peak_mb

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Search = Callable[[str], Sequence[str]]
    """From words to the ids of the best documents, best first."""

ROOT = Path(__file__).parent.parent

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
}
"""Every library that could take more is told to take one, and none looks for a hub."""


@dataclass(slots=True)
class Told:
    """What one system has answered so far."""

    ids: list[list[str]] = field(default_factory=list)
    """Of each question, best first."""
    wall_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    """The process's own time: what is left of the wait on a machine nobody shares."""
    peak_mb: float = 0.0


def answer(search: Search) -> None:
    """Answer every line of questions until there are no more: the life of a system's process."""
    out = _own_output()
    for line in sys.stdin:
        told = Told()
        for text in json.loads(line):
            started, used = time.perf_counter(), time.process_time()
            found = list(search(text))
            told.cpu_ms.append((time.process_time() - used) * 1000)
            told.wall_ms.append((time.perf_counter() - started) * 1000)
            told.ids.append(found)
        _say(out, [told.ids, told.wall_ms, told.cpu_ms, peak_mb()])


def report(said: Mapping[str, object]) -> None:
    """Say the one thing a process was started for."""
    _say(_own_output(), said)


class Partner:
    """A process that answers. Use it as a context: it ends there."""

    def __init__(self, command: Sequence[str]) -> None:
        self.told = Told()
        self._process = subprocess.Popen(  # noqa: S603  our own modules
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | ONE_THREAD,
        )

    def __enter__(self) -> Partner:
        return self

    def __exit__(self, *trouble: object) -> None:
        self._process.communicate()

    def ask(self, texts: Sequence[str], *, count: bool = True) -> None:
        """Ask these questions one after the other; what is not to `count` only warms it up."""
        if self._process.stdin is None or self._process.stdout is None:
            raise ValueError("the process was started without pipes")
        self._process.stdin.write(f"{json.dumps(list(texts))}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args!r} ended early; what it said is above")
        ids, wall_ms, cpu_ms, self.told.peak_mb = json.loads(line)
        if count:
            self.told.ids += ids
            self.told.wall_ms += wall_ms
            self.told.cpu_ms += cpu_ms


def size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def once(command: Sequence[str]) -> dict[str, float]:
    """Start a process that reports one thing, and what it reported."""
    done = subprocess.run(  # noqa: S603  our own modules
        command,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | ONE_THREAD,
        check=True,
    )
    said: dict[str, float] = json.loads(done.stdout)
    return said


def _own_output() -> int:
    """Standard output for us alone: what libraries print goes to standard error."""
    own = os.dup(1)
    os.dup2(2, 1)
    return own


def _say(out: int, said: object) -> None:
    with os.fdopen(os.dup(out), "w") as file:
        file.write(f"{json.dumps(said)}\n")
