"""Roundup, and what its REST API says is there."""

import getpass
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from tests.servers.askaround import ROOT, Item, plain_words
from tests.servers.server import MissingError, Server, free_port, listens, run

FILES = Path(__file__).parent / "files"
INSTALLED = ROOT / ".servers" / "roundup" / "bin"

READER = ("reader", "secret")
"""An account that sees what everybody may."""


class Roundup:
    """A tracker of 120 old issues with two messages each, which only accounts may ask."""

    def __init__(self, folder):
        if not (INSTALLED / "roundup-server").exists():
            raise MissingError(f"{INSTALLED} is not there: scripts/install-servers installs it")
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/tracker"
        self._home = folder / "home"
        self._quietly = {"SENDMAILDEBUG": str(folder / "mails")}
        where = ["-n", "127.0.0.1", "-p", port, "-u", getpass.getuser()]
        command = [INSTALLED / "roundup-server", *where, f"tracker={self._home}"]
        self.server = Server(command, folder, lambda: listens(port), **self._quietly)
        self._client = httpx2.Client(base_url=f"{self.url}/rest/data", auth=READER, timeout=30)

    def start(self):
        """Install the tracker, fill it, and serve it."""
        own = f"admin_email=mira@example.com,mail_domain=example.com,tracker_web={self.url}/"
        self.admin("install", "classic", "sqlite", own)
        self.admin("initialise", "secret")
        run(INSTALLED / "python", FILES / "roundup-fill.py", self._home, **self._quietly)
        self.server.start()

    def stop(self):
        """End it."""
        self._client.close()
        self.server.kill()

    def admin(self, *words):
        """Do something as its administrator: `admin("retire", "issue7")`; what was printed."""
        said = run(INSTALLED / "roundup-admin", "-i", self._home, *words, **self._quietly)
        return said.strip()

    def items(self):
        """All issues and messages, by what Roundup calls them."""
        fields = "title,creation,creator.realname,creator,messages"
        said = {row["id"]: row for row in self._rows("msg", "author,author.realname,date,content")}
        found = {}
        for row in self._rows("issue", fields):
            issue, numbers = (
                f"issue{row['id']}",
                sorted((m["id"] for m in row["messages"]), key=int),
            )
            messages = [said[number] for number in numbers if number in said]
            asked, *answers = messages or [None]
            if asked is None or asked["author"]["id"] != row["creator"]["id"]:
                asked, answers = None, messages
            found[issue] = self._issue(row, asked["content"] if asked else "")
            found |= {f"msg{answer['id']}": self._message(answer, issue) for answer in answers}
        return found

    def _issue(self, row, content):
        return Item(
            title=row["title"],
            words=_own(content),
            url=f"{self.url}/issue{row['id']}",
            author=row["creator.realname"],
            created_at=_utc(row["creation"]),
        )

    def _message(self, row, issue):
        return Item(
            words=_own(row["content"]),
            url=f"{self.url}/msg{row['id']}",
            author=row["author.realname"],
            created_at=_utc(row["date"]),
            parent=issue,
        )

    def _rows(self, of_class, fields):
        about = {"@fields": fields, "@verbose": "3"}
        told = self._client.get(f"/{of_class}", params=about)
        assert told.is_success, told.text
        return told.json()["data"]["collection"]


def _own(content):
    """The words of a message, but for those that it quotes."""
    lines = (line for line in content.splitlines() if not line.startswith(">"))
    return plain_words("\n".join(lines))


def _utc(written):
    return datetime.strptime(written, "%Y-%m-%d.%H:%M:%S").replace(tzinfo=UTC)
