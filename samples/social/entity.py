"""Accounts and statuses in the wire format of Mastodon 4.6.

https://docs.joinmastodon.org/entities/Status/ and https://docs.joinmastodon.org/entities/Account/
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from samples.cast import called
from samples.instant import iso_ms, midnight

if TYPE_CHECKING:
    from samples.cast import Member
    from samples.social.view import View
    from samples.story import SocialAccount, Status

    Entity = dict[str, Any]

ROLES = {"": [], "staff": ["Meadowlark"], "moderator": ["Moderator"]}


class Entities:
    """Tells what can be seen of the server at `site`."""

    def __init__(self, view: View, site: str) -> None:
        self.view = view
        self.content = view.content
        self.site = site

    def account(self, member: Member[SocialAccount]) -> Entity:
        """Return an account. `indexable` is its owner's word on search; a link may be verified."""
        person, account = member
        joined = iso_ms(midnight(person.joined))
        wrote = self.view.by(person.key)
        picture = f"{self.site}/avatars/{account.handle}.svg"
        return {
            "id": account.id,
            "username": account.handle,
            "acct": account.handle,
            "display_name": person.name,
            "locked": False,
            "bot": account.bot,
            "discoverable": account.indexable,
            "indexable": account.indexable,
            "group": False,
            "created_at": joined,
            "note": self.content.html(account.bio) if account.bio else "",
            "url": f"{self.site}/@{account.handle}",
            "uri": f"{self.site}/ap/users/{account.id}",
            "avatar": picture,
            "avatar_static": picture,
            "avatar_description": "",
            "header": picture,
            "header_static": picture,
            "header_description": "",
            "followers_count": account.followers,
            "following_count": 0,
            "statuses_count": len(wrote),
            "last_status_at": str(wrote[0].at.date()) if wrote else None,
            "hide_collections": True,
            "noindex": False,
            "emojis": [],
            "roles": [{"id": name, "name": name, "color": ""} for name in ROLES[person.role]],
            "fields": [self._field(link, joined) for link in account.links],
        }

    def status(self, status: Status) -> Entity:
        """Return a status with its account inside."""
        author = self.view.cast.member(status.by)
        parent = self.view.parent(status)
        parent_author = self.view.cast.member(parent.by) if parent else None
        return {
            "id": status.id,
            "created_at": iso_ms(status.at),
            "in_reply_to_id": parent.id if parent else None,
            "in_reply_to_account_id": parent_author.account.id if parent_author else None,
            "sensitive": False,
            "spoiler_text": "",
            "visibility": status.visibility,
            "language": status.language,
            "uri": f"{self.site}/ap/users/{author.account.id}/statuses/{status.id}",
            "url": f"{self.site}/@{author.account.handle}/{status.id}",
            "replies_count": len(self.view.replies(status)),
            "reblogs_count": status.boosts,
            "favourites_count": status.favourites,
            "quotes_count": 0,
            "edited_at": iso_ms(status.edited) if status.edited else None,
            "content": self.content.html(status.text),
            "reblog": None,
            "application": {"name": "Web", "website": None},
            "account": self.account(author),
            "media_attachments": [],
            "mentions": [self._mention(handle) for handle in self.content.mentions(status.text)],
            "tags": [
                {"name": tag, "url": f"{self.site}/tags/{tag}"}
                for tag in self.content.tags(status.text)
            ],
            "emojis": [],
            "quote": None,
            "card": None,
            "poll": None,
        }

    def _field(self, link: tuple[str, str, bool], joined: str) -> Entity:
        """Return a link of a profile; the story dates no proof, so it counts from the start."""
        label, url, verified = link
        linked = url.startswith(("https://", "http://"))
        return {
            "name": label,
            "value": self.content.link(url, "nofollow noopener me") if linked else escape(url),
            "verified_at": joined if verified else None,
        }

    def _mention(self, handle: str) -> Entity:
        member = called(self.view.cast, handle)
        return {
            "id": member.account.id if member else "",
            "username": handle,
            "url": f"{self.site}/@{handle}",
            "acct": handle,
        }
