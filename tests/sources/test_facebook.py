import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from contract import Post, Signals, Tombstone
from contract.errors import SettingsError, SourceError, UnexpectedShapeError
from crawler.fetch import Fetch, Held
from crawler.sources.facebook import BATCH, Facebook, Options
from crawler.times import EPOCH
from tests.sources.recorded import left_out

API = "https://graph.example.com/v25.0"
PAGE = Facebook("fb", f"{API}/", Options(page="kettlebrook"), "t0ken")
THREAD = {"thread": "9001_1", "first": "1"}
ASKED = [("9001_1", "9001_1", 0), ("1_12", "9001_1", 5), ("1_16", "9001_1", 6), ("1_13", "x", 7)]


@pytest.fixture
def read(page):
    """What a page says: posts by id, states of tombstones by id, and wishes."""

    def opened(file, kind, *, since=EPOCH, headers=None, body=None, **note):
        recorded = page(f"facebook/{file}", kind, f"{API}/{kind}", headers, **note)
        found = list(PAGE.read(recorded if body is None else replace(recorded, body=body), since))
        posts = {item.post_id: item for item in found if isinstance(item, Post)}
        stones = {item.post_id: item.state for item in found if isinstance(item, Tombstone)}
        return posts, stones, [item for item in found if isinstance(item, Fetch)]

    return opened


def of(native, thread="9001_1", position=0):
    return Held(post_id=f"fb:{native}", thread_id=f"fb:{thread}", url="", position=position)


# credentials


def test_without_a_token_nothing_begins_and_nothing_is_asked_again():
    source = Facebook("fb", API, Options(page="kettlebrook"))
    for begin in (lambda: source.start(EPOCH), lambda: source.verify([of("9001_1")])):
        with pytest.raises(SettingsError, match="fb: nothing is gathered without"):
            list(begin())


def test_the_token_is_added_last_and_to_batches_too():
    (feed,) = PAGE.start(EPOCH)
    assert PAGE.sign(feed).url == f"{feed.url}&access_token=t0ken"
    (batch,) = PAGE.verify([of("9001_1")])
    assert PAGE.sign(batch).url == f"{API}/?access_token=t0ken#9001_1"


def test_a_link_to_the_next_page_loses_the_token_that_facebook_writes_into_it(read):
    *_, onward = read("feed_of_a_page.json", "feed")[2]
    assert parse_qs(urlsplit(onward.url).query) == {
        "fields": ["id,message"],
        "limit": ["100"],
        "until": ["1624385168"],
        "__paging_token": ["tok"],
    }


def test_everything_is_asked_for_again_every_day():
    assert Facebook.verify_within == timedelta(hours=24)


# posts


def test_a_post_says_all_it_knows(read):
    post = read("feed_of_a_page.json", "feed")[0]["fb:9001_1"]
    assert (post.text, post.kind, post.title) == ("Firmware 7 is out\nRead on.", "post", "")
    assert post.created_at == datetime(2026, 5, 1, 8, tzinfo=UTC)
    assert post.updated_at is None  # a comment changes `updated_time`, too
    assert post.signals == Signals(likes=14, shares=2, replies=3)
    assert post.url == "https://www.facebook.com/9001/posts/1/"


def test_the_page_is_staff_and_its_visitors_are_not(read):
    posts = read("feed_of_a_page.json", "feed")[0]
    ours, theirs = posts["fb:9001_1"].author, posts["fb:9001_2"].author
    assert (ours.roles, ours.url) == (("staff",), "https://www.facebook.com/9001")
    assert (theirs.author_id, theirs.name, theirs.roles) == ("fb:7001", "Wim Dekker", ())
    assert theirs.url is None


def test_what_is_not_for_everybody_is_not_kept_nor_asked_about(read):
    posts, stones, wishes = read("feed_of_a_page.json", "feed")
    assert stones == {f"fb:9001_{n}": "hidden" for n in (3, 4, 5)}
    assert stones.keys().isdisjoint(posts)
    assert "9001_3" not in repr(wishes)


def test_a_picture_without_a_word_is_no_post(read):
    posts, stones, _ = read("feed_of_a_page.json", "feed")
    assert "fb:9001_6" not in {*posts, *stones}


def test_an_older_post_is_read_again_where_something_is_new_below_it(read, since):
    posts, _, wishes = read("feed_of_a_page.json", "feed", since=since)
    assert "fb:9001_7" in posts
    assert "fb:9001_8" not in posts
    assert [urlsplit(wish.url).path for wish in wishes] == [
        "/v25.0/9001_1/comments",
        "/v25.0/9001_7/comments",
        "/v25.0/9001/feed",
    ]


