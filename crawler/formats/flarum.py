"""A discussion as Flarum puts it into its page for its own script, as JSON:API.

The page holds the same posts as the page for readers without a script, but with ids and dates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import lxml.html
import msgspec

from crawler.clean import one_line, plain_line, visible
from crawler.fetch import Dropped
from crawler.formats.forum import Person, Said, Shown
from crawler.formats.forum_page import opening_words, own_words, roles
from crawler.times import instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from contract.record import Role
    from crawler.formats.forum import Software

STAFF, MODERATORS = "1", "4"
"""Ids of the two groups that every Flarum has."""


class _Link(msgspec.Struct):
    type: str
    id: str


class _Links(msgspec.Struct):
    data: list[_Link] | _Link | None = None


class _Attributes(msgspec.Struct, rename="camel"):
    title: str = ""
    number: int | None = None
    created_at: str | None = None
    edited_at: str | None = None
    content_html: str | None = None
    is_hidden: bool | None = None
    likes_count: int | None = None
    has_best_answer: object = None
    """False, or the id of the answer, as a number or text. Not there: it cannot be chosen."""
    display_name: str = ""
    username: str = ""
    slug: str | None = None
    name: str = ""
    name_singular: str = ""


class _Resource(msgspec.Struct):
    type: str
    id: str
    attributes: _Attributes = msgspec.field(default_factory=_Attributes)
    relationships: dict[str, _Links] = msgspec.field(default_factory=dict)

    def linked(self, name: str) -> list[_Link]:
        data = self.relationships[name].data if name in self.relationships else None
        return data if isinstance(data, list) else [data] if data else []


class _Document(msgspec.Struct):
    data: _Resource
    included: list[_Resource] = []


class _Payload(msgspec.Struct, rename="camel"):
    api_document: _Document


def shown(root: HtmlElement, software: Software, forum: str) -> Shown:
    """Read the page; `forum` is the path of the forum. Nothing where it holds no discussion."""
    script = next(iter(root.xpath("//script[@id='flarum-json-payload']/text()")), "")
    try:
        document = msgspec.json.decode(str(script).encode("utf-8", "replace"), type=_Payload)
    except msgspec.MsgspecError:
        return Shown()
    return _Discussion(document.api_document, software, forum).shown()


class _Discussion:
    def __init__(self, document: _Document, software: Software, forum: str) -> None:
        self._itself = document.data
        self._known = {(each.type, each.id): each for each in document.included}
        self._software = software
        self._forum = forum

    def shown(self) -> Shown:
        tags = tuple(one_line(tag.attributes.name) for tag in self._linked(self._itself, "tags"))
        found = list(self._found())
        return Shown(
            said=tuple(one for one in found if isinstance(one, Said)),
            left_out=tuple(one for one in found if isinstance(one, Dropped)),
            title=plain_line(self._itself.attributes.title),
            container=tags[0] if tags else None,
            tags=tags[1:],
        )

    def _found(self) -> Iterator[Said | Dropped]:
        posts = [each for (kind, _), each in self._known.items() if kind == "posts"]
        posts.sort(key=lambda post: post.attributes.number or 0)
        for post in posts:
            about = post.attributes
            if about.is_hidden:
                yield Dropped("private")
                continue
            if about.content_html is None or about.number is None:  # such as "renamed it"
                yield Dropped("system notice")
                continue
            yield Said(
                number=post.id,
                place=about.number - 1,
                body=self._own_words(about.content_html),
                words=opening_words(one_line(about.content_html)),
                person=self._person(post),
                written_at=instant(about.created_at),
                edited_at=instant(about.edited_at),
                likes=self._likes(post),
                accepted=self._accepted(post) if about.number > 1 else None,
            )

    def _own_words(self, markup: str) -> str:
        body = lxml.html.fragment_fromstring(visible(markup), create_parent="div")
        return own_words(body, self._software)

    def _linked(self, resource: _Resource, name: str) -> list[_Resource]:
        keys = [(link.type, link.id) for link in resource.linked(name)]
        return [self._known[key] for key in keys if key in self._known]

    def _person(self, post: _Resource) -> Person | None:
        for user in self._linked(post, "user"):
            about = user.attributes
            name = plain_line(about.display_name or about.username)
            link = f"{self._forum}u/{about.slug or about.username}"
            return Person(name=name, number=user.id, link=link, roles=self._roles(user))
        return None

    def _roles(self, user: _Resource) -> tuple[Role, ...]:
        groups = {link.id for link in user.linked("groups")}
        names = [group.attributes.name_singular for group in self._linked(user, "groups")]
        if STAFF in groups:
            names.append("Admin")
        if MODERATORS in groups:
            names.append("Mod")
        return roles(names)

    def _likes(self, post: _Resource) -> int | None:
        if post.attributes.likes_count is not None:
            return post.attributes.likes_count
        return len(post.linked("likes")) if "likes" in post.relationships else None

    def _accepted(self, post: _Resource) -> bool | None:
        best = self._itself.attributes.has_best_answer
        if best is None:
            return None
        chosen = {link.id for link in self._itself.linked("bestAnswerPost")}
        return post.id in chosen or (best is not True and str(best) == post.id)
