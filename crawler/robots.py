"""robots.txt as RFC 9309 asks (https://www.rfc-editor.org/rfc/rfc9309).

A file that cannot be had because of the server (5xx, 429, no reply) forbids everything for now; one
that is not there (other 4xx) allows everything. Rules are those for our name, else those for all.

Scrapy's own reading is another one, and so is that of Protego, its parser: to it "ask" means us and
"askaround/1.0" does not, a Crawl-delay ends a group, and "/a$" closes "/a$b".
"""

from __future__ import annotations

import codecs
import math
import re
from dataclasses import dataclass, field
from datetime import timedelta
from string import ascii_letters, digits
from typing import TYPE_CHECKING
from urllib.parse import quote

from crawler.directives import ROBOT

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 500 * 1024
"""What a crawler must read at least (RFC 9309, section 2.5); the rest is ignored."""

KEPT = timedelta(hours=24)
"""How long rules may be used before they are asked for again (section 2.4)."""

KEPT_AT_LEAST = timedelta(minutes=10)
"""However soon a server wants its file to be asked for again: not with every page."""

TRIED_AGAIN = timedelta(minutes=10)
"""How long a file that cannot be had is not asked for again."""

MAX_CRAWL_DELAY_S = 60.0
"""A longer delay is cut to this: at one page in a minute a source is as good as closed."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_AGENT = {"user-agent", "useragent", "user agent"}
_DISALLOW = {"disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"}
_DELAY = {"crawl-delay", "crawl delay"}
_FIELDS = {"allow"} | _AGENT | _DISALLOW | _DELAY
"""Fields as they are written, with the typing errors that other crawlers forgive, too."""

_MAX_AGE = re.compile(r"\bmax-age=\"?(\d+)")
_UNCACHED = re.compile(r"\bno-(?:store|cache)\b")
_LINE_END = re.compile(r"\r\n?|\n")
_TOKEN = re.compile(r"\*(?=\s|$)|[a-z_-]*")
_PATH = re.compile(r"[^/?#]*//[^/?#]*([^#]*)")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_PLAIN = re.compile(r"[\w/.~=&;,:@+?-]*", re.ASCII).fullmatch
"""A path with one spelling alone, as most have."""

_RESERVED = "!&'()+,;=:@[]"
_ONE_IN_PATH = frozenset(f"{ascii_letters}{digits}-._~{_RESERVED}")
_ONE_IN_QUERY = _ONE_IN_PATH | frozenset("/?")
"""Characters that are the same as their %XX. `/` and `?` are not where they divide a path, and
`*` and `$` mean themselves only as %2A and %24 (sections 2.2.2 and 2.2.3)."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """One Allow or Disallow; `parts` is what stands between the asterisks."""

    allows: bool
    parts: tuple[str, ...]
    whole: bool
    """It ends in `$`: the path has to end there, too."""

    @property
    def rank(self) -> tuple[int, bool]:
        """The one with most octets wins, and of two as long the one that allows."""
        octets = sum(map(len, self.parts)) + len(self.parts) - 1 + self.whole
        return octets, self.allows

    def matches(self, path: str) -> bool:
        """Whether it speaks of this path, which begins as it does."""
        first, *rest = self.parts
        at = len(first)
        if not rest:
            return at == len(path) or not self.whole
        for part in rest[:-1]:
            if (found := path.find(part, at)) < 0:
                return False
            at = found + len(part)
        if self.whole:
            return path.endswith(rest[-1]) and at + len(rest[-1]) <= len(path)
        return path.find(rest[-1], at) >= 0


@dataclass(slots=True)
class _Group:
    """What is said to one robot, wherever in the file."""

    rules: list[_Rule] = field(default_factory=list)
    delay_s: float = 0.0


class Rules:
    """What one host lets us fetch; `otherwise` is the answer where no rule speaks of a page."""

    def __init__(self, group: _Group | None = None, *, otherwise: bool = True) -> None:
        rules = [] if group is None else group.rules
        self.crawl_delay_s = 0.0 if group is None else min(group.delay_s, MAX_CRAWL_DELAY_S)
        """Seconds the host wants between two requests; 0 where it does not say."""
        self._otherwise = otherwise
        self._rules = sorted(rules, key=lambda rule: rule.rank, reverse=True)
        self._others = [rule for rule in self._rules if rule.whole or len(rule.parts) > 1]
        self._beginnings = tuple(rule.parts[0] for rule in self._rules if len(rule.parts) == 1)

    def allows(self, url: str) -> bool:
        """Whether this address may be fetched."""
        path = _path(url)
        if path == "/robots.txt" or not self._rules:
            return self._otherwise
        # One look tells whether any of the plain rules, which are nearly all, can match.
        for rule in self._rules if path.startswith(self._beginnings) else self._others:
            if path.startswith(rule.parts[0]) and rule.matches(path):
                return rule.allows
        return self._otherwise


EVERYTHING = Rules()
NOTHING = Rules(otherwise=False)


def rules(status: int | None, body: bytes) -> Rules:
    """Read the reply to `/robots.txt`; `status` is None where there was none."""
    if status is None or status >= 500 or status == 429:
        return NOTHING
    if status >= 300:
        return EVERYTHING
    text = _decoded(body[:MAX_BYTES])
    if len(body) > MAX_BYTES:  # half of "Disallow: /private" is "Disallow: /"
        text = text.rpartition("\n")[0]
    groups = _groups(text)
    return Rules(groups.get(ROBOT) or groups.get("*"))


def kept_for(cache_control: str) -> timedelta:
    """How long the file may be used, by its header (RFC 9111, section 5.2.2)."""
    age = _MAX_AGE.search(cache_control.lower())
    if age is None and not _UNCACHED.search(cache_control.lower()):
        return KEPT
    seconds = min(int(age[1]), KEPT.total_seconds()) if age else 0
    return max(KEPT_AT_LEAST, timedelta(seconds=seconds))


def _decoded(body: bytes) -> str:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    return body.decode("utf-8", "surrogateescape")  # what is no UTF-8 keeps its bytes


def _groups(text: str) -> dict[str, _Group]:
    """What is said to each robot, by its token.

    Rules end the list of those they are for, and nothing else does (section 2.2.4). A delay, which
    the RFC does not know, is for those who are named right above it.
    """
    groups, addressed, just_named = dict[str, _Group](), list[_Group](), list[_Group]()
    ruled = delayed = False
    for name, value in _records(text):
        if name in _AGENT:
            addressed = [] if ruled else addressed
            just_named = [] if ruled or delayed else just_named
            ruled = delayed = False
            group = groups.setdefault(_token(value), _Group())
            addressed.append(group)
            just_named.append(group)
        elif name in _DELAY:
            delayed = True
            for group in just_named:
                group.delay_s = max(group.delay_s, _seconds(value))
        elif name in _FIELDS:
            ruled = True
            rule = _rule(value, allows=name == "allow")
            for group in addressed if value else ():
                group.rules.append(rule)
    return groups


def _records(text: str) -> Iterator[tuple[str, str]]:
    """Field (in lower case) and value of each line; those of fields that we do not know, too."""
    for line in _LINE_END.split(text):
        said = line.partition("#")[0].strip()
        name, colon, value = said.partition(":")
        words = said.split(None, 1)
        if len(words) == 2 and not (colon and name.strip().lower() in _FIELDS):
            name, value = words  # "Disallow /x" is meant well
        yield name.strip().lower(), value.strip()


def _token(agent: str) -> str:
    """The product token of "Askaround/1.0 (see example.com)"; "" where there is none."""
    found = _TOKEN.match(agent.lower())
    return found[0] if found else ""


def _seconds(said: str) -> float:
    try:
        seconds = float(said)
    except ValueError:
        return 0.0
    return seconds if 0 < seconds < math.inf else 0.0


def _rule(pattern: str, *, allows: bool) -> _Rule:
    whole = pattern.endswith("$")
    spelled = _spelled(pattern.removesuffix("$"), "*")
    return _Rule(allows, tuple(re.sub(r"\*+", "*", spelled).split("*")), whole)


def _path(url: str) -> str:
    """Path and query of an address as rules are compared to them."""
    found = _PATH.match(url)
    path = found[1] if found else ""
    return _spelled(path if path.startswith("/") else f"/{path}")


def _spelled(path: str, special: str = "") -> str:
    """The one spelling of a path or pattern; characters in `special` are left as they are."""
    if _PLAIN(path):
        return path
    before, mark, query = path.partition("?")
    safe = f"/?%{_RESERVED}{special}"
    return _unescaped(before, safe, _ONE_IN_PATH) + mark + _unescaped(query, safe, _ONE_IN_QUERY)


def _unescaped(part: str, safe: str, one: frozenset[str]) -> str:
    """Write as %XX what is not `safe`, and as themselves the characters that are `one` with it."""

    def character(escape: re.Match[str]) -> str:
        plain = chr(int(escape[1], 16))
        return plain if plain in one else escape[0].upper()

    return _ESCAPE.sub(character, quote(part, safe, errors="surrogateescape"))
