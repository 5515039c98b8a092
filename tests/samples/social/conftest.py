import re

import pytest


@pytest.fixture
def told(social_site):
    """What the server says in JSON: `told("/api/v1/timelines/public", limit=7)`."""

    def ask(path, **given):
        answer = social_site.get(path, params=given or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


@pytest.fixture
def ids(told):
    """The ids of a list of statuses."""
    return lambda path, **given: [status["id"] for status in told(path, **given)]


@pytest.fixture
def link():
    """The address that an answer names as its neighbour `rel`, or None."""

    def find(answer, rel):
        found = re.search(rf'<([^>]*)>; rel="{rel}"', answer.headers.get("Link", ""))
        return found and found[1]

    return find


@pytest.fixture
def follow(social_site, link):
    """The ids on a page and all its neighbours in one direction."""

    def walk(path, rel="next"):
        found = []
        while path:
            answer = social_site.get(path)
            found += [status["id"] for status in answer.json()]
            path = link(answer, rel)
        return found

    return walk
