"""How Discourse cooks a post: Markdown, and its own BBCode for quotes.

    [quote="robin, post:2, topic:31"]
    what was said
    [/quote]

A quote becomes `aside.quote`, by which a reader can tell it from the poster's own words.
"""

from __future__ import annotations

import re
from functools import cache

from samples.prose import cook, escaped

HIDDEN = "<p>This post was flagged by the community and is temporarily hidden.</p>"
"""What everybody else sees in place of a hidden post's words."""

_QUOTE = re.compile(
    r'^\[quote="(?P<who>[^",\n]+)(?:, post:(?P<post>\d+))?(?:, topic:(?P<topic>\d+))?"\]\n'
    r"(?P<words>.*?)\n\[/quote\]$",
    re.DOTALL | re.MULTILINE,
)


@cache
def cooked(text: str) -> str:
    """Turn a post's source into HTML."""
    return cook(_QUOTE.sub(_aside, text)).rstrip()


def _aside(quote: re.Match[str]) -> str:
    who = escaped(quote["who"])
    place = "".join(f' data-{name}="{quote[name]}"' for name in ("post", "topic") if quote[name])
    return (
        f'<aside class="quote no-group" data-username="{who}"{place}>\n'
        f'<div class="title">\n<div class="quote-controls"></div>\n{who}:</div>\n'
        f"<blockquote>\n\n{quote['words']}\n\n</blockquote>\n</aside>\n"
    )
