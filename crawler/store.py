"""The archive's database: how it is opened, and what one transaction is.

SQLite in WAL mode with `synchronous=FULL` (https://www.sqlite.org/wal.html): once `writing()` has
ended without an error, what was written survives a killed process and a pulled plug. What was
deleted is overwritten in the file (`secure_delete`). Writers take the lock at once (`BEGIN
IMMEDIATE`), so that two of them queue instead of failing half-way.
"""

from __future__ import annotations

import contextlib
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from contract.errors import ArchiveError
from crawler import schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

WAIT_S = 30
"""How long a writer waits for another before it gives up; a transaction lasts milliseconds."""


class Store:
    """One database. `writing()` and `reading()` are its only doors."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._engine = _engine(path)
            self._writer = self._engine.execution_options(writes=True)
            self._prepare()
        except (OSError, sa.exc.DBAPIError) as error:
            raise ArchiveError(f"{path}: {_reason(error)}") from error

    @contextlib.contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction: all of it is kept, or none. Raises ArchiveError where it cannot be."""
        try:
            with self._writer.begin() as tx:
                yield tx
        except sa.exc.DBAPIError as error:
            raise ArchiveError(f"{self.path}: {_reason(error)}") from error

    @contextlib.contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A view that does not change while it is looked at."""
        try:
            with self._engine.connect() as tx:
                yield tx
        except sa.exc.DBAPIError as error:
            raise ArchiveError(f"{self.path}: {_reason(error)}") from error

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def _prepare(self) -> None:
        about = schema.about
        with self._writer.begin() as tx:
            if not sa.inspect(tx).has_table(about.name):
                schema.metadata.create_all(tx)
                first = [
                    {"name": "version", "value": schema.VERSION},
                    {"name": "sequence", "value": 0},
                ]
                tx.execute(sa.insert(about), first)
            version = tx.execute(sa.select(about.c.value).where(about.c.name == "version")).scalar()
            if version == schema.VERSION:
                own = {"name": "identity", "value": secrets.randbits(31)}
                tx.execute(insert_new(about), own)  # archives of earlier builds have none
        if version != schema.VERSION:
            raise ArchiveError(
                f"{self.path}: written by another release (tables {version}, not {schema.VERSION})",
                hint="Use the release that wrote it, or start a new data folder with `--data`.",
            )


def next_sequence(tx: sa.Connection) -> int:
    """Take the next number: every transaction that changes posts has one of its own, growing."""
    return int(tx.execute(_NEXT).scalar_one())


_NEXT = (
    sa.update(schema.about)
    .where(schema.about.c.name == "sequence")
    .values(value=schema.about.c.value + 1)
    .returning(schema.about.c.value)
)


def insert_new(table: sa.Table) -> sa.Executable:
    """An insert that leaves rows alone which are there already."""
    return sqlite_insert(table).on_conflict_do_nothing()


def upsert(table: sa.Table, key: Sequence[str]) -> Insert:
    """An insert that replaces all but the key where a row with that `key` is there already."""
    made = sqlite_insert(table)
    kept = {*key, *(column.name for column in table.primary_key)}
    new = {column.name: column for column in made.excluded if column.name not in kept}
    return made.on_conflict_do_update(index_elements=key, set_=new)


def naive(at: datetime) -> datetime:
    """Return the instant as the tables keep it: UTC, without saying so."""
    return at.astimezone(UTC).replace(tzinfo=None)


def aware(at: datetime) -> datetime:
    """Return an instant from the tables as everything else wants it."""
    return at.replace(tzinfo=UTC)


def _engine(path: Path) -> sa.Engine:
    address = sa.URL.create("sqlite", database=str(path))  # a folder may be called "what?"
    engine = sa.create_engine(address, connect_args={"timeout": WAIT_S})
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are ours to begin: see _begin
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(tx: sa.Connection) -> None:
    writes = tx.get_execution_options().get("writes", False)
    tx.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _reason(error: Exception) -> str:
    return str(getattr(error, "orig", error))
