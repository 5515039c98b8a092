import pytest

from samples import forum


@pytest.fixture
def key():
    """The header that opens everything."""
    return {"Api-Key": forum.DEMO_KEY}


@pytest.fixture
def told(forum_site):
    """What the forum says in JSON: `told("/t/1.json", key, page=2)`."""

    def ask(path, headers=None, **given):
        answer = forum_site.get(path, headers=headers, params=given or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


@pytest.fixture
def all_topics(told):
    """The topics of a list, page by page to its end."""

    def walk(path, headers=None):
        while path:
            page = told(path, headers)["topic_list"]
            yield from page["topics"]
            path = page.get("more_topics_url", "").replace("?", ".json?")

    return walk
