"""Freshdesk: the articles of the knowledge base, and the forums.

    [[source]]
    name = "help"
    platform = "freshdesk"
    url = "https://example.freshdesk.com"
    portal = "https://help.example.com"    # where readers go, if not to `url`
    languages = ["de"]                     # translations of articles, beside the primary language
    forums = true                          # read the forums, too, where the plan has them
    agents = true                          # ask who is an agent; false if the key may not
    api_key = "env:FRESHDESK_KEY"          # needed: nothing is open to guests

Folders and forums say whom they are for. What is not for everybody is kept for the groups
"NAME:users" (anybody who is logged in), "NAME:agents" and "NAME:company-ID". Drafts, spam and
what was not published are not kept. Every crawl goes through all articles, since no list tells what
changed; of forums only the topics that changed are read. An article's thumbs say whether it
helped, a topic's votes are likes. Comments that are marked as the answer count as the solution;
the stamp of a topic ("answered", "solved", "planned") is a tag. Agents are staff, and so is who
writes articles; of other people the API tells a number and no name. A deleted article or comment
is missing where it stood, and a deleted topic in its forum.
API: https://developers.freshdesk.com/api/
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from contract import Author, Post, Signals, Tombstone
from crawler.clean import from_html, plain_line
from crawler.fetch import Dropped, Fetch, Page
from crawler.formats.freshdesk import (
    Agent,
    Article,
    Comment,
    Listed,
    Room,
    Topic,
    Walk,
    onward,
    walk_of,
)
from crawler.payload import decode
from crawler.times import utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from contract.record import Role
    from crawler.fetch import Found, Held

API = "/api/v2"
EACH = "per_page=100"
"""The most the API gives at once."""

DRAFT = 1
"""An article's `status`; 2 is published."""

QUESTIONS = {1, 3}
"""Types of forum, "how to" and "problems", in which a comment can be the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only this platform needs to know."""

    portal: str = ""
    """Address of the portal that readers know; the API is not served there."""
    languages: tuple[str, ...] = ()
    """Codes of further languages to read articles in, such as "de"."""
    forums: bool = False
    """Read the forums, too."""
    agents: bool = True
    """Ask for the names of agents, which takes the key of one who may see them."""


