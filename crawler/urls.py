"""Addresses: one parser (https://url.spec.whatwg.org/) for links, comparison and the gate."""

from __future__ import annotations

import functools
from typing import NamedTuple

import ada_url

TRACKING = frozenset({"gclid", "fbclid", "msclkid", "mc_cid", "mc_eid", "igshid", "_ga", "ref_src"})
"""Query parameters that say where a reader came from and never what a page is."""


def join(base: str, link: str) -> str | None:
    """Return `link` as an absolute http(s) address, or None where it is none."""
    try:
        url = ada_url.URL(link.strip(), base=base)
    except ValueError:
        return None
    return str(url.href) if url.protocol in {"http:", "https:"} else None


def web(url: str | None) -> str | None:
    """Return the address as it is where a reader may follow it, else None."""
    if url is None or not ada_url.check_url(url):
        return None
    return url if ada_url.URL(url).protocol in {"http:", "https:"} else None


def canonical(url: str) -> str:
    """Return the form in which two addresses of one page are equal.

    The fragment and tracking parameters go; the rest of the query stays as it stands, because on
    many forums its order matters. Idempotent. Raises ValueError where it is no address.
    """
    parsed = ada_url.URL(url)
    parsed.hash = ""
    kept = [part for part in parsed.search.removeprefix("?").split("&") if not _tracks(part)]
    parsed.search = f"?{'&'.join(kept)}" if kept else ""
    return str(parsed.href)


def _tracks(part: str) -> bool:
    name = part.partition("=")[0]
    return not part or name in TRACKING or name.startswith("utm_")


class Parts(NamedTuple):
    """What an address is made of, as its parser spells it."""

    protocol: str
    """Such as "https:"."""
    hostname: str
    """Without port and without the brackets of a numeric one."""
    host: str
    origin: str
    path: str


@functools.lru_cache(maxsize=1024)
def parts(url: str) -> Parts:
    """Take an address apart. Raises ValueError where it is none.

    The last ones are remembered: on its way a page is asked five times where it stands.
    """
    parsed = ada_url.URL(url)
    return Parts(
        protocol=str(parsed.protocol),
        hostname=str(parsed.hostname).strip("[]"),
        host=str(parsed.host),
        origin=str(parsed.origin),
        path=f"{parsed.pathname}{parsed.search}",
    )


def origin(url: str) -> str:
    """Return scheme, host and port, such as "https://example.com:8080"."""
    return parts(url).origin


def host(url: str) -> str:
    """Return the host with its port where one is written: what politeness is counted by."""
    return parts(url).host


def path(url: str) -> str:
    """Return path and query, which is what robots.txt speaks of."""
    return parts(url).path
