"""Build one rival's index and report on it, or open it and answer.

python -m bench.rivals build|ask RIVAL CORPUS FOLDER [--vectors DIR]
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from pathlib import Path

from bench.apart import peak_mb
from bench.rivals import Given, read
from bench.talk import answer, report, size


def main() -> int:
    """Do the one task a process was started for."""
    takes = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    takes.add_argument("task", choices=("build", "ask"))
    takes.add_argument("rival", help="a module beside this one")
    takes.add_argument("corpus", type=Path, help="lines of JSON: _id, title and text")
    takes.add_argument("folder", type=Path, help="where its index lies")
    takes.add_argument("--vectors", type=Path, help="where vectors are kept between runs")
    args = takes.parse_args()
    rival = importlib.import_module(f"bench.rivals.{args.rival}")
    if args.task == "ask":
        answer(rival.opened(args.folder))
        return 0
    given = Given(documents=read(args.corpus), vectors=args.vectors)
    args.folder.mkdir(parents=True)
    started, used = time.perf_counter(), time.process_time()
    rival.build(given, args.folder)
    seconds, cpu_s = time.perf_counter() - started, time.process_time() - used
    report({"seconds": seconds, "cpu_s": cpu_s, "bytes": size(args.folder), "peak_mb": peak_mb()})
    return 0


if __name__ == "__main__":
    sys.exit(main())
