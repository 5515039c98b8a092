"""What is asked of MediaWiki's Action API, and what it answers in its two forms.

The form of today (`formatversion=2`) is asked for; wikis before 2015 answer in the other, which
writes lists of pages as objects by number, what is set as "" and text under "*".
https://www.mediawiki.org/wiki/API:JSON_version_2
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

import lxml.html
import msgspec
from lxml import etree

from contract.errors import SourceError, UnexpectedShapeError
from crawler.payload import decode, decode_or

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contract.record import Role
    from crawler.fetch import Page

BATCH = 50
"""Pages asked for at once: as many as anybody may name by number."""

GROUPS: dict[str, Role] = {"sysop": "moderator", "bureaucrat": "moderator", "bot": "bot"}
"""Groups that every wiki has, and what their members are."""

LOGS = ("delete", "move", "import")
"""What happens to pages and is no change of theirs. A page that is restored is in the first."""

GONE = {"nosuchpageid", "missingtitle"}
"""Errors that say that a page is not there any more."""

BUSY = {"maxlag", "ratelimited"}
"""Errors that say "not now"."""

FURNITURE = {
    "toc", "mw-editsection", "reference", "mw-cite-backlink", "navbox", "noprint", "metadata",
}  # fmt: skip
"""Classes of what stands around the words of a page, and is none of them."""

_MANNER = {"format": "json", "formatversion": "2", "maxlag": "5"}
"""`maxlag` lets a wiki that is behind with its work refuse."""

_VERSION = {"rvprop": "ids|timestamp|user|flags"}
_ABOUT = {"prop": "info|revisions", "inprop": "url|subjectid", **_VERSION}

Flag = bool | str
"""False where it is not set; true, or in the old form "", where it is."""


class Refusal(msgspec.Struct):
    """An error; it comes with the status 200."""

    code: str
    info: str = ""


class Answer(msgspec.Struct):
    """What all answers have in common."""

    error: Refusal | None = None
    further: dict[str, str | int] = msgspec.field(name="continue", default_factory=dict)
    further_before_2013: dict[str, dict[str, str | int]] = msgspec.field(
        name="query-continue", default_factory=dict
    )

    def more(self) -> dict[str, str]:
        """What to ask with the same question to get the rest; empty at the end."""
        parts = [self.further] if self.further else self.further_before_2013.values()
        return {word: str(said) for part in parts for word, said in part.items()}


class General(msgspec.Struct):
    """The wiki itself; `time` is its own clock."""

    time: datetime
    lang: str = ""
    server: str = ""
    articlepath: str = ""


class Namespace(msgspec.Struct):
    """A kind of page, such as Help."""

    id: int
    new_name: str = msgspec.field(name="name", default="")
    old_name: str = msgspec.field(name="*", default="")
    content: Flag = False

    @property
    def name(self) -> str:
        """Its name in the wiki's language; that of articles is empty."""
        return self.new_name or self.old_name


class Rights(msgspec.Struct):
    """The licence of what is written here."""

    url: str | None = None


class Member(msgspec.Struct):
    """An account of a group that was asked for."""

    name: str
    groups: list[str] = []


class SiteQuery(msgspec.Struct):
    """What is asked of the wiki."""

    general: General
    namespaces: dict[str, Namespace]
    rightsinfo: Rights = msgspec.field(default_factory=Rights)
    allusers: list[Member] = []


class SiteAnswer(Answer):
    """The wiki."""

    query: SiteQuery | None = None


class Revision(msgspec.Struct):
    """A version of a page; `parentid` is 0 for its first."""

    timestamp: datetime
    parentid: int | None = None
    user: str = ""
    anon: Flag = False
    userhidden: Flag = False

    @property
    def account(self) -> str:
        """Who wrote it; empty for a hidden account, and for one who is but an IP address."""
        return self.user if self.anon is False and self.userhidden is False else ""


class Entry(msgspec.Struct):
    """A page in a list; one that is not there has no `pageid`, or is `missing`."""

    pageid: int = 0
    ns: int = 0
    title: str = ""
    fullurl: str = ""
    pagelanguage: str = ""
    subjectid: int | None = None
    missing: Flag = False
    redirect: Flag = False
    revisions: list[Revision] = []


class PagesQuery(msgspec.Struct):
    """A list of pages."""

    pages: list[Entry] | dict[str, Entry]


class PagesAnswer(Answer):
    """A list of pages; nothing where a list has none."""

    query: PagesQuery | None = None

    @property
    def entries(self) -> list[Entry]:
        """The pages, those without a number left out."""
        pages = self.query.pages if self.query else []
        every = pages.values() if isinstance(pages, dict) else pages
        return [entry for entry in every if entry.pageid]


class Event(msgspec.Struct):
    """A line of a log; `logpage` is the number of the page as it was."""

    logpage: int = 0


class EventsQuery(msgspec.Struct):
    """A list of events."""

    logevents: list[Event]


class EventsAnswer(Answer):
    """A piece of a log."""

    query: EventsQuery | None = None


class Category(msgspec.Struct):
    """A category of a page."""

    new_name: str = msgspec.field(name="category", default="")
    old_name: str = msgspec.field(name="*", default="")
    hidden: Flag = False


class Property(msgspec.Struct):
    """A mark that its text puts on a page."""

    name: str


