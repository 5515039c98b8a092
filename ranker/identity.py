"""Accounts that are provably one person's.

Two accounts are joined where a place has verified that a profile link goes both ways (rel=me,
https://microformats.org/wiki/rel-me). A like name, a like picture or a link that only one side
makes joins nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contract import Author

_NUMBERED = re.compile(r"(/users/\d+)/.*")


def persons(accounts: Sequence[Author]) -> list[int]:
    """For each account the number of its person: the place of the first account they have."""
    by_url = {_bare(account.url): at for at, account in enumerate(accounts) if account.url}
    leader = list(range(len(accounts)))
    for at, account in enumerate(accounts):
        for profile in account.profiles:
            other = by_url.get(_bare(profile))
            if other is not None:
                _join(leader, at, other)
    return [_find(leader, at) for at in range(len(accounts))]


def _bare(url: str) -> str:
    """An address as two places may write it.

    Scheme, "www." and the last slash make no other person, nor does the name that Stack Exchange
    writes behind the number of a user.
    """
    scheme, found, rest = url.lower().partition("://")
    bare = (rest if found else scheme).removeprefix("www.").rstrip("/")
    return _NUMBERED.sub(r"\1", bare)


def _find(leader: list[int], at: int) -> int:
    while leader[at] != at:
        leader[at] = leader[leader[at]]
        at = leader[at]
    return at


def _join(leader: list[int], first: int, second: int) -> None:
    one, other = _find(leader, first), _find(leader, second)
    leader[max(one, other)] = min(one, other)
