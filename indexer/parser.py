"""From the box to the query tree, with Whoosh's parser.

It never raises and never refuses: what it does not understand is text, and a notice says so.

    charging "error E23" -winter source:forum is:answered after:2025-06-01

Whoosh's own minus is not used: it would read the part number "LK-1047" as "LK" without "1047".
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from whoosh import query as whoosh_query
from whoosh.qparser import (
    GroupPlugin,
    OperatorsPlugin,
    PhrasePlugin,
    QueryParser,
    WhitespacePlugin,
    syntax,
)

from indexer.query import Every, Filters, Node, Phrase, Query, Some, Word, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_LETTERS = 2048
"""A whole ticket may be pasted; more than this is cut, with a notice."""

MAX_WORDS = 64
"""Words searched for; each further one costs time and changes no order."""

MAX_DEPTH = 20
"""Brackets read inside one another. Nobody types so many, and the parser descends into each."""

FIELDS = ("source", "author", "tag", "kind", "is", "lang")
"""Operators that ask for a mark."""

TIMES = {"after": "before", "before": "after"}
"""Operators that ask for a time, each with what a minus makes of it."""

IS = ("answered", "accepted", "staff")
"""What `is:` can ask for."""

_FILTER = re.compile(
    r"(?<!\S)(?P<minus>-?)(?P<field>[a-z]{2,10}):(?P<value>\"[^\"]*\"|[^\s\"/][^\s]*)",
    re.IGNORECASE,
)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_WORDS = re.compile(r"\w[^\s\"()]*")
_LETTER = re.compile(r"\w")
_UNPAIRED = re.compile("[\ud800-\udfff]")
"""Halves of characters: a terminal makes them of bytes that are no UTF-8, and no library takes
them."""
_OPERATOR = re.compile(r"(?<!\S)(?:AND|OR|NOT)(?!\S)")
_NOT = r"(^|(?<=(\s|[()])))(NOT\s|-)(?=[^\s-])"
_SIGN = re.compile(r"[\"()]|(?<!\S)(?:-|(?:AND|OR|NOT)(?!\S))")
"""What the parser may take for more than a word."""
_QUOTED = re.compile(r"\"[^\"]*\"")
_NOT_GROUP = re.compile(rf"{_NOT}\([^()]*\(")
_LETTERS = re.compile(r"[^\W\d_]+")
_NO_PLAIN = re.compile(r"\d|\w['\u2019_.:@/+\\]+\w")
"""A digit, or a joint that is no hyphen: an identifier, an address, or "won't"."""
_BARRED = re.compile(rf"{_NOT}(?:\"[^\"]*\"|\([^()]*\)|[^\s()]+|\()")


def parse(text: str) -> Query:
    """Read what somebody typed."""
    notices: list[str] = []
    raw = " ".join(unicodedata.normalize("NFC", _UNPAIRED.sub(" ", text)).split())
    if len(raw) > MAX_LETTERS:
        raw = raw[:MAX_LETTERS].rpartition(" ")[0] or raw[:MAX_LETTERS]
        notices.append("Your question is long; only its first part was searched.")
    rest, filters = _filters(raw, notices)
    tree, plain = _tree(rest, notices)
    return Query(raw=raw, tree=tree, plain=plain, filters=filters, notices=tuple(notices))


def plain_spans(raw: str) -> list[tuple[int, int]]:
    """Where a query, as `Query.raw` has it, holds plain words that somebody may have misspelt.

    Filters, what is in quotes, what a minus bars and identifiers are none.
    """
    rest = _FILTER.sub(lambda found: _blank(found) if _is_filter(found) else found[0], raw)
    rest = _OPERATOR.sub(_blank, _BARRED.sub(_blank, _QUOTED.sub(_blank, rest)))
    if _NOT_GROUP.search(raw):
        return []  # brackets inside barred brackets: too deep to tell what is barred
    return [
        (match.start() + word.start(), match.start() + word.end())
        for match in _WORDS.finditer(rest)
        if not _NO_PLAIN.search(match[0])
        for word in _LETTERS.finditer(match[0])
    ]


def _is_filter(match: re.Match[str]) -> bool:
    return match["field"].lower() in {*FIELDS, *TIMES}


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _filters(text: str, notices: list[str]) -> tuple[str, Filters]:
    """Take the filters out of a text: what is left, and the filters."""
    wanted: dict[str, set[str]] = {}
    barred: set[str] = set()
    times: dict[str, datetime] = {}

    def take(match: re.Match[str]) -> str:
        field, value = match["field"].lower(), match["value"].strip('"').lower()
        if field in TIMES and (at := _instant(value)) is not None:
            times[TIMES[field] if match["minus"] else field] = at
        elif field in FIELDS and (field != "is" or value in IS) and value:
            claim = value if field == "is" else ""  # "is:answered is:staff" wants both at once
            asked = barred if match["minus"] else wanted.setdefault(f"{field}:{claim}", set())
            asked.add(f"{field}:{value}")
        else:
            if field in {*FIELDS, *TIMES}:
                notices.append(f"“{match[0]}” is not understood and was searched as text.")
            return match[0]
        return " "

    rest = _FILTER.sub(take, text)
    return " ".join(rest.split()), Filters(
        any_of=tuple(frozenset(marks) for _, marks in sorted(wanted.items())),
        none_of=frozenset(barred),
        after=times.get("after"),
        before=times.get("before"),
    )


def _instant(text: str) -> datetime | None:
    """Start of a year, month or day, as in 2025, 2025-06 or 2025-06-01; None for anything else."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None


