"""Reddit: the posts of subreddits and the comments below them, with credentials of your own.

    [[source]]
    name = "reddit"
    platform = "reddit"
    url = "https://oauth.reddit.com"
    subreddits = ["kettlebrook"]
    user_agent = "server:com.example.search:v1.0 (by /u/kettlebrook)"
    api_key = "env:REDDIT_TOKEN"     # needed: an OAuth bearer token
    obey_robots = false              # Reddit says that its robots.txt is not for users of the API
    delay_s = 0.7                    # 100 calls a minute are free

Off unless you set it up, and it does not begin without a token. Reddit gives API access to those
whom it has approved (Responsible Builder Policy), and for commercial use under a contract; the
terms forbid to train models on what people wrote. A token runs out within a day: renew it in the
variable from outside, we do not ask for new ones.

A post opens a thread; what is said right below it counts as an answer, and what is said below that
as a comment. A listing shows no more than the newest 1,000 posts. New comments on older posts are
found through the newest comments of the subreddit; edits only when a post is looked at again. There
are scores, moderators and flairs, but no accepted answers and no reputation. Of a subreddit that is
not open, posts show to the group `{name}:{subreddit}` alone.

What was deleted has to go from here, too, the names of authors with it. We hold to 48 hours: every
post is asked for again within that time (`/api/info`, a hundred a call). Leave `verify_days` alone,
or below 2. What has gone shows as "[deleted]" or "[removed]", or not at all.
API: https://www.reddit.com/dev/api/
Terms: https://support.reddithelp.com/hc/en-us/articles/16160319875092
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from contract import Post
from contract.errors import UnexpectedShapeError
from crawler.clean import one_line
from crawler.fetch import Dropped, Fetch, Page
from crawler.formats import credentials, reddit
from crawler.formats.reddit import T1, T3, Comment, Link, Listing, More, MoreChildren, flat
from crawler.payload import decode
from crawler.times import from_epoch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from contract.errors import SourceError
    from crawler.fetch import Found, Held
    from crawler.formats.reddit import Stub

BATCH = 100
"""Things in a listing, and ids in one question: the most the API takes."""

TREE = 500
"""The most comments one page of a thread shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only this platform needs to know."""

    subreddits: tuple[str, ...]
    """Names, such as "kettlebrook"."""
    user_agent: str
    """How Reddit wants to be told who asks: "platform:application:version (by /u/account)"."""


class Reddit:
    """Posts and comments since a date, newest first, each with its whole thread."""

    whole = frozenset[str]()
    verify_within = timedelta(hours=48)

    def __init__(self, name: str, url: str, options: Options, api_key: str | None = None) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.options = options
        self._api_key = api_key

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin with the newest posts and the newest comments of each subreddit."""
        credentials.needed(self.name, self._api_key, "a bearer token from Reddit's OAuth")
        for subreddit in self.options.subreddits:
            named = quote(subreddit.removeprefix("r/"), safe="+")
            yield self._list(f"/r/{named}/new")
            yield self._list(f"/r/{named}/comments")

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read a listing, a thread, comments that it left out, or things asked for by id."""
        match page.kind:
            case "list":
                yield from self._read_list(page, since)
            case "thread":
                yield from self._read_thread(page)
            case "more":
                things = decode(page, MoreChildren).json.data.things
                yield from self._comments(flat(things), page.note["link"], int(page.note["first"]))
            case "info":
                yield from self._read_info(page)
            case _:
                raise ValueError(f"reddit has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Ask for them by id, a hundred at a time; one that is left out has gone."""
        credentials.needed(self.name, self._api_key, "a bearer token from Reddit's OAuth")
        for at in range(0, len(held), BATCH):
            some = held[at : at + BATCH]
            ids = ",".join(post.native for post in some)
            yield Fetch(
                kind="info",
                url=self._address("/api/info", {"id": ids}),
                note={"positions": json.dumps({post.native: post.position for post in some})},
                held=tuple(post.post_id for post in some),
            )

    def refusal(self, page: Page, status: int) -> SourceError | None:
        """Say why Reddit does not answer."""
        return reddit.refusal(page, status)

    def sign(self, wish: Fetch) -> Fetch:
        """Add the token, and who asks."""
        if not self._api_key:
            return wish
        who = {
            "Authorization": f"Bearer {self._api_key}",
            "User-Agent": self.options.user_agent,
        }
        return replace(wish, headers={**wish.headers, **who})

    def _address(self, path: str, query: Mapping[str, object]) -> str:
        # Without raw_json, "&", "<" and ">" come escaped once more.
        return f"{self.url}{path}?{urlencode({**query, 'raw_json': 1}, safe=',')}"

    def _list(self, path: str, after: str | None = None) -> Fetch:
        query: dict[str, object] = {"limit": BATCH}
        if after is not None:
            query["after"] = after
        return Fetch(kind="list", url=self._address(path, query), note={"path": path})

    def _thread(self, link: str, branch: str | None = None, first: int = 1) -> Fetch:
        path = f"/comments/{link}" if branch is None else f"/comments/{link}/_/{branch}"
        url = self._address(path, {"limit": TREE, "sort": "old"})
        return Fetch(kind="thread", url=url, note={"first": str(first), "branch": branch or ""})

    def _read_list(self, page: Page, since: datetime) -> Iterator[Found]:
        listed = decode(page, Listing).data
        things = [thing.data for thing in listed.children if not isinstance(thing, More)]
        new = [thing for thing in things if from_epoch(thing.created_utc) >= since]
        for thing in new:
            if isinstance(thing, Comment):
                yield self._thread(thing.link_id.removeprefix("t3_"))
            elif thing.num_comments == 0:
                yield from self._link(thing)
            else:
                yield self._thread(thing.id)
        if listed.after and new and len(new) == len(things):
            yield self._list(page.note["path"], listed.after)

    def _read_thread(self, page: Page) -> Iterator[Found]:
        listings = decode(page, list[Listing])
        if len(listings) != 2:
            raise UnexpectedShapeError(f"{page.url}: a post and its comments were expected")
        above, below = listings
        links = [thing.data for thing in above.data.children if isinstance(thing, T3)]
        for link in links:
            yield from self._link(link)
            comments = (one for one in flat(below.data.children) if _id(one) != page.note["branch"])
            yield from self._comments(comments, link.name, int(page.note["first"]))

    def _comments(self, things: Iterable[T1 | More], link: str, first: int) -> Iterator[Found]:
        """Comments in their order, and where those are that were left out."""
        position = first
        for thing in things:
            if isinstance(thing, More):
                yield from self._more(thing.data, link, position)
                position += len(thing.data.children)
            else:
                yield from self._comment(thing.data, position)
                position += 1

    def _more(self, stub: Stub, link: str, first: int) -> Iterator[Fetch]:
        if not stub.children:  # too deep for one page
            yield self._thread(link.removeprefix("t3_"), stub.parent_id.removeprefix("t1_"), first)
        for at in range(0, len(stub.children), BATCH):
            children = ",".join(stub.children[at : at + BATCH])
            query = {"api_type": "json", "link_id": link, "sort": "old", "children": children}
            url = self._address("/api/morechildren", query)
            yield Fetch(kind="more", url=url, note={"link": link, "first": str(first + at)})

    def _read_info(self, page: Page) -> Iterator[Found]:
        positions = json.loads(page.note["positions"])
        for thing in decode(page, Listing).data.children:
            if isinstance(thing, T3):
                yield from self._link(thing.data)
            elif isinstance(thing, T1):
                yield from self._comment(thing.data, positions.get(thing.data.name, 1))

    def _link(self, link: Link) -> Iterator[Found]:
        post_id = f"{self.name}:{link.name}"
        if (stone := link.stone(post_id)) is not None:
            yield stone
            return
        body, groups = link.body(), link.groups(self.name)
        yield Post(
            post_id=post_id,
            thread_id=post_id,
            source=self.name,
            platform="reddit",
            kind="post",
            url=link.url(),
            title=one_line(link.title),
            text=body.text,
            html=body.html,
            author=link.by(self.name),
            created_at=from_epoch(link.created_utc),
            updated_at=link.edited_at(),
            tags=(one_line(link.link_flair_text),) if link.link_flair_text else (),
            container=f"r/{link.subreddit}",
            signals=link.signals(),
            visibility="members" if groups else "public",
            groups=groups,
        )

    def _comment(self, comment: Comment, position: int) -> Iterator[Found]:
        post_id = f"{self.name}:{comment.name}"
        if (stone := comment.stone(post_id)) is not None:
            yield stone
            return
        body, groups = comment.words(), comment.groups(self.name)
        if not body.text:
            yield Dropped("without words")
            return
        yield Post(
            post_id=post_id,
            thread_id=f"{self.name}:{comment.link_id}",
            parent_id=f"{self.name}:{comment.parent_id}",
            position=position,
            source=self.name,
            platform="reddit",
            kind="answer" if comment.parent_id == comment.link_id else "comment",
            url=comment.url(),
            text=body.text,
            html=body.html,
            author=comment.by(self.name),
            created_at=from_epoch(comment.created_utc),
            updated_at=comment.edited_at(),
            container=f"r/{comment.subreddit}",
            signals=comment.signals(),
            visibility="members" if groups else "public",
            groups=groups,
        )


def _id(thing: T1 | More) -> str:
    return thing.data.id
