"""One crawl of one source, without the network: what is asked next, and what a reply means.

The downloader (Scrapy) takes wishes from here and brings replies back. What a reply comes to (the
page, its posts, the wishes it led to, the end of its own wish) is written in one transaction, alone
or together with others that came in the same moment: see `settle`.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from contract import Post, Tombstone
from contract.errors import UnreachableError
from crawler import urls
from crawler.archive import Archive, state_of
from crawler.fetch import Dropped, Fetch, Page
from crawler.frontier import GATHERS, Frontier
from crawler.owner import as_owner_says
from crawler.pages import Pages, forget
from crawler.reading import of_held, read, refusal, stones_for, with_hint

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import sqlalchemy as sa

    from contract import Clock, SourceSettings
    from crawler.fetch import Held, Source
    from crawler.frontier import Leased
    from crawler.store import Store

log = logging.getLogger(__name__)

Change = Callable[["sa.Connection"], int | None]
"""Writes what a reply came to; the number of its wish where that is done with, else None."""

AT_ONCE = 32
"""Replies written in one transaction at most: a bound on memory, and on what is asked twice after a
killed process."""

GONE = {401, 403, 404, 410, 451}
"""Replies that speak of the page, not of a server in trouble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the server said. `headers` have names in lower case."""

    status: int
    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Counts:
    """What a crawl has done since its process began."""

    pages: int = 0
    unchanged: int = 0
    posts: int = 0
    buried: int = 0
    failures: int = 0
    refused: int = 0
    """Pages that robots.txt closes to us."""
    dropped: Counter[str] = field(default_factory=Counter)
    """What stood on pages and is no post, by the reason (`crawler.fetch.LeftOut`)."""


class Gathering:
    """One crawl of one source; see `crawler.frontier` for what survives a killed process."""

    def __init__(
        self,
        source: Source,
        settings: SourceSettings,
        store: Store,
        clock: Clock,
        *,
        full: bool = False,
        page: Fetch | None = None,
        held: Sequence[Held] | None = None,
        touched: Sequence[Held] | None = None,
        keep_pages: timedelta = timedelta(days=30),
    ) -> None:
        """Go on where the last crawl was cut short, or begin anew.

        A new one asks for everything where `full` is set, for one `page` alone where it is given,
        for the posts in `held` where these are due to be looked at, for those in `touched` where
        their place has sent word of them, and else for what changed. A page stays for `keep_pages`
        after it was last asked for.
        """
        self.source = source
        self.settings = settings
        self.counts = Counts()
        self._store = store
        self._archive = Archive(store, clock)
        self._pages = Pages(store, clock)
        self._frontier = Frontier(store, clock, source.name)
        self._keep_pages = keep_pages
        self._due: list[Change] = []
        self._leads_on = False
        if page is not None:
            self.run, new = self._frontier.begin("page", lambda _: [page])
        elif touched is not None:
            self.run, new = self._frontier.begin("hook", lambda _: _verified(source, touched))
        elif held is not None:
            self.run, new = self._frontier.begin("sweep", lambda _: _verified(source, held))
        else:
            self.run, new = self._frontier.begin("full" if full else "fresh", source.start)
        self.resumed = not new

    def lease(self) -> Leased | None:
        """The next wish, or None where nothing waits."""
        if self._frontier.is_dry and self._leads_on:
            self.settle()
        return self._frontier.lease()

    def left(self) -> int:
        """How many wishes wait, as far as replies are settled."""
        return self._frontier.waiting()

    def waits(self) -> bool:
        """Whether any wish waits, or will once the replies that came in are settled."""
        return self._leads_on or self.left() > 0

    def signed(self, leased: Leased) -> Fetch:
        """The wish as it goes over the wire: conditional where we have the page, with credentials.

        Credentials are added only on the way to the source's own host.
        """
        fetch = leased.fetch
        if leased.validators:
            fetch = replace(fetch, headers={**fetch.headers, **leased.validators})
        at_home = urls.origin(fetch.url) == urls.origin(self.source.url)
        return self.source.sign(fetch) if at_home else fetch

    def arrived(self, leased: Leased, reply: Reply) -> None:
        """Take what the server said to a wish; it is settled by the next `settle` at the latest."""
        reply = self._cleaned(reply)
        if reply.status == 304:
            self._unchanged(leased, reply)
        elif 200 <= reply.status < 300:
            self._read(leased, _page(leased.fetch, reply))
        elif trouble := refusal(self.source, _page(leased.fetch, reply), reply.status):
            self.failed(leased, trouble)
        elif reply.status == 401 and self.settings.api_key:
            self.failed(leased, UnreachableError(f"{reply.url} refuses the api_key (401)"))
        elif reply.status in GONE and not self._is_needed(leased.fetch):
            self._gone(leased, reply.status)
        else:
            self.failed(leased, UnreachableError(f"{reply.url} answered {reply.status}"))

    def failed(self, leased: Leased, error: Exception) -> None:
        """Give a wish up for this crawl."""
        reason = self._without_key(with_hint(error))
        log.warning("source=%s url=%s error=%s", self.source.name, leased.fetch.url, reason)
        self.counts.failures += 1
        kind = type(error).__name__
        self._later(lambda tx: self._frontier.fail(tx, leased.wish_id, kind, reason))

    def refused(self, leased: Leased) -> None:
        """Drop a wish that robots.txt forbids: that is an answer, not a failure.

        Unless the crawl stands on it, since then nobody knows what it would have led to.
        """
        if self._is_needed(leased.fetch):
            self.failed(leased, UnreachableError(f"{leased.fetch.url}: robots.txt forbids it"))
            return
        self.counts.refused += 1
        self._later(lambda _: leased.wish_id)

    def settle(self) -> None:
        """Write what came in: all of it, or nothing where the archive cannot be written to.

        One transaction for many pages costs little more than one for a single page. Whoever brings
        replies calls this soon after (`crawler.spider`); until then a killed process asks for those
        pages again.
        """
        due, self._due, self._leads_on = self._due, [], False
        if due:
            with self._store.writing() as tx:
                done = [wish_id for change in due if (wish_id := change(tx)) is not None]
                self._frontier.done(tx, *done)

    def end(self) -> int:
        """Close the crawl and bury what has vanished; the number of wishes that failed."""
        self.settle()
        with self._store.writing() as tx:
            counts = self.counts
            failures = self._frontier.end(
                tx, self.run, pages=counts.pages, posts=counts.posts, dropped=counts.dropped
            )
            if not failures and self.run.scope in GATHERS:
                self.counts.buried += self._archive.bury_vanished(tx, self.run, self.source.whole)
            self.counts.buried += self._archive.expire(tx)
            self._pages.forget_old(tx, self.source.name, self._keep_pages)
        return failures

    def give_up(self) -> None:
        """Forget what was left to do: nobody wants this crawl any more."""
        self.settle()
        with self._store.writing() as tx:
            self._frontier.drop(tx, self.run)

    def _later(self, change: Change) -> None:
        self._due.append(change)
        if len(self._due) >= AT_ONCE:
            self.settle()

    def _cleaned(self, reply: Reply) -> Reply:
        """The reply as it may be kept: some servers repeat what they were asked, key and all."""
        if not self._keys():
            return reply
        headers = {name: self._without_key(value) for name, value in reply.headers.items()}
        body = reply.body
        for written in self._keys():
            body = body.replace(written.encode(), b"[key]")
        return replace(reply, url=self._without_key(reply.url), headers=headers, body=body)

    def _without_key(self, text: str) -> str:
        """The text as it may be kept and logged, whatever a server or a library repeats in it."""
        for written in self._keys():
            text = text.replace(written, "[key]")
        return text

    def _keys(self) -> tuple[str, ...]:
        """The key in every form it is written in."""
        key = self.settings.api_key
        return (key, quote(key), quote_plus(key)) if key else ()

    def _is_needed(self, fetch: Fetch) -> bool:
        """Whether the crawl stands on this page: it is where it begins, or it leads to others.

        A list that is refused is no word about what it would list.
        """
        first = {(wish.kind, wish.url) for wish in self.source.start(self.run.since)}
        leads = (fetch.kind, fetch.url) in first or fetch.kind not in self.source.whole
        return leads and not fetch.optional

    def _unchanged(self, leased: Leased, reply: Reply) -> None:
        kept = self._pages.of(self.source.name, leased.fetch)
        if kept is None or kept.page is None:  # an answer to a question that nobody asked
            self.failed(leased, UnreachableError(f"{leased.fetch.url} answered 304 unasked"))
            return
        self.counts.unchanged += 1
        wish = leased.fetch
        headers = {**kept.page.headers, **reply.headers}  # RFC 9110, section 15.4.5: those are new
        page = replace(kept.page, headers=headers, note=wish.note, held=wish.held)
        self._read(leased, page, kept_as=kept.page_id)

    def _read(self, leased: Leased, page: Page, kept_as: int | None = None) -> None:
        found, trouble = read(self.source, page, leased.since)
        if page.held and trouble is None:
            found = of_held(found, page.held)
        last = {item.post_id: item for item in found if isinstance(item, Post | Tombstone)}.values()
        stones = [item for item in last if isinstance(item, Tombstone)]
        posts = [as_owner_says(item, self.settings) for item in last if isinstance(item, Post)]
        self.counts.dropped.update(item.why for item in found if isinstance(item, Dropped))
        self.counts.pages += 1
        self.counts.failures += trouble is not None
        wishes = [item for item in found if isinstance(item, Fetch)]
        run_id = self.run.run_id

        def write(tx: sa.Connection) -> int | None:
            page_id = self._kept(tx, leased.fetch, page, kept_as)
            self.counts.buried += self._archive.bury(tx, stones)
            self.counts.posts += self._archive.keep(
                tx, posts, asked_at=leased.at, page_id=page_id, run_id=run_id
            )
            self._frontier.add(tx, run_id, wishes, leased.since)
            if stones:
                forget(tx, [page_id])  # it may still show what is not to be seen any more
            if trouble is None:
                return leased.wish_id
            said = self._without_key(f"{with_hint(trouble)}; kept as page {page_id}")
            log.warning("source=%s error=%s", self.source.name, said)
            self._frontier.fail(tx, leased.wish_id, type(trouble).__name__, said)
            return None

        self._leads_on = self._leads_on or bool(wishes)
        self._later(write)

    def _kept(self, tx: sa.Connection, wish: Fetch, page: Page, kept_as: int | None) -> int:
        if kept_as is None:
            return self._pages.keep(tx, self.run, wish, page)
        self._pages.touch(tx, self.run, kept_as, wish)
        return kept_as

    def _gone(self, leased: Leased, status: int) -> None:
        kept = self._pages.of(self.source.name, leased.fetch)

        def write(tx: sa.Connection) -> int:
            if leased.fetch.optional and leased.fetch.held:
                stones = stones_for(
                    leased.fetch.held, state_of(status), f"its page answered {status}"
                )
                self.counts.buried += self._archive.bury(tx, stones)
            for_good = status != 404 or (kept and self._pages.missed_twice(tx, kept.page_id))
            if kept is not None and for_good:
                self.counts.buried += self._archive.bury_page(tx, kept.page_id, status)
            return leased.wish_id

        self._later(write)


def _page(fetch: Fetch, reply: Reply) -> Page:
    return Page(
        kind=fetch.kind,
        url=reply.url,
        body=reply.body,
        headers=reply.headers,
        note=fetch.note,
        held=fetch.held,
    )


def _verified(source: Source, held: Sequence[Held]) -> Iterable[Fetch]:
    return source.verify(held) if held else ()
