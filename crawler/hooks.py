"""Deliveries from places that tell of their own accord: checked, remembered, and what they ask for.

What may be believed: a signature proves that the place has written the body, at some time. So

  * nothing is read before the signature is right, and nothing of an event is kept: the posts it
    speaks of are asked for again, all that wait in one crawl;
  * a delivery that has come before is not taken again, by its id and by its body, since nobody
    signs the id. A known body under a new id may be true (what was deleted and restored can be
    deleted again) and may be replayed, so it leads to a question and to nothing else;
  * where an event says that a post has gone, it is hidden at once: what was deleted must not be
    shown for as long as a crawl waits. After SETTLES the place is asked whether it is so, and a
    post that it still shows comes back. A forged or mistaken event costs that long and no more.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

import msgspec
import sqlalchemy as sa

from contract import Post, Tombstone
from contract.errors import UnexpectedShapeError
from crawler.archive import Archive
from crawler.delivery import Greeted, Hooked, Ignored, Touched
from crawler.fetch import Held
from crawler.jobs import Jobs
from crawler.registry import build
from crawler.schema import deliveries, posts
from crawler.store import insert_new, naive
from crawler.touched import TouchedPosts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from contract import Clock, SourceSettings
    from crawler.delivery import Delivery
    from crawler.store import Store

log = logging.getLogger(__name__)

WINDOW = timedelta(minutes=10)
"""How old a signed time of sending may be, or how far ahead: twice the clock skew one meets, and
time for the sender to try again."""

KEPT = timedelta(days=90)
"""How long deliveries are remembered. Places send again for some days: GitHub for three, Discourse
for thirty."""

SETTLES = timedelta(minutes=2)
"""So long after an event that something has gone its place is asked: caches that still show it have
run out by then (Discourse keeps pages for guests for a minute)."""

Verdict = Literal["accepted", "known", "ignored", "unknown", "unsigned", "late", "unreadable"]
"""What became of a delivery. Unknown: there is no such source, or no secret for it. Late: it was
signed too long ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What we say to a delivery."""

    verdict: Verdict
    reason: str = ""
    posts: int = 0
    """How many posts it speaks of that will be asked after."""
    buried: int = 0


class Hooks:
    """Takes deliveries for the sources that have a `webhook_secret`."""

    def __init__(self, sources: Iterable[SourceSettings], store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._archive = Archive(store, clock)
        self._jobs = Jobs(store, clock)
        self._touched = TouchedPosts(store, clock)
        self._open: dict[str, tuple[Hooked, str]] = {}
        for settings in sources:
            secret = settings.webhook_secret
            if secret and isinstance(source := build(settings), Hooked):
                self._open[settings.name] = source, secret

    def listens_for(self, name: str) -> bool:
        """Whether deliveries for this source are taken."""
        return name in self._open

    def greeting(self, name: str, query: Mapping[str, str]) -> str | None:
        """What a place wants to read back before it sends anything; None where it asks nothing."""
        source, _ = self._open.get(name, (None, ""))
        return source.greeting(query) if isinstance(source, Greeted) else None

    def receive(self, name: str, delivery: Delivery) -> Receipt:
        """Take a delivery: what it says is done, or waits to be done, when this returns."""
        if name not in self._open:
            return Receipt(verdict="unknown")
        source, secret = self._open[name]
        if not source.signing.fits(secret, delivery):
            log.warning("source=%s delivery refused: its signature is wrong", name)
            return Receipt(verdict="unsigned")
        if self._is_late(source, delivery):
            return Receipt(verdict="late")
        try:
            heard = list(source.webhook(delivery))
        except UnexpectedShapeError as error:
            log.warning("source=%s error=%s", name, error)
            return Receipt(verdict="unreadable", reason=str(error))
        receipt = self._take(source, delivery, heard)
        log.info("source=%s delivery %s: %s", name, receipt.verdict, receipt)
        return receipt

    def _is_late(self, source: Hooked, delivery: Delivery) -> bool:
        if source.signing.time_header is None:
            return False
        sent_at = source.signing.sent_at(delivery)
        return sent_at is None or abs(self._clock.now() - sent_at) > WINDOW

    def _take(
        self, source: Hooked, delivery: Delivery, heard: Sequence[Touched | Ignored]
    ) -> Receipt:
        """One transaction: a sender who does not hear from us sends again, and nothing is lost."""
        with self._store.writing() as tx:
            is_new, body_is_new = self._remember(tx, source, delivery)
            if not is_new:
                return Receipt(verdict="known")
            n_posts, buried = 0, 0
            for item in heard:
                if isinstance(item, Touched):
                    known = _meant(tx, source.name, item)
                    n_posts += len(known)
                    buried += self._settle(tx, source.name, item, known, body_is_new=body_is_new)
        if not n_posts:
            reasons = (item.reason for item in heard if isinstance(item, Ignored))
            return Receipt(verdict="ignored", reason=next(reasons, "it is about nothing we hold"))
        return Receipt(verdict="accepted", posts=n_posts, buried=buried)

    def _settle(
        self,
        tx: sa.Connection,
        source: str,
        item: Touched,
        known: Sequence[Held],
        *,
        body_is_new: bool,
    ) -> int:
        """Hide what has gone and let the rest be asked after; how many posts were hidden."""
        now = self._clock.now()
        if item.state != "live" and body_is_new:
            self._touched.add(tx, source, known, now + SETTLES)
            return self._archive.bury(tx, [_stone(item, post) for post in known])
        self._touched.add(tx, source, known, now)
        if known:
            self._jobs.ask_in(tx, source, "hook", by="webhook")
        return 0

    def _remember(self, tx: sa.Connection, source: Hooked, delivery: Delivery) -> tuple[bool, bool]:
        """Whether the delivery is new, and whether its body is."""
        now = naive(self._clock.now())
        tx.execute(sa.delete(deliveries).where(deliveries.c.heard_at < now - KEPT))
        body_is_new = _is_added(tx, source.name, f"body:{delivery.digest}", now)
        if not (given := source.signing.id_of(delivery)):
            return body_is_new, body_is_new
        return _is_added(tx, source.name, f"id:{given[:200]}", now), body_is_new


_POSTS = sa.select(posts.c.post_id, posts.c.thread_id, posts.c.url, posts.c.record)


def _meant(tx: sa.Connection, source: str, item: Touched) -> list[Held]:
    """The posts an event speaks of: as the archive knows them, else as the event tells them."""
    mine = _POSTS.where(posts.c.source == source)
    one = sa.or_(posts.c.post_id == item.post.post_id, posts.c.url == item.post.url)
    rows = tx.execute(mine.where(one)).all()
    if not rows and item.addresses and item.state != "live":
        rows = tx.execute(mine.where(posts.c.url.like(item.addresses)).limit(1)).all()
    if item.whole_thread:
        thread = rows[0].thread_id if rows else item.post.thread_id
        rows = tx.execute(mine.where(_in_thread(thread))).all()
    if rows or item.state != "live":
        return [_held(row) for row in rows]
    above = tx.execute(mine.where(posts.c.post_id == item.answers)).first()
    if above is not None:
        return [replace(item.post, thread_id=above.thread_id)]
    return [] if item.only_known else [item.post]


def _is_added(tx: sa.Connection, source: str, name: str, now: Any) -> bool:
    row = {"source": source, "name": name, "heard_at": now}
    return bool(tx.execute(insert_new(deliveries), row).rowcount)


def _in_thread(thread_id: str) -> sa.ColumnElement[bool]:
    """Of this thread, or of one that adds `-` and a language; `.` is what follows `-` in order."""
    translated = sa.and_(posts.c.thread_id > f"{thread_id}-", posts.c.thread_id < f"{thread_id}.")
    return sa.or_(posts.c.thread_id == thread_id, translated)


def _held(row: sa.Row[*tuple[Any, ...]]) -> Held:
    """The post, alive or dead: what was deleted may have been restored."""
    replies = int(row.post_id != row.thread_id)
    position = replies if row.record is None else _position(row.record)
    return Held(post_id=row.post_id, thread_id=row.thread_id, url=row.url, position=position)


def _position(record: bytes) -> int:
    return msgspec.msgpack.decode(record, type=Post).position


def _stone(touched: Touched, post: Held) -> Tombstone:
    reason = f"its place has sent word: {touched.event}"
    return Tombstone(post_id=post.post_id, state=touched.state, reason=reason)
