"""When a source is due."""

from datetime import UTC, datetime

import pytest

from contract.errors import SettingsError
from crawler.schedule import next_time

MONDAY = datetime(2026, 5, 4, 12, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("*/30 * * * *", datetime(2026, 5, 4, 12, 30, tzinfo=UTC)),
        ("10 12 * * *", datetime(2026, 5, 5, 12, 10, tzinfo=UTC)),
        ("0 3 * * sun", datetime(2026, 5, 10, 3, 0, tzinfo=UTC)),
    ],
)
def test_a_line_names_the_next_time_in_utc(line, at):
    assert next_time(line, MONDAY) == at


@pytest.mark.parametrize("line", ["", "  "])
def test_without_a_line_a_source_is_never_due(line):
    assert next_time(line, MONDAY) is None


@pytest.mark.parametrize("line", ["every hour", "61 * * * *", "* * * *", "0 0 30 2 *"])
def test_what_is_no_schedule_is_named_and_shown_how_to_write(line):
    with pytest.raises(SettingsError, match="is no schedule") as caught:
        next_time(line, MONDAY)
    assert line in str(caught.value)
    assert "*/30 * * * *" in caught.value.hint
