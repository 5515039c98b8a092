"""The posts of a page of a thread, read with the selectors of its software."""

from __future__ import annotations

import copy
import hashlib
import re
from typing import TYPE_CHECKING

from lxml import etree

from crawler.clean import visible
from crawler.fetch import Dropped
from crawler.formats.forum import Person, Said, Shown
from crawler.formats.forum_dates import Calendar
from crawler.formats.markup import drop, elements, text, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.html import HtmlElement

    from contract.record import Role
    from crawler.formats.forum import Software
    from crawler.formats.markup import Query

WORDS = 80
"""Characters by which two readings of one post are known to be of one."""

_QUALIFIED = r"(?:(?:site|board|forum|community|head|senior|global|super|section)[ -]?)*"
_ROLES: dict[Role, re.Pattern[str]] = {
    "staff": re.compile(
        rf"{_QUALIFIED}(?:admins?|administrat\w+|administrador\w*|owner|staff(?: member)?|team"
        r"(?: member)?|employee|developer|support(?: staff| team)?|community manager)",
        re.IGNORECASE,
    ),
    "moderator": re.compile(
        rf"{_QUALIFIED}(?:mods?|moderat\w*|mod[eé]rat\w+|moderador\w*)", re.IGNORECASE
    ),
}
_NUMBER = re.compile(r"[-+\u2212]?\d[\d,.\u202f\u00a0]*")


def shown(root: HtmlElement, software: Software, offset: int) -> Shown:
    """Read a page whose first post is the one at `offset` in its thread, unless it says itself."""
    posts = _posts(root, software)
    dates = [date for post in posts for date in (post.written, post.edited)]
    calendar = Calendar.of(" ".join(texts(root, software.zone)), dates)
    can_accept = bool(elements(root, software.solvable)) or any(post.is_accepted for post in posts)
    said = tuple(_in_line(posts, software, offset, calendar, can_accept=can_accept))
    return Shown(
        said=said,
        left_out=(
            *[Dropped("private")] * len(elements(root, software.withheld)),
            *[Dropped("of another kind")] * (len(posts) - len(said)),  # such as advertisements
        ),
        title=text(root, software.title),
        container=next(iter(texts(root, software.container)[-1:]), None),
        tags=tuple(dict.fromkeys(texts(root, software.tags))),
    )


def roles(badges: Iterable[str]) -> tuple[Role, ...]:
    """What ranks and groups mean, where the whole of their name says so."""
    names = [badge.strip() for badge in badges]
    return tuple(
        role for role, pattern in _ROLES.items() if any(pattern.fullmatch(name) for name in names)
    )


def number(written: str) -> int | None:
    """Return the number in a text such as "Reply #1,204"; None where there is none."""
    found = _NUMBER.search(written.rpartition("#")[2])
    digits = re.sub(r"[^-\d]", "", found[0].replace("\u2212", "-")) if found else ""
    return int(digits) if re.fullmatch(r"-?\d{1,12}", digits) else None


def opening_words(inside: str) -> str:
    """How a text begins, in the form of `Said.words`."""
    return "".join(visible(inside[: WORDS * 20]).split())[:WORDS].lower()


