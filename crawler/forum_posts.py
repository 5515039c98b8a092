"""A page of a forum's thread to posts: what the page shows, with what its markup says besides.

The page alone knows which posts there are, what they are called and where they stand. Where its
schema.org markup speaks of every one of them, it is believed on who wrote when and how that was
received; where it speaks of some (often of the first alone), it only fills gaps.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from contract import Author, Post, Signals, Usage
from crawler import urls
from crawler.clean import from_html, one_line
from crawler.formats.forum import Person, Said
from crawler.formats.forum_page import opening_words
from crawler.times import instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contract.record import Kind
    from crawler.forums import Thread
    from crawler.structured import Thing

POSTS = {"Question", "Answer", "Comment", "DiscussionForumPosting", "SocialMediaPosting"}

Told = Said
"""What markup says of a post, in the form of what a page shows."""


class ThreadReader:
    """The posts of one page of a thread; `url` is its canonical address."""

    def __init__(
        self, name: str, url: str, thread: Thread, *, usage: Usage, language: str | None
    ) -> None:
        self._name = name
        self._url = url
        self._thread = thread
        self._usage = usage
        self._language = language
        self._id = f"{name}:{thread.key}"

    def posts(self, markup: Sequence[Thing]) -> Iterator[Post]:
        """Every post of the page in turn, the opening post first where it is there."""
        said = self._thread.shown.said
        told = _told(said, markup)
        whole = len(told) == len(said)
        for one in said:
            more = told.get(one.number)
            if more is not None and self._thread.has_likes_alone:
                likes = more.score if more.likes is None else more.likes
                more = replace(more, likes=likes, score=None)
            yield self._post(_both(one, more, markup_first=whole) if more else one)

    def _post(self, said: Said) -> Post:
        opens = said.place == 0 and not said.is_comment
        body = from_html(said.body, self._thread.base)
        shown = self._thread.shown
        return Post(
            post_id=self._id if opens else self._reply_id(said.number),
            thread_id=self._id,
            parent_id=None if opens else self._reply_id(said.under),
            position=said.place,
            source=self._name,
            platform="site",
            kind=_kind(said, opens=opens),
            url=self._url if opens else self._thread.address(said),
            title=shown.title if opens else "",
            text=body.text,
            html=body.html,
            author=self._author(said.person),
            created_at=said.written_at,
            updated_at=said.edited_at,
            language=self._language,
            tags=shown.tags if opens else (),
            container=shown.container,
            signals=Signals(score=said.score, likes=said.likes),
            accepted=said.accepted,
            usage=self._usage,
        )

    def _reply_id(self, number: str) -> str:
        return f"{self._id}#{number}" if number else self._id

    def _author(self, person: Person | None) -> Author | None:
        if person is None:
            return None
        link = urls.join(self._thread.base, person.link) if person.link else None
        native = f"u/{person.number}" if person.number else person.name
        return Author(
            author_id=f"{self._name}:{native}",
            name=person.name,
            url=link,
            roles=person.roles,
            reputation=person.reputation,
        )


def _kind(said: Said, *, opens: bool) -> Kind:
    if opens:
        return "question"
    return "comment" if said.is_comment else "answer"


def _told(said: Sequence[Said], markup: Sequence[Thing]) -> dict[str, Told]:
    """What markup says, by number of the post that begins with the same words."""
    accepted = {id(answer) for thing in markup for answer in thing.things("acceptedAnswer")}
    waiting = [
        _as_told(thing, accepted=id(thing) in accepted) for thing in markup if _is_post(thing)
    ]
    found = dict[str, Told]()
    for one in said:
        same = next((told for told in waiting if one.words and told.words == one.words), None)
        if same is not None:
            waiting.remove(same)
            found[one.number] = same
    return found


def _is_post(thing: Thing) -> bool:
    return thing.kind in POSTS and bool(thing.text("text", "articleBody"))


def _as_told(thing: Thing, *, accepted: bool) -> Told:
    written, edited = thing.text("dateCreated", "datePublished"), thing.text("dateModified")
    likes = [
        count.number("userInteractionCount")
        for count in thing.things("interactionStatistic")
        if "LikeAction" in count.text("interactionType")
    ]
    return Told(
        number="",
        place=0,
        body="",
        words=opening_words(one_line(thing.text("text", "articleBody"))),
        person=_person(thing),
        written_at=instant(written),
        edited_at=instant(edited) if edited != written else None,
        score=thing.number("upvoteCount"),
        likes=next(iter(likes), None),
        accepted=accepted if thing.kind == "Answer" else None,
    )


def _person(thing: Thing) -> Person | None:
    author = thing.thing("author")
    name = one_line(author.text("name") if author else thing.text("author"))
    return Person(name=name, link=author.text("url") if author else "") if name else None


def _both(said: Said, told: Told, *, markup_first: bool) -> Said:
    first, second = (told, said) if markup_first else (said, told)
    return replace(
        said,
        person=_one_person(first.person, second.person),
        written_at=first.written_at or second.written_at,
        edited_at=said.edited_at or (told.edited_at if markup_first else None),
        score=told.score if said.score is None else said.score,  # "upvotes" leave out the others
        likes=second.likes if first.likes is None else first.likes,
        accepted=second.accepted if first.accepted is None else first.accepted,
    )


def _one_person(first: Person | None, second: Person | None) -> Person | None:
    """The first, with what only the second says of the same person."""
    if first is None or second is None or first.name != second.name:
        return first or second
    return replace(
        first,
        number=first.number or second.number,
        link=first.link or second.link,
        reputation=second.reputation if first.reputation is None else first.reputation,
        roles=first.roles or second.roles,
    )
