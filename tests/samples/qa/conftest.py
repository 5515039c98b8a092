import pytest


@pytest.fixture
def call(qa_site):
    """Call a method of the API: `call("/questions", sort="votes")` is the whole answer."""
    return lambda path, **given: qa_site.get(f"/2.3{path}", params={"site": "meadowlark"} | given)


@pytest.fixture
def items(call):
    """The items of an answer: `items("/questions", sort="votes")`."""

    def ask(path, **given):
        answer = call(path, **given)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    return ask


@pytest.fixture
def rich(items):
    """A filter with everything that a crawler wants."""
    include = (
        "question.body;question.answers;question.comments;answer.body;answer.comments;"
        "answer.link;comment.body;comment.link;.total"
    )
    (made,) = items("/filters/create", include=include, base="default")
    return made["filter"]
