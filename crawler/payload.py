"""Typed decoding of what platforms send."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from contract.errors import UnexpectedShapeError

if TYPE_CHECKING:
    from crawler.fetch import Page

Shape = TypeVar("Shape")


def decode(page: Page, shape: type[Shape]) -> Shape:
    """Decode the JSON of `page` as `shape`; fields we do not name are ignored.

    Raises UnexpectedShapeError that names the page and the field.
    """
    try:
        return msgspec.json.decode(page.body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnexpectedShapeError(f"{page.url}: {error}") from error


def decode_or(page: Page, default: Shape) -> Shape:
    """Decode the JSON of `page` as what `default` is; `default` where it is anything else.

    For refusals, which also come from whatever stands before a server.
    """
    try:
        return msgspec.json.decode(page.body, type=type(default))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return default