def _tree(text: str, notices: list[str]) -> tuple[Node | None, str]:
    """The tree of what is not a filter, and its words for the model."""
    node = _read(_within_limits(text, notices))
    if isinstance(node, Some) and not (node.nodes or node.needed):
        notices.append(
            "A minus leaves words out; yours left nothing to look for, so it was ignored."
        )
        node = Some(tuple(map(Word, _WORDS.findall(_OPERATOR.sub(" ", text)))))
    return node, _plain(text) or " ".join(words(node))


def _read(text: str) -> Node | None:
    """The tree of a text. Plain words, most of what is asked, need no parser."""
    if _SIGN.search(text):
        return _node(_parser().parse(text, normalize=False))
    return _beside([Word(word) for word in text.split() if _LETTER.search(word)], ())


def _within_limits(text: str, notices: list[str]) -> str:
    """As much of a text as is read as a tree."""
    starts = [word.start() for word in itertools.islice(_WORDS.finditer(text), MAX_WORDS + 1)]
    if len(starts) > MAX_WORDS:
        notices.append(f"Only the first {MAX_WORDS} words were searched.")
        text = text[: starts[-1]]
    steps = ((letter == "(") - (letter == ")") for letter in text)
    depths = itertools.accumulate(steps, lambda depth, step: max(0, depth + step))
    if max(depths, default=0) > MAX_DEPTH:
        notices.append("So many brackets inside brackets are not understood; they were left out.")
        text = text.replace("(", " ").replace(")", " ")
    return text


class _BesideQuery(whoosh_query.Or):  # type: ignore[misc]  # the package has no types
    """Words that merely stand side by side, which Whoosh would not tell from an OR."""


class _Beside(syntax.GroupNode):  # type: ignore[misc]
    qclass = _BesideQuery


class _Barred(syntax.NotGroup):  # type: ignore[misc]
    """A minus; of two in a row the first has nothing left to bar, over which Whoosh stumbles."""

    def query(self, parser: Any) -> Any:
        """What is barred, as Whoosh's own query."""
        return super().query(parser) if self.nodes else whoosh_query.NullQuery


@functools.cache
def _parser() -> QueryParser:
    barring = OperatorsPlugin.OpTagger(_NOT, _Barred, syntax.PrefixOperator)
    operators = OperatorsPlugin([(barring, 0)], Not=None, AndNot=None, AndMaybe=None, Require=None)
    used = [WhitespacePlugin(), PhrasePlugin(), GroupPlugin(), operators]
    return QueryParser("text", schema=None, plugins=used, group=_Beside)


def _node(parsed: Any) -> Node | None:
    """Whoosh's tree as ours; None where nothing is asked for."""
    match parsed:
        case whoosh_query.Term():
            return Word(parsed.text) if _LETTER.search(parsed.text) else None
        case whoosh_query.Phrase():
            kept = tuple(part for part in parsed.words if _LETTER.search(part))
            return Phrase(kept) if kept else None
        case whoosh_query.And():
            return _and(*_sorted(parsed))
        case _BesideQuery():
            return _beside(*_sorted(parsed))
        case whoosh_query.Or():
            return _or(*_sorted(parsed))
        case _:
            return None


def _sorted(group: Iterable[Any]) -> tuple[list[Node], tuple[Node, ...]]:
    """What a group asks for, and what it bars."""
    members = list(group)
    nots = [inner.query for inner in members if isinstance(inner, whoosh_query.Not)]
    rest = [inner for inner in members if not isinstance(inner, whoosh_query.Not)]
    return list(_nodes(rest)), tuple(_nodes(nots))


def _nodes(parsed: Iterable[Any]) -> Iterator[Node]:
    return (node for inner in parsed if (node := _node(inner)) is not None)


def _and(asked: list[Node], barred: tuple[Node, ...]) -> Node | None:
    if barred:
        return Some((), needed=tuple(asked), barred=barred)
    return _one_or(asked, Every(tuple(asked)))


def _or(asked: list[Node], barred: tuple[Node, ...]) -> Node | None:
    if barred:
        return Some(tuple(asked), barred=barred)
    return _one_or(asked, Some(tuple(asked)))


def _beside(asked: list[Node], barred: tuple[Node, ...]) -> Node | None:
    """A phrase among loose words is meant: it must be there."""
    needed = tuple(node for node in asked if isinstance(node, Phrase | Every))
    loose = tuple(node for node in asked if not isinstance(node, Phrase | Every))
    if barred or len(asked) > 1:
        return Some(loose, needed=needed, barred=barred)
    return _one_or(asked, Some(loose))


def _one_or(asked: list[Node], group: Node) -> Node | None:
    if not asked:
        return None
    return asked[0] if len(asked) == 1 else group


def _plain(text: str) -> str:
    without_barred = _BARRED.sub(" ", text)
    return " ".join(_OPERATOR.sub(" ", without_barred).replace('"', " ").split())
