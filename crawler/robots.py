"""robots.txt as RFC 9309 asks (https://www.rfc-editor.org/rfc/rfc9309), which Scrapy does not.

A file that cannot be had because of the server (5xx, 429, no reply) forbids everything for now; one
that is not there (other 4xx) allows everything. Rules are those for our name, else those for all.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from datetime import timedelta

from protego import Protego

from crawler.directives import ROBOT

MAX_BYTES = 500 * 1024
"""What a crawler must read at least (RFC 9309, section 2.5); the rest is ignored."""

KEPT = timedelta(hours=24)
"""How long rules may be used before they are asked for again (section 2.4)."""

MAX_CRAWL_DELAY_S = 60.0
"""A longer delay is cut to this: at one page in a minute a source is as good as closed."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What one host lets us fetch; `otherwise` is the answer where there are no rules to parse."""

    parsed: Protego | None
    otherwise: bool

    def allows(self, url: str) -> bool:
        """Whether this address may be fetched."""
        if self.parsed is None:
            return self.otherwise
        return bool(self.parsed.can_fetch(url, ROBOT))

    @property
    def crawl_delay_s(self) -> float:
        """Seconds the host wants between two requests; 0 where it does not say."""
        delay = self.parsed.crawl_delay(ROBOT) if self.parsed is not None else None
        return min(float(delay or 0.0), MAX_CRAWL_DELAY_S)


EVERYTHING = Rules(None, otherwise=True)
NOTHING = Rules(None, otherwise=False)


def rules(status: int | None, body: bytes) -> Rules:
    """Read the reply to `/robots.txt`; `status` is None where there was none."""
    if status is None or status >= 500 or status == 429:
        return NOTHING
    if status >= 300:
        return EVERYTHING
    text = _decoded(body[:MAX_BYTES])
    if len(body) > MAX_BYTES:  # half of "Disallow: /private" is "Disallow: /"
        text = text.rpartition("\n")[0]
    return Rules(Protego.parse(text), otherwise=True)


def _decoded(body: bytes) -> str:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    return body.decode("utf-8", "replace")
