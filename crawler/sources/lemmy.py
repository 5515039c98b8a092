"""Lemmy communities: posts by their newest comment, each with all its comments.

    [[source]]
    name = "lemmy"
    platform = "lemmy"
    url = "https://lemmy.example.com"
    communities = ["espresso", "repair@other.example"]   # none: all that is local to the server
    api = "v3"                             # "v4" from Lemmy 1.0 on
    api_key = "env:LEMMY_TOKEN"            # a session's token (`jwt`), only for a private server

Only communities that everybody may read and that are listed are kept: not those that are local
only, private, unlisted or hidden. What an author deleted or a moderator removed becomes a
tombstone; a comment that is there no more has gone, since a post is read with all its comments.
Administrators are staff; who moderates the community, or speaks for it (`distinguished`), is a
moderator. Lemmy has votes but no accepted answers, no reputation and no verified profile links.
Direct replies are posts, what is said below them comments. An edit does not bring a post up: every
one is asked for again, comments fifty at a time.
API: https://join-lemmy.org/api/
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

import msgspec

from contract import Author, Post, Signals, Tombstone
from contract.errors import UnexpectedShapeError
from crawler.clean import from_markdown, plain_line
from crawler.fetch import Dropped, Fetch, Page, by_thread
from crawler.formats import lemmy
from crawler.formats.lemmy import UNDETERMINED, Site, View
from crawler.payload import decode
from crawler.urls import host, web

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from contract.errors import SourceError
    from contract.record import Role
    from crawler.fetch import Found, Held

PAGE_SIZE = 50
"""The most a list gives at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only this platform needs to know."""

    communities: tuple[str, ...] = ()
    """Such as "espresso" or "repair@other.example"; all that are local where it is empty."""
    api: Literal["v3", "v4"] = "v3"
    """The API's version; servers from 1.0 on speak both."""


class _List(msgspec.Struct):
    """Named by what it lists in v3 and the first betas of v4, `items` since."""

    posts: list[View] | None = None
    comments: list[View] | None = None
    items: list[View] | None = None
    next_page: str | None = None


class _One(msgspec.Struct):
    post_view: View


