"""Every number that orders results, on one page, each with where it comes from.

Relevance runs from 0 to 1. Trust adds to it and takes from it: enough to turn round neighbours that
fit about as well, never enough to lift what does not fit. `bench/fusion.py` and `bench/trust.py`
fit the marked ones again and print what they are worth on data they did not see.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The shipped values are the defaults."""

    keywords: float = 0.15
    """Share of keywords in what keywords and meaning make together (fitted: bench/relevance.py)."""
    coverage: float = 0.17
    """How much of the query it holds, the rarer words counting more (fitted)."""
    adjacency: float = 0.2
    """How much of the query stands in it side by side, as it was asked (fitted)."""

    named: float = 0.8
    """What a code or a name is worth to whoever types one alone: more than the rest of relevance
    and all trust together, so that a post without it never comes first (bench/exact.py)."""

    accepted: float = 0.1
    """The asker or the staff marked it as the solution."""
    staff: float = 0.06
    """Its author speaks for the company."""
    votes: float = 0.07
    """Standing of its votes in its community, from -0.5 to 0.5 (fitted: bench/trust.py)."""
    lead: float = 0.12
    """How far its votes fall behind the best reply of its thread, 0 to -2 (fitted)."""
    record: float = 0.04
    """What the author's other replies there were worth, from -0.5 to 0.5 (fitted)."""
    detail: float = 0.0042
    """Natural logarithm of its length over USUAL_LENGTH: steps and evidence take room. Two thirds
    of what is fitted, which loses nothing there, and less where relevance alone decides."""
    age: float = 0.06
    """What a post loses in the end by growing old; half of it in a half-life of its kind."""
    by_asker: float = -0.08
    """Whoever asked rarely answers: thanks, details and second questions."""
    asks: float = -0.06
    """It asks, and its thread holds a good reply: that one is what is looked for."""
    comment: float = -0.1
    """A remark on something is rarely what is looked for."""
    bot: float = -0.1
    """Written by a machine."""
    owner: float = 0.05
    """How much more or less than others the owner trusts the place, from -1 to 1."""
    agreement: float = 0.02
    """The same answer stands at another place too; for each, at most three."""


USUAL_LENGTH = 400
"""Characters of a middling answer in the eight communities the fit was made on."""

HALF_LIFE_DAYS = {
    "question": 1095.0,
    "answer": 1095.0,
    "comment": 1095.0,
    "issue": 730.0,
    "post": 365.0,
    "message": 365.0,
    "article": 2190.0,
}
"""How fast a kind grows old. Not fitted, chosen: support answers outlive two or three releases,
short posts speak of their day, and articles are kept up (an edit makes them young again)."""
