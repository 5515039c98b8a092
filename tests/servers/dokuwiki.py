"""DokuWiki, whose pages are files, and what its XML-RPC API says is there."""

from pathlib import Path
from xmlrpc.client import ServerProxy

import lxml.html

from tests.servers.askaround import Item, words
from tests.servers.server import MissingError, free_port, php, program, run

FILES = Path(__file__).parent / "files"
INSTALLED = Path("/usr/share/dokuwiki")

FOLDERS = (
    "attic", "cache", "index", "locks", "log", "media", "media_attic", "media_meta", "meta",
    "pages", "tmp",
)  # fmt: skip

SETTINGS = """<?php
$conf['title'] = 'Garden wiki';
$conf['savedir'] = '{folder}/data';
$conf['useacl'] = 1;
$conf['superuser'] = '@admin';
$conf['remote'] = 1;
$conf['remoteuser'] = '';
$conf['sitemap'] = 1;
"""

PAGES = {
    "start": "====== Garden ======\nAll about the [[mower:blade]], the [[mower:battery]] "
    "and [[winter]]: what to do, and what had better be left to the workshop.",
    "mower:blade": "====== The blade ======\nTurn it every **spring**, and wear gloves.\n"
    "  * loosen the //three// screws\n  * Größe: 19 mm\n<code>mower --turn blade</code>\n"
    "Go back to [[:start]].",
    "mower:battery": "====== Battery & charger ======\nIt lasts for two hours of mowing, or for "
    "three where the grass is short; charge it overnight.\n^ Colour ^ Meaning ^\n| red | empty |",
    "winter": "====== Winter ======\nEmpty the tank before the first frost, take the battery "
    "out, and keep both in a dry place. See [[mower:hidden]].",
    "mower:hidden": "====== For us ======\n~~NOTOC~~\nWhat the workshop knows and guests do not: "
    "the code of the shed is 4711, and the key hangs beside the door.",
}


class DokuWiki:
    """A wiki of four pages for everybody, and one for its keepers, set up as an admin would."""

    def __init__(self, folder):
        if not (INSTALLED / "doku.php").exists():
            raise MissingError(f"{INSTALLED} is not there: scripts/install-servers installs it")
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._conf = folder / "conf"
        self._folder = folder
        first = f"auto_prepend_file={FILES / 'dokuwiki.php'}"
        where = {"DOKUWIKI_CONF": f"{self._conf}/"}
        self.server = php(folder, port, INSTALLED, settings=[first], **where)
        keeper = f"http://mira:secret@127.0.0.1:{port}/lib/exe/xmlrpc.php"
        self._keeper = ServerProxy(keeper)
        self._guest = ServerProxy(f"{self.url}/lib/exe/xmlrpc.php")

    def start(self):
        """Write its settings, serve it, and fill it."""
        for name in FOLDERS:
            (self._folder / "data" / name).mkdir(parents=True)
        self._conf.mkdir()
        crypt = "echo password_hash('secret', PASSWORD_BCRYPT);"
        account = f"mira:{run(program('php'), '-r', crypt)}:Mira Moss:mira@example.com:admin,user"
        (self._conf / "users.auth.php").write_text(account + "\n", "utf-8")
        rights = "*\t@ALL\t1\nmower:hidden\t@ALL\t0\n"
        (self._conf / "acl.auth.php").write_text(rights, "utf-8")
        self.settle_for(days=5)
        self.server.start()
        for page, said in PAGES.items():
            self.write(page, said)

    def stop(self):
        """End it."""
        self.server.kill()

    def settle_for(self, *, days):
        """Keep robots away from pages for so long after an edit."""
        own = f"$conf['indexdelay'] = {days * 86400};\n"
        (self._conf / "local.php").write_text(SETTINGS.format(folder=self._folder) + own, "utf-8")

    def write(self, page, said):
        """Write a page anew; one that says nothing is deleted."""
        assert self._keeper.wiki.putPage(page, said, {"sum": "by a test"})

    def delete(self, page):
        """Delete a page."""
        self.write(page, "")

    def items(self):
        """All pages that a guest may read, by path."""
        found = {}
        for row in self._guest.wiki.getAllPages():
            path = "/" if row["id"] == "start" else f"/doku.php?id={row['id']}"
            found[path] = _item(self._guest.wiki.getPageHTML(row["id"]), self.url + path)
        return found


def _item(markup, url):
    """A page without its first heading, which is its title."""
    shown = lxml.html.fragment_fromstring(markup, create_parent="div")
    heading = shown.find("h1")
    title = heading.text_content()
    heading.drop_tree()
    said = lxml.html.tostring(shown, encoding="unicode")
    return Item(title=title, words=words(said), url=url)
