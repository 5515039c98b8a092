"""The people of one snapshot: which accounts are whose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ranker.identity import persons

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.snapshot import Snapshot


class People:
    """Accounts by person, and posts by account. Made once for each snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.accounts = snapshot.names.authors
        self.person_of: NDArray[np.int64] = np.array(persons(self.accounts), dtype=np.int64)
        """Number of the person of each account."""
        author = snapshot.columns.author
        self._posts = np.argsort(author, kind="stable")
        self._ends = np.searchsorted(author[self._posts], np.arange(len(self.accounts) + 1))

    def numbers_of(self, person: int) -> NDArray[np.int64]:
        """The numbers of every account of a person."""
        return np.flatnonzero(self.person_of == person)

    def posts_of(self, account: int) -> NDArray[np.int64]:
        """Ordinals of what an account wrote."""
        return self._posts[self._ends[account] : self._ends[account + 1]]
