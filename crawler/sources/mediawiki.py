"""MediaWiki wikis, through the Action API.

    [[source]]
    name = "wiki"
    platform = "mediawiki"
    url = "https://wiki.example.com/w"   # where api.php is; Special:Version names it
    namespaces = [0, 12]                 # by number; those the wiki calls content where empty
    talk = false                         # also their talk pages
    api_key = "env:WIKI_TOKEN"           # an OAuth 2 token, only where guests may not read

Pages come rendered, one by one, as articles of who began them; who began a page that was edited
takes one request more. Categories become tags. A talk page becomes a comment under its article, of
no author, since many speak there. Redirects, pages marked `__NOINDEX__` and pages without a word
are left out, and nobody is named whose account is hidden or who is known by an IP address alone.
Administrators are taken for moderators, and bots for bots; a wiki has no votes, acceptance or
reputation.

What changed is learned from the recent changes, what was deleted, restored, moved or imported from
the logs. Recent changes reach back some weeks; after a longer pause every page is read again. Many
wikis close `/w/` to robots: on your own, set `obey_robots = false`. With a token that sees more
than your readers may, set `members_only = true`.
API: https://www.mediawiki.org/wiki/API:Main_page
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from contract import Author, Post, Tombstone
from crawler.clean import from_html, plain_line
from crawler.fetch import Dropped, Fetch, Page
from crawler.formats import mediawiki
from crawler.formats.mediawiki import (
    BATCH,
    BUSY,
    GONE,
    GROUPS,
    LOGS,
    EventsAnswer,
    PagesAnswer,
    ParseAnswer,
    SiteAnswer,
    address,
    answer,
    changed_pages,
    error_in,
    events,
    every_page,
    first_version,
    needed,
    numbered_pages,
    refused,
    text,
    the_site,
    words,
)
from crawler.licences import licence
from crawler.times import EPOCH, utc
from crawler.urls import join, web

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contract.errors import SourceError
    from crawler.fetch import Found, Held
    from crawler.formats.mediawiki import Answer, Entry, Parsed, Refusal, Revision

RECENT = timedelta(days=30)
"""How far back the recent changes of every wiki reach; most keep 90 days, some large ones 30."""

BUSY_WAIT_S = 5.0
"""What the API's manual asks of a robot that is told of a lag."""

MAX_TRIES = 6
"""How often a wish is told "not now" before the next crawl gets it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What only this platform needs to know."""

    namespaces: tuple[int, ...] = ()
    """Numbers of the namespaces to read, such as 0 (articles) and 12 (help)."""
    talk: bool = False
    """Read the talk pages of these namespaces, too."""


