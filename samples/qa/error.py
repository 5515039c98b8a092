"""What goes wrong in a call of the Stack Exchange API.

The HTTP status is 400 for every one of them; `error_id` tells them apart.
https://api.stackexchange.com/docs/error-handling
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from samples.reply import reply_json

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


class ApiError(Exception):
    """A call that is refused, by the numbers and names of the documentation."""

    def __init__(self, error_id: int, name: str, message: str) -> None:
        super().__init__(message)
        self.error_id = error_id
        self.name = name

    @classmethod
    def bad_parameter(cls, message: str) -> ApiError:
        """Refuse a parameter, by convention with its name."""
        return cls(400, "bad_parameter", message)

    @classmethod
    def access_denied(cls, message: str) -> ApiError:
        """Refuse what would need a key."""
        return cls(403, "access_denied", message)

    @classmethod
    def no_method(cls) -> ApiError:
        """Refuse an address that is none; ids that are no numbers count as such."""
        return cls(404, "no_method", "no method found with this name")

    @classmethod
    def throttled(cls) -> ApiError:
        """Refuse everything till tomorrow."""
        message = "too many requests from this IP, more requests available in 86400 seconds"
        return cls(502, "throttle_violation", message)


async def refuse(_: Request, error: Exception) -> Response:
    """Answer with the wrapper in its form for errors; no filter applies to it."""
    if not isinstance(error, ApiError):
        raise error
    told = {"error_id": error.error_id, "error_message": str(error), "error_name": error.name}
    return reply_json(told, status=400)
