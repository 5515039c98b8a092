"""E-mail addresses: known in the ways people and archives write them, and never shown.

Archives write "moira at example.com" or "moira(a)example.com" so that machines do not find
addresses. We find them in order to leave them out. The same person is known again by a slow hash of
the address (PBKDF2), from which it cannot be read back, and which is costly to guess.
"""

from __future__ import annotations

import functools
import hashlib
import re
from typing import NamedTuple

from crawler.clean import Body, plain_line

MASK = "[address]"
"""Stands where an address stood."""

ROUNDS = 10_000
"""Of the hash: about 5 ms an author, which makes trying out a million addresses cost hours."""

_LOCAL = r"(?<![\w.+%=-])(?P<local>[\w.+%=-]+)"
_AT = r"(?P<at>@|%40|\s?[(\[{<]\s?(?:a|at|@)\s?[)\]}>]\s?|[ ]at[ ])"
_DOT = r"(?:\.|\s?[(\[{]dot[)\]}]\s?|[ ]dot[ ])"
_DOMAIN = rf"(?P<domain>[\w-]+(?:{_DOT}[\w-]+)*{_DOT}[^\W\d_]{{2,}})"
_ADDRESS = re.compile(f"{_LOCAL}{_AT}{_DOMAIN}", re.IGNORECASE)
_SEEN = re.compile(rf"(?P<url>https?://[^\s<>\"']+)|{_LOCAL}{_AT}{_DOMAIN}", re.IGNORECASE)
_IN_URL = re.compile(r"(?<!/list)([/?&=;:,~])[\w.+%-]+(?:@|%40)(?:[\w-]+\.)+[^\W\d_]{2,}")
"""The list's own address stands in the addresses of HyperKitty's pages; that is no person's."""

PROSE = {
    "a", "all", "am", "an", "and", "answered", "anything", "are", "available", "be", "been", "bug",
    "build", "builds", "code", "command", "crash", "crashes", "docs", "documentation", "documented",
    "download", "downloads", "error", "errors", "everything", "example", "examples", "exception",
    "failed", "fails", "file", "files", "fixed", "found", "function", "guide", "he", "here", "him",
    "homepage", "hosted", "i", "information", "is", "issue", "it", "line", "lines", "link", "list",
    "listed", "live", "lives", "located", "look", "looked", "looking", "looks", "me", "meet",
    "module", "more", "not", "online", "or", "org", "package", "page", "pages", "patch", "posted",
    "project", "published", "read", "register", "repo", "repository", "running", "see", "seen",
    "she", "site", "something", "source", "sources", "start", "started", "starts", "stops", "that",
    "them", "there", "they", "this", "ticket", "today", "us", "was", "we", "web", "website", "were",
    "which", "wiki", "working", "works", "yesterday", "you",
}  # fmt: skip
"""Words that stand before "at" in a sentence, and are nobody's mailbox: "look at example.com"."""


class Sender(NamedTuple):
    """Who a header names; `address` is empty where it holds none."""

    name: str
    address: str


def masked(text: str) -> str:
    """Put a mask in the place of every e-mail address, however it is written."""
    return _SEEN.sub(_mask, text)


def masked_body(body: Body) -> Body:
    """Leave no address in either form; where one is hidden between tags, the text is all we keep.

    Links that open a mail lose their target.
    """
    html = masked(re.sub(r'\shref="mailto:[^"]*"', "", body.html))
    hidden = masked(bare := re.sub(r"<[^>]*>", "", html)) != bare
    return Body(masked(body.text), "" if hidden else html)


def sender(header: str) -> Sender:
    """Read a From header, decoded: "Moira <moira@example.com>", "moira at example.com (Moira)"."""
    found = _ADDRESS.search(header)
    if found is None:
        return Sender(plain_line(header).strip(" <>\"'()"), "")
    rest = re.sub(r"<\s*>", " ", _ADDRESS.sub(" ", header))
    name = plain_line(rest).strip(" <>\"'(),")
    domain = re.sub(_DOT, ".", found["domain"], flags=re.IGNORECASE)
    return Sender(masked(name), f"{found['local']}@{domain}".lower())


@functools.lru_cache(maxsize=65_536)
def pseudonym(address: str, place: str) -> str:
    """Return what stands for an address at one place: twenty hex digits, ever the same."""
    return hashlib.pbkdf2_hmac("sha256", address.encode(), place.encode(), ROUNDS, 10).hex()


def _mask(found: re.Match[str]) -> str:
    if found["url"] is not None:
        return _IN_URL.sub(rf"\g<1>{MASK}", found[0])
    if found["at"].lower() == " at ":
        follows = found.string[found.end() : found.end() + 1]
        if found["local"].lower() in PROSE or follows in {"/", "(", ":"}:
            return found[0]
    return MASK