class MediaWiki:
    """Pages changed since a date, or all of them, each rendered."""

    whole = frozenset({"text"})
    verify_within = timedelta(days=7)  # deletions are in the log, which every crawl reads

    def __init__(
        self, name: str, url: str, options: Options | None = None, api_key: str | None = None
    ) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.options = options or Options()
        self._api = self.url if self.url.endswith(".php") else f"{self.url}/api.php"
        self._api_key = api_key

    def start(self, since: datetime) -> Iterator[Fetch]:
        """Begin with the wiki itself: its namespaces, its licence and who keeps order there."""
        yield self._list("site", the_site(), {"roles": "{}"})

    def read(self, page: Page, since: datetime) -> Iterator[Found]:
        """Read the wiki, a list of pages, a log, the first version of a page, or its text."""
        error = error_in(page)
        if error is not None and error.code in BUSY:
            yield self._later(page, error)
            return
        match page.kind:
            case "site":
                yield from self._read_site(page, since)
            case "list":
                yield from self._read_list(page)
            case "log":
                yield from self._read_log(page)
            case "first":
                yield from self._read_first(page)
            case "text" if error is not None and error.code in GONE:
                yield self._deleted(page.note["pageid"])
            case "text":
                yield from self._read_text(page)
            case _:
                raise ValueError(f"mediawiki has no {page.kind} page")

    def verify(self, held: Sequence[Held]) -> Iterator[Fetch]:
        """Ask for the wiki, and then for the pages by number, fifty at a time."""
        ids = [post.post_id for post in held]
        yield self._list("site", the_site(), {"roles": "{}"}, ids)

    def refusal(self, page: Page, status: int) -> SourceError | None:
        """Say why the wiki does not answer."""
        return mediawiki.refusal(page)

    def sign(self, wish: Fetch) -> Fetch:
        """Add the token: with it, a wiki that guests may not read is served too."""
        if not self._api_key:
            return wish
        token = {"Authorization": f"Bearer {self._api_key}"}
        return replace(wish, headers={**wish.headers, **token})

    def _ask(
        self, kind: str, query: dict[str, str], note: dict[str, str], held: Sequence[str] = ()
    ) -> Fetch:
        return Fetch(kind=kind, url=address(self._api, query), note=note, held=tuple(held))

    def _list(
        self, kind: str, query: dict[str, str], note: dict[str, str], held: Sequence[str] = ()
    ) -> Fetch:
        """A wish that may come in pieces; an empty `continue` asks old wikis for today's form."""
        query = {"continue": "", **query}
        return self._ask(kind, query, {**note, "query": json.dumps(query)}, held)

    def _more(self, page: Page, told: Answer) -> Iterator[Fetch]:
        """The next piece: every word of `continue` goes back as it came."""
        if more := told.more():
            note = {word: said for word, said in page.note.items() if word != "tries"}
            yield self._ask(page.kind, {**json.loads(page.note["query"]), **more}, note, page.held)

    def _later(self, page: Page, error: Refusal) -> Fetch:
        """The same wish; its fragment, which is not sent, tells it from the one refused."""
        tries = int(page.note.get("tries", 1)) + 1
        if tries > MAX_TRIES:
            raise refused(page, error)
        url = f"{page.url.partition('#')[0]}#{tries}"
        note = {**page.note, "tries": str(tries)}
        return Fetch(kind=page.kind, url=url, note=note, held=page.held, wait_s=BUSY_WAIT_S)

    def _numbered(
        self, numbers: Sequence[str], note: dict[str, str], held: Sequence[str] = ()
    ) -> Iterator[Fetch]:
        for at in range(0, len(numbers), BATCH):
            some = numbered_pages(numbers[at : at + BATCH])
            yield self._list("list", some, note, held[at : at + BATCH])

    # the wiki, and where to look in it

    def _read_site(self, page: Page, since: datetime) -> Iterator[Fetch]:
        told = answer(page, SiteAnswer)
        site, roles = needed(page, told.query, "query"), json.loads(page.note["roles"])
        for user in site.allusers:
            known = [GROUPS[group] for group in user.groups if group in GROUPS]
            roles[user.name] = list(dict.fromkeys(known))
        if told.more():
            for further in self._more(page, told):
                yield replace(further, note={**further.note, "roles": json.dumps(roles)})
            return
        spaces = site.namespaces.values()
        wanted = set(self.options.namespaces) or {s.id for s in spaces if s.content is not False}
        if self.options.talk:
            wanted |= {number + 1 for number in wanted if number % 2 == 0}
        about = {
            "licence": licence(site.rightsinfo.url) or "",
            "language": site.general.lang,
            "address": join(self._api, site.general.server + site.general.articlepath) or "",
            "spaces": {str(space.id): space.name for space in spaces if space.id in wanted},
            "roles": roles,
        }
        note = {"site": json.dumps(about)}
        if page.held:
            numbers = [post_id.partition(":")[2] for post_id in page.held]
            yield from self._numbered(numbers, note, page.held)
        else:
            yield from self._where(since, utc(site.general.time), sorted(wanted), note)

    def _where(
        self, since: datetime, now: datetime, wanted: list[int], note: dict[str, str]
    ) -> Iterator[Fetch]:
        """All pages, or what changed; and, but for a first look, the logs. `now` is the wiki's."""
        if since < now - RECENT:
            for number in wanted:
                yield self._list("list", every_page(number), note)
        else:
            yield self._list("list", changed_pages(wanted, since), note)
        for log in LOGS if since > EPOCH else ():
            yield self._list("log", events(log, since), note)

    def _read_log(self, page: Page) -> Iterator[Fetch]:
        """A log says what was done, and not what came of it: ask for the pages themselves."""
        told = answer(page, EventsAnswer)
        lines = needed(page, told.query, "query").logevents
        numbers = dict.fromkeys(str(line.logpage) for line in lines if line.logpage)
        yield from self._numbered(list(numbers), {"site": page.note["site"]})
        yield from self._more(page, told)

    # pages

    def _read_list(self, page: Page) -> Iterator[Found]:
        told = answer(page, PagesAnswer)
        if page.held:
            needed(page, told.query, "query")
        for entry in told.entries:
            post_id = f"{self.name}:{entry.pageid}"
            if not page.held or post_id in page.held:
                yield self._page(entry, page.note["site"], (post_id,) if page.held else ())
        yield from self._more(page, told)

    def _page(self, entry: Entry, site: str, held: tuple[str, ...]) -> Fetch | Tombstone:
        """What to ask next of a page: its text, and before that who began it.

        The latter is known where the last version is the first.
        """
        post_id = f"{self.name}:{entry.pageid}"
        if entry.missing is not False:
            return self._deleted(entry.pageid)
        if entry.redirect is not False:
            return Tombstone(post_id=post_id, state="removed", reason="a redirect now")
        if str(entry.ns) not in json.loads(site)["spaces"]:
            reason = "moved to a namespace that is not gathered"
            return Tombstone(post_id=post_id, state="hidden", reason=reason)
        about = {
            "pageid": str(entry.pageid),
            "ns": str(entry.ns),
            "title": entry.title,
            "page_url": entry.fullurl,
            "language": entry.pagelanguage,
            "subject": str(entry.subjectid or ""),
            "site": site,
        }
        last = entry.revisions[0] if entry.revisions else None
        if last is not None and last.parentid == 0:
            return self._text(about, last, held)
        about["updated"] = last.timestamp.isoformat() if last else ""
        return self._ask("first", first_version(about["pageid"]), about, held)

    def _deleted(self, number: int | str) -> Tombstone:
        reason = "deleted on the wiki"
        return Tombstone(post_id=f"{self.name}:{number}", state="removed", reason=reason)

    def _read_first(self, page: Page) -> Iterator[Found]:
        told = answer(page, PagesAnswer)
        needed(page, told.query, "query")
        for entry in told.entries:
            if entry.revisions:
                yield self._text(page.note, entry.revisions[0], page.held)
            else:
                yield self._deleted(page.note["pageid"])

    def _text(self, about: dict[str, str], first: Revision, held: tuple[str, ...]) -> Fetch:
        site = json.loads(about["site"])
        note = {word: said for word, said in about.items() if word not in {"site", "tries"}}
        note["created"] = first.timestamp.isoformat()
        note["licence"] = site["licence"]
        note["language"] = note["language"] or site["language"]
        note["space"] = site["spaces"].get(note["ns"], "")
        if first.account and not _is_talk(note):
            note["author"] = first.account
            note["roles"] = json.dumps(site["roles"].get(first.account, []))
            page = quote(f"User:{first.account}".replace(" ", "_"), safe="/:")
            note["author_url"] = site["address"].replace("$1", page)
        return self._ask("text", text(note["pageid"]), note, held)

    def _read_text(self, page: Page) -> Iterator[Found]:
        parsed = needed(page, answer(page, ParseAnswer).parse, "parse")
        post_id = f"{self.name}:{page.note['pageid']}"
        if "noindex" in parsed.marks:
            yield Tombstone(post_id=post_id, state="hidden", reason="marked __NOINDEX__")
        else:
            post = self._post(post_id, parsed, page.note)
            yield post if post.text else Dropped("without words")

    def _post(self, post_id: str, parsed: Parsed, about: dict[str, str]) -> Post:
        by_number = f"index.php?curid={about['pageid']}"
        url = join(self._api, about["page_url"] or by_number) or self._api
        body = from_html(words(parsed.markup), url)
        is_talk, space = _is_talk(about), about["space"]
        above = f"{self.name}:{about['subject']}" if is_talk and about["subject"] else None
        edited = about.get("updated")
        return Post(
            post_id=post_id,
            thread_id=above or post_id,
            parent_id=above,
            position=1 if above else 0,
            source=self.name,
            platform="mediawiki",
            kind="comment" if above else "post" if is_talk else "article",
            url=url,
            title="" if above else plain_line(about["title"].removeprefix(f"{space}:")),
            text=body.text,
            html=body.html,
            author=self._author(about),
            created_at=utc(datetime.fromisoformat(about["created"])),
            updated_at=utc(datetime.fromisoformat(edited)) if edited else None,
            language=about["language"].partition("-")[0] or None,
            tags=tuple(map(plain_line, parsed.shown_categories)),
            container=space or None,
            licence=about["licence"] or None,
        )

    def _author(self, about: dict[str, str]) -> Author | None:
        """Accounts go by their name, which is what a wiki credits; nobody sees their numbers."""
        if "author" not in about:
            return None
        return Author(
            author_id=f"{self.name}:{about['author']}",
            name=plain_line(about["author"]),
            url=web(about["author_url"]),
            roles=tuple(json.loads(about["roles"])),
        )


def _is_talk(about: dict[str, str]) -> bool:
    """Whether it is of a namespace for talk, which have odd numbers."""
    return int(about["ns"]) % 2 == 1
