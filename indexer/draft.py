"""A generation in the making: everything but the keyword index, which is written at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from indexer import columns
from indexer.analysis import terms
from indexer.columns import UNKNOWN, Marks, Names
from indexer.community import leads, records, standings
from indexer.facts import facts, is_answered, seconds
from indexer.keyword import Entry
from indexer.language import READ, language_of
from indexer.likeness import likeness
from indexer.marks import marks
from indexer.passages import Span, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from contract import Author, Post
    from indexer.facts import Facts
    from indexer.keyword import KeywordWriter

SHORTEST_COMMENT = 40
"""Characters below which a comment says nothing by itself ("Thanks, that worked!") and is found by
its words alone."""

ALL_TITLE = Span(0, 0)
"""The passage of a post that has a title and no text."""


class Draft:
    """Takes threads one by one; posts get their ordinals in that order."""

    def __init__(self, writer: KeywordWriter) -> None:
        self.ids: list[str] = []
        self.texts: list[str] = []
        self._writer = writer
        self._posts: list[Facts] = []
        self._spans: list[Span] = []
        self._first_passage = [0]
        self._marks: list[frozenset[str]] = []
        self._languages: dict[str, int] = {}
        self._authors: dict[str, Author] = {}
        self._thread = -1

    def add(self, thread: Sequence[Post]) -> None:
        """Add a thread; its opening post stands first where it is known."""
        self._thread += 1
        title = next((post.title for post in thread if post.title), "")
        answered, spoken = is_answered(thread), _language(thread)
        opening = thread[0].author if thread[0].parent_id is None else None
        asker = opening.author_id if opening else None
        for post in thread:
            language = post.language or spoken
            self._add(post, title, language, asker=asker, answered=answered)

    def languages(self) -> tuple[str, ...]:
        """Tags of the languages met, the most frequent first."""
        return tuple(sorted(self._languages, key=lambda tag: (-self._languages[tag], tag)))

    def save(self, folder: Path) -> None:
        """Write ids, columns, marks and passages."""
        (folder / "ids.json").write_bytes(msgspec.json.encode(self.ids))
        sources, authors = (
            _numbered(f.source for f in self._posts),
            _numbered(f.author for f in self._posts if f.author),
        )
        names = Names(
            sources=tuple(sources),
            authors=tuple(self._authors[author] for author in authors),
            languages=self.languages(),
        )
        (folder / "names.json").write_bytes(msgspec.json.encode(names))
        columns.save(folder, self._columns(sources, authors))
        Marks.gather(self._marks).save(folder)
        np.save(folder / "spans.npy", np.array(self._spans, dtype=np.int32).reshape(-1, 2))

    def _add(
        self, post: Post, title: str, language: str, *, asker: str | None, answered: bool
    ) -> None:
        self._languages[language] = self._languages.get(language, 0) + 1
        own_title = "" if post.kind == "comment" else title
        body = terms(post.text, language)
        borne = marks(post, language, answered=answered)
        entry = Entry(
            ordinal=len(self.ids),
            title=terms(own_title, language),
            body=body,
            marks=borne,
            created=seconds(post),
        )
        self._writer.add(entry)
        self.ids.append(post.post_id)
        self._marks.append(borne)
        if post.author is not None:
            self._authors[post.author.author_id] = post.author
        self._posts.append(
            facts(post, self._thread, likeness(body), asker=asker, answered=answered)
        )
        self._add_passages(post, own_title, language)

    def _add_passages(self, post: Post, title: str, language: str) -> None:
        worth_it = post.kind != "comment" or len(post.text) >= SHORTEST_COMMENT
        spans = split(post.text, language) if worth_it else []
        if not spans and title and post.kind != "comment":
            spans = [ALL_TITLE]
        for start, end in spans:
            self.texts.append(f"{title}\n{post.text[start:end]}".strip())
            self._spans.append(Span(start, end))
        self._first_passage.append(len(self.texts))

    def _columns(
        self, sources: dict[str, int], authors: dict[str, int]
    ) -> dict[str, NDArray[np.generic]]:
        posts = self._posts
        accepted = np.array([f.accepted for f in posts], dtype=np.int8)
        votes = [f.votes for f in posts]
        standing = standings(votes, [(f.source, f.kind) for f in posts])
        replies = [f.author if f.is_reply else None for f in posts]
        return {
            "source": np.array([sources[f.source] for f in posts], dtype=np.uint16),
            "kind": np.array([f.kind for f in posts], dtype=np.uint8),
            "thread": np.array([f.thread for f in posts], dtype=np.int32),
            "position": np.array([f.position for f in posts], dtype=np.int32),
            "author": np.array([authors.get(f.author or "", UNKNOWN) for f in posts], np.int32),
            "roles": np.array([f.roles for f in posts], dtype=np.uint8),
            "created": np.array([f.created for f in posts], dtype=np.int64),
            "touched": np.array([f.touched for f in posts], dtype=np.int64),
            "accepted": accepted,
            "answered": np.array([f.answered for f in posts], dtype=bool),
            "by_asker": np.array([f.by_asker for f in posts], dtype=bool),
            "standing": standing,
            "lead": leads(votes, [f.thread if f.is_reply else None for f in posts]),
            "record": records(standing, accepted, replies),
            "length": np.array([f.length for f in posts], dtype=np.int32),
            "fingerprint": np.array([f.fingerprint for f in posts], dtype=np.uint64),
            "likeness": np.array([f.likeness for f in posts], dtype=np.uint64),
            "global_id": np.array([f.global_id for f in posts], dtype=np.uint64),
            "first_passage": np.array(self._first_passage, dtype=np.int64),
        }


def _language(thread: Sequence[Post]) -> str:
    """The language a thread is held in: asked once, since telling it takes a millisecond."""
    undeclared = (f"{post.title}\n{post.text[:READ]}" for post in thread[:3] if not post.language)
    return language_of("\n".join(undeclared))


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(sorted(set(names)))}
