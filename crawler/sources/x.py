"""X: posts that match a search, what accounts of yours wrote, and the conversations around them.

    [[source]]
    name = "x"
    platform = "x"
    url = "https://api.x.com"
    queries = ["kettlebrook pump -is:retweet"]
    users = ["2244994945"]           # ids of accounts, not handles
    pages = 5                        # at most so many hundred posts of each list in a crawl
    api_key = "env:X_BEARER"         # needed: the bearer token of an app

Off unless you set it up, and it does not begin without a token. X takes money for each post that is
read, again and again for the same one: `pages` limits what a crawl costs, and every post that is
held is read once more each day. The search reaches back seven days, and so do conversations; the
posts of an account reach back 3,200. A conversation is read when a post of it is found: a search
for `to:kettlebrook` finds what is replied later. Edits are read (an edit has an id of its own; a
post is known by its first one). Reposts are not: they are somebody else's words. There are likes,
reposts, replies and views, but no votes against, no accepted answers, no reputation and no roles:
name your accounts under `staff`, by id. Posts of protected accounts, and those that are withheld
somewhere, are never kept.

The terms ask that what was deleted, protected or edited be so here, too. We hold to 24 hours: each
post is asked for again within that time, a hundred a call. Leave `verify_days` alone, or below 1.
Compliance jobs, which would be cheaper, want files to be sent to another place, and are not used.
Who shows posts has to follow X's display requirements: name, handle and a link to the post.
API: https://docs.x.com/x-api
Terms: https://developer.x.com/en/more/developer-terms/agreement-and-policy
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from contract import Post, Tombstone
from contract.errors import SourceError, UnexpectedShapeError
from crawler.fetch import Dropped, Fetch, Page
from crawler.formats import credentials, x
from crawler.formats.x import FIELDS, SITE, Answer
from crawler.payload import decode
from crawler.times import instant, utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from crawler.fetch import Found, Held
    from crawler.formats.x import Problem, Tweet, User

BATCH = 100
"""Posts in a list, and ids in one question: the most the API takes."""

REACH = timedelta(days=7)
"""How far back the search finds anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only this platform needs to know."""

    queries: tuple[str, ...] = ()
    """Searches, in X's own language."""
    users: tuple[str, ...] = ()
    """Ids of accounts whose posts are read."""
    pages: int = 5
    """Most pages, of a hundred posts each, of one list in a crawl: each post costs money."""
    conversations: bool = True
    """Read the conversation around each post, too, as far as the search reaches back."""


