"""What the forum refuses, in the words Discourse has for it.

The site is one with the setting `detailed_404`: it tells a topic that is not for everybody (403)
and one that was deleted (410) from one that never was (404).
"""

from __future__ import annotations


class ForumError(Exception):
    """A refusal: the HTTP status, and `error_type` as the JSON names it."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind

    def told(self) -> dict[str, object]:
        """Return the refusal as JSON tells it."""
        return {"errors": [str(self)], "error_type": self.kind}

    @classmethod
    def missing(cls) -> ForumError:
        """Say that nothing is there."""
        return cls(404, "not_found", "The requested URL or resource could not be found.")

    @classmethod
    def gone(cls) -> ForumError:
        """Say that a topic was deleted."""
        return cls(410, "not_found", "That topic has been deleted.")

    @classmethod
    def forbidden(cls) -> ForumError:
        """Say that something is there, for others."""
        message = "You are not permitted to view the requested resource."
        return cls(403, "invalid_access", message)

    @classmethod
    def bad_key(cls) -> ForumError:
        """Say that the key opens nothing."""
        message = (
            "You are not permitted to view the requested resource. "
            "The API username or key is invalid."
        )
        return cls(403, "invalid_access", message)

    @classmethod
    def short_search(cls) -> ForumError:
        """Say that nobody can search for so little."""
        return cls(400, "invalid_parameters", "Your search term is too short.")
