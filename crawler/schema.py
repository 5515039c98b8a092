"""The tables of the archive, the same for SQLite and PostgreSQL."""

from __future__ import annotations

import sqlalchemy as sa

VERSION = 3
"""Grows with every change of the tables; an archive of another version is refused."""

metadata = sa.MetaData()

about = sa.Table(
    "about",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.Integer, nullable=False),
)
"""Three numbers: the `version` of the tables, the `sequence` of the last transaction, and the
`identity` of the archive, by chance, so that none is taken for another."""

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("run_id", sa.Integer, primary_key=True),
    sa.Column("source", sa.String, nullable=False, index=True),
    sa.Column("scope", sa.String, nullable=False),
    sa.Column("since", sa.DateTime, nullable=False),
    sa.Column("started_at", sa.DateTime, nullable=False),
    sa.Column("ended_at", sa.DateTime),
    sa.Column("pages", sa.Integer, nullable=False, default=0),
    sa.Column("posts", sa.Integer, nullable=False, default=0),
    sa.Column("failures", sa.Integer, nullable=False, default=0),
    sa.Column("dropped", sa.LargeBinary),
)
"""One row a crawl of a source; without `ended_at` it is under way, or was cut short and goes on.
`scope` says what it asks for (`crawler.frontier`), `dropped` how much it left out by the reason."""

wishes = sa.Table(
    "wishes",
    metadata,
    sa.Column("wish_id", sa.Integer, primary_key=True),
    sa.Column("run_id", sa.ForeignKey("runs.run_id"), nullable=False),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("url", sa.String, nullable=False),
    sa.Column("plan", sa.LargeBinary, nullable=False),
    sa.Column("since", sa.DateTime, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("lease_until", sa.DateTime),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("error", sa.String),
    sa.Column("reason", sa.String),
    sa.UniqueConstraint("run_id", "kind", "url"),
    sa.Index("wishes_by_state", "source", "state", "wish_id"),
)
"""The durable frontier. `state` is waiting, leased, done or failed; `plan` is the whole wish."""

pages = sa.Table(
    "pages",
    metadata,
    sa.Column("page_id", sa.Integer, primary_key=True),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("url", sa.String, nullable=False),
    sa.Column("plan", sa.LargeBinary, nullable=False),
    sa.Column("final_url", sa.String, nullable=False),
    sa.Column("headers", sa.LargeBinary, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("etag", sa.String),
    sa.Column("last_modified", sa.String),
    sa.Column("fetched_at", sa.DateTime, nullable=False),
    sa.Column("run_id", sa.Integer, nullable=False),
    sa.Column("missing_since", sa.DateTime),
    sa.UniqueConstraint("source", "kind", "url"),
)
"""Every page as it came, packed with zlib: reading it again needs no network. A page that was
forgotten has neither body nor headers."""

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("job_id", sa.Integer, primary_key=True),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("scope", sa.String, nullable=False),
    sa.Column("url", sa.String),
    sa.Column("asked_by", sa.String, nullable=False),
    sa.Column("asked_at", sa.DateTime, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("started_at", sa.DateTime),
    sa.Column("heard_at", sa.DateTime),
    sa.Column("ended_at", sa.DateTime),
    sa.Column("pages", sa.Integer, nullable=False, default=0),
    sa.Column("left", sa.Integer),
    sa.Column("posts", sa.Integer, nullable=False, default=0),
    sa.Column("failures", sa.Integer, nullable=False, default=0),
    sa.Column("reason", sa.String),
    sa.Index("jobs_by_state", "state", "source", "job_id"),
)
"""Crawls that were asked for; see `crawler.jobs` for the states. `heard_at` is the last sign of
life of the process that does it, `left` the pages it still knows of, null where it has none yet."""

shown_on = sa.Table(
    "shown_on",
    metadata,
    sa.Column("post_id", sa.String, primary_key=True),
    sa.Column("page_id", sa.Integer, primary_key=True, index=True),
)
"""Which kept pages hold the words of a post: all of them are forgotten with it."""

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("source", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("heard_at", sa.DateTime, nullable=False, index=True),
)
"""What places have sent us, so that nothing is taken twice: `name` is the id that a place gave it,
or the digest of its body; see `crawler.hooks`."""

touched = sa.Table(
    "touched",
    metadata,
    sa.Column("source", sa.String, primary_key=True),
    sa.Column("post_id", sa.String, primary_key=True),
    sa.Column("plan", sa.LargeBinary, nullable=False),
    sa.Column("due_at", sa.DateTime, nullable=False, index=True),
    sa.Column("job_id", sa.Integer),
)
"""Posts that were heard of and have to be asked after; `plan` is the post as a source wants it, and
`job_id` the crawl that has taken it, null where none has."""

posts = sa.Table(
    "posts",
    metadata,
    sa.Column("post_id", sa.String, primary_key=True),
    sa.Column("sequence", sa.Integer, nullable=False, index=True),
    sa.Column("source", sa.String, nullable=False, index=True),
    sa.Column("thread_id", sa.String, nullable=False, index=True),
    sa.Column("url", sa.String, nullable=False, index=True),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("reason", sa.String),
    sa.Column("content_hash", sa.String, nullable=False),
    sa.Column("page_id", sa.Integer, index=True),
    sa.Column("run_id", sa.Integer),
    sa.Column("first_seen_at", sa.DateTime, nullable=False),
    sa.Column("seen_at", sa.DateTime, nullable=False),
    sa.Column("expires_at", sa.DateTime, index=True),
    sa.Column("record", sa.LargeBinary),
)
"""Every post, by id. A tombstone is a row whose `record` is gone: no text outlives its post."""
