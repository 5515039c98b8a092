"""The only truth: every post that was ever gathered. All else can be rebuilt from here.

Each transaction that changes posts takes the next number of a growing sequence; whoever has seen
everything up to a number asks for what came after it. A post that must not be shown any more keeps
its row as a tombstone without text.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from contract import Post, Tombstone, content_hash
from contract.record import State
from crawler.pages import MISSES_APART, forget
from crawler.schema import about, pages, posts, shown_on
from crawler.store import insert_new, naive, next_sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from contract import Clock
    from crawler.frontier import Run
    from crawler.store import Store

REVIVED = {"live", "expired"}
"""States after which what is said of a post counts, however old: it need not have been told after
the post died."""

EXPIRED = "its place lets us keep it no longer"

BATCH = 500
"""Rows read or named at once; SQLite takes at most 32,766 values in a statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A post as it stands since `sequence`; `post` is None for a tombstone."""

    sequence: int
    post_id: str
    state: State
    post: Post | None


class Archive:
    """Posts by id. Methods that take `tx` write inside the caller's transaction."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self._clock = clock
        self._last: tuple[sa.Connection, int] | None = None

    def sequence(self) -> int:
        """Number of the last transaction that changed a post; 0 where there was none."""
        with self.store.reading() as tx:
            return int(tx.execute(_SEQUENCE).scalar_one())

    def identity(self) -> int:
        """Number that tells this archive from every other: their sequences do not compare."""
        query = sa.select(about.c.value).where(about.c.name == "identity")
        with self.store.reading() as tx:
            return int(tx.execute(query).scalar_one())

    def since(self, sequence: int) -> Iterator[Change]:
        """What changed after `sequence`, in the order in which it changed."""
        query = sa.select(posts.c.sequence, posts.c.post_id, posts.c.state, posts.c.record)
        query = query.where(posts.c.sequence > sequence).order_by(posts.c.sequence, posts.c.post_id)
        with self.store.reading() as tx:
            for row in tx.execution_options(yield_per=BATCH).execute(query):
                yield Change(
                    sequence=row.sequence,
                    post_id=row.post_id,
                    state=row.state,
                    post=_post(row.record),
                )

    def threads(self) -> Iterator[list[Post]]:
        """Every live post, thread by thread in the order of thread ids, each in its own order."""
        query = sa.select(posts.c.record).where(posts.c.state == "live")
        query = query.order_by(posts.c.thread_id, posts.c.post_id)
        with self.store.reading() as tx:
            yield from by_thread(tx.execution_options(yield_per=BATCH).execute(query).scalars())

    def count(self) -> int:
        """How many posts are live."""
        query = sa.select(sa.func.count()).where(posts.c.state == "live")
        with self.store.reading() as tx:
            return int(tx.execute(query).scalar_one())

    def dead_since(self, sequence: int) -> list[str]:
        """Ids of the posts that died after `sequence`."""
        query = sa.select(posts.c.post_id).where(
            posts.c.sequence > sequence, posts.c.state != "live"
        )
        with self.store.reading() as tx:
            return list(tx.execute(query).scalars())

    def get(self, post_ids: Sequence[str]) -> dict[str, Post]:
        """The live ones among these posts, by id."""
        found: dict[str, Post] = {}
        with self.store.reading() as tx:
            for at in range(0, len(post_ids), BATCH):
                rows = tx.execute(_RECORDS, {"post_ids": post_ids[at : at + BATCH]})
                found.update((i, post) for i, record in rows if (post := _post(record)) is not None)
        return found

    def thread(self, thread_id: str) -> list[Post]:
        """The live posts of a thread, in their order."""
        query = sa.select(posts.c.record).where(posts.c.thread_id == thread_id)
        with self.store.reading() as tx:
            found = [_post(record) for record in tx.execute(query).scalars()]
        return sorted((post for post in found if post is not None), key=_place)

    def keep(
        self,
        tx: sa.Connection,
        found: Iterable[Post | Tombstone],
        *,
        asked_at: datetime | None = None,
        page_id: int | None = None,
        run_id: int | None = None,
    ) -> int:
        """Keep posts and tombstones; the number of posts that are new or changed.

        The last word on an id wins. What has died since `asked_at`, when all this was asked for
        (None: just now), stays dead. A tombstone for a post never seen leaves no trace. Without
        `page_id` a post stays on the page it was on.
        """
        now = self._clock.now()
        last = {item.post_id: _unless_expired(item, now) for item in found}
        self.bury(tx, [item for item in last.values() if isinstance(item, Tombstone)])
        live = {post_id: post for post_id, post in last.items() if isinstance(post, Post)}
        known = _known(tx, list(live))
        if asked_at is not None:
            for post_id in _died_since(known, naive(asked_at)):
                del live[post_id]
        records = {post_id: msgspec.msgpack.encode(post) for post_id, post in live.items()}
        same = [i for i in live if i in known and known[i].record == records[i]]
        changed = [i for i in live if i not in known or known[i].record != records[i]]
        seen: dict[str, object] = {"seen_at": naive(now), "run_id": run_id}
        if page_id is not None:
            seen["page_id"] = page_id
        _touch(tx, same, seen)
        if page_id is not None and live:
            tx.execute(_SHOWN, [{"post_id": post_id, "page_id": page_id} for post_id in live])
        if changed:
            seen["sequence"] = self._next(tx)
            rows = [{**_row(live[i]), **seen, "record": records[i]} for i in changed]
            new = [row for row in rows if row["post_id"] not in known]
            _insert(tx, [{**row, "first_seen_at": naive(now)} for row in new])
            _update(tx, [row for row in rows if row["post_id"] in known])
        return len(changed)

    def bury(self, tx: sa.Connection, stones: Sequence[Tombstone]) -> int:
        """Turn live posts into tombstones; how many there were.

        The pages they stood on are forgotten with them: nothing that can be read again holds a word
        of theirs.
        """
        known = _known(tx, [stone.post_id for stone in stones])
        due = [stone for stone in stones if _is_live(known.get(stone.post_id))]
        if not due:
            return 0
        sequence, now = self._next(tx), naive(self._clock.now())
        for stone in due:
            dead = {
                "state": stone.state,
                "reason": stone.reason,
                "record": None,
                "content_hash": "",
                "expires_at": None,
            }
            tx.execute(
                sa.update(posts)
                .where(posts.c.post_id == stone.post_id)
                .values(**dead, sequence=sequence, seen_at=now)
            )
        forget(tx, _pages_of(tx, [stone.post_id for stone in due]))
        return len(due)

    def expire(self, tx: sa.Connection) -> int:
        """Bury what its place lets us keep no longer; how many posts."""
        past = sa.select(posts.c.post_id).where(posts.c.expires_at <= naive(self._clock.now()))
        return self._bury_all(tx, past, "expired", EXPIRED)

    def bury_page(self, tx: sa.Connection, page_id: int, status: int) -> int:
        """Bury what stood on a page that is refused or gone; how many posts died of it."""
        on_page = sa.select(posts.c.post_id).where(posts.c.page_id == page_id)
        return self._bury_all(tx, on_page, state_of(status), f"its page answered {status}")

    def bury_vanished(self, tx: sa.Connection, run: Run, whole: frozenset[str]) -> int:
        """At the end of a crawl without failures: bury what has vanished; how many posts.

        After a full crawl that is every post it did not meet, but for those of a page that answers
        404 since less than a day. After any other, the posts of pages that were read again and show
        all they have (`whole`), but not those posts.
        """
        unseen = sa.select(posts.c.post_id).where(
            posts.c.source == run.source,
            posts.c.state == "live",
            posts.c.run_id.is_not(None),
            posts.c.run_id < run.run_id,  # a later one has read a page by hand meanwhile
        )
        if run.full:
            lately = naive(self._clock.now() - MISSES_APART)
            missed = sa.select(pages.c.page_id).where(pages.c.missing_since > lately)
            known = sa.or_(posts.c.page_id.is_(None), posts.c.page_id.not_in(missed))
            return self._bury_all(tx, unseen.where(known), "gone", "a full crawl did not find it")
        reread = sa.select(pages.c.page_id).where(
            pages.c.source == run.source, pages.c.run_id == run.run_id, pages.c.kind.in_(whole)
        )
        vanished = unseen.where(posts.c.page_id.in_(reread))
        return self._bury_all(tx, vanished, "gone", "its page does not show it any more")

    def _next(self, tx: sa.Connection) -> int:
        """The number of this transaction, taken with its first change."""
        last = self._last
        if last is None or last[0] is not tx:
            self._last = last = tx, next_sequence(tx)
        return last[1]

    def _bury_all(self, tx: sa.Connection, query: sa.Select[Any], state: State, why: str) -> int:
        ids = tx.execute(query.where(posts.c.state == "live")).scalars().all()
        return self.bury(tx, [Tombstone(post_id=i, state=state, reason=why) for i in ids])


