"""Threads on their way into a generation: their words go to the keyword index at once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from indexer.analysis import terms
from indexer.columns import UNKNOWN, Marks
from indexer.embedding_cache import text_hash
from indexer.facts import facts, is_answered, seconds
from indexer.forward import Sequences
from indexer.keyword import Entry
from indexer.language import READ, language_of
from indexer.ledger import CODED, FACTS, Ledger
from indexer.likeness import likeness
from indexer.marks import PUBLIC, access, marks
from indexer.numbering import Held
from indexer.passages import Span, split

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from contract import Author, Post
    from indexer.facts import Facts
    from indexer.keyword import KeywordWriter
    from indexer.numbering import Numbering

SHORTEST_COMMENT = 40
"""Characters below which a comment says nothing by itself ("Thanks, that worked!") and is found by
its words alone."""

ALL_TITLE = Span(0, 0)
"""The passage of a post that has a title and no text."""


class Gathering(Protocol):
    """Something of a generation that is gathered from whole threads, in a folder of its own."""

    def add(self, thread: Sequence[Post]) -> None:
        """Add a thread, in the place of what was known of it."""
        ...

    def save(self, folder: Path) -> None:
        """Write it into the folder."""
        ...


class _Seen(NamedTuple):
    """A post as the index sees it."""

    post: Post
    title: str
    """Of its thread; empty for a comment."""
    language: str
    marks: frozenset[str]

    @property
    def digest(self) -> int:
        """Tells whether the indexes hold it already: of all that its words and passages hang on."""
        told = (self.title, self.post.text, str(seconds(self.post)), *sorted(self.marks))
        made = hashlib.blake2b("\0".join(told).encode(), digest_size=8)
        return int.from_bytes(made.digest(), "big")


class Draft:
    """Takes threads one by one; posts get their ordinals in that order."""

    def __init__(
        self, writer: KeywordWriter, numbering: Numbering, gatherings: Sequence[Gathering] = ()
    ) -> None:
        self.ids: list[str] = []
        self.texts: list[str] = []
        """Texts to be embedded, in the order of their rows."""
        self.numbering = numbering
        self.sequences = Sequences()
        """Terms of what is new to the indexes, by growing key."""
        self._writer = writer
        self._gatherings = gatherings
        self._threads: list[str] = []
        self._facts: list[Facts] = []
        self._keys: list[int] = []
        self._entries: list[int] = []
        self._marks: list[frozenset[str]] = []
        self._authors: dict[str, Author] = {}
        self._counts: list[int] = []
        self._spans: list[Span] = []
        self._hashes: list[bytes] = []
        self._rows: list[int] = []

    def add(self, thread: Sequence[Post]) -> None:
        """Add a thread; its opening post stands first where it is known."""
        for gathering in self._gatherings:
            gathering.add(thread)
        self._threads.append(thread[0].thread_id)
        number = len(self._threads) - 1
        answered, spoken = is_answered(thread), _language(thread)
        opening = thread[0].author if thread[0].parent_id is None else None
        asker = opening.author_id if opening else None
        for post in thread:
            language = post.language or spoken
            seen = _Seen(
                post=post,
                title="" if post.kind == "comment" else _title(post, thread),
                language=language,
                marks=marks(post, language, answered=answered),
            )
            like = self._add(seen)
            self._facts.append(facts(post, number, like, asker=asker, answered=answered))

    def ledger(self) -> Ledger:
        """What is known of the posts so far."""
        listed: dict[str, list[Any]] = {"key": self._keys, "entry": self._entries}
        sources = sorted({one.source for one in self._facts})
        coded = {one: at for at, one in enumerate(sources)}
        authors = sorted(self._authors)
        numbers: dict[str | None, int] = {one: at for at, one in enumerate(authors)}
        listed["source"] = [coded[one.source] for one in self._facts]
        listed["author"] = [numbers.get(one.author, UNKNOWN) for one in self._facts]
        kinds = {**FACTS, **CODED}
        for name in kinds.keys() - listed.keys():
            listed[name] = [getattr(one, name) for one in self._facts]
        passages: dict[str, NDArray[Any]] = {
            "spans": np.array(self._spans, dtype=np.int32).reshape(-1, 2),
            "hashes": np.frombuffer(b"".join(self._hashes), dtype=np.uint8).reshape(-1, 16),
            "row": np.array(self._rows, dtype=np.int32),
        }
        return Ledger(
            threads=self._threads,
            ids=self.ids,
            facts={name: np.array(listed[name], dtype=kind) for name, kind in kinds.items()},
            sources=sources,
            authors=[self._authors[one] for one in authors],
            marks=Marks.gather(self._marks),
            counts=np.array(self._counts, dtype=np.int64),
            passages=passages,
        )

    def _add(self, seen: _Seen) -> int:
        """Put a post into the indexes, where it is not there already; simhash of its words."""
        post, digest = seen.post, seen.digest
        held = self.numbering.held(post.post_id, digest) or self._read(seen)
        self.ids.append(post.post_id)
        self._keys.append(held.key)
        self._entries.append(digest)
        self._marks.append(seen.marks)
        if post.author is not None:
            self._authors[post.author.author_id] = post.author
        for span, name in zip(held.spans, held.hashes, strict=True):
            row, is_new = self.numbering.row(name)
            if is_new:
                self.texts.append(_passage(seen, span))
            self._rows.append(row)
        self._spans.extend(held.spans)
        self._hashes.extend(held.hashes)
        self._counts.append(len(held.spans))
        return held.likeness

    def _read(self, seen: _Seen) -> Held:
        """Read a post's words, and cut its text into passages."""
        post, key = seen.post, self.numbering.key()
        body, title = terms(post.text, seen.language), terms(seen.title, seen.language)
        entry = Entry(key=key, title=title, body=body, marks=seen.marks, created=seconds(post))
        self._writer.add(entry)
        self.sequences.add(title, body)
        spans = _spans(seen)
        hashes = [text_hash(_passage(seen, span)) for span in spans]
        return Held(key, likeness(body), spans, hashes)


def _title(post: Post, thread: Sequence[Post]) -> str:
    """What its thread is called, as far as everybody who sees the post may know."""
    seen_by = set(access(post))
    for one in thread:
        known_to = set(access(one))
        if one.title and (PUBLIC in known_to or seen_by <= known_to):
            return one.title
    return ""


def _spans(seen: _Seen) -> list[Span]:
    text, is_comment = seen.post.text, seen.post.kind == "comment"
    worth_it = not is_comment or len(text) >= SHORTEST_COMMENT
    spans = split(text, seen.language) if worth_it else []
    return spans or ([ALL_TITLE] if seen.title else [])


def _passage(seen: _Seen, span: Span) -> str:
    """The text that is embedded for a passage."""
    return f"{seen.title}\n{seen.post.text[span.start : span.end]}".strip()


def _language(thread: Sequence[Post]) -> str:
    """The language a thread is held in: asked once, since telling it takes a millisecond."""
    undeclared = (f"{post.title}\n{post.text[:READ]}" for post in thread[:3] if not post.language)
    return language_of("\n".join(undeclared))
