"""What the REST API of WordPress answers, and which fields of it are asked for.

https://developer.wordpress.org/rest-api/reference/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contract.errors import SourceError, UnexpectedShapeError
from crawler.clean import one_line
from crawler.formats.refusal import named
from crawler.payload import decode, decode_or

if TYPE_CHECKING:
    from contract.record import Kind
    from crawler.fetch import Page

KINDS: dict[str, Kind] = {
    "topic": "question",
    "reply": "answer",
    "question": "question",
    "answer": "answer",
    "dwqa-question": "question",
    "dwqa-answer": "answer",
}
"""Types that are no articles: those of bbPress, AnsPress and DW Question & Answer."""

POST_FIELDS = {
    "_embed": "author,wp:term",
    "_fields": "id,type,status,link,date_gmt,modified_gmt,title,content,parent,lang,"
    "yoast_head_json.robots,_links,_embedded",
}
COMMENT_FIELDS = {
    "_fields": "id,post,parent,author,author_name,date_gmt,content,link,status,_links"
}

NOT_THERE = (
    "Check `url` and `types`; where addresses look like /?p=123, set `plain_permalinks = true`."
)
"""What helps where the API is not found, which a site may also say with a page of its own."""

CLOSED = (
    'Set or correct `api_key` ("account:application password"), or let the plugin that closes the '
    "REST API open it to guests."
)
"""What helps where members alone may use the API, or nobody."""


class Refusal(msgspec.Struct):
    """An error, in the place of a page or of something embedded in one."""

    code: Any = None
    message: Any = None


class Type(msgspec.Struct):
    """A type of content: it is called `slug` in posts, and `rest_base` in addresses."""

    slug: str
    rest_base: str
    rest_namespace: str = "wp/v2"

    @property
    def route(self) -> str:
        """Where its posts are."""
        return f"{self.rest_namespace}/{self.rest_base}"


class Rendered(msgspec.Struct):
    """HTML; `protected` where it needs a password."""

    rendered: str = ""
    protected: bool = False


class Person(msgspec.Struct):
    """An author; without a number it is the reason why none is named."""

    id: int | None = None
    name: str = ""
    link: str | None = None


class Term(msgspec.Struct):
    """A category, a tag, or of a taxonomy that a plugin brings."""

    name: str = ""
    slug: str = ""
    taxonomy: str = ""


class Embedded(msgspec.Struct):
    """What a post is served with."""

    author: list[Person] = []
    lists: list[list[Term] | Refusal] = msgspec.field(name="wp:term", default_factory=list)


class Yoast(msgspec.Struct):
    """What Yoast SEO tells robots about a post."""

    robots: dict[str, str] | list[str] = {}


class Item(msgspec.Struct):
    """A post of any type. Dates are in UTC."""

    id: int
    link: str
    title: Rendered = msgspec.field(default_factory=Rendered)
    content: Rendered = msgspec.field(default_factory=Rendered)
    type: str = "post"
    status: str = "publish"
    date_gmt: str | None = None
    modified_gmt: str | None = None
    parent: int = 0
    lang: Any = None
    yoast_head_json: Yoast | None = None
    embedded: Embedded = msgspec.field(name="_embedded", default_factory=Embedded)

    @property
    def withheld(self) -> str:
        """Why it may not be shown; empty where it may."""
        if self.content.protected:
            return "needs a password"
        if self.status != "publish":
            return f"its status is {self.status}"
        robots = self.yoast_head_json.robots if self.yoast_head_json else {}
        noindex = isinstance(robots, dict) and "noindex" in robots.values()
        return "marked noindex" if noindex else ""

    @property
    def language(self) -> str | None:
        """As translation plugins (Polylang, WPML) tell it, such as "de" for "de_AT"."""
        return self.lang[:2] if isinstance(self.lang, str) and self.lang else None

    def terms(self, *, but_tags: bool = False) -> list[str]:
        """Names of its categories and tags."""
        every = [t for some in self.embedded.lists if isinstance(some, list) for t in some]
        return [
            one_line(term.name)
            for term in every
            if term.slug != "uncategorized" and not (but_tags and term.taxonomy.endswith("tag"))
        ]


class Up(msgspec.Struct):
    """What a comment is on."""

    post_type: str = ""


class Links(msgspec.Struct):
    """What a comment leads to."""

    up: list[Up] = []


class Comment(msgspec.Struct):
    """A comment; `parent` and `author` are 0 where there is none."""

    id: int
    post: int
    link: str
    content: Rendered
    parent: int = 0
    author: int = 0
    author_name: str = ""
    date_gmt: str | None = None
    status: str = "approved"
    links: Links = msgspec.field(name="_links", default_factory=Links)


def refusal(page: Page, status: int) -> SourceError | None:
    """Why the API does not answer; every page of ours is a list, so that it speaks of no post."""
    said = decode_or(page, Refusal())
    code = said.code if isinstance(said.code, str) else ""
    hint = {401: CLOSED, 403: CLOSED, 404: NOT_THERE}.get(status)
    if not code and hint is None:
        return None
    return named(page, "WordPress", code or status, str(said.message or ""), hint)


def check(page: Page) -> None:
    """Raise SourceError for an error, or a page of the site, in the place of an answer."""
    begins = page.body.lstrip()[:1]
    if begins not in {b"{", b"["}:
        raise UnexpectedShapeError(f"{page.url}: no answer of the REST API", hint=NOT_THERE)
    said = decode(page, Refusal) if begins == b"{" else Refusal()
    if isinstance(said.code, str):
        hint = NOT_THERE if said.code == "rest_no_route" else None
        raise SourceError(f"{page.url}: {said.code}: {said.message}", hint=hint)
