"""What there is to search, for the first page: places with their size, and a few good questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from indexer.columns import KINDS
from indexer.marks import may_be_shown, seen_by

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from numpy.typing import NDArray

    from contract import Settings
    from crawler.archive import Archive
    from indexer.library import Reading

ARTICLE = KINDS.index("article")

LONGEST = 70
"""Characters of an example: it must fit on one line of a phone, or two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A place and how much of it may be searched."""

    source: str
    title: str
    posts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What there is. `examples` are questions that were asked and answered."""

    holdings: tuple[Holding, ...]
    examples: tuple[str, ...]

    @property
    def posts(self) -> int:
        """How many posts in all."""
        return sum(holding.posts for holding in self.holdings)


def overview(
    reading: Reading,
    archive: Archive,
    settings: Settings,
    groups: Collection[str],
    *,
    examples: int,
    now: datetime,
) -> Overview:
    """What a viewer in these groups can search."""
    snapshot = reading.finder.snapshot
    seen = snapshot.marks.mask(seen_by(groups), len(snapshot))
    seen[reading.dead] = False
    titles = {source.name: source.title for source in settings.source}
    counts = np.bincount(snapshot.columns.source[seen], minlength=len(snapshot.names.sources))
    best = _best_questions(reading, seen)
    posts = archive.get([snapshot.ids[at] for at in best[: 10 * examples]])
    known = (posts[i] for at in best if (i := snapshot.ids[at]) in posts)
    asked = (post.title for post in known if may_be_shown(post, groups, now))
    return Overview(
        holdings=tuple(
            Holding(source=name, title=titles.get(name, name), posts=int(count))
            for name, count in zip(snapshot.names.sources, counts, strict=True)
            if count
        ),
        examples=tuple(title for title in asked if 0 < len(title) <= LONGEST)[:examples],
    )


def _best_questions(reading: Reading, seen: NDArray[np.bool_]) -> list[int]:
    """Questions that were solved, those of most standing first, newer before older."""
    columns = reading.finder.snapshot.columns
    solved = np.isin(columns.thread, columns.thread[columns.accepted == 1])
    asks = seen & (columns.position == 0) & (columns.kind != ARTICLE)
    asks &= solved if (asks & solved).any() else columns.answered
    openings = np.flatnonzero(asks)
    standing = np.nan_to_num(columns.standing[openings], nan=0.0).round(2)
    order = np.lexsort((openings, -columns.created[openings], -standing))
    return [int(at) for at in openings[order]]
