"""Every word that the program itself says to people, in one place, so that it can be translated."""

from __future__ import annotations

FIELDS = {"source": "Where", "kind": "What", "answered": "Answered", "time": "When"}

KINDS = {
    "question": "Questions",
    "answer": "Answers",
    "comment": "Comments",
    "post": "Posts",
    "article": "Articles",
    "issue": "Issues",
    "message": "Messages",
}

KIND = {
    "question": "Question",
    "answer": "Answer",
    "comment": "Comment",
    "post": "Post",
    "article": "Article",
    "issue": "Issue",
    "message": "Message",
}

WHOLE_THREAD, WHOLE_ARTICLE = "Whole thread", "Whole article"

ANSWERED = {"yes": "With a good reply", "no": "Still open"}

TIMES = {
    "week": "Last 7 days",
    "month": "Last 31 days",
    "year": "Last 12 months",
    "3years": "Last 3 years",
}

ORDERS = {"relevance": "Most relevant first", "newest": "Newest first"}

ROLES = {"staff": "Staff", "moderator": "Moderator", "bot": "Bot"}

PARTS = {
    "keywords": "Your words",
    "meaning": "Same meaning",
    "named": "Holds the exact name",
    "coverage": "How many of your words it holds",
    "adjacency": "Your words side by side",
    "accepted": "Accepted answer",
    "staff": "Written by staff",
    "votes": "Votes in its community",
    "lead": "Votes against the best reply",
    "record": "Author's other replies",
    "detail": "Detail",
    "age": "Age",
    "by_asker": "Written by the asker",
    "asks": "Asks rather than answers",
    "comment": "Only a remark",
    "bot": "Written by a bot",
    "owner": "Trust of the owner in this place",
    "agreement": "Other places agree",
}

_STATUS = {
    400: ("Ask something", "There is no question in this address. Add one as q."),
    404: ("Nothing here", "This page does not exist, or it is not for everybody."),
    405: ("Not this way", "This address can only be read."),
    503: (
        "Nothing to search yet",
        "The index is being built, or it waits for its owner. Please try again soon.",
    ),
}

HOOK = {
    "unknown": "No events are taken for a source of this name.",
    "method": "Events are sent here by POST.",
    "type": "An event is JSON, and says so in its Content-Type.",
    "large": "An event of more than 1 MiB is not taken.",
    "slow": "The event took too long to come in.",
    "unsigned": "The signature does not fit the secret that is set for this source.",
    "late": "The event was signed too long ago, or by a clock that is wrong.",
    "unreadable": "This is not an event as the platform describes it.",
}
"""What is said to whoever sends events, and shown by most platforms to those who set them up."""

_OTHERWISE = (
    "Something went wrong",
    "This is our fault, not yours. It has been written down and will be looked at.",
)


def status(code: int) -> tuple[str, str]:
    """Heading and sentence for a status."""
    return _STATUS.get(code, _OTHERWISE)


def value(field: str, name: str) -> str:
    """A facet's value as people read it; sources are named by the settings."""
    known = {"kind": KINDS, "answered": ANSWERED, "time": TIMES}.get(field, {})
    return known.get(name, name)


def confidence(probability: float) -> str:
    """How sure we are, in words: numbers look more exact than they are."""
    if probability >= 0.8:
        return "Very likely answers this"
    if probability >= 0.6:
        return "Likely answers this"
    return "May answer this"


def counted(number: int, one: str, many: str) -> str:
    """Say how many, as in "1 result" or "2 results"."""
    return f"{number:,} {one if number == 1 else many}"


def signed(number: float) -> str:
    """A part of a score, with its sign: a true minus, as wide as the plus."""
    return f"{number:+.3f}".replace("-", "\N{MINUS SIGN}")


def initials(name: str) -> str:
    """Up to two letters that stand for a person."""
    parts = [part for part in name.replace("-", " ").split() if part[0].isalnum()]
    return "".join(
        part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)
    ).upper()
