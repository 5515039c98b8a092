"""Different words for one thing, put into the query tree: of all of them the best one counts.

The owner's groups (`[index] synonyms`) are matched as the index holds words, so that "routers" is
in the group of "router". Words in quotes mean what they say, and a minus bars only what it names:
neither is widened. German words are also found where the other spelling of ä, ö, ü or ß stands.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from indexer.analysis import is_identifier, terms
from indexer.query import Either, Every, Node, Phrase, Some, Word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Key = tuple[str, tuple[str, ...]]
    """A language, and the terms of a synonym in it."""

SPELT = (("ae", "ä"), ("oe", "ö"), ("ue", "ü"))
"""Two spellings of a letter. ß and ss are one to the index already (indexer.analysis)."""

MOST_SPELT = 3
"""Letters of a word that are spelt another way; each doubles the spellings looked for."""


class Synonyms:
    """Groups of words, one group for each meaning. A synonym may be several words."""

    def __init__(
        self,
        groups: Iterable[Sequence[str]],
        languages: Sequence[str],
        is_used: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """`is_used` tells of a word, in lower case, whether the index holds it."""
        self._languages = languages
        self._is_used = is_used
        self._groups: dict[Key, tuple[str, ...]] = {}
        for group in groups:
            for synonym in group:
                self._groups.update(dict.fromkeys(self._keys(synonym), tuple(group)))
        self._longest = max((len(words) for _, words in self._groups), default=0)

    def widened(self, node: Node | None) -> Node | None:
        """The same tree, with every way to say what it asks for."""
        match node:
            case Word(text):
                return self._either(node, (text,))
            case Every(nodes):
                return Every(tuple(self._side_by_side(nodes, Every)))
            case Some(nodes, needed, _):
                return replace(
                    node,
                    nodes=tuple(self._side_by_side(nodes, Some)),
                    needed=tuple(self._side_by_side(needed, Every)),
                )
            case _:
                return node

    def others(self, *words: str) -> tuple[str, ...]:
        """What else the same is called by its group; nothing where it stands in none."""
        for key in self._keys(" ".join(words)):
            if key in self._groups:
                return tuple(one for one in self._groups[key] if key not in self._keys(one))
        return ()

    def _side_by_side(self, nodes: Sequence[Node], group: type[Every | Some]) -> Iterator[Node]:
        """Nodes in order, the longest run of words that is a synonym taken as one."""
        at = 0
        while at < len(nodes):
            run = self._run(nodes[at:])
            if len(run) > 1:
                yield self._either(group(tuple(nodes[at : at + len(run)])), run)
            elif (one := self.widened(nodes[at])) is not None:
                yield one
            at += max(1, len(run))

    def _run(self, nodes: Sequence[Node]) -> tuple[str, ...]:
        """Words, two at least, from the first node on, that are one synonym together."""
        loose = itertools.takewhile(lambda node: isinstance(node, Word), nodes[: self._longest])
        words = tuple(node.text for node in loose if isinstance(node, Word))
        sizes = range(len(words), 1, -1)
        return next((words[:size] for size in sizes if self.others(*words[:size])), ())

    def _either(self, node: Node, typed: tuple[str, ...]) -> Node:
        others = self.others(*typed)
        if len(typed) == 1:
            others += tuple(filter(self._is_used, spellings(typed[0].lower())))
        return Either((node, *map(_node, others))) if others else node

    def _keys(self, synonym: str) -> list[Key]:
        return [(tag, tuple(terms(synonym, tag))) for tag in self._languages]


def spellings(word: str) -> list[str]:
    """Other spellings of a German word in lower case: "laeuft" and "läuft"."""
    back = word
    for pair, letter in SPELT:
        back = back.replace(letter, pair)
    places = [at for at in range(len(word) - 1) if word[at : at + 2] in dict(SPELT)][:MOST_SPELT]
    found = {back}
    for chosen in itertools.product((False, True), repeat=len(places)):
        spelt = word
        for at, is_chosen in reversed(list(zip(places, chosen, strict=True))):
            if is_chosen:
                spelt = spelt[:at] + dict(SPELT)[spelt[at : at + 2]] + spelt[at + 2 :]
        found.add(spelt)
    return sorted(found - {word})


def _node(synonym: str) -> Node:
    parts = tuple(synonym.split())
    is_one = len(parts) == 1 and (parts[0].isalnum() or is_identifier(parts[0]))
    return Word(parts[0]) if is_one else Phrase(parts)
