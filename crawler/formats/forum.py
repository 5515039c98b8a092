"""What is known of a kind of forum software, and what a page of a thread shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from contract.record import Role
from crawler.fetch import Dropped
from crawler.formats.markup import Query


@dataclass(frozen=True, slots=True, kw_only=True)
class Software:
    """How the pages of one kind of software are known, reached and read.

    Fields of type `Query` and `str` are selectors (`crawler.formats.markup`) unless they say that
    they are patterns. Patterns are matched against the whole of path and query. Where a field is
    empty, such pages do not tell.
    """

    name: str
    signs: str
    """Any of these on a page: the page is made by this software."""

    # addresses
    thread: str
    """Pattern of a page of a thread: `root` of the forum, `id`, and `start`, its page or offset."""
    key: str
    """What stands between root and id in the name of a thread, which outlives its title."""
    closed: str
    """Pattern of addresses neither followed nor kept: members, search, login, print, one post."""
    ballast: str
    """Pattern of query parameters that make no other page: sessions, highlighting, order."""
    link: str
    """Address of a reply, of `{page}`, `{thread}`, its `{id}` and its `{number}` from 1."""
    per_page: int = 0
    """Posts on a page where nobody changed it; 0: `start` counts posts, not pages."""

    # pages
    lists: str = ""
    """Such a page only leads to threads."""
    wall: str = ""
    """Such a page asks for a password in place of what was asked for."""
    title: Query = ""
    container: str = ""
    """The last of them is the room that the thread stands in."""
    tags: str = ""
    zone: str = ""
    """Where the page says in which time zone it writes its dates."""
    solvable: str = ""
    """On this page a reply can be accepted, and each that is not marked so is not."""

    # posts
    post: str
    """Every post of the page."""
    withheld: str = ""
    """What stands in the place of a post that is deleted, or not let through yet."""
    opening: str = ""
    """A post that opens the thread on whatever page it is shown. Empty: it stands only in line."""
    comment: str = ""
    """A post that is a comment on the post it stands in."""
    mark: Query
    """What names the post for ever, such as "post-77"."""
    number: Query = ""
    """Place of the post in the thread, as in "Reply #21"."""
    first_number: int = 1
    """Number of the opening post."""
    body: str
    cut: str = ""
    """In the body, what is not the author's: quoted posts, signatures, headings over code."""
    code: str = ""
    """In the body, code in several lines that is not marked as such (`<pre>`)."""
    date: Query = ""
    edited: Query = ""
    likes: str = ""
    likers: str = ""
    """Within `likes`, people named one by one, who come on top of its number."""
    score: Query = ""
    accepted: str = ""

    # people
    author: Query = ""
    profile: str = ""
    member: Query = ""
    """What holds the author's id, such as the address of their profile."""
    member_id: str = r"(\d+)\D*$"
    """Pattern that finds the id in it, as its first group."""
    reputation: str = ""
    staff: str = ""
    moderator: str = ""
    badge: str = ""
    """Ranks and groups given by the staff, in words. What people call themselves is no badge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An author, as a post shows them."""

    name: str
    number: str = ""
    """Their id in the forum; empty for guests."""
    link: str = ""
    reputation: int | None = None
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One post of a thread."""

    number: str
    """What names it in its forum for ever."""
    place: int
    """Place in the thread; the opening post has 0."""
    body: str
    """HTML without what others said and without signature."""
    words: str = ""
    """How its body begins before anything is cut from it, without spaces."""
    is_comment: bool = False
    under: str = ""
    """Number of the reply it is a comment on; empty for the opening post."""
    person: Person | None = None
    written_at: datetime | None = None
    edited_at: datetime | None = None
    score: int | None = None
    likes: int | None = None
    accepted: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one page shows of a thread."""

    said: tuple[Said, ...] = ()
    left_out: tuple[Dropped, ...] = ()
    title: str = ""
    container: str | None = None
    tags: tuple[str, ...] = ()
