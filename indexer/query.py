"""What was asked, as a tree: every engine, embedded or remote, compiles the same one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Word:
    """A single word, as typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must stand next to one another, in this order."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Every:
    """All of these (AND)."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Any of these, the more the better (OR, and words that merely stand side by side).

    `needed` must all be there, `barred` must not: a phrase is needed, a word with a minus barred.
    """

    nodes: tuple[Node, ...]
    needed: tuple[Node, ...] = ()
    barred: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """Several ways to say one thing, the first as typed: the one that fits best counts, alone."""

    nodes: tuple[Node, ...]


Node = Word | Phrase | Every | Some | Either


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a post must be, besides what it says. Marks are those of `indexer.marks`."""

    any_of: tuple[frozenset[str], ...] = ()
    """From each of these sets a post must bear at least one mark."""
    none_of: frozenset[str] = frozenset()
    after: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A whole question to the index. `tree` is None where only filters were given."""

    raw: str
    tree: Node | None
    plain: str
    """The words without operators and without what is barred: what the model embeds."""
    filters: Filters = field(default_factory=Filters)
    notices: tuple[str, ...] = ()
    """What was not understood, in words for the person who typed it."""


def words(node: Node | None) -> tuple[str, ...]:
    """Every word that is asked for, in order; what is barred is not."""
    match node:
        case None:
            return ()
        case Word(text):
            return (text,)
        case Phrase(parts):
            return parts
        case Every(nodes):
            return tuple(word for inner in nodes for word in words(inner))
        case Some(nodes, needed, _):
            return tuple(word for inner in (*needed, *nodes) for word in words(inner))
        case Either(nodes):
            return words(nodes[0])


def ways(node: Node | None) -> tuple[tuple[str, ...], ...]:
    """Each word of `words`, followed by whatever else may stand for it."""
    match node:
        case Every(nodes):
            return tuple(way for inner in nodes for way in ways(inner))
        case Some(nodes, needed, _):
            return tuple(way for inner in (*needed, *nodes) for way in ways(inner))
        case Either(nodes):
            others = tuple(word for inner in nodes[1:] for word in words(inner))
            return tuple((*way, *others) for way in ways(nodes[0]))
        case _:
            return tuple((word,) for word in words(node))


def phrases(node: Node | None) -> tuple[Phrase, ...]:
    """Every phrase that is asked for."""
    match node:
        case Phrase():
            return (node,)
        case Every(nodes):
            return tuple(phrase for inner in nodes for phrase in phrases(inner))
        case Some(nodes, needed, _):
            return tuple(phrase for inner in (*needed, *nodes) for phrase in phrases(inner))
        case _:
            return ()


def relaxed(node: Node | None) -> Node | None:
    """The same words without insisting: phrases become words, what was needed is merely asked."""
    match node:
        case Phrase(parts):
            return Some(tuple(Word(part) for part in parts))
        case Every(nodes):
            return Some(_relaxed(nodes))
        case Some(nodes, needed, barred):
            return Some(_relaxed((*needed, *nodes)), barred=barred)
        case _:
            return node


def _relaxed(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    return tuple(inner for node in nodes if (inner := relaxed(node)) is not None)
