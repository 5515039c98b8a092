"""How often a place lets itself be asked, in the many ways that places say it.

    Retry-After: 120                           anybody (RFC 9110, section 10.2.3): seconds or a date
    X-RateLimit-Remaining, X-RateLimit-Reset   GitHub: seconds since 1970; Reddit: seconds until
                                               then; Mastodon: a date
    RateLimit-Remaining, RateLimit-Reset       Bluesky: since 1970; Zendesk and others: until then
    RateLimit: "default";r=0;t=30              https://www.ietf.org/archive/id/draft-ietf-httpapi-ratelimit-headers-10.html
    X-Rate-Limit-Remaining, X-Rate-Limit-Reset X: since 1970, for the one method that was called
    {"backoff": 10, "quota_remaining": 0}      Stack Exchange: seconds for that one method; a quota
                                               that is filled again at midnight, UTC
    403, "secondary rate limit"                GitHub, which wants a minute then, and twice that the
                                               next time
    403, "quotaExceeded"                       YouTube: filled again at midnight, Pacific time
    400, "throttle_violation"                  Stack Exchange, which says in words how long

Discourse and Freshdesk send Retry-After with their 429.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from crawler.times import instant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

TOO_MANY = 429
"""The status that means it (RFC 6585, section 4)."""

A_YEAR_S = 366 * 24 * 3600.0
"""A larger number of seconds is a date since 1970, not a wait."""

UTC_MIDNIGHT = timedelta()
PACIFIC_MIDNIGHT = timedelta(hours=8)
"""As a time of day in UTC; in summer it has passed an hour before."""

EDGE = 300
"""Bytes at either end of a body, where Stack Exchange speaks of limits; between are its posts."""

_PAIRS = ("x-ratelimit", "ratelimit")
_PAIR_OF_METHOD = "x-rate-limit"
_LEFT = re.compile(r"\b(?:r|remaining)\s*=\s*(\d+)")
_RESET = re.compile(r"\b(?:t|reset)\s*=\s*(\d+)")
_BACKOFF = re.compile(rb'"backoff":\s*(\d{1,9})\b')
_QUOTA_USED_UP = re.compile(rb'"quota_remaining":\s*0\b')
_REFUSAL = re.compile(
    rb"secondary rate limit|abuse detection|rate limit exceeded|throttle_violation"
    rb'|"(?:rateLimit|userRateLimit|dailyLimit|quota)Exceeded"',
    re.IGNORECASE,
)
_OF_THE_DAY = re.compile(rb'"(?:dailyLimit|quota)Exceeded"')
_IN_WORDS = re.compile(rb"available in (\d{1,9}) seconds")
_IDS = re.compile(r"/[\d;]+(?=[/?]|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What one reply says; None where it says nothing."""

    wait_s: float | None = None
    """Seconds in which nobody may ask this host."""
    method_s: float | None = None
    """Seconds in which this method may not be called again; others may."""
    refuses: bool = False
    """This very call was one too many, whatever the status says."""


def limit(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> Limit:
    """Read a reply; `headers` have names in lower case."""
    wait_s = asked_wait_s(headers, now)
    method_s = _paired_s(_PAIR_OF_METHOD, headers, now)
    is_json = "json" in headers.get("content-type", "")
    if status in {400, 403, TOO_MANY}:
        in_words = _REFUSAL.search(body) if is_json else None
        refuses = bool(in_words) or status == TOO_MANY or (status == 403 and wait_s is not None)
        if wait_s is None and refuses:
            wait_s = method_s if in_words is None else _said_s(body, now)
        return Limit(wait_s=wait_s, refuses=refuses)
    if is_json:
        edges = body[:EDGE] + body[-EDGE:]
        if _QUOTA_USED_UP.search(edges):
            wait_s = max(wait_s or 0.0, _until_s(UTC_MIDNIGHT, now))
        if backoff := _BACKOFF.search(edges):
            method_s = float(backoff[1])
    return Limit(wait_s=wait_s, method_s=method_s)


def method(url: str) -> str:
    """What an API counts as one method: the address without its query and its numbers."""
    return _IDS.sub("/{ids}", url.partition("?")[0])


def asked_wait_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds in which a place wants nobody to ask it; None where its headers do not say so."""
    if (said := headers.get("retry-after", "").strip()) != "":
        return _wait_s(said, now)
    for name in _PAIRS:
        if (wait_s := _paired_s(name, headers, now)) is not None:
            return wait_s
    return _policies_s(headers["ratelimit"]) if "ratelimit" in headers else None


def _paired_s(name: str, headers: Mapping[str, str], now: datetime) -> float | None:
    if headers.get(f"{name}-remaining", "").strip().partition(".")[0] != "0":
        return None
    return _wait_s(headers.get(f"{name}-reset", "").strip(), now)


def _policies_s(said: str) -> float | None:
    """The longest wait of all policies that have nothing left, as both forms of the draft say it.

    The older one is one policy written with commas: "limit=9, remaining=0, reset=30".
    """
    policies = [said] if "remaining" in said else said.replace("\n", ",").split(",")
    waits = []
    for policy in policies:
        left, reset = _LEFT.search(policy), _RESET.search(policy)
        if left is not None and reset is not None and int(left[1]) == 0:
            waits.append(float(reset[1]))
    return max(waits, default=None)


def _said_s(body: bytes, now: datetime) -> float | None:
    if found := _IN_WORDS.search(body):
        return float(found[1])
    return _until_s(PACIFIC_MIDNIGHT, now) if _OF_THE_DAY.search(body) else None


def _until_s(time_of_day: timedelta, now: datetime) -> float:
    """Seconds until it is that time of day, in UTC."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight + time_of_day - now) % timedelta(days=1) / timedelta(seconds=1)


def _wait_s(said: str, now: datetime) -> float | None:
    try:
        seconds = float(said)
    except ValueError:
        at = instant(said)
        return None if at is None else max(0.0, (at - now).total_seconds())
    if not 0 <= seconds < math.inf:
        return None
    return seconds if seconds < A_YEAR_S else max(0.0, seconds - now.timestamp())
