"""What a request asks for, read from its address; anything absurd is read as nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ranker.facets import FIELDS
from ranker.order import ORDERS, Order

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

DEEPEST = 100
"""Pages one can go to: nobody reads further, and each costs time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with what narrows it. `choices` are sorted values by field, never empty."""

    query: str
    choices: Mapping[str, tuple[str, ...]]
    page: int = 1
    verbatim: bool = False
    """The words are meant as they stand, however they are spelt."""
    order: Order = "relevance"

    def address(self, path: str = "/search") -> str:
        """The address that asks for this."""
        pairs = [("q", self.query)]
        pairs += [(field, value) for field in FIELDS for value in self.choices.get(field, ())]
        if self.verbatim:
            pairs.append(("verbatim", "1"))
        if self.order != ORDERS[0]:
            pairs.append(("order", self.order))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return f"{path}?{urlencode(pairs)}"

    def at(self, page: int) -> Asked:
        """The same at another page."""
        return replace(self, page=page)

    def toggled(self, field: str, value: str) -> Asked:
        """The same with one value more, or less where it is chosen; from the first page."""
        chosen = set(self.choices.get(field, ()))
        chosen ^= {value}
        kept = {name: values for name, values in self.choices.items() if name != field}
        if chosen:
            kept[field] = tuple(sorted(chosen))
        return replace(self, choices=kept, page=1)

    def ordered(self, order: Order) -> Asked:
        """The same in this order; from the first page."""
        return replace(self, order=order, page=1)

    def instead(self, query: str) -> Asked:
        """Another question, narrowed in the same way; from the first page."""
        return replace(self, query=query, page=1, verbatim=False)

    def as_typed(self) -> Asked:
        """The same, word for word; from the first page."""
        return replace(self, page=1, verbatim=True)

    def without_choices(self) -> Asked:
        """The same question, not narrowed."""
        return replace(self, choices={}, page=1)

    def tag(self, *state: object) -> str:
        """A weak ETag for a page that depends on this and on the `state`."""
        narrowed = sorted(self.choices.items())
        words = repr((self.query, narrowed, self.page, self.verbatim, self.order, state))
        digest = hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()
        return f'W/"{digest[:24]}"'


def read(params: QueryParams) -> Asked:
    """Read the parameters of an address."""
    choices = {
        field: tuple(sorted({value for value in params.getlist(field) if value}))
        for field in FIELDS
    }
    return Asked(
        query=clean(params.get("q", "")),
        choices={field: values for field, values in choices.items() if values},
        page=number(params.get("page"), least=1, most=DEEPEST, otherwise=1),
        verbatim=params.get("verbatim") == "1",
        order=next((order for order in ORDERS if order == params.get("order")), ORDERS[0]),
    )


def clean(text: str) -> str:
    """A query without what no keyboard types: control characters and halves of letters."""
    kept = (" " if not letter.isprintable() else letter for letter in text)
    return " ".join("".join(kept).encode("utf-8", "ignore").decode("utf-8").split())


def number(text: str | None, *, least: int, most: int, otherwise: int) -> int:
    """A whole number within bounds; `otherwise` where it is none."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 9:
        return otherwise
    return min(max(int(text), least), most)
