"""Addresses: one parser (https://url.spec.whatwg.org/) for links, comparison and the gate."""

from __future__ import annotations

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


def origin(url: str) -> str:
    """Return scheme, host and port, such as "https://example.com:8080"."""
    return str(ada_url.URL(url).origin)


def host(url: str) -> str:
    """Return the host with its port where one is written: what politeness is counted by."""
    return str(ada_url.URL(url).host)


def path(url: str) -> str:
    """Return path and query, which is what robots.txt speaks of."""
    parsed = ada_url.URL(url)
    return f"{parsed.pathname}{parsed.search}"
