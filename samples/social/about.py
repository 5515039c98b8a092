"""What the social server says of itself.

https://docs.joinmastodon.org/entities/Instance/ and https://nodeinfo.diaspora.software/protocol
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from samples.social.entity import Entity
    from samples.social.view import View

NAME = "Meadowlark Social"
VERSION = "4.6.4"
"""The Mastodon whose answers these are."""

LONGEST = 500
"""Characters a status may have."""

ABOUT = "A fictional sample server for a company that does not exist."

ROBOTS = """\
# See http://www.robotstxt.org/robotstxt.html for documentation on how to use the robots.txt file

User-agent: GPTBot
Disallow: /

User-agent: *
Disallow: /media_proxy/
Disallow: /interact/
"""


def instance(view: View, site: str) -> Entity:
    """Return `/api/v2/instance`, as far as a reader has use for it."""
    return {
        "domain": urlsplit(site).netloc,
        "title": NAME,
        "version": VERSION,
        "source_url": "https://github.com/mastodon/mastodon",
        "description": ABOUT,
        "usage": {"users": {"active_month": len(view.accounts)}},
        "languages": ["en", "de"],
        "configuration": {
            "urls": {"about": f"{site}/about"},
            "statuses": {"max_characters": LONGEST, "characters_reserved_per_url": 23},
            "timelines_access": {
                feed: {"local": "public", "remote": "public"}
                for feed in ("live_feeds", "hashtag_feeds")
            },
        },
        "registrations": {"enabled": False, "approval_required": False, "message": None},
        "api_versions": {"mastodon": 11},
        "contact": {"email": "", "account": None},
        "rules": [],
    }


def nodeinfo_links(site: str) -> Entity:
    """Return `/.well-known/nodeinfo`."""
    rel = "http://nodeinfo.diaspora.software/ns/schema/2.0"
    return {"links": [{"rel": rel, "href": f"{site}/nodeinfo/2.0"}]}


def nodeinfo(view: View) -> Entity:
    """Return `/nodeinfo/2.0`."""
    people = len(view.accounts)
    return {
        "version": "2.0",
        "software": {"name": "mastodon", "version": VERSION},
        "protocols": ["activitypub"],
        "services": {"outbound": [], "inbound": []},
        "usage": {
            "users": {"total": people, "activeMonth": people, "activeHalfyear": people},
            "localPosts": len(view.seen),
        },
        "openRegistrations": False,
        "metadata": {"nodeName": NAME, "nodeDescription": ABOUT},
    }
