from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from contract import Post, Tombstone
from contract.errors import UnexpectedShapeError
from crawler.fetch import Fetch, Held, Page
from crawler.sources.hackernews import HackerNews, Options
from crawler.times import EPOCH
from tests.sources.recorded import left_out

SEARCH = "https://hn.algolia.com"
OFFICIAL = "https://hacker-news.firebaseio.com"
SITE = "https://news.ycombinator.com"
HN = HackerNews("hn", SEARCH, Options(queries=("kettlebrook",)))
NOON = 1777700100
"""When the oldest find of each canned page was written."""


@pytest.fixture
def read(page):
    """What a page says: posts by id, tombstones, wishes."""

    def opened(file, kind, **note):
        found = list(HN.read(page(f"hackernews/{file}", kind, f"{SEARCH}/x", **note), EPOCH))
        posts = {item.post_id: item for item in found if isinstance(item, Post)}
        rest = ([i for i in found if isinstance(i, wanted)] for wanted in (Tombstone, Fetch))
        return posts, *rest

    return opened


def query(wish):
    return {name: value[0] for name, value in parse_qs(urlsplit(wish.url).query).items()}


def window(before="", number=0):
    note = {"query": "kettlebrook", "after": "1000", "before": str(before), "page": str(number)}
    return {"kind": "search", **note}


# the walk


def test_each_query_begins_at_its_newest_finds(since):
    options = Options(queries=("kettlebrook", '"kettle 2"'), tags=("story", "author_wim"))
    first, second = HackerNews("hn", f"{SEARCH}/", options).start(since)
    assert first.url.startswith(f"{SEARCH}/api/v1/search_by_date?")
    assert query(first)["query"] == "kettlebrook"
    assert (query(second)["query"], query(second)["tags"]) == ('"kettle 2"', "story,author_wim")


def test_the_walk_reaches_back_as_far_as_threads_may_still_have_grown(since):
    (wish,) = HN.start(since)
    two_weeks_before = int(datetime(2026, 4, 1, tzinfo=UTC).timestamp())
    assert query(wish)["numericFilters"] == f"created_at_i>={two_weeks_before}"


def test_a_full_crawl_begins_at_the_beginning():
    (wish,) = HN.start(EPOCH)
    assert query(wish)["numericFilters"] == "created_at_i>=0"


def test_a_find_leads_to_the_thread_it_stands_in_and_each_thread_is_asked_for_once(read):
    _, _, wishes = read("search_first_window.json", **window())
    threads = [wish for wish in wishes if wish.kind == "thread"]
    assert [wish.url for wish in threads] == [
        f"{SEARCH}/api/v1/items/9100",
        f"{SEARCH}/api/v1/items/8000",
    ]
    assert all(wish.optional for wish in threads)


def test_the_next_window_ends_at_the_oldest_find_and_not_at_a_page_number(read):
    *_, wish = read("search_first_window.json", **window())[2]
    assert query(wish)["numericFilters"] == f"created_at_i>=1000,created_at_i<={NOON}"
    assert query(wish)["page"] == "0"
    assert wish.note["before"] == str(NOON)


def test_a_page_number_is_used_only_where_one_second_fills_a_page(read):
    *_, wish = read("search_all_in_one_second.json", **window(NOON))[2]
    assert query(wish)["numericFilters"] == f"created_at_i>=1000,created_at_i<={NOON}"
    assert query(wish)["page"] == "1"
    *_, wish = read("search_all_in_one_second.json", **window(NOON, 1))[2]
    assert wish.kind == "thread"  # of two pages this was the last


@pytest.mark.parametrize("file", ["search_last_window.json", "search_none.json"])
def test_the_walk_ends_where_there_is_no_more(read, file):
    assert {wish.kind for wish in read(file, **window())[2]} <= {"thread"}


# threads


def test_a_thread_is_read_whole_in_the_order_in_which_it_was_written(read):
    posts, _, _ = read("thread_of_a_question.json", "thread")
    assert [(p.post_id, p.kind, p.parent_id, p.position) for p in posts.values()] == [
        ("hn:9100", "question", None, 0),
        ("hn:9101", "comment", "hn:9100", 1),
        ("hn:9103", "comment", "hn:9100", 3),
        ("hn:9104", "comment", "hn:9101", 4),
        ("hn:9105", "comment", "hn:9102", 5),
    ]
    assert {post.thread_id for post in posts.values()} == {"hn:9100"}


