"""What templates see: results as they are shown, every address and label ready."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from ranker.facets import FIELDS
from ranker.order import ORDERS
from ranker.results import Segment
from web import words

if TYPE_CHECKING:
    from contract import Post
    from ranker.results import Answer, Expert, Facet, Place, Result, Results
    from web.asked import Asked
    from web.site import Site

STEPS = 2
"""Pages shown on each side of the present one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """Who wrote a post, where and when."""

    name: str
    url: str | None
    role: str
    source: str
    date: str
    """As a person reads it; empty where nobody knows."""
    datetime: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A value one can narrow by; `address` chooses it, or lets it go."""

    label: str
    count: int
    chosen: bool
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A field with its values."""

    title: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLink:
    """An order the results can be listed in; `address` lists them so."""

    label: str
    chosen: bool
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A page one can go to; without an address it is the present one, or a gap."""

    label: str
    address: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One line of "why this result"."""

    label: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A result."""

    title: str
    url: str
    thread: str
    whole: str
    """What the link to the thread says."""
    kind: str
    byline: Byline
    snippet: Sequence[Segment]
    language: str | None
    licence: str | None
    chips: tuple[str, ...]
    terms: tuple[Term, ...]
    score: float
    also: tuple[tuple[str, str, str], ...]
    """Source, title and address of each other place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """The answer."""

    text: str
    title: str
    url: str
    thread: str
    byline: Byline
    language: str | None
    licence: str | None
    sureness: str
    chips: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An expert: name, what they did, the addresses of their accounts and posts."""

    name: str
    why: tuple[str, ...]
    accounts: tuple[tuple[str, str], ...]
    evidence: tuple[tuple[str, str], ...]


def hits(found: Results, site: Site) -> list[Hit]:
    """Results as they are shown."""
    return [_hit(result, site) for result in found.results]


def quotation(answer: Answer, site: Site) -> Quotation:
    """The answer as it is shown."""
    post = answer.post
    return Quotation(
        text=answer.text,
        title=answer.title,
        url=post.url,
        thread=thread_address(post.thread_id),
        byline=byline(post, site),
        language=post.language,
        licence=post.licence,
        sureness=words.confidence(answer.confidence),
        chips=answer.why,
    )


def people(experts: Sequence[Expert], site: Site) -> list[Person]:
    """Experts as they are shown."""
    return [
        Person(
            name=expert.name,
            why=expert.why,
            accounts=tuple(
                (site.source_title(account.author_id.partition(":")[0]), account.url)
                for account in expert.accounts
                if account.url
            ),
            evidence=tuple((shown.title, shown.url) for shown in expert.evidence),
        )
        for expert in experts
    ]


def filters(found: Results, asked: Asked, site: Site) -> list[Filter]:
    """Everything one can narrow by: fields that make no difference are left out."""
    made = (_filter(field, found.facets, asked, site) for field in FIELDS)
    return [one for one in made if len(one.options) > 1 or any(o.chosen for o in one.options)]


def chosen(found: Results, asked: Asked, site: Site) -> list[Option]:
    """What is narrowed by now, each with the address that lets it go."""
    return [
        option for one in filters(found, asked, site) for option in one.options if option.chosen
    ]


def orders(found: Results, asked: Asked) -> list[OrderLink]:
    """Every order the results can be listed in; none where there is nothing to put in order."""
    if found.total < 2:
        return []
    return [
        OrderLink(
            label=words.ORDERS[order],
            chosen=order == asked.order,
            address=asked.ordered(order).address(),
        )
        for order in ORDERS
    ]


def steps(found: Results, asked: Asked) -> list[Step]:
    """Pages to go to: the first, the last, those around the present one, and gaps."""
    numbers = {1, found.pages, *range(found.page - STEPS, found.page + STEPS + 1)}
    shown = sorted(number for number in numbers if 1 <= number <= found.pages)
    made: list[Step] = []
    for before, number in zip([0, *shown], shown, strict=False):
        if number > before + 1:
            made.append(Step(label="…", address=None))
        here = number == found.page
        made.append(Step(label=str(number), address=None if here else asked.at(number).address()))
    return made


def ask_at(places: Sequence[Place]) -> list[Place]:
    """Places one can go to ask, the most promising first."""
    return [place for place in places if place.url]


def byline(post: Post, site: Site) -> Byline:
    """Who wrote a post, where and when."""
    author, at = post.author, post.updated_at or post.created_at
    roles = author.roles if author else ()
    return Byline(
        name=author.name if author else "unknown author",
        url=author.url if author else None,
        role=next((words.ROLES[role] for role in roles), ""),
        source=site.source_title(post.source),
        date=f"{at.day} {at:%b %Y}" if at else "",
        datetime=at.date().isoformat() if at else "",
    )


def thread_address(thread_id: str) -> str:
    """Address of our own page of a thread."""
    return f"/thread/{quote(thread_id)}"


def _hit(result: Result, site: Site) -> Hit:
    post = result.post
    return Hit(
        title=result.title,
        url=post.url,
        thread=thread_address(post.thread_id),
        whole=words.WHOLE_ARTICLE if post.kind == "article" else words.WHOLE_THREAD,
        kind=words.KIND[post.kind],
        byline=byline(post, site),
        snippet=result.snippet,
        language=post.language,
        licence=post.licence,
        chips=result.why,
        terms=tuple(
            Term(label=words.PARTS.get(part.name, part.name), value=part.value)
            for part in sorted(result.parts, key=lambda part: -abs(part.value))
        ),
        score=result.score,
        also=tuple((site.source_title(o.source), o.title, o.url) for o in result.also),
    )


def _filter(field: str, facets: Sequence[Facet], asked: Asked, site: Site) -> Filter:
    return Filter(
        title=words.FIELDS[field],
        options=tuple(
            Option(
                label=_label(facet, site),
                count=facet.count,
                chosen=facet.chosen,
                address=asked.toggled(facet.field, facet.value).address(),
            )
            for facet in facets
            if facet.field == field
        ),
    )


def _label(facet: Facet, site: Site) -> str:
    if facet.field == "source":
        return site.source_title(facet.value)
    return words.value(facet.field, facet.value)
