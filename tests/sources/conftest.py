from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.fetch import Page

HERE = Path(__file__).parent


@pytest.fixture
def page():
    """A recorded page: `page("discourse/topic_long.json", "topic", url)`."""

    def opened(file, kind, url, headers=None, **note):
        body = (HERE / file).read_bytes()
        return Page(kind=kind, url=url, body=body, headers=headers or {}, note=note)

    return opened


@pytest.fixture
def since():
    """The day the crawl looks back to."""
    return datetime(2026, 4, 15, tzinfo=UTC)
