import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from contract import Post
from contract.errors import UnexpectedShapeError
from crawler.fetch import Dropped, Fetch, Held, Page, walk
from crawler.sources.askbot import Askbot, Options
from crawler.times import EPOCH
from tests.sources.cases.askbot import ADDRESS, ROW
from tests.sources.recorded import left_out

SITE = "https://ask.example.com"
ASK = Askbot("ask", SITE)
ABOUT = {"row": ROW, "address": ADDRESS, "page": "1"}
COMMENTS = {
    "address": ADDRESS,
    "thread": "ask:31",
    "parent": "ask:31",
    "position": "0",
    "licence": "CC BY-SA 3.0",
}


@pytest.fixture
def read(page):
    """What a page says: posts and wishes."""

    def opened(file, kind, url=f"{ADDRESS}?sort=oldest", *, since=EPOCH, held=(), **note):
        recorded = replace(page(f"askbot/{file}", kind, url, **note), held=held)
        found = list(ASK.read(recorded, since))
        return tuple([i for i in found if isinstance(i, wanted)] for wanted in (Post, Fetch))

    return opened


# lists


def test_the_crawl_begins_at_the_newest_activity():
    (wish,) = ASK.start(EPOCH)
    assert wish.url == f"{SITE}/api/v1/questions/?sort=activity-desc&page=1"
    (tagged,) = Askbot("ask", SITE, Options(tags=("pump", "valve"))).start(EPOCH)
    assert tagged.url.endswith("page=1&tags=pump%2Cvalve")


def test_a_list_leads_to_the_pages_of_its_questions_and_to_the_next_list(read, since):
    _, wishes = read("list_first_of_two.json", "list", since=since, number="1")
    assert [(wish.kind, wish.url.removeprefix(SITE)) for wish in wishes] == [
        ("question", "/en/question/31/pump-hums-no-water/?sort=oldest&page=1"),
        ("question", "/question/32/?sort=oldest&page=1"),
        ("list", "/api/v1/questions/?sort=activity-desc&page=2"),
    ]


def test_a_question_is_asked_for_on_this_site_whatever_address_the_api_gives(read):
    _, wishes = read("list_first_of_two.json", "list", number="1")
    assert {wish.url.split("/")[2] for wish in wishes} == {"ask.example.com"}


def test_the_walk_ends_where_activity_is_too_old_and_on_the_last_page(read, since):
    assert read("list_reaching_back.json", "list", since=since, number="1")[1] == []
    _, wishes = read("list_reaching_back.json", "list", number="2")
    assert [wish.kind for wish in wishes] == ["question"]


# questions


def test_a_question_says_all_it_knows(read):
    post = read("question_31_first_page.html", "question", **ABOUT)[0][0]
    assert (post.post_id, post.kind, post.parent_id) == ("ask:31", "question", None)
    assert (post.title, post.url) == ("Pump hums, no water", ADDRESS)
    assert post.text == (
        "The pump hums but no water comes. Seen this?\n\n```\nbrewctl --pump 9\n  --bar 12\n```"
    )
    assert f'href="{SITE}/en/questions/"' in post.html
    assert (post.author.author_id, post.author.name) == ("ask:u7", "moira")
    assert (post.author.url, post.author.reputation) == (f"{SITE}/en/users/7/moira/", 1242)
    assert post.created_at == datetime(2026, 4, 27, 9, tzinfo=UTC)
    assert post.updated_at == datetime(2026, 4, 28, 9, tzinfo=UTC)
    assert (post.language, post.licence, post.accepted) == ("en", "CC BY-SA 3.0", None)


def test_votes_views_and_tags_are_those_of_the_api(read):
    _, (first, *_) = read("list_first_of_two.json", "list", number="1")
    post = read("question_31_first_page.html", "question", **first.note)[0][0]
    assert (post.signals.score, post.signals.views, post.signals.replies) == (5, 120, 3)
    assert post.tags == ("pump", "valve")


def test_answers_have_votes_an_order_and_one_is_accepted(read):
    posts, _ = read("question_31_first_page.html", "question", **ABOUT)
    answers = [post for post in posts if post.kind == "answer"]
    assert [(p.post_id, p.position, p.signals.score, p.accepted) for p in answers] == [
        ("ask:41", 1, -1, False),
        ("ask:42", 2, 1004, True),
    ]
    assert answers[1].url == f"{ADDRESS}?answer=42#post-id-42"
    assert answers[1].updated_at == datetime(2026, 4, 27, 13, tzinfo=UTC)
    assert answers[0].updated_at is None
    assert {(p.thread_id, p.parent_id) for p in answers} == {("ask:31", "ask:31")}


def test_a_comment_stands_below_what_it_is_said_to(read):
    posts, _ = read("question_31_first_page.html", "question", **ABOUT)
    (comment,) = [post for post in posts if post.kind == "comment"]
    assert (comment.post_id, comment.parent_id, comment.thread_id) == (
        "ask:c53",
        "ask:42",
        "ask:31",
    )
    assert (comment.text, comment.signals.score) == ("That worked, thanks.", 0)
    assert (comment.author.name, comment.position) == ("moira", 2)
    assert comment.created_at == datetime(2026, 4, 28, 13, tzinfo=UTC)


