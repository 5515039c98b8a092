"""The one answer: the passage that most likely helps, quoted to the letter, or none.

An answer is a passage of a reply or an article. Its confidence is the probability that it helps,
from how near its meaning is to the question and how far it can be trusted. Below the confidence
that the settings ask for, nothing is shown.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from indexer.analysis import terms
from indexer.passages import split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contract import Post

INTERCEPT, OF_SIMILARITY, OF_COVERAGE = -7.74, 12.65, 0.82
"""A logistic model of whether the best passage helps, by its cosine to the question and the share
of the question's words it holds, fitted on three judged sets asked their own and foreign questions.
On three other sets it abstains on 93 to 98 % of foreign questions at a confidence of one half
(bench/confidence.py)."""

OF_TRUST = 2.0
"""Of two passages that mean the same the trusted one is likelier to help. Chosen, not fitted: an
accepted answer gains about what 0.05 of cosine gains, one voted far down loses it."""

COVERED_ALL = 0.62
"""The cosine that a passage with every asked word is taken to have where there are no vectors."""

ASKS_BACK = 300
"""Characters below which a reply that ends in a question mark is taken to ask back."""

LONGEST = 1200
"""Characters of an answer; a post no longer than this is quoted whole."""


def may_answer(post: Post) -> bool:
    """Whether a post can be an answer at all: questions ask, comments remark, bots do neither.

    Nor is one quoted whose place allows only a part of it to be.
    """
    usage = post.usage
    if not usage.snippet or (usage.max_snippet is not None and usage.max_snippet < len(post.text)):
        return False
    if post.author is not None and "bot" in post.author.roles:
        return False
    if post.kind == "article":
        return bool(post.text)
    return is_said(post) and post.parent_id is not None and post.kind != "comment"


def is_said(post: Post) -> bool:
    """Whether a post says something: a short one that ends in a question mark only asks back."""
    asks_back = len(post.text) < ASKS_BACK and post.text.rstrip().endswith("?")
    return bool(post.text) and (bool(post.accepted) or not asks_back)


def quoted(post: Post, start: int, end: int) -> tuple[int, int]:
    """What to quote of a post whose best passage is `text[start:end]`: all of it if it is short."""
    return (0, len(post.text)) if len(post.text) <= LONGEST else (start, end)


def best_passage(asked: Sequence[frozenset[str]], text: str, language: str) -> tuple[int, int]:
    """The passage with most of the asked words, where no vectors tell which is best."""
    spans = split(text, language)
    return max(spans, key=lambda span: coverage(asked, "", text[span.start : span.end], language))


def coverage(asked: Sequence[frozenset[str]], title: str, text: str, language: str) -> float:
    """Share of the asked words that stand in the title or the passage, 0 to 1."""
    if not asked:
        return 0.0
    said = {*terms(title, language), *terms(text, language)}
    return sum(bool(forms & said) for forms in asked) / len(asked)


def confidence(similarity: float, covered: float, trust: float) -> float:
    """Probability that a passage helps, 0 to 1. Where the cosine is NaN, coverage stands in."""
    near = COVERED_ALL * covered if math.isnan(similarity) else similarity
    weighed = INTERCEPT + OF_SIMILARITY * near + OF_COVERAGE * covered + OF_TRUST * (trust - 0.5)
    return 1.0 / (1.0 + math.exp(-weighed))