class X:
    """Posts since a date, newest first, and the conversations they stand in."""

    whole = frozenset[str]()
    verify_within = timedelta(hours=24)

    def __init__(
        self, name: str, url: str, options: Options | None = None, api_key: str | None = None
    ) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.options = options or Options()
        self._api_key = api_key

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin with the searches, and with what accounts wrote."""
        credentials.needed(self.name, self._api_key, "the bearer token of an app at X")
        for query in self.options.queries:
            yield self._search(query)
        for user in self.options.users:
            first = self._address(f"users/{quote(user)}/tweets", {"max_results": BATCH})
            yield self._page("pagination_token", first, 1)

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read a list of posts, or posts that were asked for by id."""
        match page.kind:
            case "list":
                yield from self._read_list(page, since)
            case "posts":
                yield from self._read_posts(page)
            case _:
                raise ValueError(f"x has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Ask for them by id, a hundred at a time; X says of each what has become of it."""
        credentials.needed(self.name, self._api_key, "the bearer token of an app at X")
        for at in range(0, len(held), BATCH):
            some = held[at : at + BATCH]
            positions = {post.native: post.position for post in some}
            yield self._posts([post.native for post in some], [p.post_id for p in some], positions)

    def refusal(self, page: Page, status: int) -> SourceError | None:
        """Say why X does not answer."""
        return x.refusal(page, status)

    def sign(self, wish: Fetch) -> Fetch:
        """Add the token."""
        if not self._api_key:
            return wish
        token = {"Authorization": f"Bearer {self._api_key}"}
        return replace(wish, headers={**wish.headers, **token})

    def _address(self, path: str, query: Mapping[str, object]) -> str:
        return f"{self.url}/2/{path}?{urlencode({**query, **FIELDS}, safe=',')}"

    def _search(self, query: str, page: int = 1) -> Fetch:
        asked = {"query": query, "max_results": BATCH, "sort_order": "recency"}
        return self._page("next_token", self._address("tweets/search/recent", asked), page)

    def _page(self, by: str, first: str, number: int, token: str | None = None) -> Fetch:
        url = first if token is None else f"{first}&{urlencode({by: token})}"
        note = {"by": by, "first": first, "number": str(number)}
        return Fetch(kind="list", url=url, note=note)

    def _posts(
        self,
        ids: Sequence[str],
        held: Iterable[str] = (),
        positions: Mapping[str, int] | None = None,
    ) -> Fetch:
        return Fetch(
            kind="posts",
            url=self._address("tweets", {"ids": ",".join(ids)}),
            note={"positions": json.dumps(positions or {})},
            held=tuple(held),
        )

    def _read_list(self, page: Page, since: datetime) -> Iterator[Found]:
        answer = decode(page, Answer)
        new = [tweet for tweet in answer.data if _is_since(tweet, since)]
        yield from self._found(new, answer.users(), {})
        yield from self._newer(new)
        yield from self._conversations(page, new)
        number, token = int(page.note["number"]), answer.meta.next_token
        if token and new and len(new) == len(answer.data) and number < self.options.pages:
            onward = self._page(page.note["by"], page.note["first"], number + 1, token)
            yield replace(onward, wait_s=_asked_wait_s(page))

    def _conversations(self, page: Page, tweets: Sequence[Tweet]) -> Iterator[Fetch]:
        """Where the rest of the threads is that begin or go on here."""
        if not self.options.conversations or "conversation_id%3A" in page.url:
            return
        here = {tweet.first for tweet in tweets}
        own = [tweet for tweet in tweets if not tweet.is_repost and _is_in_reach(tweet, page)]
        replies = [tweet.thread for tweet in own if tweet.thread != tweet.first]
        replied = [tweet.first for tweet in own if tweet.public_metrics.reply_count]
        if openings := [one for one in dict.fromkeys(replies) if one not in here]:
            yield self._posts(openings)
        for thread in dict.fromkeys([*replies, *replied]):
            yield self._search(f"conversation_id:{thread}")

    def _read_posts(self, page: Page) -> Iterator[Found]:
        answer, positions = decode(page, Answer), json.loads(page.note["positions"])
        yield from self._found(answer.data, answer.users(), positions)
        yield from self._newer(answer.data, page.held, positions)
        for problem in answer.errors:
            yield from self._stone(page, problem)
        told = {tweet.first for tweet in answer.data} | {one.about for one in answer.errors}
        for post_id in page.held:  # no word of a post is no word that it has gone
            if post_id.partition(":")[2] not in told:
                raise UnexpectedShapeError(f"{page.url}: says nothing of {post_id}")

    def _newer(
        self,
        tweets: Iterable[Tweet],
        held: Sequence[str] = (),
        positions: Mapping[str, int] | None = None,
    ) -> Iterator[Fetch]:
        """Ask for the present versions, where these are older ones."""
        older = [tweet for tweet in tweets if tweet.last != tweet.id]
        if older:
            ids = {f"{self.name}:{tweet.first}" for tweet in older} & set(held)
            yield self._posts([tweet.last for tweet in older], sorted(ids), positions)

    def _stone(self, page: Page, problem: Problem) -> Iterator[Tombstone]:
        """What X says in the place of a post. Raises SourceError where it speaks of no post."""
        if problem.resource_type == "user":  # its author alone is not shown
            return
        if problem.resource_type not in {"tweet", "post"} or problem.about is None:
            raise SourceError(f"{page.url}: X says {problem.title}: {problem.detail}")
        is_gone = problem.type.endswith("/resource-not-found")
        yield Tombstone(
            post_id=f"{self.name}:{problem.about}",
            state="gone" if is_gone else "hidden",
            reason=f"X says: {problem.title}",
        )

    def _found(
        self, tweets: Iterable[Tweet], users: Mapping[str, User], positions: Mapping[str, int]
    ) -> Iterator[Post | Tombstone | Dropped]:
        for tweet in tweets:
            user = users.get(tweet.author_id or "")
            is_open = not tweet.withheld and not (user and user.protected)
            if tweet.is_repost:
                yield Dropped("repeats another")
            elif tweet.last != tweet.id:
                continue  # `_newer` asks for what it says now
            elif not is_open:
                reason = "protected, or withheld somewhere"
                post_id = f"{self.name}:{tweet.first}"
                yield Tombstone(post_id=post_id, state="hidden", reason=reason)
            else:
                post = self._post(tweet, user, positions.get(tweet.first, 1))
                yield post if post.text else Dropped("without words")

    def _post(self, tweet: Tweet, user: User | None, position: int) -> Post:
        post_id, thread_id = f"{self.name}:{tweet.first}", f"{self.name}:{tweet.thread}"
        opens = thread_id == post_id
        handle = user.username if user and user.username else "i"
        return Post(
            post_id=post_id,
            thread_id=thread_id,
            parent_id=None if opens else f"{self.name}:{tweet.answers() or tweet.thread}",
            position=0 if opens else position,  # nothing counts replies: time orders them
            source=self.name,
            platform="x",
            kind="post",
            url=f"{SITE}/{handle}/status/{tweet.last}",
            text=tweet.words(),
            author=user.author(self.name) if user else None,
            created_at=tweet.made_at(),
            updated_at=tweet.edited_at(),
            language=tweet.language(),
            tags=tweet.tags(),
            signals=tweet.signals(),
        )


def _is_since(tweet: Tweet, since: datetime) -> bool:
    """Whether it was written or edited since; one that tells no date may have been."""
    return tweet.created_at is None or utc(tweet.created_at) >= since


def _is_in_reach(tweet: Tweet, page: Page) -> bool:
    """Whether the search still finds its conversation, as far as X tells what day it is."""
    today = instant(page.headers.get("date"))
    if today is None or tweet.created_at is None:
        return True
    return utc(tweet.created_at) >= today - REACH


def _asked_wait_s(page: Page) -> float:
    """Seconds until X will answer again, where this was the last answer of its window."""
    if page.headers.get("x-rate-limit-remaining") != "0":
        return 0.0
    at, reset = instant(page.headers.get("date")), page.headers.get("x-rate-limit-reset", "")
    return max(0.0, int(reset) - at.timestamp()) if at and reset.isdigit() else 0.0
