"""What the conformance suite must know of a platform."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    """A platform, its settings, and what each kind of its pages needs to know.

    The recorded pages stand in the folder of the platform's name, each named by its situation.
    """

    url: str
    options: object
    notes: dict[str, dict[str, str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    """Beginning of a file's name, and the kind of page it is."""
    signs: bool = True
    """Whether it takes credentials."""
    forgiving: bool = False
    """Whether it makes the best of any page, as browsers do with HTML."""

    def kind(self, file):
        return next(kind for start, kind in self.kinds.items() if file.name.startswith(start))
