from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from contract import Post
from contract.errors import SourceError, UnexpectedShapeError
from crawler.fetch import Fetch
from crawler.sources.stackexchange import WANTED, Options, StackExchange
from crawler.times import EPOCH

API = "https://api.example.com"
QA = StackExchange("qa", API, Options(site="brew", tagged=("espresso", "leak")))


def query(wish):
    return {name: value[0] for name, value in parse_qs(urlsplit(wish.url).query).items()}


@pytest.fixture
def questions(page):
    """What stands on a page of questions, and the wishes it led to."""

    def opened(file, at=0, number=1):
        url = f"{API}/2.3/questions?min={at}&page={number}"
        note = {"filter": "!f", "min": str(at), "page": str(number)}
        found = list(QA.read(page(f"stackexchange/{file}", "questions", url, **note), EPOCH))
        return [p for p in found if isinstance(p, Post)], [w for w in found if isinstance(w, Fetch)]

    return opened


# the walk


def test_the_crawl_begins_by_naming_the_fields():
    (wish,) = QA.start(EPOCH)
    assert wish.kind == "filter"
    assert wish.url.startswith(f"{API}/2.3/filters/create?")
    assert query(wish)["include"] == WANTED


def test_the_first_window_begins_where_the_crawl_looks_back_to(page, since):
    (wish,) = QA.read(page("stackexchange/filter_created.json", "filter", f"{API}/2.3/f"), since)
    assert wish.url.startswith(f"{API}/2.3/questions?")
    assert query(wish) == {
        "site": "brew",
        "sort": "activity",
        "order": "asc",
        "min": str(int(since.timestamp())),
        "page": "1",
        "pagesize": "100",
        "filter": "!abcD3*_x",
        "tagged": "espresso;leak",
    }


def test_the_next_window_begins_at_the_last_activity_and_not_at_a_page_number(questions):
    _, (wish,) = questions("questions_first_window.json", at=1777700000)
    assert (query(wish)["min"], query(wish)["page"]) == ("1777700500", "1")
    assert wish.note == {"filter": "!f", "min": "1777700500", "page": "1"}


def test_a_page_number_is_used_only_where_one_second_fills_a_page(questions):
    _, (wish,) = questions("questions_all_in_one_second.json", at=1777700500)
    assert (query(wish)["min"], query(wish)["page"]) == ("1777700500", "2")
    _, (wish,) = questions("questions_all_in_one_second.json", at=1777700500, number=2)
    assert query(wish)["page"] == "3"
    _, (wish,) = questions("questions_first_window.json", at=1777700400, number=3)
    assert (query(wish)["min"], query(wish)["page"]) == ("1777700500", "1")


@pytest.mark.parametrize("file", ["questions_last_window.json", "questions_none.json"])
def test_the_walk_ends_where_there_is_no_more(questions, file):
    assert questions(file)[1] == []


def test_a_quota_used_up_is_told_after_everything_on_the_page(page):
    note = {"filter": "!f", "min": "0", "page": "1"}
    last = page("stackexchange/questions_using_up_the_quota.json", "questions", f"{API}/q", **note)
    reader = QA.read(last, EPOCH)
    assert next(reader).title == "The last of today"
    with pytest.raises(SourceError, match="qa: today's quota") as caught:
        next(reader)
    assert "api_key" in caught.value.hint
    assert not isinstance(caught.value, UnexpectedShapeError)


# what is said


def test_a_question_stands_with_its_answers_and_comments(questions):
    posts, _ = questions("questions_with_everything.json")
    thread = [post for post in posts if post.thread_id == "qa:500"]
    assert [(post.post_id, post.kind, post.parent_id) for post in thread] == [
        ("qa:500", "question", None),
        ("qa:c901", "comment", "qa:500"),
        ("qa:501", "answer", "qa:500"),
        ("qa:c902", "comment", "qa:501"),
        ("qa:502", "answer", "qa:500"),
    ]
    assert [post.position for post in thread] == [0, 0, 1, 1, 2]


def test_a_question_says_all_it_knows(questions):
    question = questions("questions_with_everything.json")[0][0]
    assert question.title == 'Why is "List<Cup>" empty & cold?'
    assert question.text == "Because?\n\n```\nbrew -> cup\n  wait\n```"
    assert question.tags == ("espresso", "leak")
    assert (question.signals.score, question.signals.views, question.signals.replies) == (3, 130, 2)
    assert question.created_at == datetime.fromtimestamp(1777500000, UTC)
    assert question.updated_at == datetime.fromtimestamp(1777660000, UTC)
    assert question.licence == "CC BY-SA 4.0"
    assert question.accepted is None
    assert question.url == "https://brew.example.com/questions/500/x"


def test_an_accepted_answer_carries_the_mark_and_its_own_address(questions):
    posts = {post.post_id: post for post in questions("questions_with_everything.json")[0]}
    assert (posts["qa:501"].accepted, posts["qa:502"].accepted) == (True, False)
    assert posts["qa:501"].url == "https://brew.example.com/questions/500/x/501#501"
    assert (posts["qa:501"].signals.score, posts["qa:502"].signals.score) == (12, -3)
    assert posts["qa:501"].title == ""
    assert posts["qa:501"].updated_at is not None
    assert posts["qa:502"].updated_at is None


def test_a_comment_leads_to_itself(questions):
    posts = {post.post_id: post for post in questions("questions_with_everything.json")[0]}
    comment = posts["qa:c902"]
    assert comment.url == "https://brew.example.com/questions/500/x#comment902_501"
    assert comment.text == "Works, see `log` & dial"
    assert comment.signals.score == 4
    assert posts["qa:c901"].url.endswith("#comment901_500")


def test_an_author_who_left_is_nobody(questions):
    posts = {post.post_id: post for post in questions("questions_with_everything.json")[0]}
    assert posts["qa:502"].author is posts["qa:510"].author is posts["qa:520"].author is None
    assert posts["qa:510"].title == "Asked by somebody who left"


def test_an_author_is_known_by_number_and_has_a_page(questions):
    posts = {post.post_id: post for post in questions("questions_with_everything.json")[0]}
    author = posts["qa:501"].author
    assert (author.author_id, author.name, author.reputation) == ("qa:u9", "Salka & Co", 63)
    assert author.url == "https://brew.example.com/users/9/x"
    assert author.roles == ("moderator",)
    assert posts["qa:500"].author.roles == ()


# credentials and errors


def test_the_key_is_added_last():
    source = StackExchange("qa", API, Options(site="brew"), "s3cr&t")
    (wish,) = source.start(EPOCH)
    assert "s3cr" not in repr(wish)
    assert query(source.sign(wish)) == query(wish) | {"key": "s3cr&t"}
    assert QA.sign(wish) == wish


def test_without_tags_all_questions_are_asked_for(page):
    source = StackExchange("qa", API, Options(site="brew"))
    (wish,) = source.read(page("stackexchange/filter_created.json", "filter", f"{API}/f"), EPOCH)
    assert "tagged" not in query(wish)


def test_an_error_of_the_api_is_no_page_of_questions(questions):
    with pytest.raises(UnexpectedShapeError, match=r"2\.3/questions.*`items`"):
        questions("error_throttled.json")
