"""Queries that name something exactly, drawn out of a corpus, with the posts that hold it.

Whoever types a code, a name or a phrase in quotes wants the posts it stands in: which those are is
known by construction. Drawn is what one to five posts hold as a whole word and no other post seems
to hold, be it inside a longer word or, as the index cuts words, in another form.
"""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from indexer.analysis import is_identifier, is_stopword, terms
from indexer.language import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Kind = Literal["code", "name", "phrase"]

EACH = 60
"""Codes, names and phrases drawn, of each as many; codes and names are asked alone and beside
words, so that a corpus with enough of them gives 300 queries."""

SEED = 4

MOST_HOLDERS = 5
"""Posts that hold what is drawn. Where more do, which one comes first is a matter of meaning."""

LENGTHS = range(2, 41)
"""Letters of a code or a name: what somebody types or copies."""

WITHIN = 4
"""Words to each side of a code among which those are looked for that are typed beside it."""

_EDGES = re.compile(r"^[\W_]+|(?:(?!\+)[\W_])+$")
_CODE = re.compile(r"\w[\w.:/@+-]*")
_MEANT = re.compile(r"\d|_|@|[^\W_][.:][^\W_]|/.*/")
"""What is more than two words with a stroke between them, such as "and/or"."""
_VERSION = re.compile(r"\d+(?:\.\d+){2,}")
_NO_CODE = re.compile(r"[\d.,:/+-]+|\d+[^\W\d_]{1,4}|.*(?:://|[a-z]\.[A-Z]|\.\.).*")
"""Numbers, amounts with their unit, addresses, and a full stop without its space."""
_CAMEL_OR_HYPHENED = re.compile(r"[^\W\d_]*[a-z][A-Z][^\W\d_]*|[A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)+")
_CAPITALISED = re.compile(r"[A-Z][^\W\d_]{2,}")
_JOINT = "[-_.:/@+]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """A query, and what it names."""

    text: str
    """As it is typed."""
    kind: Kind
    beside: bool
    """Whether ordinary words stand beside what is named."""
    holders: frozenset[str]
    """Ids of the posts that hold what is named."""

    @property
    def form(self) -> str:
        """What a report calls queries like this one."""
        return f"{self.kind} and words" if self.beside else self.kind


class Corpus:
    """Texts of posts by id, each with its title; `languages` are those the index holds."""

    def __init__(self, texts: Mapping[str, str], languages: Sequence[str] = (DEFAULT,)) -> None:
        self._ids = sorted(texts)
        self._texts = [texts[post_id] for post_id in self._ids]
        self._languages = languages
        self._folded = [" ".join(text.casefold().split()) for text in self._texts]
        self._terms = {
            language: [_apart(terms(text, language)) for text in self._texts]
            for language in languages
        }

    def draw(self, each: int = EACH, seed: int = SEED) -> list[Exact]:
        """Up to `each` codes, names and phrases; the same ones for the same seed."""
        chance = random.Random(seed)  # noqa: S311  no secret
        codes, names = self._named()
        drawn: list[Exact] = []
        named: tuple[tuple[Kind, list[str]], ...]
        phrases = list(dict.fromkeys(self._phrases(chance)))
        named = (("code", codes), ("name", names), ("phrase", phrases))
        for kind, candidates in named:
            chance.shuffle(candidates)
            held = ((one, holders) for one in candidates if (holders := self._holders(one)))
            for one, holders in itertools.islice(held, each):
                drawn.extend(self._asked(kind, one, holders, chance))
        return drawn

    def _asked(
        self, kind: Kind, named: str, holders: list[int], chance: random.Random
    ) -> Iterator[Exact]:
        """The queries in which something is named."""
        ids = frozenset(self._ids[at] for at in holders)
        alone = f'"{named}"' if kind == "phrase" else named
        yield Exact(text=alone, kind=kind, beside=False, holders=ids)
        among = None if kind == "phrase" else self._among_words(named, holders[0], chance)
        if among is not None:
            yield Exact(text=among, kind=kind, beside=True, holders=ids)

    def _named(self) -> tuple[list[str], list[str]]:
        """Rare codes and rare names, each as it is first spelt."""
        posts = Counter[str]()
        spelt: dict[str, str] = {}
        lower, inside = set[str](), set[str]()
        for text in self._texts:
            here = set[str]()
            for runs in map(str.split, text.splitlines()):
                for at, word in enumerate(map(_bare, runs)):
                    here.add(folded := word.casefold())
                    spelt.setdefault(folded, word)
                    if word.islower():
                        lower.add(folded)
                    elif at > 0 and runs[at - 1].isalnum():  # no sentence begins here
                        inside.add(folded)
            posts.update(here)
        rare = sorted(spelt[one] for one, count in posts.items() if count <= MOST_HOLDERS)
        codes = [one for one in rare if _is_code(one)]
        names = [one for one in rare if _is_name(one, lower, inside)]
        return codes, names

    def _phrases(self, chance: random.Random) -> Iterator[str]:
        """Of each post two or three ordinary words that follow one another, where there are any."""
        for text in self._texts:
            lines = [line.split() for line in text.splitlines()]
            runs = [
                runs[at : at + size]
                for runs in lines
                for size in (2, 3)
                for at in range(len(runs) - size + 1)
                if all(map(self._is_ordinary, runs[at : at + size]))
            ]
            if runs:
                yield " ".join(chance.choice(runs))

    def _holders(self, named: str) -> list[int]:
        """Posts that hold it as a whole; none where too many do, or where others seem to."""
        folded = named.casefold()
        letters = re.escape(folded)
        somewhere = re.compile(rf"(?<!\w){letters}(?!\w)")
        whole = re.compile(rf"(?<!\w)(?<!\w{_JOINT}){letters}(?!\w)(?!{_JOINT}\w)")
        texts = enumerate(self._folded)
        near = [at for at, text in texts if folded in text and somewhere.search(text)]
        held = [at for at in near if whole.search(self._folded[at])]
        seeming = {*near, *self._seeming(named)}
        return held if len(held) <= MOST_HOLDERS and seeming <= set(held) else []

    def _seeming(self, named: str) -> Iterator[int]:
        """Posts that hold it for the index, whether or not in these letters."""
        for language in self._languages:
            is_whole = is_identifier(named) and " " not in named
            sought = _apart([named.casefold()] if is_whole else terms(named, language))
            yield from (at for at, text in enumerate(self._terms[language]) if sought in text)

    def _among_words(self, named: str, holder: int, chance: random.Random) -> str | None:
        """It with the one or two ordinary words nearest to it; None where it stands alone."""
        for line in self._texts[holder].splitlines():
            words = [_bare(run) for run in line.split()]
            for at, word in enumerate(words):
                if word.casefold() != named.casefold():
                    continue
                near = sorted(range(len(words)), key=lambda other: (abs(other - at), other))
                near = [other for other in near if 0 < abs(other - at) <= WITHIN]
                near = [other for other in near if self._is_ordinary(words[other])]
                if near:
                    chosen = near[: chance.choice((1, 2))]
                    return " ".join(words[other] for other in sorted([at, *chosen]))
        return None

    def _is_ordinary(self, word: str) -> bool:
        plain = word.isalpha() and word.islower() and len(word) > 2
        return plain and not is_stopword(word, self._languages)


def _is_code(word: str) -> bool:
    return (
        len(word) in LENGTHS
        and is_identifier(word)
        and bool(_CODE.fullmatch(word) and _MEANT.search(word))
        and bool(_VERSION.fullmatch(word) or not _NO_CODE.fullmatch(word))
    )


def _is_name(word: str, lower: set[str], inside: set[str]) -> bool:
    if _CAMEL_OR_HYPHENED.fullmatch(word):
        return len(word) in LENGTHS
    folded = word.casefold()
    return bool(_CAPITALISED.fullmatch(word)) and folded in inside and folded not in lower


def _bare(run: str) -> str:
    """A word without the signs around it; "C++" keeps its own."""
    return _EDGES.sub("", run)


def _apart(found: Sequence[str]) -> str:
    return f" {' '.join(found)} "