def test_a_story_says_all_it_knows(read):
    story = read("thread_of_a_question.json", "thread")[0]["hn:9100"]
    assert story.title == "Ask HN: Which kettle for tea & why?"
    assert story.text == "I drink a lot of tea.\n\nWhich one boils at 80 'C?"
    assert story.url == f"{SITE}/item?id=9100"
    assert (story.signals.score, story.signals.replies) == (41, 5)
    assert story.created_at == datetime.fromtimestamp(NOON + 100, UTC)
    assert (story.accepted, story.licence, story.updated_at) == (None, None, None)
    assert (story.author.author_id, story.author.url) == (
        "hn:kettlefan",
        f"{SITE}/user?id=kettlefan",
    )


def test_points_of_a_comment_are_unknown_and_not_zero(read):
    comment = read("thread_of_a_question.json", "thread")[0]["hn:9103"]
    assert (comment.signals.score, comment.signals.replies) == (None, None)
    assert comment.title == ""


def test_code_and_links_in_a_comment_stay(read):
    comment = read("thread_of_a_question.json", "thread")[0]["hn:9101"]
    assert "```\nboil --at 80\n```" in comment.text
    assert 'href="https://kettlebrook.example.com/k2"' in comment.html


def test_a_link_is_what_its_story_says(read):
    (story,) = read("thread_of_a_link.json", "thread")[0].values()
    assert (story.kind, story.url) == ("post", f"{SITE}/item?id=8000")
    assert story.text == "https://kettlebrook.example.com/blog?a=1&b=2"
    assert story.signals.replies == 0


def test_a_deleted_comment_becomes_a_tombstone_and_its_replies_stay(read):
    posts, stones, _ = read("thread_of_a_question.json", "thread")
    assert stones == [Tombstone(post_id="hn:9102", state="deleted", reason="deleted by its author")]
    assert posts["hn:9105"].text == "Why so?"


def test_a_comment_opens_no_thread_and_leads_to_the_one_it_stands_in(read):
    posts, _, (wish,) = read("thread_of_a_lone_comment.json", "thread")
    assert posts == {}
    assert (wish.kind, wish.url) == ("thread", f"{SEARCH}/api/v1/items/5000")


@pytest.mark.parametrize(
    ("name", "was", "now", "why"),
    [
        ("thread_of_a_lone_comment", '"story_id": 5000', '"story_id": null', "of another kind"),
        ("thread_of_a_question", "Any pot will do.", "<p>", "without words"),
    ],
)
def test_a_comment_of_no_known_story_and_one_without_words_are_counted(name, was, now, why):
    assert left_out("hackernews", name, was, now) == [why]


# is it still there?


def held(native, position=0):
    return Held(
        post_id=f"hn:{native}",
        thread_id="hn:9100",
        url=f"{SITE}/item?id={native}",
        position=position,
    )


def test_each_post_is_asked_of_the_official_api():
    first, second = HN.verify([held(9100), held(9104, 4)])
    assert first.url == f"{OFFICIAL}/v0/item/9100.json"
    assert (second.kind, second.held) == ("item", ("hn:9104",))


@pytest.mark.parametrize(
    ("file", "post"), [("item_story.json", held(9100)), ("item_comment.json", held(9104, 4))]
)
def test_both_apis_speak_of_the_same_post(read, file, post):
    (wish,) = HN.verify([post])
    official = read(file, "item", **wish.note)[0][post.post_id]
    found = read("thread_of_a_question.json", "thread")[0][post.post_id]
    assert (official.text, official.title, official.html) == (found.text, found.title, found.html)
    assert (official.thread_id, official.parent_id) == (found.thread_id, found.parent_id)
    assert (official.kind, official.position) == (found.kind, found.position)
    assert (official.author, official.created_at) == (found.author, found.created_at)


def test_the_official_api_tells_the_points_of_today(read):
    signals = read("item_story.json", "item", thread="9100", position="0")[0]["hn:9100"].signals
    assert (signals.score, signals.replies) == (44, 6)


@pytest.mark.parametrize(
    ("file", "state"), [("item_deleted.json", "deleted"), ("item_dead.json", "removed")]
)
def test_deleted_and_dead_posts_become_tombstones(read, file, state):
    posts, (stone,), _ = read(file, "item", thread="9100", position="2")
    assert (posts, stone.state) == ({}, state)


def test_null_is_the_word_for_a_post_that_is_not_there():
    (wish,) = HN.verify([held(9100)])
    null = Page(kind="item", url=wish.url, body=b"null\n", note=wish.note, held=wish.held)
    assert list(HN.read(null, EPOCH)) == []
    unasked = Page(kind="item", url=wish.url, body=b"null", note=wish.note)
    with pytest.raises(UnexpectedShapeError, match=r"item/9100\.json"):
        list(HN.read(unasked, EPOCH))
