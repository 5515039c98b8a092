"""Filters of the Stack Exchange API: which fields of which type come back.

A filter is an opaque string, made once by `/filters/create` and good for ever. Ours keeps nothing
on the server: the string holds, compressed, what differs from the default filter.
https://api.stackexchange.com/docs/filters
"""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from samples.qa.error import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterable

DEFAULT = {
    "": "backoff error_id error_message error_name has_more items quota_max quota_remaining",
    "question": "accepted_answer_id answer_count closed_date closed_reason content_license "
    "creation_date is_answered last_activity_date last_edit_date link owner question_id score "
    "tags title view_count",
    "answer": "answer_id content_license creation_date is_accepted last_activity_date "
    "last_edit_date owner question_id score",
    "post": "content_license creation_date last_activity_date last_edit_date link owner post_id "
    "post_type score",
    "comment": "comment_id content_license creation_date edited owner post_id score",
    "user": "account_id badge_counts creation_date display_name is_employee last_access_date link "
    "profile_image reputation user_id user_type website_url",
    "shallow_user": "account_id display_name link profile_image reputation user_id user_type",
    "badge_count": "bronze gold silver",
    "closed_details": "description on_hold reason",
    "filter": "filter filter_type included_fields",
}
"""Fields of each type, in words, that come back unasked; "" is the wrapper around all of them."""

EXTRA = {
    "": "page page_size total type",
    "question": "answers body body_markdown closed_details comment_count comments down_vote_count "
    "share_link up_vote_count",
    "answer": "body body_markdown comment_count comments down_vote_count link share_link tags "
    "title up_vote_count",
    "post": "body body_markdown comment_count comments down_vote_count share_link title "
    "up_vote_count",
    "comment": "body body_markdown link post_type",
    "user": "about_me answer_count question_count",
    "shallow_user": "badge_counts",
}
"""Fields that must be asked for."""

NESTED = {
    "owner": "shallow_user",
    "answers": "answer",
    "comments": "comment",
    "badge_counts": "badge_count",
    "closed_details": "closed_details",
}
"""The type of what stands in a field."""


def _names(table: dict[str, str]) -> frozenset[str]:
    return frozenset(
        f"{kind}.{field}" for kind, fields in table.items() for field in fields.split()
    )


USUAL = _names(DEFAULT)
KNOWN = USUAL | _names(EXTRA)
BUILT_IN = {
    "default": USUAL,
    "withbody": USUAL | {name for name in KNOWN if name.endswith(".body")},
    "none": frozenset[str](),
    "total": frozenset({".total"}),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """The fields that come back, as `type.field`."""

    fields: frozenset[str]

    def apply(self, kind: str, item: dict[str, Any]) -> dict[str, Any]:
        """Return `item`, a whole `kind`, with only the fields let through, all the way down."""
        return {
            field: self._apply_within(NESTED[field], value) if field in NESTED else value
            for field, value in item.items()
            if f"{kind}.{field}" in self.fields
        }

    def encode(self) -> str:
        """Return the opaque string that stands for this filter."""
        signs = [f"+{name}" for name in sorted(self.fields - USUAL)]
        signs += [f"-{name}" for name in sorted(USUAL - self.fields)]
        packed = zlib.compress(" ".join(signs).encode(), 9)
        return f"!{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"

    def _apply_within(self, kind: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self.apply(kind, each) for each in value]
        return self.apply(kind, value)


def read_filter(name: str) -> Filter:
    """Return the filter called `name`: built in, or a string of ours. Raises ApiError."""
    if name in BUILT_IN:
        return Filter(BUILT_IN[name])
    try:
        packed = base64.urlsafe_b64decode(f"{name.removeprefix('!')}==")
        signs = zlib.decompress(packed).decode().split()
    except (zlib.error, ValueError):
        raise ApiError.bad_parameter("Invalid filter specified") from None
    added, removed = ({each[1:] for each in signs if each[0] == mark} for mark in "+-")
    return Filter(_checked(added, (USUAL | added) - removed))


def make_filter(base: str, include: Iterable[str], exclude: Iterable[str]) -> Filter:
    """Return the filter `base` with fields added and taken away. Raises ApiError."""
    added, removed = set(include), set(exclude)
    return Filter(_checked(added | removed, (read_filter(base).fields | added) - removed))


def _checked(named: set[str], fields: frozenset[str]) -> frozenset[str]:
    if unknown := sorted(named - KNOWN):
        raise ApiError.bad_parameter(f"Invalid fields specified: {'; '.join(unknown)}")
    return fields