class Parsed(msgspec.Struct):
    """A page as it is shown."""

    text: str | dict[str, str]
    categories: list[Category] = []
    properties: list[Property] | dict[str, str] = []

    @property
    def markup(self) -> str:
        """Its HTML."""
        return self.text if isinstance(self.text, str) else self.text.get("*", "")

    @property
    def marks(self) -> set[str]:
        """Names of its marks, such as "noindex"."""
        marks = self.properties
        return set(marks) if isinstance(marks, dict) else {mark.name for mark in marks}

    @property
    def shown_categories(self) -> Iterator[str]:
        """Names of the categories that readers see."""
        for category in self.categories:
            if category.hidden is False:
                yield (category.new_name or category.old_name).replace("_", " ")


class ParseAnswer(Answer):
    """A page as it is shown."""

    parse: Parsed | None = None


def address(api: str, query: dict[str, str]) -> str:
    """Return where an answer is."""
    return f"{api}?{urlencode({'action': 'query', **query, **_MANNER})}"


def the_site() -> dict[str, str]:
    """Ask for the wiki itself and the members of GROUPS."""
    wiki = {"meta": "siteinfo", "siprop": "general|namespaces|rightsinfo"}
    people = {"list": "allusers", "augroup": "|".join(GROUPS), "auprop": "groups"}
    return {**wiki, **people, "aulimit": "500"}


def every_page(namespace: int) -> dict[str, str]:
    """Ask for all pages of a namespace, but for redirects."""
    pages = {"generator": "allpages", "gapnamespace": str(namespace), "gaplimit": str(BATCH)}
    return {**pages, "gapfilterredir": "nonredirects", **_ABOUT}


def changed_pages(namespaces: Sequence[int], since: datetime) -> dict[str, str]:
    """Ask for the pages that were begun or edited since, oldest change first."""
    changes = {"generator": "recentchanges", "grctype": "edit|new", "grctoponly": "1"}
    where = {"grcnamespace": "|".join(map(str, namespaces)), "grclimit": str(BATCH)}
    return {**changes, **where, "grcdir": "newer", "grcstart": _instant(since), **_ABOUT}


def numbered_pages(numbers: Sequence[str]) -> dict[str, str]:
    """Ask for pages by number, at most BATCH."""
    return {"pageids": "|".join(numbers), **_ABOUT}


def events(log: str, since: datetime) -> dict[str, str]:
    """Ask what a log says since then, oldest first."""
    which = {"list": "logevents", "letype": log, "leprop": "ids", "lelimit": str(BATCH)}
    return {**which, "ledir": "newer", "lestart": _instant(since)}


def first_version(number: str) -> dict[str, str]:
    """Ask who began a page, and when."""
    first = {"prop": "revisions", "rvdir": "newer", "rvlimit": "1", **_VERSION}
    return {"pageids": number, **first}


def text(number: str) -> dict[str, str]:
    """Ask for a page as it is shown."""
    bare = dict.fromkeys(("disablelimitreport", "disableeditsection", "disabletoc"), "1")
    return {"action": "parse", "pageid": number, "prop": "text|categories|properties", **bare}


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


Told = TypeVar("Told", bound=Answer)
Value = TypeVar("Value")


def error_in(page: Page) -> Refusal | None:
    """Return the error that stands in an answer."""
    return _decode(page, Answer).error


def refusal(page: Page) -> SourceError | None:
    """Why a wiki does not answer, where it says so with a status; most say so with a 200."""
    error = decode_or(page, Answer()).error
    return None if error is None or error.code in GONE else refused(page, error)


def answer(page: Page, shape: type[Told]) -> Told:
    """Decode an answer. Raises SourceError where it is an error."""
    told = _decode(page, shape)
    if told.error is not None:
        raise refused(page, told.error)
    return told


def refused(page: Page, error: Refusal) -> SourceError:
    """Say what the wiki said."""
    hint = None
    if error.code in {"readapidenied", "permissiondenied"}:
        hint = "Guests may not read this wiki: give the source an `api_key` that may."
    if error.code.startswith("mwoauth-"):
        hint = "Renew `api_key`."
    if error.code in BUSY:
        hint = "The wiki is behind with its work; the next crawl asks again."
    return SourceError(f"{page.url}: {error.code}: {error.info}", hint=hint)


def needed(page: Page, value: Value | None, name: str) -> Value:
    """Return what an answer must have. Raises UnexpectedShapeError where it lacks it."""
    if value is None:
        raise UnexpectedShapeError(f"{page.url}: Object missing required field `{name}`")
    return value


def words(markup: str) -> str:
    """Leave of a page what somebody wrote; links to pages that nobody has written lead nowhere."""
    try:
        parser = lxml.html.HTMLParser(huge_tree=True)
        root = lxml.html.fragment_fromstring(markup, create_parent="div", parser=parser)
    except (etree.ParserError, ValueError):
        return markup  # the cleaner takes it for text
    for element in root.xpath("//*[@class]"):
        classes = set(element.get("class").split())
        if classes & FURNITURE:
            element.drop_tree()
        elif element.tag == "a" and "new" in classes:
            element.attrib.pop("href", None)
    return str(lxml.html.tostring(root, encoding="unicode"))


def _decode(page: Page, shape: type[Told]) -> Told:
    if page.body.strip() == b"[]":  # how wikis before 2015 say that there is nothing
        return shape()
    return decode(page, shape)