def test_where_comments_are_hidden_all_of_them_are_asked_for(read):
    posts, wishes = read("question_31_first_page.html", "question", **ABOUT)
    assert "ask:c51" not in {post.post_id for post in posts}
    assert wishes[0].kind == "comments"
    assert wishes[0].url == (
        f"{SITE}/en/post_comments/?post_id=31&post_type=question&avatar_size=0"
    )
    assert wishes[0].headers == {"X-Requested-With": "XMLHttpRequest"}
    assert wishes[0].note == COMMENTS


def test_comments_tell_who_is_staff(read):
    posts, _ = read("comments_all_of_a_question.json", "comments", **COMMENTS)
    assert [(p.post_id, p.author.roles, p.signals.score) for p in posts] == [
        ("ask:c51", ("staff",), 2),
        ("ask:c52", ("moderator",), 0),
    ]
    assert posts[0].text == "Which model?"
    assert posts[0].created_at == datetime(2026, 4, 27, 15, tzinfo=UTC)
    assert {p.licence for p in posts} == {"CC BY-SA 3.0"}


def test_further_answers_are_on_further_pages_and_the_question_is_read_once(read):
    _, wishes = read("question_31_first_page.html", "question", **ABOUT)
    further = wishes[-1]
    assert (further.kind, further.url) == ("question", f"{ADDRESS}?sort=oldest&page=2")
    posts, wishes = read("question_31_second_page.html", "question", **further.note)
    assert [(p.post_id, p.position) for p in posts] == [("ask:43", 3)]
    assert wishes == []


def test_what_belongs_to_everybody_has_no_author(read):
    note = ABOUT | {"page": "2", "position": "2"}
    ((wiki,), _) = read("question_31_second_page.html", "question", **note)
    assert (wiki.author, wiki.text) == (None, "See the manual.")


def test_a_whole_question_is_walked(page):
    def body(file):
        return page(f"askbot/{file}", "x", SITE).body

    listed = json.loads(body("list_first_of_two.json"))
    del listed["questions"][1]
    pages = {
        f"{SITE}/api/v1/questions/?sort=activity-desc&page=1": json.dumps(listed).encode(),
        f"{SITE}/api/v1/questions/?sort=activity-desc&page=2": b'{"pages": 2, "questions": []}',
        f"{ADDRESS}?sort=oldest&page=1": body("question_31_first_page.html"),
        f"{ADDRESS}?sort=oldest&page=2": body("question_31_second_page.html"),
        f"{SITE}/en/post_comments/?post_id=31&post_type=question&avatar_size=0": body(
            "comments_all_of_a_question.json"
        ),
    }
    ids = [post.post_id.removeprefix("ask:") for post in walk(ASK, EPOCH, pages)]
    assert ids == ["31", "41", "42", "c53", "c51", "c52", "43"]


@pytest.mark.parametrize(
    ("name", "was", "now"),
    [
        ("question_31_first_page", "<p>Buy a new one.</p>", "<p><img src='/x.png'></p>"),
        ("question_31_first_page", "That worked, <b>thanks</b>.", ""),
        ("question_31_first_page", "comment-body", "comment-form"),
        ("comments_all_of_a_question", "<p>The small one.</p>", ""),
    ],
)
def test_an_answer_or_a_comment_without_words_is_counted(name, was, now):
    assert left_out("askbot", name, was, now) == ["without words"]


# what has gone


def test_a_question_that_leads_elsewhere_is_not_for_guests_or_stands_in_another(page):
    other = page("askbot/question_31_first_page.html", "question", f"{SITE}/en/question/31/x/")
    note = ABOUT | {"row": ROW.replace("31", "32")}
    home = Page(kind="question", url=f"{SITE}/en/questions/", body=b"<html></html>", note=note)
    for led_to, why in (home, "private"), (replace(other, note=note), "repeats another"):
        assert list(ASK.read(led_to, EPOCH)) == [Dropped(why)]
        with pytest.raises(UnexpectedShapeError, match="question 32 is not on its page"):
            list(ASK.read(replace(led_to, url=f"{SITE}/en/question/32/x/"), EPOCH))


HELD = tuple(f"ask:{native}" for native in ("31", "42", "43", "c51", "c99"))


def test_questions_are_looked_for_by_the_api_which_says_404_where_they_have_gone(read):
    held = [Held(post_id=post_id, thread_id="ask:31", url=ADDRESS) for post_id in HELD]
    (wish,) = ASK.verify(held)
    assert (wish.url, wish.held, wish.optional) == (f"{SITE}/api/v1/questions/31/", HELD, True)
    _, (question,) = read("row_of_a_question.json", "row", wish.url, held=wish.held)
    assert (question.url, question.held) == (f"{ADDRESS}?sort=oldest&page=1", HELD)


def test_what_a_page_does_not_show_is_looked_for_on_the_others_in_turn(read):
    _, (comments,) = read("question_31_first_page.html", "question", held=HELD, **ABOUT)
    assert (comments.kind, comments.held) == ("comments", ("ask:43", "ask:c51", "ask:c99"))
    _, (further,) = read(
        "comments_all_of_a_question.json", "comments", held=comments.held, **comments.note
    )
    assert (further.kind, further.held) == ("question", ("ask:43", "ask:c99"))
    posts, wishes = read(
        "question_31_second_page.html", "question", held=further.held, **further.note
    )
    assert [post.post_id for post in posts] == ["ask:43"]
    assert wishes == []


def test_nothing_more_is_asked_for_once_all_have_been_seen(read):
    seen = ("ask:31", "ask:42")
    assert read("question_31_first_page.html", "question", held=seen, **ABOUT)[1] == []
