"""What the conformance suite must know of a platform."""

from dataclasses import dataclass, field
from typing import Literal

Told = Literal[
    "author",
    "reputation",
    "votes",
    "acceptance",
    "staff",
    "edits",
    "members",
    "deletion",
    "increments",
]
"""What a platform may tell beside the text."""


PUBLIC_ONLY: dict[Told, str] = {"members": "only what everybody may read is kept"}


@dataclass(frozen=True)
class Proof:
    """How we know that the pages are like real ones, and what none of them can show."""

    recorded: str | None = None
    """Compared with recorded responses of real services: of what age or server, where known."""
    server: str = ""
    """Tried on a real server: its name and version."""
    not_offered: tuple[Told, ...] = ()
    instead: dict[Told, str] = field(default_factory=dict)
    """What is not shown for another reason, with that reason."""

    def lacks(self, what):
        """Why no page shows it, in words; empty where pages do."""
        return "not offered" if what in self.not_offered else self.instead.get(what, "")

    @property
    def by(self):
        """The proof in words."""
        recorded = f" ({self.recorded})" if self.recorded else ""
        said = [
            f"a real server ({self.server})" if self.server else "",
            f"recorded responses{recorded}" if self.recorded is not None else "",
        ]
        return ", ".join(filter(None, said)) or "the platform's documentation"


@dataclass(frozen=True)
class Case:
    """A platform, its settings, and what each kind of its pages needs to know.

    The recorded pages stand in the folder of the platform's name, each named by its situation.
    """

    url: str
    options: object
    notes: dict[str, dict[str, str]] = field(default_factory=dict)
    """By kind of page, or for one page by its file's name without the ending."""
    kinds: dict[str, str] = field(default_factory=dict)
    """Beginning of a file's name, and the kind of page it is."""
    proof: Proof = field(default_factory=Proof)
    signs: bool = True
    """Whether it takes credentials."""
    forgiving: bool = False
    """Whether it makes the best of any page, as browsers do with HTML."""

    def kind(self, file):
        return next(kind for start, kind in self.kinds.items() if file.name.startswith(start))

    def note(self, file):
        return self.notes.get(file.stem) or self.notes.get(self.kind(file), {})
