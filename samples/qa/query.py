"""The parameters of a call to the Stack Exchange API: what to sort, cut and turn to.

https://api.stackexchange.com/docs/paging and https://api.stackexchange.com/docs/min-max
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from samples.qa.error import ApiError
from samples.qa.filter import Filter, read_filter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from samples.qa.item import Item

_OF_POSTS = {"activity": "last_activity_date", "creation": "creation_date", "votes": "score"}
SORTS = {
    "question": _OF_POSTS,
    "answer": _OF_POSTS,
    "post": _OF_POSTS,
    "comment": {"creation": "creation_date", "votes": "score"},
    "user": {"reputation": "reputation", "creation": "creation_date"},
}
"""What each kind can be sorted by, the usual first, and the field that is looked at."""

LARGEST_PAGE = 100
MOST_IDS = 100
"""Ids in one address."""

DEEPEST_PAGE = 25
"""The last page that is shown without an application key."""

Bounds = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A call's wishes, checked. `within` bounds the field sorted by, `born` the creation date."""

    kind: str
    page: int
    pagesize: int
    field: str
    descending: bool
    within: Bounds
    born: Bounds
    tags: frozenset[str]
    filter: Filter

    def select(self, items: Iterable[Item]) -> list[Item]:
        """Return the wanted items in order, all pages of them. Equal ones stand by their id."""
        kept = [item for item in items if self._wants(item)]
        by = (self.field, f"{self.kind}_id")
        return sorted(kept, key=lambda i: tuple(i[f] for f in by), reverse=self.descending)

    def turn(self, items: list[Item]) -> list[Item]:
        """Return the wanted page of `items`."""
        start = (self.page - 1) * self.pagesize
        return items[start : start + self.pagesize]

    def _wants(self, item: Item) -> bool:
        return (
            _inside(item[self.field], self.within)
            and _inside(item["creation_date"], self.born)
            and self.tags <= set(item.get("tags", ()))
        )


def read_query(given: Mapping[str, str], kind: str) -> Query:
    """Read the parameters of a call for items of `kind`; unknown ones mean nothing.

    Raises ApiError naming the parameter that cannot be read.
    """
    page = _number(given, "page", 1)
    if page > DEEPEST_PAGE and "key" not in given:
        raise ApiError.access_denied(f"page above {DEEPEST_PAGE} requires access token or app key")
    sorts = SORTS[kind]
    return Query(
        kind=kind,
        page=page,
        pagesize=_number(given, "pagesize", 30, LARGEST_PAGE),
        field=sorts[_choice(given, "sort", list(sorts))],
        descending=_choice(given, "order", ["desc", "asc"]) == "desc",
        within=(_epoch(given, "min"), _epoch(given, "max")),
        born=(_epoch(given, "fromdate"), _epoch(given, "todate")),
        tags=frozenset(filter(None, given.get("tagged", "").split(";"))),
        filter=read_filter(given.get("filter") or "default"),
    )


def read_ids(given: str) -> list[int]:
    """Read ids joined by `;`. Raises ApiError where one is no number, or there are too many."""
    if not re.fullmatch(r"\d+(;\d+)*;?", given):
        raise ApiError.no_method()
    ids = [int(each) for each in given.split(";") if each]
    if len(ids) > MOST_IDS:
        raise ApiError.bad_parameter("ids")
    return ids


def _inside(value: Any, bounds: Bounds) -> bool:
    low, high = bounds
    return (low is None or value >= low) and (high is None or value <= high)


def _number(given: Mapping[str, str], name: str, usual: int, most: int | None = None) -> int:
    text = given.get(name) or str(usual)
    number = int(text) if text.isdecimal() else 0
    if number < 1 or (most is not None and number > most):
        raise ApiError.bad_parameter(name)
    return number


def _epoch(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name)
    if not text:
        return None
    if not re.fullmatch(r"-?\d+", text):
        raise ApiError.bad_parameter(name)
    return int(text)


def _choice(given: Mapping[str, str], name: str, choices: list[str]) -> str:
    chosen = given.get(name) or choices[0]
    if chosen not in choices:
        raise ApiError.bad_parameter(name)
    return chosen
