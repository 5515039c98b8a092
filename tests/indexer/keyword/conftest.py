"""Both engines over the same posts."""

from datetime import UTC, datetime

import pytest

from indexer.analysis import terms
from indexer.keyword import Entry, Wanted
from indexer.keyword.engines import ENGINES, engine
from indexer.parser import parse

LANGUAGES = ("en", "de")


def _entry(key, body, *, title="", language="en", marks=(), year=2025):
    return Entry(
        key=key,
        title=terms(title, language),
        body=terms(body, language),
        marks=frozenset({"sees:public", *marks}),
        created=int(datetime(year, 6, 1, tzinfo=UTC).timestamp()) if year else 0,
    )


@pytest.fixture(scope="session")
def entry():
    """A post as an engine sees it."""
    return _entry


@pytest.fixture(scope="session")
def wanted():
    """What somebody typed, for an index in these languages."""

    def read(typed, languages=LANGUAGES):
        query = parse(typed)
        return Wanted(tree=query.tree, filters=query.filters, languages=languages)

    return read


@pytest.fixture(scope="module", params=sorted(ENGINES))
def index_of(request, tmp_path_factory):
    """Index entries with one of the engines."""
    opened = []

    def over(*entries):
        made = engine(request.param)
        folder = tmp_path_factory.mktemp(request.param)
        writer = made.writer(folder)
        for one in entries:
            writer.add(one)
        writer.seal()
        opened.append(made.open(folder))
        return opened[-1]

    yield over
    for index in opened:
        index.close()
