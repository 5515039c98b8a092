"""The one shared record: a post, whoever wrote it and wherever it was found.

Every platform's payload is turned into `Post` at the crawler's edge, and everything after it speaks
of posts alone. Three absences are kept apart throughout: `None` means the place does not say, `0`
means it says zero, and an empty text means it says nothing.

The fields follow ActivityStreams 2.0 (https://www.w3.org/TR/activitystreams-vocabulary/) and
schema.org (Question, Answer, DiscussionForumPosting, Article) where those have a word for them.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["question", "answer", "comment", "post", "article", "issue", "message"]
"""What a post is. A `post` is neither a question nor an answer by its form."""

State = Literal["live", "hidden", "removed", "deleted", "gone", "expired"]
"""Hidden and removed: by the place. Deleted: by the author. Gone: by nobody knows whom.
Expired: kept as long as its terms allow. Only live posts are ever shown."""

Visibility = Literal["public", "members"]
"""Who may see a post: anybody, or members of one of its `groups`."""

Role = Literal["staff", "moderator", "bot"]
"""What an author is to the place where they write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """An account at one place, as it stood when the post was fetched."""

    author_id: str
    """`{source}:{native id}`, stable for ever."""
    name: str
    url: str | None = None
    roles: tuple[Role, ...] = ()
    reputation: int | None = None
    """The place's own number; comparable only inside that place."""
    profiles: tuple[str, ...] = ()
    """Other profiles of the same person, as far as the place has verified the link itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What the community did with a post, in the place's own numbers."""

    score: int | None = None
    """Votes for minus votes against."""
    up: int | None = None
    down: int | None = None
    likes: int | None = None
    shares: int | None = None
    replies: int | None = None
    views: int | None = None
    helpful_yes: int | None = None
    helpful_no: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What the owner of a page allows, from robots directives and terms."""

    snippet: bool = True
    """Text may be quoted in results."""
    max_snippet: int | None = None
    """Most characters that may be quoted; None is no limit."""
    archive: bool = True
    """The page may be kept and shown as a copy."""
    expires_at: datetime | None = None
    """After this instant it must not be shown; None is never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One contribution by one author at one place: the unit everything else is made of."""

    post_id: str
    """`{source}:{native id}`, stable for ever."""
    thread_id: str
    """The `post_id` of the post that opened the thread; its own for an opening post."""
    source: str
    """Name of the source in the settings."""
    platform: str
    kind: Kind
    url: str
    """Leads to this very post, not only to its thread."""
    title: str = ""
    """The thread's title on its opening post; empty on replies."""
    text: str
    """Plain text in the form `crawler.clean` gives it: what is indexed and quoted."""
    html: str = ""
    """Sanitised HTML for display; empty means that `text` is all there is."""
    author: Author | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    """When the content was last edited; never when somebody merely voted or replied."""
    parent_id: str | None = None
    position: int = 0
    """Place in the thread, counted from 0 for the opening post."""
    language: str | None = None
    """BCP 47 primary tag, as the place declares it."""
    tags: tuple[str, ...] = ()
    container: str | None = None
    """Name of the category, section or room it stands in."""
    signals: Signals = Signals()
    accepted: bool | None = None
    """On a reply: the asker or the staff marked it as the solution. None: no such mark here."""
    visibility: Visibility = "public"
    groups: tuple[str, ...] = ()
    """Who may see a post that is not public: `{source}:{group}`; empty means nobody."""
    usage: Usage = Usage()
    licence: str | None = None
    """Such as "CC BY-SA 4.0"; None means that no licence is stated: quote and link only."""
    global_id: str | None = None
    """A name the post has everywhere (ActivityPub id, Message-ID), by whatever road it came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """Word that a post is not to be shown any more. It holds no text."""

    post_id: str
    state: State
    """Any state but "live"."""
    reason: str
    """What was seen, for the log: "410 Gone", "deleted_at is set"."""


def content_hash(post: Post) -> str:
    """Hash what a reader reads: SHA-256 over title and text, white space folded, NFC; hex digits.

    Votes, views and roles are left out, so a new vote does not look like an edit.
    """
    words = " ".join(f"{post.title}\n{post.text}".split())
    return hashlib.sha256(unicodedata.normalize("NFC", words).encode()).hexdigest()
