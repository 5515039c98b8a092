"""Zendesk help centers: articles with their comments, and the community.

    [[source]]
    name = "help"
    platform = "zendesk"
    url = "https://example.zendesk.com"
    locales = ["en-us", "de"]        # none: each article in the language it was written in
    community = true                 # read the community, too, where there is one
    api_key = "env:ZENDESK_KEY"      # "agent@example.com/token:KEY", or an OAuth token

Without a key that is read which everybody may see; articles and posts come newest change first.
With an agent's key, articles come by the incremental export, and those for a segment of users are
kept for the group "NAME:segment-ID". Drafts are not kept. An article's votes say whether it
helped; a community post or comment has votes for and against. A comment that the help desk marked
as official counts as the solution. Agents and administrators are staff; nobody has a reputation.
Labels are tags, and so is how a community post stands: "answered", "planned", "closed".
Zendesk does not tell of what was deleted or archived: it is missing when it is looked for again.
Where an article is closed to comments, none are read.

Webhooks: in the Admin Center create one for Zendesk events with the address `/api/v1/hooks/NAME` of
this installation, choose article and community post events, and set its signing secret as
`webhook_secret`. An article that is unpublished is then hidden at once; deletions are not told.
API: https://developer.zendesk.com/api-reference/help_center/help-center-api/introduction/
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from contract import Post, Signals, Tombstone
from crawler.clean import from_html, plain_line
from crawler.fetch import Dropped, Fetch, Page
from crawler.formats import zendesk, zendesk_events
from crawler.formats.zendesk import Answer, Article, Comment, CommunityPost
from crawler.payload import decode
from crawler.times import utc
from crawler.urls import web

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contract.errors import SourceError
    from crawler.delivery import Delivery, Heard
    from crawler.fetch import Found, Held

PAGE_SIZE = 100
"""The most a list gives at once; the incremental export gives up to 1,000."""

EXPORT_EVERY_S = 6.0
"""The export is open ten times a minute."""

SINGLY = 10
"""Up to so many threads are looked at one by one, more of them in the list, a hundred at a time."""

_BESIDE = {"articles": "users,sections,categories", "posts": "users,topics"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only this platform needs to know."""

    locales: tuple[str, ...] = ()
    """Languages to read articles in, as addresses write them: "en-us"."""
    community: bool = False
    """Read the community, too."""


