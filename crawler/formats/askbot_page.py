"""A question's page as Askbot's templates make it, to what it shows.

The classes of elements read here have stood since version 0.7 (2012).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import lxml.html
from lxml import etree

from contract.errors import UnexpectedShapeError
from crawler import licences
from crawler.clean import one_line
from crawler.times import instant
from crawler.urls import join

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from crawler.fetch import Page

_COMMENTS = re.compile(rb"\['postComments'\]\s*=\s*'([\x21-\x7e]+?)'")
_WHOLE = re.compile(r"-?\d{1,9}")
_LANGUAGE = re.compile(r"([a-zA-Z]{2,3})(?:[-_]|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who wrote something; `karma` is None where it is not shown."""

    name: str
    url: str | None
    karma: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A question, an answer or a comment."""

    number: int
    markup: str
    person: Person | None
    """None: it belongs to everybody (a wiki), or its author is not shown."""
    written_at: datetime | None
    edited_at: datetime | None = None
    score: int | None = None
    comments: tuple[Said, ...] = ()
    hides_comments: bool = False
    """There are more comments than are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One page of a question: the question is on each, its answers are spread over all."""

    question: Said
    answers: tuple[Said, ...]
    pages: int
    comments_url: str | None
    """Where hidden comments are asked for."""
    licence: str | None
    language: str | None


def shown(page: Page) -> Shown | None:
    """Read a page; None where it is a page, but not of a question.

    Raises UnexpectedShapeError where it is cut short, or a post on it has lost its parts.
    """
    if b"</html" not in page.body.lower():
        raise UnexpectedShapeError(f"{page.url}: not a whole HTML page")
    root = lxml.html.document_fromstring(page.body)
    questions = _by_class(root, "js-question")
    if not questions:
        return None
    counts = [whole(element.get("data-num-pages")) for element in _by_class(root, "paginator")]
    path = _COMMENTS.search(page.body)
    terms = map(licences.licence, root.xpath("//*[@id='ground']//a/@href"))
    language = _LANGUAGE.match(root.get("lang") or "")
    return Shown(
        question=_said(questions[0], page),
        answers=tuple(_said(element, page) for element in _by_class(root, "answer")),
        pages=max(filter(None, counts), default=1),
        comments_url=join(page.url, path[1].decode()) if path else None,
        licence=next(filter(None, terms), None),
        language=language[1].lower() if language else None,
    )


def whole(text: str | None) -> int | None:
    """Return a count as the page writes it ("1,242"); None where it is none."""
    found = _WHOLE.fullmatch((text or "").strip().replace(",", ""))
    return int(found[0]) if found else None


def _said(element: HtmlElement, page: Page) -> Said:
    number, bodies = whole(element.get("data-post-id")), _by_class(element, "post-body")
    if number is None or not bodies:
        raise UnexpectedShapeError(f"{page.url}: a post without `data-post-id` or `post-body`")
    body = bodies[0]
    infos = _by_class(body, "post-update-info")
    dates = [_date(info) for info in infos]
    person = _person(infos[0], page.url) if infos else None
    for info in _by_class(body, "post-update-info-container"):
        info.clear(keep_tail=True)
    votes = _by_class(element, "vote-number")
    hides = bool(_by_class(element, "js-load-comments-btn"))
    comments = () if hides else _by_class(element, "comment")
    return Said(
        number=number,
        markup=_inside(body),
        person=person,
        written_at=dates[0] if dates else None,
        edited_at=dates[1] if len(dates) > 1 else None,
        score=whole(votes[0].text_content()) if votes else None,
        comments=tuple(said for one in comments if (said := _comment(one, page.url))),
        hides_comments=hides,
    )


def _comment(element: HtmlElement, base: str) -> Said | None:
    number, bodies = whole(element.get("data-comment-id")), _by_class(element, "comment-body")
    if not number:  # what scripts make comments of
        return None
    votes = _by_class(element, "js-score")
    return Said(
        number=number,
        markup=_inside(bodies[0]) if bodies else "",
        person=_person(element, base),
        written_at=_date(element),
        score=(whole(votes[0].text_content()) or 0) if votes else None,  # none are not written
    )


def _person(element: HtmlElement, base: str) -> Person | None:
    for link in element.xpath(".//a[contains(@href,'/users/')]"):
        if name := one_line(link.text_content()):
            karma = [
                whole(number.text_content()) for number in _by_class(element, "reputation-score")
            ]
            url = join(base, link.get("href"))
            return Person(name=name, url=url, karma=karma[0] if karma else None)
    return None


def _by_class(element: HtmlElement, name: str) -> list[HtmlElement]:
    classes = "concat(' ',normalize-space(@class),' ')"
    return list(element.xpath(f".//*[contains({classes},' {name} ')]"))


def _inside(element: HtmlElement) -> str:
    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))


def _date(element: HtmlElement) -> datetime | None:
    return next(filter(None, map(instant, element.xpath(".//abbr/@title"))), None)
