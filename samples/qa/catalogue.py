"""Everything the question-and-answer site knows, by kind and by id."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from samples.cast import Cast, all_different
from samples.qa.item import Items, live

if TYPE_CHECKING:
    from collections.abc import Iterable

    from samples.qa.item import Item
    from samples.sites import Sites
    from samples.story import Story


class Catalogue:
    """The items of a settled story. Deleted posts are not in it: the API has no tombstones."""

    def __init__(self, story: Story, sites: Sites) -> None:
        posts = [post for thread in story.questions for post in thread.post]
        all_different("post", (post.id for post in posts))
        all_different("comment", (comment.id for post in posts for comment in post.comment))
        self.items = Items(Cast("qa", story.people, lambda person: person.qa), sites)
        self.threads = {t.post[0].id: t for t in story.questions if live(t)}
        self.questions = {id_: self.items.question(t) for id_, t in self.threads.items()}
        self.answers: dict[int, Item] = {
            answer["answer_id"]: answer
            for question in self.questions.values()
            for answer in question["answers"]
        }
        self.posts = {id_: _as_post(q, id_, "question") for id_, q in self.questions.items()}
        self.posts |= {id_: _as_post(a, id_, "answer") for id_, a in self.answers.items()}
        self.users = self._users()

    def _users(self) -> dict[int, Item]:
        asked, answered = _owners(self.questions.values()), _owners(self.answers.values())
        members = {m.account.id: m for m in self.items.cast.members.values()}
        return {
            id_: self.items.user(member)
            | {"question_count": asked[id_], "answer_count": answered[id_]}
            for id_, member in members.items()
        }


def _as_post(item: Item, post_id: int, kind: str) -> Item:
    return item | {"post_id": post_id, "post_type": kind}


def _owners(items: Iterable[Item]) -> Counter[int | None]:
    """Return how many of the items each user owns; a deleted user has no id."""
    return Counter(item["owner"].get("user_id") for item in items)
