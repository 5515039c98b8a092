"""WordPress on a MariaDB of its own, and what its REST API says is there."""

import getpass
import html
import shutil
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from tests.servers.askaround import Item, words
from tests.servers.server import MissingError, Server, free_port, php, program, run

FILES = Path(__file__).parent / "files"
INSTALLED = Path("/usr/share/wordpress")

UNSAFE = ("--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", "--skip-log-bin")
"""Of these tests, none pulls the plug."""


class WordPress:
    """A blog of 120 old notes, two pages and two comments, beside some that nobody may read."""

    def __init__(self, folder):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        socket, files = folder / "s", _copy(folder / "files")
        self._install = {
            "DATABASE_SOCKET": str(socket),
            "SITE_URL": self.url,
            "WORDPRESS": str(files),
        }
        router = FILES / "wordpress-router.php"
        self.server = php(folder, port, files, router=router, **self._install)
        self._database = _database(folder, socket)
        self._socket = socket
        self._client = httpx2.Client(base_url=f"{self.url}/wp-json/wp/v2", timeout=30)

    def start(self):
        """Install it, and serve it."""
        self._database.start()
        create = "CREATE DATABASE wordpress CHARACTER SET utf8mb4"
        run(program("mariadb"), "--no-defaults", "-uroot", "-S", self._socket, "-e", create)
        said = run(program("php"), FILES / "wordpress-install.php", **self._install)
        self._owner = httpx2.BasicAuth("mira", said.rpartition("password=")[2].strip())
        self.server.start()
        return self

    def stop(self):
        """End both processes."""
        self._client.close()
        self.server.kill()
        self._database.kill()

    def write(self, where, **fields):
        """Write something new ("posts"), or other words for something old ("posts/7"); its id."""
        told = self._client.post(f"/{where}", json=fields, auth=self._owner)
        assert told.is_success, told.text
        return told.json()["id"]

    def delete(self, where, *, for_good=True):
        """Delete something ("posts/7"), or put it into the bin."""
        how = {"force": "true"} if for_good else {}
        told = self._client.delete(f"/{where}", params=how, auth=self._owner)
        assert told.is_success, told.text

    def items(self):
        """All that a guest may read, by id; comments by "c" and id."""
        names = {user["id"]: html.unescape(user["name"]) for user in self._rows("users")}
        found = {}
        for row in [*self._rows("posts"), *self._rows("pages")]:
            if not row["content"]["protected"]:
                found[f"{row['id']}"] = _article(row, names)
        for row in self._rows("comments"):
            found[f"c{row['id']}"] = _comment(row)
        return found

    def newest(self):
        """Those of its ten newest posts that a guest may read."""
        items, ten = self.items(), self.answer("posts", per_page=10).json()
        return [items[f"{row['id']}"] for row in ten if f"{row['id']}" in items]

    def some_posts(self, count):
        """So many of its old posts, by number."""
        return [row["id"] for row in self.answer("posts", per_page=count, order="asc").json()]

    def answer(self, what, **query):
        """What its API says to a guest."""
        told = self._client.get(f"/{what}", params=query)
        assert told.is_success, told.text
        return told

    def _rows(self, what):
        """All that the API has of a kind."""
        found, page = [], 1
        while True:
            told = self.answer(what, per_page=100, page=page, orderby="id", order="asc")
            found += told.json()
            if page >= int(told.headers["x-wp-totalpages"]):
                return found
            page += 1


def _copy(folder):
    """Its files, since Debian's read one configuration for the whole machine."""
    if not (INSTALLED / "wp-load.php").exists():
        raise MissingError(f"{INSTALLED} is not there: scripts/install-servers installs it")
    bulky = shutil.ignore_patterns("themes", "akismet", "languages")
    shutil.copytree(INSTALLED, folder, ignore=bulky, ignore_dangling_symlinks=True)
    shutil.copy(FILES / "wordpress-config.php", folder / "wp-config.php")
    return folder


def _database(folder, socket):
    """A MariaDB that only this machine can reach, by a socket."""
    data = folder / "database"
    us = [f"--datadir={data}", f"--user={getpass.getuser()}"]
    normal = "--auth-root-authentication-method=normal"
    run(program("mariadb-install-db"), "--no-defaults", *us, normal, "--skip-test-db", *UNSAFE)
    own = [f"--socket={socket}", f"--pid-file={folder / 'pid'}", "--skip-networking"]
    command = [program("mariadbd"), "--no-defaults", *us, *own, *UNSAFE]
    return Server(command, data, ready=socket.exists)


def _article(row, names):
    created, changed = _utc(row["date_gmt"]), _utc(row["modified_gmt"])
    return Item(
        title=html.unescape(row["title"]["rendered"]),
        words=words(row["content"]["rendered"]),
        url=row["link"],
        author=names[row["author"]],
        created_at=created,
        updated_at=changed if changed > created else None,
    )


def _comment(row):
    return Item(
        words=words(row["content"]["rendered"]),
        url=row["link"],
        author=html.unescape(row["author_name"]),
        created_at=_utc(row["date_gmt"]),
        parent=f"c{row['parent']}" if row["parent"] else f"{row['post']}",
    )


def _utc(naive):
    return datetime.fromisoformat(naive).replace(tzinfo=UTC)
