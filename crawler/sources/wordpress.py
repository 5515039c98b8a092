"""WordPress sites, through the REST API: posts, pages, other types of content, and comments.

    [[source]]
    name = "blog"
    platform = "wordpress"
    url = "https://blog.example.com"
    types = ["posts", "pages", "docs"]   # as in the addresses of its API, or as the type is called
    comments = true
    plain_permalinks = false             # true where addresses look like /?p=123
    api_key = "env:BLOG_KEY"             # "account:application password", only for a closed API

Posts, pages and entries of a knowledge base become articles; the topics and replies of forum and
question plugins become questions and answers where the plugin shows them in the API, which bbPress
by itself does not. Comments stand under what they comment on, and under each other. Categories and
tags become tags. Left out is what needs a password, what is not public and what Yoast SEO marks as
noindex; that WordPress marks its own JSON so says nothing about the posts in it.

WordPress tells guests no roles, votes or numbers of comments: name the staff by number under
`staff`. People who comment without an account are told apart by name alone. What changed is asked
for by `modified_after`, which WordPress knows since version 5.7; what was deleted is learned when
posts are looked at again. Where only members may use the API, set `members_only = true`.
API: https://developer.wordpress.org/rest-api/reference/
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from contract import Author, Post, Tombstone
from contract.errors import UnexpectedShapeError
from crawler.clean import from_html, one_line
from crawler.fetch import Dropped, Fetch, Page
from crawler.formats import wordpress
from crawler.formats.wordpress import COMMENT_FIELDS, KINDS, POST_FIELDS, Comment, Item, Type, check
from crawler.payload import decode
from crawler.times import EPOCH, instant
from crawler.urls import web

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from contract.errors import SourceError
    from contract.record import Kind
    from crawler.fetch import Found, Held
    from crawler.formats.wordpress import Person

PAGE_SIZE = 100
"""The most the API gives at once."""

OVERLAP = 10
"""How many posts a page shows again of the one before: each that is deleted meanwhile moves the
rest up by one."""

LOCAL = timedelta(days=1)
"""How much further we look back for changes. The API compares them by the site's local clock, which
is put back each autumn, and by the zone the site had when a post was changed."""

MODERATED = timedelta(days=7)
"""How much further we look back for comments: they are dated when written, not when approved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only this platform needs to know."""

    types: tuple[str, ...] = ("posts", "pages")
    """Types of content, such as "posts", as in the addresses of the API."""
    comments: bool = True
    """Read the comments on them, too."""
    plain_permalinks: bool = False
    """Ask at `/?rest_route=` in place of `/wp-json`."""


class WordPress:
    """What changed since a date, of each type, and what was said about it."""

    whole = frozenset[str]()
    verify_within = timedelta(days=1)

    def __init__(
        self, name: str, url: str, options: Options | None = None, api_key: str | None = None
    ) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.options = options or Options()
        self._api_key = api_key

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin with the types of content that the site has."""
        yield self._ask("types", "wp/v2/types", {})

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read the types, or a page of posts or comments."""
        check(page)
        match page.kind:
            case "types":
                yield from self._read_types(page, since)
            case "posts":
                yield from self._read_posts(page, since)
            case "comments":
                comments = decode(page, list[Comment])
                yield from self._comments(comments, page.note["slugs"].split(","))
                yield from self._next(page, len(comments))
            case _:
                raise ValueError(f"wordpress has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Ask for the types, and then for a hundred posts at a time under one after the other."""
        ids = tuple(post.post_id for post in held)
        yield Fetch(kind="types", url=self._address("wp/v2/types", {}), held=ids)

    def refusal(self, page: Page, status: int) -> SourceError | None:
        """Say why the API does not answer."""
        return wordpress.refusal(page, status)

    def sign(self, wish: Fetch) -> Fetch:
        """Add the key, for a site whose API answers to members alone."""
        if not self._api_key:
            return wish
        bearer = f"Bearer {self._api_key}"  # as plugins for JWT and OAuth want it
        basic = f"Basic {b64encode(self._api_key.encode()).decode()}"
        token = {"Authorization": basic if ":" in self._api_key else bearer}
        return replace(wish, headers={**wish.headers, **token})

    def _address(self, route: str, query: dict[str, str]) -> str:
        if self.options.plain_permalinks:
            return f"{self.url}/?{urlencode({'rest_route': f'/{route}', **query}, safe='/')}"
        return f"{self.url}/wp-json/{route}" + (f"?{urlencode(query)}" if query else "")

    def _ask(self, kind: str, route: str, query: dict[str, str], **note: str) -> Fetch:
        about = {"route": route, "query": json.dumps(query), **note}
        return Fetch(kind=kind, url=self._address(route, query), note=about)

    def _read_types(self, page: Page, since: datetime) -> Iterator[Fetch]:
        known = decode(page, dict[str, Type]).values()
        types = [t for w in self.options.types for t in known if w in {t.rest_base, t.slug}]
        if len(types) < len(self.options.types):
            names = ", ".join(sorted(t.rest_base for t in known)) or "none"
            raise UnexpectedShapeError(
                f"{page.url}: not all of {', '.join(self.options.types)} are there, but {names}",
                hint="Correct `types`; a type of a plugin must be shown in the REST API.",
            )
        routes = [t.route for t in types]
        slugs = ",".join(t.slug for t in types)
        if page.held:
            yield from self._again(page.held, routes, slugs)
            return
        begin = {"per_page": str(PAGE_SIZE), "offset": "0"}
        order = {"orderby": "id", "order": "asc"}
        changed, said = order, order
        if since > EPOCH:
            after = f"{since - LOCAL:%Y-%m-%dT%H:%M:%SZ}"
            changed = {"orderby": "modified", "order": "desc", "modified_after": after}
            said = {**order, "after": f"{since - MODERATED:%Y-%m-%dT%H:%M:%SZ}"}
        for route in routes:
            yield self._ask("posts", route, {**begin, **changed, **POST_FIELDS})
        if self.options.comments:
            query = {**begin, **said, **COMMENT_FIELDS}
            yield self._ask("comments", "wp/v2/comments", query, slugs=slugs)

    def _again(self, held: Sequence[str], routes: list[str], slugs: str) -> Iterator[Fetch]:
        comments = [i for i in held if i.startswith(f"{self.name}:c")]
        yield from self._included("posts", [i for i in held if i not in set(comments)], routes)
        yield from self._included("comments", comments, ["wp/v2/comments"], slugs)

    def _included(
        self, kind: str, held: Sequence[str], routes: list[str], slugs: str = ""
    ) -> Iterator[Fetch]:
        """Posts by number, under the first of these routes; the others are tried for the rest."""
        for at in range(0, len(held), PAGE_SIZE):
            some = tuple(held[at : at + PAGE_SIZE])
            numbers = ",".join(i.partition(":")[2].removeprefix("c") for i in some)
            shown = POST_FIELDS if kind == "posts" else COMMENT_FIELDS
            query = {"include": numbers, "per_page": str(PAGE_SIZE), **shown}
            left = json.dumps(routes[1:])
            yield replace(self._ask(kind, routes[0], query, slugs=slugs, left=left), held=some)

    def _read_posts(self, page: Page, since: datetime) -> Iterator[Found]:
        rows = decode(page, list[Item])
        for row in rows:
            found = self._post(row)
            is_kept = isinstance(found, Tombstone) or found.text or found.kind == "question"
            yield found if is_kept else Dropped("without words")
        if page.held:
            shown, left = {f"{self.name}:{row.id}" for row in rows}, json.loads(page.note["left"])
            missing = [post_id for post_id in page.held if post_id not in shown]
            yield from self._included("posts", missing, left) if left else ()
            return
        changed = [instant(row.modified_gmt) for row in rows]
        if any(at is None or at >= since - LOCAL for at in changed):  # else it ignores the date
            yield from self._next(page, len(rows))

    def _next(self, page: Page, count: int) -> Iterator[Fetch]:
        """The next page, counted in posts: the API answers 400 to a page after its last."""
        if page.held:
            return
        query = json.loads(page.note["query"])
        at, total = int(query["offset"]), page.headers.get("x-wp-total", "")
        if at + PAGE_SIZE < int(total) if total.isdecimal() else count == PAGE_SIZE:
            query["offset"] = str(at + PAGE_SIZE - OVERLAP)
            url = self._address(page.note["route"], query)
            yield Fetch(kind=page.kind, url=url, note={**page.note, "query": json.dumps(query)})

    def _post(self, row: Item) -> Post | Tombstone:
        post_id = f"{self.name}:{row.id}"
        if row.withheld:
            return Tombstone(post_id=post_id, state="hidden", reason=row.withheld)
        kind: Kind = KINDS.get(row.type, "article")
        above = f"{self.name}:{row.parent}" if kind == "answer" and row.parent else None
        if kind == "answer" and above is None:
            kind = "post"  # the plugin does not tell what it answers
        body = from_html(row.content.rendered, row.link)
        created, changed = instant(row.date_gmt), instant(row.modified_gmt)
        return Post(
            post_id=post_id,
            thread_id=above or post_id,
            parent_id=above,
            position=1 if above else 0,
            source=self.name,
            platform="wordpress",
            kind=kind,
            url=row.link,
            title="" if above else one_line(row.title.rendered),
            text=body.text,
            html=body.html,
            author=self._author(row.embedded.author),
            created_at=created,
            updated_at=changed if created and changed and changed > created else None,
            language=row.language,
            tags=tuple(row.terms()),
            container=next(iter(row.terms(but_tags=True)), None),
        )

    def _author(self, people: list[Person]) -> Author | None:
        for person in people:
            if person.id is not None:
                return Author(
                    author_id=f"{self.name}:u{person.id}",
                    name=one_line(person.name),
                    url=web(person.link),
                )
        return None

    def _comments(self, comments: list[Comment], slugs: list[str]) -> Iterator[Found]:
        for comment in comments:
            post_id = f"{self.name}:c{comment.id}"
            if not any(up.post_type in slugs for up in comment.links.up):
                yield Dropped("of another kind" if comment.links.up else "private")
            elif comment.status != "approved":
                yield Tombstone(post_id=post_id, state="hidden", reason="not approved")
            else:
                post = self._comment(post_id, comment)
                yield post if post.text else Dropped("without words")

    def _comment(self, post_id: str, comment: Comment) -> Post:
        body = from_html(comment.content.rendered, comment.link)
        name, thread = one_line(comment.author_name), f"{self.name}:{comment.post}"
        known = f"u{comment.author}" if comment.author else f"guest:{name.casefold()}"
        return Post(
            post_id=post_id,
            thread_id=thread,
            parent_id=f"{self.name}:c{comment.parent}" if comment.parent else thread,
            position=1,
            source=self.name,
            platform="wordpress",
            kind="comment",
            url=comment.link,
            text=body.text,
            html=body.html,
            author=Author(author_id=f"{self.name}:{known}", name=name) if name else None,
            created_at=instant(comment.date_gmt),
        )
