"""The database: one transaction is all or nothing, and lasts."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from contract.errors import ArchiveError
from crawler import schema
from crawler.store import Store, aware, insert_new, naive, next_sequence


@pytest.fixture
def store(tmp_path):
    """A new database, as durable as it is in use."""
    opened = Store(tmp_path / "archive.db")
    yield opened
    opened.close()


def sequence(store):
    query = sa.select(schema.about.c.value).where(schema.about.c.name == "sequence")
    with store.reading() as tx:
        return tx.execute(query).scalar_one()


def test_a_new_archive_is_empty_and_of_this_version(store):
    with store.reading() as tx:
        about = dict(tx.execute(sa.select(schema.about)).all())
        assert about.pop("identity") >= 0
        assert about == {"version": schema.VERSION, "sequence": 0}
        assert tx.execute(sa.select(sa.func.count()).select_from(schema.posts)).scalar_one() == 0


def test_the_folder_is_made(tmp_path):
    Store(tmp_path / "a" / "b" / "archive.db").close()
    assert (tmp_path / "a" / "b" / "archive.db").exists()


@pytest.mark.parametrize("folder", ["what?", "a#b", "50%20", "ä ö", "a;b=c"])
def test_a_folder_may_have_any_name(tmp_path, folder):
    path = tmp_path / folder / "archive.db"
    Store(path).close()
    assert path.stat().st_size > 0
    assert sorted(item.name for item in tmp_path.iterdir()) == [folder]


def test_what_was_written_is_there_when_it_is_opened_again(tmp_path):
    first = Store(tmp_path / "archive.db")
    with first.writing() as tx:
        assert next_sequence(tx) == 1
    first.close()
    again = Store(tmp_path / "archive.db")
    assert sequence(again) == 1
    again.close()


def test_every_transaction_takes_the_next_number(store):
    for number in (1, 2, 3):
        with store.writing() as tx:
            assert next_sequence(tx) == number


def test_a_transaction_that_breaks_off_leaves_nothing(store):
    def broken():
        with store.writing() as tx:
            next_sequence(tx)
            raise KeyError("anything")

    with pytest.raises(KeyError):
        broken()
    assert sequence(store) == 0


def test_a_crash_before_the_end_leaves_nothing(tmp_path):
    store = Store(tmp_path / "archive.db")
    with store.writing() as tx:
        next_sequence(tx)
        with sqlite3.connect(tmp_path / "archive.db") as other:
            assert other.execute("SELECT value FROM about WHERE name='sequence'").fetchone() == (0,)
        other.close()
    store.close()


def test_it_survives_a_pulled_plug_as_far_as_sqlite_can(store):
    with store.reading() as tx:
        assert tx.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert tx.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert tx.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_two_writers_queue_and_do_not_fail(tmp_path):
    stores = [Store(tmp_path / "archive.db") for _ in range(2)]

    def write(store):
        for _ in range(20):
            with store.writing() as tx:
                next_sequence(tx)

    writers = [threading.Thread(target=write, args=[store]) for store in stores]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sequence(stores[0]) == 40
    for store in stores:
        store.close()


def test_a_view_does_not_change_while_it_is_looked_at(store):
    query = sa.select(schema.about.c.value).where(schema.about.c.name == "sequence")
    with store.reading() as view:
        before = view.execute(query).scalar_one()
        with store.writing() as tx:
            next_sequence(tx)
        assert view.execute(query).scalar_one() == before
    assert sequence(store) == before + 1


def test_an_insert_leaves_alone_what_is_there(store):
    with store.writing() as tx:
        rows = [{"name": "sequence", "value": 99}, {"name": "other", "value": 1}]
        tx.execute(insert_new(schema.about), rows)
    with store.reading() as tx:
        about = dict(tx.execute(sa.select(schema.about)).all())
    assert (about["sequence"], about["other"]) == (0, 1)


def test_an_archive_of_another_release_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "archive.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE about (name VARCHAR PRIMARY KEY, value INTEGER NOT NULL)")
        other.execute("INSERT INTO about VALUES ('version', 99)")
    other.close()
    with pytest.raises(
        ArchiveError, match=rf"archive\.db: .*tables 99, not {schema.VERSION}"
    ) as caught:
        Store(path)
    assert "--data" in caught.value.hint
    with sqlite3.connect(path) as other:
        tables = other.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall()
    other.close()
    assert tables == [("about",)]


def test_what_is_no_archive_is_refused_by_name(tmp_path):
    path = tmp_path / "archive.db"
    path.write_bytes(b"this is a letter, not a database " * 100)
    with pytest.raises(ArchiveError, match=r"archive\.db: file is not a database"):
        Store(path)


def test_a_place_that_cannot_be_a_folder_is_refused_by_name(tmp_path):
    (tmp_path / "data").write_text("a file")
    with pytest.raises(ArchiveError, match=r"data.archive\.db: "):
        Store(tmp_path / "data" / "archive.db")


def test_a_folder_in_the_archives_place_is_refused_by_name(tmp_path):
    (tmp_path / "archive.db").mkdir()
    with pytest.raises(ArchiveError, match=r"archive\.db: unable to open"):
        Store(tmp_path / "archive.db")


def test_what_the_database_refuses_is_an_error_of_the_archive(store):
    def twice():
        with store.writing() as tx:
            tx.execute(sa.insert(schema.about), [{"name": "sequence", "value": 1}])

    def nonsense():
        with store.reading() as tx:
            tx.exec_driver_sql("SELECT * FROM unknown_table")

    with pytest.raises(ArchiveError, match=r"archive\.db: UNIQUE"):
        twice()
    with pytest.raises(ArchiveError, match=r"archive\.db: no such table"):
        nonsense()


def test_instants_are_kept_in_utc_and_come_back_aware():
    at = datetime(2026, 5, 4, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    assert naive(at) == datetime(2026, 5, 4, 12, 0, tzinfo=UTC).replace(tzinfo=None)
    assert aware(naive(at)) == at
    assert aware(naive(at)).tzinfo is UTC