def state_of(status: int) -> State:
    """What has become of posts whose page answers so.

    401 and 403 hide; 404, 410 Gone and 451 Unavailable For Legal Reasons speak for good.
    """
    return "hidden" if status in {401, 403} else "gone"


def by_thread(records: Iterable[bytes | None]) -> Iterator[list[Post]]:
    """Posts of each thread in their order, from rows in the order of thread ids."""
    live = (post for record in records if (post := _post(record)) is not None)
    for _, members in itertools.groupby(live, key=lambda post: post.thread_id):
        yield sorted(members, key=_place)


def _place(post: Post) -> tuple[int, bool, float, str]:
    """Where a post stands in its thread; comments after what they comment on."""
    at = post.created_at.timestamp() if post.created_at else 0.0
    return post.position, post.kind == "comment", at, post.post_id


def _post(record: bytes | None) -> Post | None:
    return None if record is None else _DECODER.decode(record)


def _row(post: Post) -> dict[str, object]:
    return {
        "post_id": post.post_id,
        "source": post.source,
        "thread_id": post.thread_id,
        "url": post.url,
        "state": "live",
        "reason": None,
        "content_hash": content_hash(post),
        "expires_at": None if post.usage.expires_at is None else naive(post.usage.expires_at),
    }


def _unless_expired(item: Post | Tombstone, now: datetime) -> Post | Tombstone:
    if isinstance(item, Post) and item.usage.expires_at and item.usage.expires_at <= now:
        return Tombstone(post_id=item.post_id, state="expired", reason=EXPIRED)
    return item


