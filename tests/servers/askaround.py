"""The program with a data folder of its own, and what it has kept, in a form to compare."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import lxml.html
import sqlalchemy as sa

from crawler import schema
from crawler.archive import Archive
from crawler.store import Store

ROOT = Path(__file__).parents[2]

SETTINGS = """
[site]
contact = "crawler@example.com"

[crawl]
max_attempts = 1

[model]
name = "none"
"""


@dataclass(frozen=True, kw_only=True)
class Item:
    """A post as anybody would tell of it."""

    title: str = ""
    words: tuple[str, ...]
    url: str
    author: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    parent: str | None = None


def words(markup):
    """The words of a piece of HTML, in their order."""
    shown = lxml.html.fragment_fromstring(markup, create_parent="div").itertext()
    return plain_words(" ".join(shown))


def plain_words(text):
    """The words of a text, in their order."""
    return tuple(re.findall(r"\w+", text.casefold()))


class Askaround:
    """Real commands in processes of their own, and the archive that they leave."""

    def __init__(self, data):
        self.data = data

    def copied(self, name):
        """The same once more, in a folder of that name beside this one."""
        return Askaround(shutil.copytree(self.data, self.data.with_name(name)))

    def set_up(self, *sources, delay_s=0.0):
        """Write the settings: for each source the lines under its heading."""
        own = f"private_network = true\ndelay_s = {delay_s}\n"
        parts = [SETTINGS, *(f"[[source]]\n{own}{lines}" for lines in sources)]
        (self.data / "askaround.toml").write_text("\n".join(parts), "utf-8")

    def start(self, *words):
        """A crawl that has begun."""
        config = self.data / "askaround.toml"
        where = ["--data", str(self.data), "--config", str(config)]
        return subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-m", "cli.main", "crawl", *words, *where],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def crawl(self, *words, status=0):
        """A whole crawl; what was said about it."""
        return self.ended(self.start(*words), status)

    def ended(self, running, status=0):
        """Wait until a crawl ends, as it should; what was said about it."""
        _, said = running.communicate(timeout=120)
        assert running.returncode == status, said
        return said

    def kept(self, source):
        """Every live post of a source by its id there, as an item."""
        items = {post.post_id: _item(post) for post in self.posts(source)}
        return {post_id.removeprefix(f"{source}:"): item for post_id, item in items.items()}

    def posts(self, source):
        """Every live post of a source."""
        store = Store(self.data / "archive.db")
        threads = list(Archive(store, None).threads())
        store.close()
        return [post for thread in threads for post in thread if post.source == source]

    def buried(self, source):
        """The state of every post of a source that is not live, by its id there."""
        table = schema.posts.c
        query = sa.select(table.post_id, table.state, table.record)
        store = Store(self.data / "archive.db")
        with store.reading() as tx:
            dead = tx.execute(query.where(table.source == source, table.state != "live")).all()
        store.close()
        assert all(record is None for _, _, record in dead), "a tombstone holds text"
        return {post_id.removeprefix(f"{source}:"): state for post_id, state, _ in dead}

    def a_day_passes(self):
        """Make all that the archive remembers older by a day and an hour."""
        store = Store(self.data / "archive.db")
        with store.writing() as tx:
            for table in schema.metadata.sorted_tables:
                _age(tx, table, timedelta(hours=25))
        store.close()


def _age(tx, table, by):
    dates = [column for column in table.c if isinstance(column.type, sa.DateTime)]
    keys = list(table.primary_key)
    for row in tx.execute(sa.select(*keys, *dates)).all() if dates else ():
        told = row._mapping
        older = {date: told[date] - by for date in dates if told[date] is not None}
        same = sa.and_(*(key == told[key] for key in keys))
        tx.execute(sa.update(table).where(same).values(older))


def _item(post):
    return Item(
        title=post.title,
        words=plain_words(post.text),
        url=post.url,
        author=post.author.name if post.author else None,
        created_at=post.created_at,
        updated_at=post.updated_at,
        parent=post.parent_id.partition(":")[2] if post.parent_id else None,
    )