def test_a_feed_ends_where_no_new_comments_are_looked_for(read):
    since = datetime(2026, 5, 12, tzinfo=UTC)
    assert read("feed_of_a_page.json", "feed", since=since)[2] == []


@pytest.mark.parametrize(
    ("usage", "wait_s"),
    [
        ('{"call_count": 95, "total_time": 3, "total_cputime": 2}', 300.0),
        ('{"call_count": 20, "total_time": 3, "total_cputime": 2}', 0.0),
        ("[1]", 0.0),
    ],
)
def test_it_slows_down_before_the_hour_is_used_up(read, usage, wait_s):
    *_, onward = read("feed_of_a_page.json", "feed", headers={"x-app-usage": usage})[2]
    assert onward.wait_s == wait_s


# comments


def test_comments_stand_below_the_post_and_replies_below_what_they_answer(read):
    posts, stones, _ = read("comments_on_a_post.json", "comments", **THREAD)
    assert [(p.post_id, p.parent_id, p.position, p.kind) for p in posts.values()] == [
        ("fb:1_11", "fb:9001_1", 1, "comment"),
        ("fb:1_12", "fb:1_11", 2, "comment"),
        ("fb:1_15", "fb:1_11", 5, "comment"),
    ]
    assert {post.thread_id for post in posts.values()} == {"fb:9001_1"}
    assert posts["fb:1_12"].author.roles == ("staff",)
    assert posts["fb:1_11"].signals == Signals(likes=3)
    assert stones == {"fb:1_13": "hidden", "fb:1_14": "hidden"}


def test_a_comment_without_an_id_is_known_by_its_address(read):
    post = read("comments_on_a_post.json", "comments", **THREAD)[0]["fb:1_15"]
    assert (post.text, post.author) == ("No id here", None)


def test_a_comment_with_neither_is_named_by_its_page(read):
    body = json.dumps({"data": [{"created_time": "2026-05-01T08:00:00+0000", "message": "x"}]})
    with pytest.raises(UnexpectedShapeError, match=f"{API}/comments: a comment has neither"):
        read("comments_on_a_post.json", "comments", body=body.encode(), **THREAD)


def test_comments_go_on_counting_on_the_next_page(read):
    (onward,) = read("comments_on_a_post.json", "comments", **THREAD)[2]
    assert (onward.kind, onward.note) == ("comments", {"thread": "9001_1", "first": "6"})
    assert "after=a" in onward.url


@pytest.mark.parametrize(
    ("name", "was", "now"),
    [("feed_of_a_page", "", ""), ("comments_on_a_post", "Does it fit mine?", " ")],
)
def test_a_picture_or_a_sticker_without_a_word_is_counted(name, was, now):
    assert left_out("facebook", name, was, now) == ["without words"]


# once more


def test_posts_and_comments_are_asked_for_fifty_at_a_time():
    held = [of("9001_1"), *(of(f"1_{n}", position=n) for n in range(1, BATCH + 1))]
    first, second = PAGE.verify(held)
    questions = json.loads(parse_qs(first.body)["batch"][0])
    assert len(questions) == BATCH
    assert questions[0]["relative_url"].startswith("9001_1?fields=id,message,created_time,updated")
    assert "is_private" in questions[1]["relative_url"]
    assert second.held == (f"fb:1_{BATCH}",)
    assert first.url != second.url


def test_each_has_an_answer_of_its_own(read):
    posts, stones, wishes = read("batch_of_some.json", "batch", asked=json.dumps(ASKED))
    assert {post_id: post.position for post_id, post in posts.items()} == {
        "fb:9001_1": 0,
        "fb:1_12": 5,
    }
    assert stones == {"fb:1_16": "gone", "fb:1_13": "hidden"}
    assert wishes == []


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ({"code": 400, "body": '{"error": {"code": 190, "message": "Expired."}}'}, "says 190: Exp"),
        ({"code": 403, "body": '{"error": {"code": 10, "message": "No."}}'}, "says 10: No"),
        (
            {"code": 400, "body": '{"error": {"code": 100, "message": "Bad field."}}'},
            "says 100: Bad",
        ),
        (None, "took too long over 9001_1"),
    ],
)
def test_a_refusal_that_is_of_no_post_buries_none(read, reply, said):
    body = json.dumps([reply]).encode()
    with pytest.raises(SourceError, match=said):
        read("batch_of_some.json", "batch", body=body, asked=json.dumps(ASKED[:1]))
