"""How everything grows with the posts: wait, memory, time to build and to bring up to date.

    python -m bench.scale COMMUNITY [--posts N ...] [--vectors N] [--data DIR]

COMMUNITY is a folder with `<site>.posts.jsonl.gz`. Past what is there, posts are mixed of two real
ones (`bench.growing`). Passages that `bench.run` has embedded below `--data` keep their vectors;
all others get one near a real one (`bench.stand_in`), written through the product's own embedding
cache, so that the rest of a build is the product's. What embedding them would have taken is told
from the model's own pace, measured on real passages in the same run. Questions are embedded by the
model. Build times are of the processor: no other work on the machine counts.

Each measurement is a process of its own, on one core where the system lets a process choose.
Prints Markdown and draws plots in bench/plots/.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bench import scaled
from bench.apart import apart
from bench.growing import first, growing
from bench.machine import this_machine
from bench.plot import plot
from bench.scaled import Made, Waited
from bench.table import table
from cli.workplace import say
from contract import SystemClock
from crawler.archive import Archive
from crawler.imports import keep
from crawler.store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.table import Cell

RESULTS, PLOTS = Path(__file__).parent / "results", Path(__file__).parent / "plots"

POSTS = (10_000, 30_000, 100_000)

CHANGED = 0.01
"""Share of the posts that an update finds edited, new or deleted."""

TIMED = 300
"""Passages embedded to learn the model's pace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Everything measured at one size."""

    full: Made
    update: Made
    hybrid: Waited
    words: Waited
    embedded_per_s: float

    @property
    def encode_s(self) -> float:
        """What the model alone would need for all passages."""
        return self.full.passages / self.embedded_per_s

    @property
    def overhead(self) -> float:
        """What a build takes beyond the model's own time, as a share of that."""
        return self.full.cpu_s / self.encode_s

    @property
    def update_share(self) -> float:
        """What an update takes of a full build, with the model's time in both."""
        new_s = self.update.embedded / self.embedded_per_s
        return (self.update.cpu_s + new_s) / (self.full.cpu_s + self.encode_s)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure at each size, print, plot and keep."""
    args = _arguments().parse_args(arguments)
    kept = [path.absolute() for path in sorted((args.data / "bench-embeddings").glob("*"))]
    steps: list[Step] = []
    with tempfile.TemporaryDirectory(dir=args.scratch) as scratch:
        data = Path(scratch)
        threads, held = growing(args.community), 0
        for size in sorted(args.posts):
            say(f"{size:,} posts: gathering")
            archive = Archive(Store(data / "archive.db"), SystemClock())
            held += keep(archive, first(threads, size - held))
            steps.append(_step(data, kept, args))
    print(f"{this_machine()}\n\n{told(steps)}")
    if args.vectors:
        waited = apart(scaled.vectors_asked, kept, args.vectors, args.questions)
        print(f"\n{args.vectors:,} vectors alone: {waited}")
    _keep(steps)
    return 0


def told(steps: Sequence[Step]) -> str:
    """One line a size."""
    rows: list[list[Cell]] = []
    for step in steps:
        row: list[Cell] = [f"{step.full.posts:,}", step.full.passages]
        row += [f"{ms:.1f}" for ms in (*step.hybrid.wall_ms, *step.hybrid.cpu_ms)]
        row += [f"{ms:.1f}" for ms in (*step.words.wall_ms, *step.words.cpu_ms)]
        row += [round(step.hybrid.held_mb), round(step.hybrid.peak_mb), round(step.full.cpu_s)]
        row += [f"{step.overhead:.1%}", f"{step.update.cpu_s:.1f}", f"{step.update_share:.1%}"]
        rows.append([*row, round(step.full.bytes / 1e6), round(step.full.peak_mb)])
    four = ("p50", "p95", "CPU p50", "CPU p95")
    head = ["posts", "passages", *(f"hybrid {one} ms" for one in four)]
    head += [*(f"words {one} ms" for one in four), "RSS MB", "peak MB", "build CPU s"]
    head += ["of the model's time", "update CPU s", "of a full build", "index MB"]
    return table([*head, "peak MB building"], rows)


def _step(data: Path, kept: Sequence[Path], args: argparse.Namespace) -> Step:
    per_s = apart(scaled.pace, data, TIMED)
    size = Archive(Store(data / "archive.db"), SystemClock()).count()
    say(f"{size:,} posts: building")
    index = data / f"index-{size}"
    full = apart(scaled.made, data, index, kept)
    words_index = data / f"words-{size}"
    apart(scaled.made, data, words_index, None)
    asked = scaled.questions(data, args.questions)
    say(f"{size:,} posts: asking")
    hybrid = apart(scaled.asked, data, index, asked, by_meaning=True)
    words = apart(scaled.asked, data, words_index, asked, by_meaning=False)
    say(f"{size:,} posts: changing {CHANGED:.0%} of them")
    apart(scaled.changed, data, CHANGED)
    update = apart(scaled.made, data, index, kept)
    return Step(full=full, update=update, hybrid=hybrid, words=words, embedded_per_s=per_s)


def _keep(steps: Sequence[Step]) -> None:
    RESULTS.mkdir(exist_ok=True)
    encoded = msgspec.json.format(msgspec.json.encode(steps), indent=1)
    (RESULTS / "scale.json").write_bytes(encoded)
    if len(steps) < 2:
        return
    PLOTS.mkdir(exist_ok=True)
    waits = {
        "hybrid, p95": [(step.full.posts, step.hybrid.wall_ms[1]) for step in steps],
        "hybrid, p50": [(step.full.posts, step.hybrid.wall_ms[0]) for step in steps],
        "words alone, p95": [(step.full.posts, step.words.wall_ms[1]) for step in steps],
    }
    builds = {
        "full build": [(step.full.posts, step.full.cpu_s) for step in steps],
        f"update of {CHANGED:.0%}": [(step.full.posts, step.update.cpu_s) for step in steps],
    }
    waits_svg = plot("Wait for a page of results", "posts", "milliseconds", waits)
    (PLOTS / "scale-waits.svg").write_text(waits_svg, "utf-8")
    builds_svg = plot("Building, without embedding", "posts", "CPU seconds", builds)
    (PLOTS / "scale-builds.svg").write_text(builds_svg, "utf-8")


def _arguments() -> argparse.ArgumentParser:
    takes = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    takes.add_argument("community", type=Path, help="folder with <site>.posts.jsonl.gz")
    takes.add_argument("--posts", type=int, nargs="+", default=POSTS, metavar="N")
    takes.add_argument("--vectors", type=int, default=0, metavar="N", help="of an index alone")
    takes.add_argument("--questions", type=int, default=500, metavar="N", help="asked at most")
    takes.add_argument(
        "--data", type=Path, default=Path("data"), metavar="DIR", help="has vectors of bench.run"
    )
    takes.add_argument("--scratch", type=Path, metavar="DIR", help="room for archive and indexes")
    return takes


if __name__ == "__main__":
    sys.exit(main())
