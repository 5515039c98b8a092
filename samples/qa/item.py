"""Questions, answers, comments and users as the Stack Exchange API tells them, with every field.

What a caller sees of an item is for a filter to say. Titles and names are HTML-escaped, bodies
are HTML, dates are epoch seconds; a deleted user is `does_not_exist` and has no id.
https://api.stackexchange.com/docs/types/question
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from samples.cast import proven_home
from samples.instant import epoch, midnight
from samples.prose import cook, escaped, slug

if TYPE_CHECKING:
    from datetime import datetime

    from samples.cast import Cast, Member
    from samples.sites import Sites
    from samples.story import Comment, Person, QaAccount, QaPost, QaThread

    Item = dict[str, Any]

LICENSE = "CC BY-SA 4.0"
NO_BADGES = {"bronze": 0, "silver": 0, "gold": 0}


def live(thread: QaThread) -> list[QaPost]:
    """Return the question and its answers that still stand; a deleted question takes all along."""
    return [] if thread.post[0].deleted else [post for post in thread.post if not post.deleted]


def active_at(thread: QaThread) -> datetime:
    """Return when anything in a live thread was last written or edited."""
    return max(post.changed_at for post in live(thread))


def question_path(thread: QaThread) -> str:
    """Return the address of a question within the site."""
    return f"/questions/{thread.post[0].id}/{slug(thread.title)}"


def user_path(member: Member[QaAccount]) -> str:
    """Return the address of a user within the site."""
    return f"/users/{member.account.id}/{slug(member.person.name)}"


def name_of_nobody(post_id: int) -> str:
    """Return what stands for the name of a deleted user, by what they wrote."""
    return f"user{post_id}"


class Items:
    """Makes the items of one site."""

    def __init__(self, cast: Cast[QaAccount], sites: Sites) -> None:
        self.cast = cast
        self.sites = sites
        self.site = sites.qa

    def question(self, thread: QaThread) -> Item:
        """Return the whole question with its answers inside. The thread must be live."""
        head, *answers = live(thread)
        accepted = [post.id for post in answers if post.accepted]
        item = self._post(head, thread, "question") | {
            "question_id": head.id,
            "title": escaped(thread.title),
            "tags": thread.tags,
            "view_count": thread.views,
            "is_answered": bool(accepted) or any(post.up > post.down for post in answers),
            "answer_count": len(answers),
            "answers": [self.answer(post, thread) for post in answers],
            "last_activity_date": epoch(active_at(thread)),
            "link": self._link(thread),
            "share_link": f"{self.site}/q/{head.id}",
        }
        if accepted:
            item["accepted_answer_id"] = accepted[0]
        return item | (_closing(thread) if thread.closed else {})

    def answer(self, post: QaPost, thread: QaThread) -> Item:
        """Return a whole answer."""
        return self._post(post, thread, "answer") | {
            "answer_id": post.id,
            "question_id": thread.post[0].id,
            "is_accepted": post.accepted,
            "title": escaped(thread.title),
            "tags": thread.tags,
            "link": f"{self._link(thread)}/{post.id}#{post.id}",
            "share_link": f"{self.site}/a/{post.id}",
        }

    def user(self, member: Member[QaAccount]) -> Item:
        """Return a whole user; a home page is told where one has been proven."""
        joined = epoch(midnight(member.person.joined))
        item = self._shallow(member) | {
            "creation_date": joined,
            "last_access_date": joined,
            "is_employee": member.person.role == "staff",
        }
        home = self.home(member.person)
        return item | ({"website_url": home} if home else {})

    def home(self, person: Person) -> str | None:
        """Return the social profile that is proven to be of the same person."""
        return proven_home(person, self.site, self.sites.social)

    def _link(self, thread: QaThread) -> str:
        return f"{self.site}{question_path(thread)}"

    def _post(self, post: QaPost, thread: QaThread, kind: str) -> Item:
        comments = [self._comment(comment, post, thread, kind) for comment in post.comment]
        item = {
            "owner": self._owner(post),
            "score": post.up - post.down,
            "up_vote_count": post.up,
            "down_vote_count": post.down,
            "creation_date": epoch(post.at),
            "last_activity_date": epoch(post.changed_at),
            "content_license": LICENSE,
            "body": cook(post.text),
            "body_markdown": escaped(post.text),
            "comment_count": len(comments),
            "comments": comments,
        }
        return item | ({"last_edit_date": epoch(post.edited)} if post.edited else {})

    def _comment(self, comment: Comment, post: QaPost, thread: QaThread, kind: str) -> Item:
        return {
            "comment_id": comment.id,
            "post_id": post.id,
            "post_type": kind,
            "owner": self._owner(comment),
            "score": comment.votes,
            "edited": False,
            "creation_date": epoch(comment.at),
            "content_license": LICENSE,
            "body": cook(comment.text).strip().removeprefix("<p>").removesuffix("</p>"),
            "body_markdown": escaped(comment.text),
            "link": f"{self._link(thread)}#comment{comment.id}_{post.id}",
        }

    def _owner(self, piece: QaPost | Comment) -> Item:
        if not piece.by:
            return {"user_type": "does_not_exist", "display_name": name_of_nobody(piece.id)}
        return self._shallow(self.cast.member(piece.by))

    def _shallow(self, member: Member[QaAccount]) -> Item:
        person, account = member
        return {
            "account_id": account.id,
            "user_id": account.id,
            "user_type": "moderator" if person.role == "moderator" else "registered",
            "display_name": escaped(person.name),
            "reputation": account.reputation,
            "profile_image": f"{self.site}/avatars/{slug(person.name)}.svg",
            "link": f"{self.site}{user_path(member)}",
            "badge_counts": NO_BADGES,
        }


def _closing(thread: QaThread) -> Item:
    """Tell why it was closed; the story keeps no date, so it is that of the last activity."""
    reason = escaped(thread.closed)
    return {
        "closed_date": epoch(active_at(thread)),
        "closed_reason": reason,
        "closed_details": {"on_hold": False, "reason": reason, "description": reason},
    }
