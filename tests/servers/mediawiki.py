"""MediaWiki on SQLite, and what its Action API says is there."""

from datetime import datetime
from pathlib import Path

import httpx2

from tests.servers.askaround import Item, words
from tests.servers.server import MissingError, free_port, php, program, run

INSTALLED = Path("/usr/share/mediawiki")
PASSWORD = "a long pass word"  # noqa: S105  of a wiki that lives for a minute

OLD_PAGES = 52
"""More than the API tells of at once."""

SETTINGS = """
$wgRightsUrl = 'https://creativecommons.org/licenses/by-sa/4.0/';
$wgRightsText = 'CC BY-SA 4.0';
$wgJobRunRate = 0;
"""


class MediaWiki:
    """A wiki of old pages from elsewhere and a few new ones; `write` is by its administrator."""

    def __init__(self, folder):
        if not (INSTALLED / "api.php").exists():
            raise MissingError(f"{INSTALLED} is not there: scripts/install-servers installs it")
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._folder = folder
        self._where = {"MW_CONFIG_FILE": str(folder / "LocalSettings.php")}
        self.server = php(folder, port, INSTALLED, **self._where)
        self._guest = httpx2.Client(base_url=self.url, timeout=30)
        self._keeper = httpx2.Client(base_url=self.url, timeout=30)

    def start(self):
        """Install it, serve it, and fill it."""
        self._install()
        dump = "\n".join(_old_page(number) for number in range(1, OLD_PAGES + 1))
        told = f'<mediawiki xml:lang="en">{dump}</mediawiki>'
        self._maintain("importDump", "--no-updates", told=told)
        self.server.start()
        self._log_in()
        self.write("Template:Warning", "<b>Wear gloves:</b> {{{1}}}")
        self.write("Blade", "{{Warning|it is sharp}}\n== Turning ==\nOnce a ''year''.")
        self.write("Blade", "{{Warning|it is sharp}}\n== Turning ==\nTwice a ''year''.\n"
                   "* Größe: 19&nbsp;mm\n<pre>mower --turn</pre>\n[[Category:Parts]]")  # fmt: skip
        self.write("Talk:Blade", "Is it really sharp? --~~~~")
        self.write("Battery & charger", "{|\n! Colour !! Meaning\n|-\n| red || empty\n|}")
        self.write("Knife", "#REDIRECT [[Blade]]")
        self.write("Hidden", "Nothing for search engines. __NOINDEX__")
        self.write("User:Mira", "I keep this wiki.")
        self._edit(self._guest, "Grass", "It grows, says somebody without an account.")

    def stop(self):
        """End it."""
        self._guest.close()
        self._keeper.close()
        self.server.kill()

    def write(self, page, said):
        """Write a page, as its administrator."""
        self._edit(self._keeper, page, said)

    def do(self, action, **query):
        """Delete, undelete or move a page."""
        self._ask(self._keeper, action, token=self._token(self._keeper), **query)

    def items(self):
        """All articles and their talk, by the number of their page."""
        found = {}
        for namespace in (0, 1):
            every = {"apnamespace": namespace, "apfilterredir": "nonredirects", "aplimit": "max"}
            told = self._ask(self._guest, "query", list="allpages", **every)
            for page in told["query"]["allpages"]:
                if page["title"] != "Hidden":
                    found[f"{page['pageid']}"] = self._item(page)
        return found

    def _item(self, page):
        number, is_talk = page["pageid"], page["ns"] == 1
        history = {"rvlimit": "max", "rvprop": "timestamp|user", "rvdir": "newer"}
        about = {"prop": "revisions|info", "inprop": "url|subjectid", **history}
        told = self._ask(self._guest, "query", pageids=number, **about)["query"]["pages"][0]
        bare = {"disableeditsection": 1, "disabletoc": 1, "disablelimitreport": 1}
        shown = self._ask(self._guest, "parse", pageid=number, prop="text", **bare)["parse"]
        first, last = told["revisions"][0], told["revisions"][-1]
        known = not is_talk and "anon" not in first
        return Item(
            title="" if is_talk else page["title"],
            words=words(shown["text"]),
            url=told["fullurl"],
            author=first["user"] if known else None,
            created_at=datetime.fromisoformat(first["timestamp"]),
            updated_at=datetime.fromisoformat(last["timestamp"]) if last is not first else None,
            parent=f"{told['subjectid']}" if is_talk else None,
        )

    def _install(self):
        folder = self._folder
        where = ["--confpath", folder, "--dbtype", "sqlite", "--dbpath", folder / "database"]
        served = ["--server", self.url, "--scriptpath", "", "--skins", "Vector"]
        script = INSTALLED / "maintenance" / "install.php"
        who = ["--pass", PASSWORD, "Garden wiki", "Mira"]
        run(program("php"), script, *where, *served, *who, **self._where)
        with (folder / "LocalSettings.php").open("a", encoding="utf-8") as settings:
            settings.write(SETTINGS)

    def _maintain(self, script, *words, told=None):
        path = INSTALLED / "maintenance" / f"{script}.php"
        return run(program("php"), path, *words, told=told, **self._where)

    def _log_in(self):
        told = self._ask(self._keeper, "query", meta="tokens", type="login")
        token = told["query"]["tokens"]["logintoken"]
        who = {"lgname": "Mira", "lgpassword": PASSWORD, "lgtoken": token}
        assert self._ask(self._keeper, "login", **who)["login"]["result"] == "Success"

    def _edit(self, client, page, said):
        self._ask(client, "edit", title=page, text=said, token=self._token(client))

    def _token(self, client):
        return self._ask(client, "query", meta="tokens")["query"]["tokens"]["csrftoken"]

    def _ask(self, client, action, **query):
        about = {"action": action, "format": "json", "formatversion": 2, **query}
        asks = action in {"query", "parse"}
        told = (
            client.get("/api.php", params=about) if asks else client.post("/api.php", data=about)
        ).json()
        assert "error" not in told, told
        return told


def _old_page(number):
    return f"""
<page><title>Note {number}</title><ns>0</ns>
<revision><timestamp>2024-03-01T10:{number % 60:02}:00Z</timestamp>
<contributor><username>Tomas Reed</username></contributor>
<model>wikitext</model><format>text/x-wiki</format>
<text>On day {number} the mower '''stopped''' &amp;amp; we saw to the [[Blade]].</text>
</revision>
</page>"""