class Zendesk:
    """Articles and community posts changed since a date, each with its comments."""

    whole = frozenset({"comments", "replies"})
    verify_within = timedelta(days=1)
    signing = zendesk_events.SIGNING

    def __init__(
        self, name: str, url: str, options: Options | None = None, api_key: str | None = None
    ) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.options = options or Options()
        self._api_key = api_key

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin with the articles, by the export where nothing stands against it."""
        if self._api_key and not self.options.locales:
            query = {"start_time": int(since.timestamp()), "include": _BESIDE["articles"]}
            url = f"{self.url}/api/v2/help_center/incremental/articles.json?{urlencode(query)}"
            yield Fetch(kind="articles", url=url, note={"export": "yes"})
        else:
            for locale in self.options.locales or ("",):
                yield self._list("articles", locale, by="updated_at", order="desc")
        if self.options.community:
            yield self._list("posts", "", by="updated_at", order="desc")

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read articles or community posts, many or one, or the comments on one."""
        match page.kind:
            case "articles" | "article" | "posts" | "post":
                yield from self._read_threads(page, since)
            case "comments" | "replies":
                yield from self._read_comments(page)
            case _:
                raise ValueError(f"zendesk has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Ask for the threads: a few one by one, many by going through the list they stand in."""
        lists: dict[tuple[str, str], dict[str, list[str]]] = {}
        for post in held:
            kind, _, locale = _taken_apart(post.thread_id)
            threads = lists.setdefault((kind, locale), {})
            threads.setdefault(post.thread_id, []).append(post.post_id)
        for (kind, locale), threads in lists.items():
            if len(threads) <= SINGLY:
                yield from self._singly(threads)
            else:
                first = self._list(kind, locale, by="created_at", order="asc")
                yield replace(first, note=_note(threads), held=_ids(threads))

    def webhook(self, delivery: Delivery) -> Iterator[Heard]:
        """Take word of articles, community posts and comments."""
        options = self.options
        yield from zendesk_events.heard(
            self.name, self.url, delivery, locales=options.locales, community=options.community
        )

    def refusal(self, page: Page, status: int) -> SourceError | None:
        """Say why Zendesk does not answer, where it is about more than one thread."""
        return zendesk.refusal(page, status)

    def sign(self, wish: Fetch) -> Fetch:
        """Add the key: with it, an agent's view and the export are open."""
        if not self._api_key:
            return wish
        bearer = f"Bearer {self._api_key}"
        basic = f"Basic {b64encode(self._api_key.encode()).decode()}"
        token = {"Authorization": basic if ":" in self._api_key else bearer}
        return replace(wish, headers={**wish.headers, **token})

    def _list(self, kind: str, locale: str, *, by: str, order: str) -> Fetch:
        room = f"help_center/{locale}" if locale else "help_center"
        path = "community/posts" if kind == "posts" else f"{room}/articles"
        query = {
            "include": _BESIDE[kind],
            "sort_by": by,
            "sort_order": order,
            "page[size]": PAGE_SIZE,
        }
        return Fetch(kind=kind, url=f"{self.url}/api/v2/{path}.json?{urlencode(query)}")

    def _singly(self, threads: dict[str, list[str]]) -> Iterator[Fetch]:
        for thread, ids in threads.items():
            kind, number, locale = _taken_apart(thread)
            room = (
                "community" if kind == "posts" else "/".join(filter(None, ["help_center", locale]))
            )
            query = urlencode({"include": _BESIDE[kind]})
            url = f"{self.url}/api/v2/{room}/{kind}/{number}.json?{query}"
            note, one = _note({thread: ids}), kind.removesuffix("s")
            yield Fetch(kind=one, url=url, note=note, held=tuple(ids), optional=True)

    def _read_threads(self, page: Page, since: datetime) -> Iterator[Found]:
        """What opens threads, where their comments are, and where the list goes on.

        All that stands on a page is taken, old or new: its votes may be new.
        """
        told, rows = zendesk.threads(page)
        left: dict[str, list[str]] = json.loads(page.note.get("threads", "{}"))
        goes_on = False
        for row in rows:
            opening, hidden = self._opening(row, told)
            is_new = utc(row.updated_at) >= since
            goes_on = goes_on or is_new
            if hidden:
                yield Tombstone(post_id=opening.post_id, state="hidden", reason=hidden)
            else:
                yield opening if opening.text or opening.title else Dropped("without words")
            ids = left.pop(opening.post_id, [])
            about = self._comments(row, opening, hidden)
            if held := tuple(post_id for post_id in ids if post_id != opening.post_id):
                yield replace(about, held=held, optional=True)
            elif is_new and not page.held and _may_have_comments(row):
                yield about
        yield from self._onward(page, told.onward(), left, goes_on=goes_on)

    def _onward(
        self, page: Page, path: str | None, left: dict[str, list[str]], *, goes_on: bool
    ) -> Iterator[Fetch]:
        """The next page; and what no list shows any more is asked for by name before it is buried.

        The last page of an export may name itself as the next one.
        """
        is_list = page.kind in _BESIDE
        if path and f"{self.url}{path}" != page.url and (left if page.held else goes_on):
            note = _note(left) if page.held else page.note
            wait_s = EXPORT_EVERY_S if "export" in page.note else 0.0
            url, held = f"{self.url}{path}", _ids(left)
            yield Fetch(kind=page.kind, url=url, note=note, wait_s=wait_s, held=held)
        elif is_list:
            yield from self._singly(left)

    def _opening(self, row: Article | CommunityPost, told: Answer) -> tuple[Post, str]:
        """The post, and why it is hidden."""
        if isinstance(row, Article):
            return self._article(row, told), "a draft" if row.draft else ""
        return self._community_post(row, told), ""

    def _article(self, article: Article, told: Answer) -> Post:
        yes, no = article.votes()
        locale = article.locale.lower()
        home = f"{self.url}/hc/{locale}/articles/{article.id}"
        post_id = f"{self.name}:a{article.id}-{locale}"
        opening = self._post(
            article, told, post_id=post_id, thread_id=post_id, markup=article.body, home=home
        )
        article_post = replace(
            opening,
            kind="article",
            title=plain_line(article.title),
            language=locale.partition("-")[0],
            tags=tuple(article.label_names),
            container=told.place(article.section_id),
            signals=Signals(helpful_yes=yes, helpful_no=no),
        )
        segments = (f"{self.name}:segment-{segment}" for segment in article.segments())
        return _for(article_post, tuple(segments))

    def _community_post(self, post: CommunityPost, told: Answer) -> Post:
        topic = told.topic(post.topic_id)
        groups: tuple[str, ...] = ()
        if topic is not None and topic.user_segment_id is not None:
            groups = (f"{self.name}:segment-{topic.user_segment_id}",)
        elif topic is None and self._api_key:  # whom it is for is not told: not for everybody
            groups = (f"{self.name}:topic-{post.topic_id}",)
        post_id = f"{self.name}:p{post.id}"
        home = f"{self.url}/hc/community/posts/{post.id}"
        opening = self._post(
            post, told, post_id=post_id, thread_id=post_id, markup=post.details, home=home
        )
        question = replace(
            opening,
            kind="question",
            title=plain_line(post.title),
            tags=tuple(post.tags()),
            container=plain_line(topic.name) if topic else None,
            signals=post.score(post.comment_count),
        )
        return _for(question, groups)

    def _comments(self, row: Article | CommunityPost, opening: Post, hidden: str) -> Fetch:
        kind, number, locale = _taken_apart(opening.post_id)
        room = "community" if kind == "posts" else f"help_center/{locale}"
        query = {
            "include": "users",
            "sort_by": "created_at",
            "sort_order": "asc",
            "page[size]": PAGE_SIZE,
        }
        note = {
            "thread": opening.post_id,
            "home": opening.url,
            "groups": json.dumps(opening.groups),
            "container": opening.container or "",
            "language": opening.language or "",
            "hidden": hidden,
            "after": "0",
        }
        url = f"{self.url}/api/v2/{room}/{kind}/{number}/comments.json?{urlencode(query)}"
        return Fetch(kind="replies" if kind == "posts" else "comments", url=url, note=note)

    def _read_comments(self, page: Page) -> Iterator[Found]:
        told = decode(page, zendesk.Comments)
        after, unseen = int(page.note["after"]), dict.fromkeys(page.held)
        for position, comment in enumerate(told.comments, start=after + 1):
            post = self._comment(page, comment, told, position)
            unseen.pop(post.post_id, None)
            if page.note["hidden"]:
                reason = f"on {page.note['hidden']}"
                yield Tombstone(post_id=post.post_id, state="hidden", reason=reason)
            else:
                yield post if post.text else Dropped("without words")
        path = told.onward()
        if path and (unseen or not page.held):
            note = {**page.note, "after": str(after + len(told.comments))}
            held, is_optional = tuple(unseen), bool(page.held)
            url = f"{self.url}{path}"
            yield Fetch(kind=page.kind, url=url, note=note, held=held, optional=is_optional)

    def _comment(self, page: Page, comment: Comment, told: Answer, position: int) -> Post:
        about, in_community = page.note, page.kind == "replies"
        post_id = f"{self.name}:{'r' if in_community else 'c'}{comment.id}"
        home = f"{about['home']}/comments/{comment.id}"
        reply = self._post(
            comment,
            told,
            post_id=post_id,
            thread_id=about["thread"],
            markup=comment.body,
            home=home,
        )
        comment_post = replace(
            reply,
            parent_id=about["thread"],
            position=position,
            kind="answer" if in_community else "comment",
            language=about["language"] or None,
            container=about["container"] or None,
            signals=comment.score(),
            accepted=comment.official if in_community else None,
        )
        return _for(comment_post, tuple(json.loads(about["groups"])))

    def _post(
        self,
        written: zendesk.Written,
        told: Answer,
        *,
        post_id: str,
        thread_id: str,
        markup: str | None,
        home: str,
    ) -> Post:
        """What is read alike everywhere; `home` is where it stands if that is not told."""
        url = web(written.html_url) or home
        body = from_html(markup or "", url)
        return Post(
            post_id=post_id,
            thread_id=thread_id,
            source=self.name,
            platform="zendesk",
            kind="post",
            url=url,
            text=body.text,
            html=body.html,
            author=told.author(self.name, written),
            created_at=utc(written.created_at),
            updated_at=written.edit(),
        )


def _for(post: Post, groups: tuple[str, ...]) -> Post:
    """The post for these groups alone; for everybody where there are none."""
    return replace(post, visibility="members" if groups else "public", groups=groups)


def _may_have_comments(row: Article | CommunityPost) -> bool:
    return not row.comments_disabled if isinstance(row, Article) else row.comment_count != 0


def _taken_apart(thread_id: str) -> tuple[str, str, str]:
    """Kind of list a thread stands in, its number, and the language of an article."""
    native = thread_id.partition(":")[2]
    number, _, locale = native[1:].partition("-")
    return "articles" if native.startswith("a") else "posts", number, locale


def _note(threads: dict[str, list[str]]) -> dict[str, str]:
    return {"threads": json.dumps(threads)}


def _ids(threads: dict[str, list[str]]) -> tuple[str, ...]:
    return tuple(post_id for ids in threads.values() for post_id in ids)