class _Post:
    """One post, apart from its page and from other posts inside it."""

    def __init__(self, element: HtmlElement, software: Software, outer: _Post | None) -> None:
        self._software = software
        self._element = element
        self.mark = text(element, software.mark)
        self.edited = " ".join(texts(element, software.edited))
        drop(_of_elements(element, software.edited))  # they stand beside the date they are not
        _say_in_full(element)
        self.written = text(element, software.date)
        self.is_accepted = bool(elements(element, software.accepted))
        self.opens: bool = bool(elements(element, software.opening))
        self.is_comment = bool(elements(element, software.comment))
        is_on_reply = self.is_comment and outer is not None and not outer.opens
        self.under = name_of(outer.mark, "") if outer is not None and is_on_reply else ""
        self.number = number(text(element, software.number))

    def said(self, place: int, calendar: Calendar, *, accepted: bool | None) -> Said | None:
        """What it says; None where it has no body, and so is no post."""
        body = next(iter(elements(self._element, self._software.body)), None)
        if body is None:
            return None
        words = opening_words(str(body.text_content()))
        person = self._person()  # before anything is cut: some stand in their posts
        written_at, edited_at = calendar.read(self.written), calendar.read(self.edited)
        return Said(
            number=name_of(self.mark, words),
            place=place,
            body=own_words(body, self._software),
            words=words,
            is_comment=self.is_comment,
            under=self.under,
            person=person,
            written_at=written_at,
            edited_at=edited_at if edited_at != written_at else None,
            score=number(text(self._element, self._software.score)),
            likes=self._likes(),
            accepted=accepted,
        )

    def _person(self) -> Person | None:
        software = self._software
        name = text(self._element, software.author)
        if not name:
            return None
        found = re.search(software.member_id, text(self._element, software.member))
        said = [
            *(("staff",) if elements(self._element, software.staff) else ()),
            *(("moderator",) if elements(self._element, software.moderator) else ()),
            *roles(texts(self._element, software.badge)),
        ]
        return Person(
            name=name,
            number=found[1] if found and found[1] != "0" else "",  # 0: some guest
            link=text(self._element, software.profile),
            reputation=number(text(self._element, software.reputation)),
            roles=tuple(role for role in _ROLES if role in said),
        )

    def _likes(self) -> int | None:
        found = elements(self._element, self._software.likes)
        if not found:
            return None
        likers = elements(found[0], self._software.likers)
        drop(likers)
        others = number(str(found[0].text_content()))
        return len(likers) + (others or 0) if likers else others


def own_words(body: HtmlElement, software: Software) -> str:
    """The HTML of a body without what is not its author's. `body` is changed."""
    drop(part for part in elements(body, software.cut) if part is not body)
    for code in elements(body, software.code):
        if next(code.iterancestors("pre"), None) is None:
            _mark_as_code(code)
    body.tag = "div"
    return str(etree.tostring(body, encoding="unicode", method="html", with_tail=False))


def name_of(mark: str, words: str) -> str:
    """The number in a mark such as "post-77"; what has none is named by how it begins."""
    found = re.fullmatch(r"\D*(\d+)", mark)
    return (
        found[1]
        if found
        else hashlib.sha256((mark or words).encode("utf-8", "replace")).hexdigest()[:12]
    )


def _posts(root: HtmlElement, software: Software) -> list[_Post]:
    """Every post once: some themes show one twice, and the later is in its place."""
    found = elements(copy.deepcopy(root), software.post)
    known = set(found)
    outer = [next((e for e in each.iterancestors() if e in known), None) for each in found]
    drop(reversed(found))  # apart from one another, from the innermost outwards
    read: dict[HtmlElement | None, _Post] = {}
    for element, holder in zip(found, outer, strict=True):
        read[element] = _Post(element, software, read.get(holder))
    return list({post.mark or str(id(post)): post for post in read.values()}.values())


def _in_line(
    posts: list[_Post], software: Software, offset: int, calendar: Calendar, *, can_accept: bool
) -> Iterator[Said]:
    """The posts with their places; where the page does not number them, they are counted."""
    following = offset + any(post.opens for post in posts)
    for post in posts:
        place = following
        if post.opens:
            place = 0
        elif post.number is not None:
            place = max(post.number - software.first_number, 0)
        is_answer = can_accept and place > 0 and not post.is_comment
        said = post.said(place, calendar, accepted=post.is_accepted if is_answer else None)
        if said is not None:
            following += not post.opens
            yield said


def _of_elements(within: HtmlElement, query: Query) -> list[HtmlElement]:
    """Elements that selectors name; those that name attributes have none."""
    asked = (query,) if isinstance(query, str) else query
    return [e for one in asked if one and "::" not in one for e in elements(within, one)]


def _say_in_full(element: HtmlElement) -> None:
    """Put "03-04-2015" for "yesterday", where the tip of the word says it."""
    for short in element.iter("span", "abbr"):
        full = short.get("title") or ""
        if re.match(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}", full):
            short[:] = []
            short.text = full


def _mark_as_code(element: HtmlElement) -> None:
    element.tag = "pre"
    for part in element.iter():
        part.text = (part.text or "").replace("\u00a0", " ") or None
        part.tail = (part.tail or "").replace("\u00a0", " ") or None
