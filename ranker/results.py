"""What a search comes to. These types are what the site, the API and the command line show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from contract import Author, Post

Segment = tuple[str, bool]
"""A run of text, and whether the query named it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One term of the sum that is a score."""

    name: str
    """Such as "keywords", "meaning" or "votes"."""
    value: float
    said: str = ""
    """The evidence in plain words, where there is some to tell: "41 votes, more than 98 %"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Also:
    """The same thing at another place."""

    post_id: str
    url: str
    title: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One thread, shown by the post of it that fits best."""

    post: Post
    title: str
    """The thread's title, or the first words where it has none."""
    snippet: tuple[Segment, ...]
    score: float
    trust: float
    """How far the evidence speaks for the post, 0 to 1; 0.5 is no evidence either way."""
    parts: tuple[Part, ...]
    """They add up to `score`."""
    why: tuple[str, ...]
    also: tuple[Also, ...] = ()

    @property
    def author(self) -> Author | None:
        """Who wrote it, as far as the place says."""
        return self.post.author


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Somebody's own words that answer the question."""

    post: Post
    title: str
    text: str
    spans: tuple[tuple[int, int], ...]
    """Where `text` stands in the post: `post.text[start:end]` for each, joined by an empty line."""
    confidence: float
    """Probability that it helps, 0 to 1."""
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A post that shows what somebody knows."""

    post_id: str
    url: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expert:
    """A person who has shown that they know this topic."""

    name: str
    accounts: tuple[Author, ...]
    """Every account that is provably theirs, the one with most evidence first."""
    score: float
    why: tuple[str, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where questions like this one get solved."""

    source: str
    title: str
    url: str
    answered: float
    """Share of like questions that got a good answer there, drawn towards the place's mean."""
    questions: int
    """How many like questions that is learned from."""
    hours: float | None
    """Median hours to the first good answer; None where too few were answered."""
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One value to filter by, and how many results have it."""

    field: str
    value: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A page of results, and everything beside it."""

    query: str
    """As it was typed."""
    searched: str | None = None
    """What was searched in its place, where a word as typed finds nothing and its correction does;
    None where the query itself was."""
    did_you_mean: str | None = None
    """What may have been meant, where the query as typed finds something too."""
    total: int
    page: int
    pages: int
    took_ms: float
    answer: Answer | None
    results: tuple[Result, ...]
    experts: tuple[Expert, ...] = ()
    places: tuple[Place, ...] = ()
    facets: tuple[Facet, ...] = ()
    notices: tuple[str, ...] = ()
    generation: int = 0
    indexed_at: datetime | None = None
