"""Slack's own markup, "mrkdwn", as HTML.

Control characters arrive escaped (`&amp;`, `&lt;`, `&gt;`), and whatever stands between angle
brackets is a link or a mention: https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_CODE = re.compile(r"```(?P<block>.+?)```|`(?P<line>[^`\n]+)`", re.DOTALL)
_TOKEN = re.compile(r"<([^<>]+)>")
_QUOTE = re.compile(r"(?:^&gt;(?!&gt;&gt;).*(?:\n|$))+", re.MULTILINE)
_STYLES = {"*": "strong", "_": "em", "~": "del"}
_STYLED = re.compile(r"(?<![\w*~_])([*_~])(?=\S)([^\n]{0,500}?\S)\1(?![\w*~_])")


def to_html(text: str, users: Mapping[str, str], channels: Mapping[str, str]) -> str:
    """Write a message as HTML; ids of users and channels become the names they are known by.

    A channel that is not among `channels` is not named, whatever the message calls it.
    """
    written, at = list[str](), 0
    for code in _CODE.finditer(text):
        written.append(_prose(text[at : code.start()], users, channels))
        tag = "pre" if code["block"] else "code"
        inside = _TOKEN.sub(lambda t: _plain(t[1], users, channels), code[0].strip("`"))
        written.append(f"<{tag}>{inside}</{tag}>")
        at = code.end()
    written.append(_prose(text[at:], users, channels))
    return "".join(written)


def _prose(text: str, users: Mapping[str, str], channels: Mapping[str, str]) -> str:
    kept = list[str]()  # links, so that no sign inside an address is taken for a style

    def keep(token: re.Match[str]) -> str:
        kept.append(_link(token[1], users, channels))
        return f"\0{len(kept) - 1}\0"

    text = _TOKEN.sub(keep, text.replace("\0", ""))
    text = _QUOTE.sub(_quotation, text)
    for _ in range(len(_STYLES)):
        text = _STYLED.sub(_style, text)
    text = text.replace("\n", "<br>")
    return re.sub("\0([0-9]+)\0", lambda at: kept[int(at[1])], text)


def _quotation(lines: re.Match[str]) -> str:
    inside = re.sub(r"^&gt; ?", "", lines[0].rstrip("\n"), flags=re.MULTILINE)
    return f"<blockquote>{inside}</blockquote>"


def _style(found: re.Match[str]) -> str:
    tag = _STYLES[found[1]]
    return f"<{tag}>{found[2]}</{tag}>"


def _link(token: str, users: Mapping[str, str], channels: Mapping[str, str]) -> str:
    target = html.unescape(token.partition("|")[0])
    if target.startswith(("http://", "https://", "mailto:")):
        return f'<a href="{html.escape(target)}">{_plain(token, users, channels)}</a>'
    return _plain(token, users, channels)


def _plain(token: str, users: Mapping[str, str], channels: Mapping[str, str]) -> str:
    """What a reader sees of a link or mention; escaped, as it came."""
    target, _, label = token.partition("|")
    match target[:1]:
        case "@":
            return f"@{html.escape(users.get(target[1:]) or label or 'somebody', quote=False)}"
        case "#":
            return f"#{html.escape(channels.get(target[1:], 'private channel'), quote=False)}"
        case "!":
            return label or f"@{target[1:].partition('^')[0]}"
        case _:
            return label or target.removeprefix("mailto:")
