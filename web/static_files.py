"""Files that never change under one address: the hash of their content stands in it."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from starlette.responses import Response

FOLDER = Path(__file__).parent / "static"
A_YEAR_S = 31_536_000


class HashedFiles(StaticFiles):
    """The files of `static/`, to be kept by browsers for good."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Say that the file may be kept."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR_S}, immutable"
        return response


@cache
def static_address(name: str) -> str:
    """Address of a file, another one whenever its content is another."""
    digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"