class Freshdesk:
    """All articles, and the topics that changed since a date, each with its comments."""

    whole = frozenset({"articles", "comments"})
    verify_within = timedelta(days=1)

    def __init__(
        self, name: str, url: str, options: Options | None = None, api_key: str | None = None
    ) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.options = options or Options()
        self._api_key = api_key
        self._portal = self.options.portal.rstrip("/") or self.url

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin with who works here and with the rooms, which tell whose eyes they are for."""
        yield from self._step(self._walk(forums=self.options.forums))

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read agents, rooms, a list of articles or topics, or the comments of a topic."""
        match page.kind:
            case "agents":
                yield from self._read_agents(page)
            case "rooms":
                yield from self._read_rooms(page)
            case "articles":
                yield from self._read_articles(page)
            case "topics":
                yield from self._read_topics(page, since)
            case "comments":
                yield from self._read_comments(page)
            case _:
                raise ValueError(f"freshdesk has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Go through the rooms again, one list after the other until all have been met.

        Only the room tells for whom an article is, and only the list a hundred of them at once.
        """
        threads: dict[str, list[str]] = {}
        for post in held:
            threads.setdefault(post.thread_id, []).append(post.post_id)
        natives = [post.native_thread for post in held]
        walk = self._walk(
            articles=any(native.startswith("a") for native in natives),
            forums=any(native.startswith("t") for native in natives),
        )
        walk.threads = threads
        yield from self._step(walk, tuple(post.post_id for post in held))

    def sign(self, wish: Fetch) -> Fetch:
        """Add the key, as the name of a user with any password."""
        if not self._api_key:
            return wish
        basic = b64encode(f"{self._api_key}:X".encode()).decode()
        return replace(wish, headers={**wish.headers, "Authorization": f"Basic {basic}"})

    def _walk(self, *, articles: bool = True, forums: bool = False) -> Walk:
        wanted = {"agents": self.options.agents, "solutions/categories": articles}
        wanted["discussions/categories"] = forums
        return Walk(
            todo=[(f"{API}/{path}?{EACH}", "") for path, is_wanted in wanted.items() if is_wanted]
        )

    def _step(self, walk: Walk, held: tuple[str, ...] = ()) -> Iterator[Fetch]:
        """Where the walk goes on: to the next rooms, and when all are known, to their lists.

        A crawl asks for all lists at once. A verification asks for one after the other, since
        nobody knows in which a post stands by now.
        """
        if walk.todo:
            path, _ = walk.todo[0]
            kind = "agents" if path.startswith(f"{API}/agents") else "rooms"
            yield Fetch(kind=kind, url=f"{self.url}{path}", note=walk.note(), held=held)
        elif walk.threads:
            yield from (
                self._list(walk, one.kind, one.path, held) for one in walk.lists[:1] if held
            )
        else:
            for one in walk.lists:
                yield self._list(Walk(lists=[one], agents=walk.agents), one.kind, one.path, ())

    def _list(self, walk: Walk, kind: str, path: str, held: tuple[str, ...]) -> Fetch:
        return Fetch(kind=kind, url=f"{self.url}{path}", note=walk.note(), held=held)

    def _read_agents(self, page: Page) -> Iterator[Fetch]:
        agents, walk = decode(page, list[Agent]), walk_of(page)
        walk.agents |= {str(agent.id): plain_line(agent.contact.name) for agent in agents}
        walk.todo[:1] = [(path, "") for path in [onward(page)] if path]
        yield from self._step(walk, page.held)

    def _read_rooms(self, page: Page) -> Iterator[Fetch]:
        """Note categories as rooms to be asked for, folders and forums as lists to be read."""
        rooms, walk = decode(page, list[Room]), walk_of(page)
        asked, above = walk.todo.pop(0)
        parent = asked.partition("?")[0]
        further = [(path, above) for path in [onward(page)] if path]
        known = {one.path for one in walk.lists}
        for room in rooms:
            name = " / ".join(filter(None, (above, plain_line(room.name))))
            if parent.endswith("/categories"):
                below = "folders" if "/solutions/" in parent else "forums"
                further.append((f"{parent}/{room.id}/{below}?{EACH}", name))
                continue
            if room.sub_folders_count:
                further.append((f"{API}/solutions/folders/{room.id}/subfolders?{EACH}", name))
            lists = self._topics(room, name) if "/forums" in parent else self._articles(room, name)
            walk.lists.extend(one for one in lists if one.path not in known)
        walk.todo[:0] = further
        yield from self._step(walk, page.held)

    def _articles(self, folder: Room, name: str) -> Iterator[Listed]:
        for language in ("", *self.options.languages):
            path = "/".join(
                filter(None, (f"{API}/solutions/folders/{folder.id}/articles", language))
            )
            yield Listed("articles", f"{path}?{EACH}", name, folder.groups(), language)

    def _topics(self, forum: Room, name: str) -> Iterator[Listed]:
        path, asks = (
            f"{API}/discussions/forums/{forum.id}/topics?{EACH}",
            forum.forum_type in QUESTIONS,
        )
        yield Listed("topics", path, name, forum.groups(), asks=asks)

    def _read_articles(self, page: Page) -> Iterator[Found]:
        articles, walk = decode(page, list[Article]), walk_of(page)
        listed, shown = walk.lists[0], set[str]()
        for article in articles:
            post = self._article(article, listed, walk)
            shown.add(post.post_id)
            if article.status == DRAFT:
                yield Tombstone(post_id=post.post_id, state="hidden", reason="a draft")
            else:
                yield post
        yield from self._onward(page, walk, shown)

    def _onward(self, page: Page, walk: Walk, shown: set[str]) -> Iterator[Fetch]:
        """The next page of a list, or in a verification the next list."""
        held = tuple(post_id for post_id in page.held if post_id not in shown)
        path = onward(page)
        if path and (held or not page.held):
            yield self._list(walk, page.kind, path, held)
        elif held:
            walk.lists.pop(0)
            yield from self._step(walk, held)

    def _article(self, article: Article, listed: Listed, walk: Walk) -> Post:
        code = listed.language
        home = f"{self._portal}/{code}" if code else self._portal
        url = f"{home}/support/solutions/articles/{article.id}"
        body = from_html(article.description or "", url)
        post_id = f"{self.name}:a{article.id}{f'-{code}' if code else ''}"
        language = code or article.language()
        edited = article.modified_at or article.updated_at
        return self._for(
            listed.groups,
            Post(
                post_id=post_id,
                thread_id=post_id,
                source=self.name,
                platform="freshdesk",
                kind="article",
                url=url,
                title=plain_line(article.title) or f"#{article.id}",
                text=body.text,
                html=body.html,
                author=self._author(article.agent_id, walk.agents, is_staff=True),
                created_at=utc(article.created_at),
                updated_at=utc(edited) if edited > article.created_at else None,
                language=language.lower().partition("-")[0] if language else None,
                tags=tuple(article.tags or ()),
                container=listed.container,
                signals=Signals(
                    helpful_yes=article.thumbs_up,
                    helpful_no=article.thumbs_down,
                    views=article.hits,
                ),
            ),
        )

    def _read_topics(self, page: Page, since: datetime) -> Iterator[Found]:
        topics, walk = decode(page, list[Topic]), walk_of(page)
        listed, shown = walk.lists[0], set[str]()
        for topic in topics:
            opening = f"{self.name}:t{topic.id}"
            ids = walk.threads.get(opening, [])
            shown.update(ids)
            active = max(utc(at) for at in (topic.updated_at, topic.replied_at) if at is not None)
            if hidden := topic.hidden():
                yield Tombstone(post_id=opening, state="hidden", reason=hidden)
            elif ids or (active >= since and not page.held):
                wish = self._comments(topic, listed, walk)
                yield replace(wish, held=tuple(ids), optional=bool(ids))
        yield from self._onward(page, walk, shown)

    def _comments(self, topic: Topic, listed: Listed, walk: Walk) -> Fetch:
        replies = None if topic.comments_count is None else max(0, topic.comments_count - 1)
        counts = {"likes": topic.user_votes, "views": topic.hits, "replies": replies}
        note = {
            "topic": str(topic.id),
            "title": plain_line(topic.title) or f"#{topic.id}",
            "tags": json.dumps(topic.tags()),
            "counts": json.dumps(counts),
            "container": listed.container,
            "groups": json.dumps(listed.groups),
            "asks": "yes" if listed.asks else "",
            "agents": json.dumps(walk.agents),
            "after": "0",
        }
        url = f"{self.url}{API}/discussions/topics/{topic.id}/comments?{EACH}"
        return Fetch(kind="comments", url=url, note=note)

    def _read_comments(self, page: Page) -> Iterator[Found]:
        """The first comment is what the topic says; the lowest number is the oldest."""
        comments, after = decode(page, list[Comment]), int(page.note["after"])
        shown = set[str]()
        for position, comment in enumerate(sorted(comments, key=lambda one: one.id), start=after):
            post = self._comment(comment, page.note, position)
            shown.add(post.post_id)
            if comment.spam or not comment.published:
                reason = "spam" if comment.spam else "not published"
                yield Tombstone(post_id=post.post_id, state="hidden", reason=reason)
            elif post.text or post.title:
                yield post
            else:
                yield Dropped("without words")
        held = tuple(post_id for post_id in page.held if post_id not in shown)
        path = onward(page)
        if path and (held or not page.held):
            note, is_optional = {**page.note, "after": str(after + len(comments))}, bool(held)
            url = f"{self.url}{path}"
            yield Fetch(kind="comments", url=url, note=note, held=held, optional=is_optional)

    def _comment(self, comment: Comment, about: dict[str, str], position: int) -> Post:
        opens, asks = position == 0, bool(about["asks"])
        opening = f"{self.name}:t{about['topic']}"
        topic = f"{self._portal}/support/discussions/topics/{about['topic']}"
        url = topic if opens else f"{topic}#post-{comment.id}"
        body = from_html(comment.body or "", url)
        reply: Literal["answer", "comment"] = "answer" if asks else "comment"
        edited = comment.updated_at > comment.created_at
        return self._for(
            json.loads(about["groups"]),
            Post(
                post_id=opening if opens else f"{self.name}:c{comment.id}",
                thread_id=opening,
                parent_id=None if opens else opening,
                position=position,
                source=self.name,
                platform="freshdesk",
                kind=("question" if asks else "post") if opens else reply,
                url=url,
                title=about["title"] if opens else "",
                text=body.text,
                html=body.html,
                author=self._author(comment.user_id, json.loads(about["agents"])),
                created_at=utc(comment.created_at),
                updated_at=utc(comment.updated_at) if edited else None,
                tags=tuple(json.loads(about["tags"])) if opens else (),
                container=about["container"],
                signals=Signals(**json.loads(about["counts"])) if opens else Signals(),
                accepted=None if opens or not asks else bool(comment.answer),
            ),
        )

    def _for(self, groups: Iterable[str], post: Post) -> Post:
        named = tuple(f"{self.name}:{group}" for group in groups)
        return replace(post, visibility="members" if named else "public", groups=named)

    def _author(
        self, number: int | None, agents: dict[str, str], *, is_staff: bool = False
    ) -> Author | None:
        """Agents by name; of others there is no more than a number."""
        if number is None:
            return None
        is_agent = is_staff or str(number) in agents
        name = agents.get(str(number)) or ("Support" if is_agent else f"User {number}")
        roles: tuple[Role, ...] = ("staff",) if is_agent else ()
        return Author(author_id=f"{self.name}:u{number}", name=name, roles=roles)