class Lemmy:
    """Posts with something new since a date, newest comment first."""

    whole = frozenset({"comments"})
    verify_within = timedelta(days=1)

    def __init__(
        self, name: str, url: str, options: Options | None = None, api_key: str | None = None
    ) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.options = options or Options()
        self._api_key = api_key

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin with the site, which tells what its numbers of languages mean."""
        yield self._wish("site", "site", {})

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read the site, a list of posts, one post, or a page of a post's comments."""
        match page.kind:
            case "site":
                languages = _languages(decode(page, Site))
                yield from self._again(page, languages) if page.held else self._lists(languages)
            case "posts":
                yield from self._read_posts(page, since)
            case "post":
                view = decode(page, _One).post_view
                yield from self._found(view, json.loads(page.note["languages"]), 0)
            case "comments":
                yield from self._read_comments(page)
            case _:
                raise ValueError(f"lemmy has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Ask for the site, for the posts themselves, and for the comments by the post."""
        threads = by_thread(held)
        ids = tuple(post.post_id for post in held)
        note = {"threads": json.dumps(threads)}
        yield replace(self._wish("site", "site", {}), note=note, held=ids)

    def refusal(self, page: Page, status: int) -> SourceError | None:
        """Say why the server does not answer."""
        return lemmy.refusal(page)

    def sign(self, wish: Fetch) -> Fetch:
        """Add the token, which a private server asks for."""
        if not self._api_key:
            return wish
        token = {"Authorization": f"Bearer {self._api_key}"}
        return replace(wish, headers={**wish.headers, **token})

    def _wish(self, kind: str, path: str, query: dict[str, str | int]) -> Fetch:
        asked = f"?{urlencode(query)}" if query else ""
        return Fetch(kind=kind, url=f"{self.url}/api/{self.options.api}/{path}{asked}")

    def _lists(self, languages: str) -> Iterator[Fetch]:
        v4 = self.options.api == "v4"
        query: dict[str, str | int] = {"sort": "new_comments" if v4 else "NewComments"}
        if v4:
            query["time_range_seconds"] = 0  # else the server's default may cut the list short
        for community in self.options.communities:
            where = {"type_": "all" if v4 else "All", "community_name": community}
            yield self._list("posts", "post/list", {**query, **where}, {"languages": languages})
        if not self.options.communities:
            where = {"type_": "local" if v4 else "Local"}
            yield self._list("posts", "post/list", {**query, **where}, {"languages": languages})

    def _list(
        self, kind: str, path: str, query: dict[str, str | int], note: dict[str, str]
    ) -> Fetch:
        wish = self._wish(kind, path, {**query, "limit": PAGE_SIZE})
        return replace(wish, note={**note, "first": wish.url, "page": "1"})

    def _comments(self, post: int, languages: str) -> Fetch:
        v4 = self.options.api == "v4"
        query: dict[str, str | int] = {
            "post_id": post,
            "type_": "all" if v4 else "All",
            "sort": "old" if v4 else "Old",
        }
        return self._list("comments", "comment/list", query, {"languages": languages})

    def _older(self, page: Page, listed: _List, views: list[View]) -> Iterator[Fetch]:
        """The next page, by the server's cursor where it gives one; v3 counts pages of comments."""
        number = int(page.note["page"]) + 1
        query: dict[str, str | int] = {}
        if listed.next_page:
            query = {"page_cursor": listed.next_page}
        elif self.options.api == "v3" and len(views) == PAGE_SIZE:
            query = {"page": number}
        if query:
            url = f"{page.note['first']}&{urlencode(query)}"
            yield Fetch(kind=page.kind, url=url, note={**page.note, "page": str(number)})

    def _read_posts(self, page: Page, since: datetime) -> Iterator[Found]:
        listed = decode(page, _List)
        views, languages = _views(page, listed), json.loads(page.note["languages"])
        for view in views:
            if view.active_at < since:
                if view.post.is_featured:
                    continue  # these stand first, whatever their age
                return
            yield from self._found(view, languages, 0)
            if view.numbers.comments != 0 and view.community.is_open:
                yield self._comments(view.post.id, page.note["languages"])
        yield from self._older(page, listed, views)

    def _read_comments(self, page: Page) -> Iterator[Found]:
        listed = decode(page, _List)
        views, languages = _views(page, listed), json.loads(page.note["languages"])
        first = (int(page.note["page"]) - 1) * PAGE_SIZE + 1
        for position, view in enumerate(views, start=first):
            yield from self._found(view, languages, position)
        shown = {f"{self.name}:c{view.comment.id}" for view in views if view.comment}
        missing = tuple(post_id for post_id in page.held if post_id not in shown)
        if missing or not page.held:
            yield from (replace(wish, held=missing) for wish in self._older(page, listed, views))

    def _again(self, page: Page, languages: str) -> Iterator[Fetch]:
        for thread, ids in json.loads(page.note["threads"]).items():
            number, opening = int(thread.removeprefix("p")), f"{self.name}:{thread}"
            if opening in ids:
                wish = self._wish("post", "post", {"id": number})
                note = {"languages": languages}
                yield replace(wish, note=note, optional=True, held=(opening,))
            comments = tuple(post_id for post_id in ids if post_id != opening)
            if comments:
                wish = self._comments(number, languages)
                yield replace(wish, held=comments, optional=True)

    def _found(self, view: View, languages: dict[str, str], position: int) -> Iterator[Found]:
        post_id = f"{self.name}:{'c' if view.comment else 'p'}{view.written.id}"
        if why := view.why_not():
            yield Tombstone(post_id=post_id, state=why[0], reason=why[1])
        elif (post := self._post(view, post_id, languages, position)).text or post.title:
            yield post
        else:
            yield Dropped("without words")

    def _post(self, view: View, post_id: str, languages: dict[str, str], position: int) -> Post:
        comment, written = view.comment, view.written
        url = f"{self.url}/{'comment' if comment else 'post'}/{written.id}"
        body = from_markdown(written.markdown, url)
        thread_id = f"{self.name}:p{view.post.id}"
        above = comment.above if comment else None
        below = thread_id if above is None else f"{self.name}:c{above}"
        return Post(
            post_id=post_id,
            thread_id=thread_id,
            parent_id=below if comment else None,
            position=position,
            source=self.name,
            platform="lemmy",
            kind="post" if above is None else "comment",
            url=url,
            title="" if comment else plain_line(view.post.name),
            text=body.text,
            html=body.html,
            author=self._author(view),
            created_at=written.created_at,
            updated_at=written.edited_at,
            language=languages.get(str(written.language_id)),
            tags=view.names(),
            container=plain_line(view.community.title or view.community.name),
            signals=Signals(
                score=view.numbers.score,
                up=view.numbers.upvotes,
                down=view.numbers.downvotes,
                replies=view.numbers.child_count if comment else view.numbers.comments,
            ),
            global_id=written.ap_id,
        )

    def _author(self, view: View) -> Author:
        person = view.creator
        home = web(person.ap_id or person.actor_id)
        handle = f"{person.name}@{host(home)}" if home and not person.local else person.name
        roles: list[Role] = ["staff"] if view.creator_is_admin else []
        roles += ["moderator"] if view.is_by_moderator else []
        roles += ["bot"] if person.bot_account else []
        return Author(
            author_id=f"{self.name}:{handle}",
            name=plain_line(person.display_name or person.name),
            url=home or f"{self.url}/u/{person.name}",
            roles=tuple(roles),
        )


def _views(page: Page, listed: _List) -> list[View]:
    for views in (listed.items, listed.posts, listed.comments):
        if views is not None:
            break
    else:
        raise UnexpectedShapeError(f"{page.url}: neither `items` nor `posts` nor `comments`")
    if page.kind == "comments" and any(view.comment is None for view in views):
        raise UnexpectedShapeError(f"{page.url}: a comment without `comment`")
    if any(view.written.created_at is None for view in views):
        raise UnexpectedShapeError(f"{page.url}: neither `published` nor `published_at`")
    return views


def _languages(site: Site) -> str:
    """Codes by the site's numbers; text, so that a queue can keep it."""
    named = {each.id: each.code for each in site.all_languages if each.id != UNDETERMINED}
    return json.dumps(named)
