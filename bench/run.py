"""How fast: crawling, indexing and answering, beside what one would use instead, in the same run.

    python -m bench.run [--community DIR] [--data DIR]

The sample communities need nothing from outside. With `--community` the larger community SITE is
imported from there as well; its vectors are kept below `--data`, and the first run makes them
(about an hour on two cores). Prints Markdown, and keeps the figures in bench/results/ as JSON.
Each measurement is a process of its own; whatever else runs on the machine runs beside all of them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import msgspec

from bench import crawling, indexing, peers, querying
from bench.apart import apart
from bench.crawling import Crawl
from bench.indexing import Build
from bench.machine import Machine, this_machine
from bench.querying import Wait
from bench.table import table
from cli.workplace import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.table import Cell

RESULTS = Path(__file__).parent / "results"

SITE = "onstartups"

WHOLE, KEYWORDS, BY_WHOOSH = "Askaround", "Askaround, no model", "Askaround, no model, by Whoosh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Everything measured on one set of posts."""

    name: str
    posts_kept_per_s: float | None
    """Into the archive, from a file; None where they were crawled."""
    passages_embedded_per_s: float
    builds: dict[str, Build]
    waits: dict[str, Wait]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Everything measured in one run."""

    machine: Machine
    crawls: dict[str, list[Crawl]]
    corpora: list[Corpus]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and keep."""
    args = _arguments().parse_args(arguments)
    machine = this_machine()
    say("Crawling the sample communities")
    crawls = crawling.compared(args.rounds)
    corpora = []
    with tempfile.TemporaryDirectory() as scratch, crawling.communities() as urls:
        data = Path(scratch) / "samples"
        apart(crawling.by_us, data, urls)
        corpora.append(_corpus("sample communities", data, None, args))
    if args.community is not None:
        file = next(args.community.glob(f"{SITE}.posts.jsonl*"))
        with tempfile.TemporaryDirectory() as scratch:
            say(f"Importing {SITE}")
            count, seconds = apart(indexing.gathered, file, Path(scratch))
            corpora.append(_corpus(SITE, Path(scratch), count / seconds, args))
    run = Run(machine=machine, crawls=crawls, corpora=corpora)
    print("\n\n".join([f"{machine}", crawl_table(crawls), *map(corpus_table, corpora)]))
    RESULTS.mkdir(exist_ok=True)
    kept = RESULTS / f"{machine.date}-{machine.commit or 'no-commit'}.json"
    kept.write_bytes(msgspec.json.format(msgspec.json.encode(run), indent=1))
    return 0


def crawl_table(crawls: dict[str, list[Crawl]]) -> str:
    """Medians over the rounds; the ratio is taken within each round."""
    ours = crawls["Askaround"]
    rows: list[list[Cell]] = []
    for name, rounds in crawls.items():
        ratio = median(our.seconds / other.seconds for our, other in zip(ours, rounds, strict=True))
        pages = median(one.pages / one.seconds for one in rounds)
        posts = median(one.posts / one.seconds for one in rounds)
        rows.append([name, round(pages), round(posts), f"{ratio:.1f}", round(rounds[0].peak_mb)])
    title = f"Crawling {ours[0].pages} pages with {ours[0].posts} posts of the samples"
    head = ["", "pages/s", "posts/s", "our time over its", "peak MB"]
    return f"{title}, median of {len(ours)} rounds:\n\n{table(head, rows)}"


def corpus_table(corpus: Corpus) -> str:
    """Every way of searching the same posts; our whole answer is the measure of the others."""
    rows: list[list[Cell]] = []
    for name, build in corpus.builds.items():
        wait, seconds = corpus.waits[name], build.seconds
        if name == WHOLE:  # its own build found vectors ready
            seconds = corpus.builds[KEYWORDS].seconds
            seconds += build.passages / corpus.passages_embedded_per_s
        ratio = wait.p50_ms / corpus.waits[WHOLE].p50_ms
        row: list[Cell] = [name, round(build.posts / seconds), f"{build.bytes / 1e6:.1f}"]
        row += [f"{wait.p50_ms:.1f}", f"{wait.p95_ms:.1f}", f"{ratio:.2g}", round(wait.peak_mb)]
        rows.append(row)
    whole, asked = corpus.builds[WHOLE], corpus.waits[WHOLE].asked
    title = (
        f"{corpus.name}: {whole.posts:,} posts, {whole.passages:,} passages, {asked} questions; "
    )
    title += f"embedding {corpus.passages_embedded_per_s:.0f} passages/s"
    if corpus.posts_kept_per_s is not None:
        title += f", importing {corpus.posts_kept_per_s:,.0f} posts/s"
    head = ["", "indexed posts/s", "index MB", "p50 ms", "p95 ms", "p50 over ours", "peak MB"]
    return f"{title}:\n\n{table(head, rows)}"


def _corpus(name: str, data: Path, kept_per_s: float | None, args: argparse.Namespace) -> Corpus:
    asked = querying.questions(data, args.questions)
    say(f"{name}: indexing")
    vectors = args.data / "bench-embeddings" / name.replace(" ", "-")
    count, seconds = apart(indexing.embedded, data, args.passages, args.threads)
    builds = {
        WHOLE: apart(indexing.built, data, "tantivy", vectors),
        KEYWORDS: apart(indexing.built, data, "tantivy", None),
        BY_WHOOSH: apart(indexing.built, data, "whoosh", None),
    }
    builds |= {f"{peer} alone": apart(peers.built, peer, data) for peer in peers.PEERS}
    say(f"{name}: asking")
    waits = {
        WHOLE: apart(querying.product, data, "tantivy", asked, by_meaning=True),
        KEYWORDS: apart(querying.product, data, "tantivy", asked, by_meaning=False),
        BY_WHOOSH: apart(querying.product, data, "whoosh", asked, by_meaning=False),
    }
    waits |= {f"{peer} alone": apart(querying.peer, peer, data, asked) for peer in peers.PEERS}
    return Corpus(
        name=name,
        posts_kept_per_s=kept_per_s,
        passages_embedded_per_s=count / seconds,
        builds=builds,
        waits=waits,
    )


def _arguments() -> argparse.ArgumentParser:
    takes = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    takes.add_argument("--community", type=Path, metavar="DIR", help=f"{SITE}.posts.jsonl.gz in it")
    takes.add_argument(
        "--data", type=Path, default=Path("data"), metavar="DIR", help="keeps vectors"
    )
    takes.add_argument("--rounds", type=int, default=5, metavar="N", help="crawls of each kind")
    takes.add_argument("--questions", type=int, default=300, metavar="N", help="asked at most")
    takes.add_argument("--passages", type=int, default=500, metavar="N", help="embedded for timing")
    takes.add_argument("--threads", type=int, default=1, metavar="N", help="that embed for timing")
    return takes


if __name__ == "__main__":
    sys.exit(main())
