"""Ask a question and read the answer and the results."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

from cli.workplace import Workplace, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from ranker.results import Answer, Result, Results

WIDTH = 96

NOTHING = (
    "Nothing found: check the spelling, try fewer words or only the error message, "
    "or leave out what narrows the search."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("query", help="what you would type into the box")
    parser.add_argument("--json", action="store_true", help="the JSON of /api/v1/search")
    parser.add_argument("--explain", action="store_true", help="the parts of every score")
    parser.add_argument("--verbatim", action="store_true", help="correct no word of the query")
    parser.add_argument("--newest", action="store_true", help="the newest results first")
    parser.add_argument("--limit", type=int, default=10, metavar="N", help="most results")


def run(args: argparse.Namespace) -> int:
    """Search; 1 where nothing was found."""
    from ranker import as_json

    ranker = Workplace.of(args).ranker
    found = ranker.search(
        args.query,
        limit=max(1, args.limit),
        verbatim=args.verbatim,
        order="newest" if args.newest else "relevance",
    )
    if args.json:
        print(json.dumps(as_json.results(found), ensure_ascii=False, indent=2))
    else:
        if found.searched:
            say(f"Showing results for “{found.searched}”; --verbatim searches as typed.")
        elif found.did_you_mean:
            say(f"Did you mean “{found.did_you_mean}”?")
        for notice in found.notices:
            say(notice)
        print("\n".join(_page(found, explain=args.explain, newest=args.newest)))
        if not found.results:
            say(NOTHING)
    return 0 if found.results else 1


def _page(found: Results, *, explain: bool, newest: bool) -> Iterator[str]:
    if found.answer is not None:
        yield from _answer(found.answer)
    elif found.results:
        yield f"No good answer yet; these come {'near' if newest else 'nearest'}.\n"
    for number, result in enumerate(found.results, start=1):
        yield from _result(number, result, explain=explain)
    if found.experts:
        yield "Who knows: " + "; ".join(f"{one.name} ({one.why[0]})" for one in found.experts)
    if found.places:
        yield f"Where to ask: {found.places[0].title}: {', '.join(found.places[0].why)}"
    yield f"{found.total} {'result' if found.total == 1 else 'results'} in {found.took_ms:.0f} ms"


def _answer(answer: Answer) -> Iterator[str]:
    author = answer.post.author.name if answer.post.author else "unknown"
    yield textwrap.indent(answer.text, "  │ ")
    yield f"  — {author}, {', '.join(answer.why)}"
    yield f"    {answer.post.url}  (confidence {answer.confidence:.0%})\n"


def _result(number: int, result: Result, *, explain: bool) -> Iterator[str]:
    yield f"{number}. {result.title}  [{result.post.source}]"
    text = "".join(run for run, _ in result.snippet)
    yield textwrap.indent(textwrap.fill(text, WIDTH), "   ")
    yield f"   {', '.join(result.why)}"
    yield f"   {result.post.url}"
    for other in result.also:
        yield f"   also at {other.source}: {other.title} {other.url}"
    if explain:
        terms = "  ".join(f"{part.name} {part.value:+.4f}" for part in result.parts)
        yield f"   score {result.score:.4f} = {terms}"
    yield ""
