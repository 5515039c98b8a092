"""Posts and their authors in the wire format of Discourse.

https://docs.discourse.org/#tag/Posts
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from samples.cast import Cast, proven_home
from samples.forum.cooked import HIDDEN, cooked
from samples.instant import iso_ms, midnight
from samples.prose import escaped, plain, slug
from samples.story import StoryError

if TYPE_CHECKING:
    from samples.cast import Member
    from samples.forum.view import Entry, View
    from samples.sites import Sites
    from samples.story import ForumAccount, ForumPost, Person, Topic

    Payload = dict[str, Any]

POST_TYPE = {"regular": 1, "moderator": 2, "small": 3, "whisper": 4}
LIKE = 2
"""The id of a like among the actions on a post."""


def topic_path(topic: Topic, number: int = 1) -> str:
    """Return the address of a topic, or of the post with this number in it."""
    return f"/t/{slug(topic.title)}/{topic.id}" + (f"/{number}" if number > 1 else "")


class Posts:
    """Tells the posts of one view."""

    def __init__(self, view: View, sites: Sites) -> None:
        self.view = view
        self.sites = sites
        self.cast = Cast("forum", view.story.people, lambda person: person.forum)

    def post(self, entry: Entry, *, raw: bool = False) -> Payload:
        """Return a post; its source only with `raw`, and never of one that is hidden from view."""
        post, topic = entry.post, entry.topic
        told = self.head(entry) | self._standing(post) | self._counts(entry)
        told |= {
            "post_type": POST_TYPE[post.kind],
            "updated_at": iso_ms(post.changed_at),
            "reply_to_post_number": post.reply_to,
            "topic_slug": slug(topic.title),
            "version": 2 if post.edited else 1,
            "hidden": post.state == "hidden",
            "deleted_at": iso_ms(post.changed_at) if entry.deleted else None,
            "user_deleted": post.state == "deleted",
            "edit_reason": None,
            "wiki": False,
            "yours": False,
            "post_url": topic_path(topic, entry.number),
            "accepted_answer": post.accepted,
            "can_accept_answer": False,
            "can_unaccept_answer": False,
            "topic_accepted_answer": any(p.accepted for p in topic.post) or None,
        }
        if post.kind == "small":
            told["action_code"] = "closed.enabled"
        if post.reply_to:
            told["reply_to_user"] = self.user(_replied_to(entry).by)
        if raw and not self._veiled(post):
            told["raw"] = post.text
        return told

    def head(self, entry: Entry) -> Payload:
        """Return what even the shortest telling of a post has: who, when, where and the words."""
        veiled = self._veiled(entry.post)
        told = self.user(entry.post.by) | {
            "id": entry.post.id,  # in place of the user's
            "created_at": iso_ms(entry.post.at),
            "cooked": HIDDEN if veiled else cooked(entry.post.text),
            "post_number": entry.number,
            "topic_id": entry.topic.id,
        }
        return told | ({"cooked_hidden": True} if veiled else {})

    def latest(self, entry: Entry) -> Payload:
        """Return a post as the feed of the whole site tells it: with its topic and its source."""
        told = self.post(entry, raw=True)
        return told | {
            "topic_title": entry.topic.title,
            "topic_html_title": escaped(entry.topic.title),
            "category_id": self.view.category_of(entry.topic).id,
            "excerpt": plain(told["cooked"], 300),
        }

    def user(self, key: str) -> Payload:
        """Return a person in short."""
        person, account = self.cast.member(key)
        return {
            "id": account.id,
            "username": account.handle,
            "name": person.name,
            "avatar_template": f"/letter_avatar/{account.handle}/{{size}}.svg",
        }

    def profile(self, member: Member[ForumAccount]) -> Payload:
        """Return a person at length; `website` is there where it has been proven."""
        person, account = member
        wrote = self.view.newest(by=person.key)
        posted = iso_ms(max(e.post.at for e in wrote)) if wrote else None
        told = self.user(person.key) | _rank(member)
        told |= {
            "created_at": iso_ms(midnight(person.joined)),
            "last_posted_at": posted,
            "last_seen_at": posted,
            "title": account.title or None,
            "post_count": len(wrote),
            "badge_count": 0,
            "primary_group_name": None,
        }
        home = self.home(person)
        return told | ({"website": home, "website_name": home} if home else {})

    def home(self, person: Person) -> str | None:
        """Return the social profile that is proven to be of the same person."""
        return proven_home(person, self.sites.forum, self.sites.social)

    def _veiled(self, post: ForumPost) -> bool:
        return post.state == "hidden" and not self.view.keyed

    def _standing(self, post: ForumPost) -> Payload:
        member = self.cast.member(post.by)
        return _rank(member) | {
            "user_id": member.account.id,
            "display_username": member.person.name,
            "user_title": member.account.title or None,
            "primary_group_name": None,
        }

    def _counts(self, entry: Entry) -> Payload:
        """Return likes and replies; the score weighs them as Discourse does, reads are invented."""
        stream = self.view.stream(entry.topic)
        replies = sum(e.post.reply_to == entry.number for e in stream)
        likes, reads = entry.post.likes, max(1, entry.topic.views // 4)
        return {
            "posts_count": len(stream),
            "reply_count": replies,
            "quote_count": 0,
            "incoming_link_count": 0,
            "reads": reads,
            "readers_count": reads - 1,
            "score": likes * 15 + replies * 5 + reads / 5,
            "actions_summary": [{"id": LIKE, "count": likes}] if likes else [],
        }


def _replied_to(entry: Entry) -> ForumPost:
    number = entry.post.reply_to or 0
    if not 0 < number < entry.number:
        raise StoryError(f"post {entry.post.id} replies to number {number}, which is not before it")
    return entry.topic.post[number - 1]


def _rank(member: Member[ForumAccount]) -> Payload:
    person, account = member
    return {
        "admin": person.role == "staff",
        "moderator": person.role == "moderator",
        "staff": person.role != "",
        "trust_level": account.trust_level,
    }