def _known(tx: sa.Connection, post_ids: Sequence[str]) -> dict[str, sa.Row[Any]]:
    """Which of these ids there are, each with how it stands."""
    found: dict[str, sa.Row[Any]] = {}
    for at in range(0, len(post_ids), BATCH):
        query = _KNOWN.where(posts.c.post_id.in_(post_ids[at : at + BATCH]))
        found |= {row.post_id: row for row in tx.execute(query)}
    return found


_DECODER = msgspec.msgpack.Decoder(Post)

# asked with every answer: a statement that is made once is compiled once
_SEQUENCE = sa.select(about.c.value).where(about.c.name == "sequence")
_RECORDS = sa.select(posts.c.post_id, posts.c.record).where(
    posts.c.post_id.in_(sa.bindparam("post_ids", expanding=True))
)

_SHOWN = insert_new(shown_on)

_KNOWN = sa.select(posts.c.post_id, posts.c.state, posts.c.record, posts.c.seen_at)


def _pages_of(tx: sa.Connection, post_ids: Sequence[str]) -> set[int]:
    """Kept pages that hold words of these posts."""
    found: set[int] = set()
    for at in range(0, len(post_ids), BATCH):
        some = shown_on.c.post_id.in_(post_ids[at : at + BATCH])
        found.update(tx.execute(sa.select(shown_on.c.page_id).where(some)).scalars())
    return found


def _is_live(row: sa.Row[Any] | None) -> bool:
    return row is not None and row.state == "live"


def _died_since(known: dict[str, sa.Row[Any]], asked_at: datetime) -> list[str]:
    """Which of them have died, not by the calendar, since what is said of them was asked for."""
    return [
        post_id
        for post_id, row in known.items()
        if row.state not in REVIVED and row.seen_at >= asked_at
    ]


def _touch(tx: sa.Connection, post_ids: Sequence[str], seen: dict[str, object]) -> None:
    for at in range(0, len(post_ids), BATCH):
        some = posts.c.post_id.in_(post_ids[at : at + BATCH])
        tx.execute(sa.update(posts).where(some).values(seen))


def _insert(tx: sa.Connection, rows: list[dict[str, object]]) -> None:
    if rows:
        tx.execute(sa.insert(posts), rows)


def _update(tx: sa.Connection, rows: list[dict[str, object]]) -> None:
    for row in rows:
        tx.execute(sa.update(posts).where(posts.c.post_id == row["post_id"]).values(row))
