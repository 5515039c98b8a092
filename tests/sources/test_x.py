import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from contract import Post, Signals, Tombstone
from contract.errors import SettingsError, SourceError, UnexpectedShapeError
from crawler.fetch import Fetch, Held
from crawler.sources.x import BATCH, Options, X
from crawler.times import EPOCH
from tests.sources.recorded import left_out

API = "https://api.example.com"
OPTIONS = Options(queries=("kettlebrook -is:retweet",), users=("501",), pages=2)
SOURCE = X("x", f"{API}/", OPTIONS, "t0ken")
FIRST = f"{API}/2/tweets/search/recent?query=kettlebrook"
SEARCH = {"by": "next_token", "first": FIRST, "number": "1"}
QUESTION = "x:1917800000000000001"


@pytest.fixture
def read(page):
    """What a page says: posts by id, states of tombstones by id, and wishes."""

    def opened(file, kind="list", *, since=EPOCH, source=SOURCE, headers=None, held=(), **note):
        recorded = page(f"x/{file}", kind, f"{API}/{kind}", headers, **{**SEARCH, **note})
        found = list(source.read(replace(recorded, held=held), since))
        posts = {item.post_id: item for item in found if isinstance(item, Post)}
        stones = {item.post_id: item.state for item in found if isinstance(item, Tombstone)}
        return posts, stones, [item for item in found if isinstance(item, Fetch)]

    return opened


def asked(wish):
    return {name: values[0] for name, values in parse_qs(urlsplit(wish.url).query).items()}


def of(native, thread=None, position=0):
    return Held(post_id=f"x:{native}", thread_id=f"x:{thread or native}", url="", position=position)


# credentials, and what they cost


def test_without_a_token_nothing_begins_and_nothing_is_asked_again():
    source = X("x", API, OPTIONS)
    for begin in (lambda: source.start(EPOCH), lambda: source.verify([of("1")])):
        with pytest.raises(SettingsError, match="x: nothing is gathered without"):
            list(begin())


def test_what_was_deleted_or_protected_is_learned_within_a_day():
    assert X.verify_within == timedelta(hours=24)


def test_it_begins_with_searches_and_with_what_accounts_wrote():
    search, timeline = SOURCE.start(EPOCH)
    assert asked(search)["query"] == "kettlebrook -is:retweet"
    assert urlsplit(timeline.url).path == "/2/users/501/tweets"
    assert "edit_history_tweet_ids" in asked(timeline)["tweet.fields"]


def test_a_list_goes_on_by_its_token_as_far_as_the_owner_pays(read):
    *_, onward = read("list_of_a_search.json")[2]
    assert (onward.url, onward.note["number"]) == (f"{FIRST}&next_token=b26v89", "2")
    *_, last = read("list_of_a_search.json", number="2")[2]
    assert "next_token" not in last.url


def test_a_list_ends_where_it_reaches_back_too_far(read, since):
    posts, _, wishes = read("list_half_old.json", since=since)
    assert [post.text for post in posts.values()] == ["Just inside"]
    assert wishes == []


def test_an_empty_answer_is_an_answer(read):
    assert read("list_of_nothing.json") == ({}, {}, [])


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "1777622700"}, 300.0),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "soon"}, 0.0),
        ({"x-rate-limit-remaining": "7", "x-rate-limit-reset": "1777622700"}, 0.0),
    ],
)
def test_the_last_answer_of_a_window_asks_to_wait_for_the_next(read, headers, wait_s):
    date = {"date": "Fri, 01 May 2026 08:00:00 GMT"}
    *_, onward = read("list_of_a_search.json", headers={**headers, **date})[2]
    assert onward.wait_s == wait_s


# posts


def test_a_post_says_all_it_knows(read):
    post = read("list_of_a_search.json")[0][QUESTION]
    assert post.text == "My pump hums & no water #kettlebrook https://help.kettlebrook.example/pump"
    assert post.url == "https://x.com/wim_d/status/1917800000000000001"
    assert (post.author.author_id, post.author.name) == ("x:502", "Wim Dekker")
    assert post.signals == Signals(likes=4, shares=1, replies=2, views=90)
    assert (post.tags, post.language) == (("kettlebrook",), "en")
    assert post.created_at == datetime(2026, 5, 1, 8, 10, tzinfo=UTC)
    assert (post.updated_at, post.accepted) == (None, None)


def test_a_long_post_is_read_to_its_end(read):
    post = read("list_of_a_search.json")[0]["x:1917800000000000011"]
    assert post.text == "A long one, told to its very end: https://example.com/end"
    assert post.language is None


def test_an_edited_post_is_known_by_its_first_version_and_shows_its_last(read):
    post = read("list_of_a_search.json")[0]["x:2050123053265846272"]
    assert post.text == "Ganz neu und jetzt richtig"
    assert post.url.endswith("/status/2050130603013046272")
    assert post.updated_at == datetime(2026, 5, 1, 8, 30, tzinfo=UTC)
    assert post.created_at == datetime(2026, 5, 1, 8, tzinfo=UTC)  # its id tells
    assert (post.thread_id, post.parent_id) == (post.post_id, None)


def test_an_older_version_leads_to_the_present_one_and_is_not_kept(read):
    posts, _, wishes = read("list_of_a_search.json")
    assert "An older version" not in repr(posts)
    assert asked(wishes[0])["ids"] == "1917800000000000010"


def test_reposts_are_not_kept_nor_what_is_not_for_everybody(read):
    posts, stones, _ = read("list_of_a_search.json")
    assert "RT @" not in repr(posts)
    assert stones == {"x:1917800000000000005": "hidden", "x:1917800000000000006": "hidden"}


def test_without_its_author_a_post_is_still_a_post(read):
    (post,) = read("list_without_expansions.json")[0].values()
    assert (post.author, post.created_at) == (None, None)
    assert post.url == "https://x.com/i/status/1293593516040269999"
    assert post.signals == Signals()


@pytest.mark.parametrize(
    ("name", "was", "why"),
    [
        ("list_of_a_search", "", "repeats another"),
        ("posts_by_id", "@wim_d Hold both keys.", "without words"),
    ],
)
def test_reposts_and_posts_without_words_are_counted(name, was, why):
    assert left_out("x", name, was) == [why]


# conversations


def test_a_reply_stands_in_the_conversation_below_what_it_answers(read):
    posts, _, _ = read("list_of_a_search.json")
    reply, other = posts["x:1917800000000000002"], posts["x:1917800000000000003"]
    assert (reply.thread_id, reply.parent_id, reply.position) == (QUESTION, QUESTION, 1)
    assert (other.thread_id, other.parent_id) == (
        "x:1917700000000000000",
        "x:1917700000000000009",
    )


def test_the_rest_of_a_conversation_is_looked_for_and_the_post_that_opened_it(read):
    wishes = read("list_of_a_search.json")[2]
    assert asked(wishes[1])["ids"] == "1917700000000000000"
    assert [asked(wish)["query"] for wish in wishes[2:4]] == [
        "conversation_id:1917800000000000001",
        "conversation_id:1917700000000000000",
    ]


def test_a_conversation_does_not_lead_to_itself_and_may_be_left_alone(read, page):
    own = X("x", API, replace(OPTIONS, conversations=False), "t0ken")
    assert "conversation_id%3A" not in repr(read("list_of_a_search.json", source=own)[2])
    url = f"{API}/2/tweets/search/recent?query=conversation_id%3A19"
    found = SOURCE.read(page("x/list_of_a_search.json", "list", url, **SEARCH), EPOCH)
    assert "conversation_id%3A" not in repr([item for item in found if isinstance(item, Fetch)])


def test_no_conversation_is_looked_for_where_the_search_does_not_reach(read):
    late = {"date": "Sat, 09 May 2026 08:00:00 GMT"}
    assert "conversation_id%3A" not in repr(read("list_of_a_search.json", headers=late)[2])


# once more


def test_posts_are_asked_for_a_hundred_at_a_time():
    first, second = SOURCE.verify([of(str(n), position=n) for n in range(BATCH + 1)])
    assert asked(first)["ids"].count(",") == BATCH - 1
    assert second.held == (f"x:{BATCH}",)
    assert not first.optional


EDITED = "x:2050123053265846272"
HELD = (EDITED, *(f"x:19178000000000000{n}" for n in ("01", "02", "20", "21")))
POSITIONS = json.dumps({"1917800000000000002": 5})


def test_x_says_of_each_post_what_has_become_of_it(read):
    posts, stones, wishes = read("posts_by_id.json", "posts", held=HELD, positions=POSITIONS)
    assert {post_id: post.position for post_id, post in posts.items()} == {
        QUESTION: 0,
        "x:1917800000000000002": 5,
    }
    assert stones == {"x:1917800000000000020": "gone", "x:1917800000000000021": "hidden"}
    (newer,) = wishes
    assert (asked(newer)["ids"], newer.held) == (
        "2050130603013046272",
        (EDITED,),
    )


def test_no_word_of_a_post_is_no_word_that_it_has_gone(read):
    with pytest.raises(UnexpectedShapeError, match="says nothing of x:77"):
        read("posts_by_id.json", "posts", held=(*HELD, "x:77"), positions="{}")


def test_trouble_that_is_of_no_post_buries_none(page):
    told = {"errors": [{"title": "Service Unavailable", "detail": "Later.", "type": "about:blank"}]}
    recorded = page("x/posts_by_id.json", "posts", f"{API}/x", positions="{}")
    with pytest.raises(SourceError, match="Service Unavailable: Later"):
        list(SOURCE.read(replace(recorded, body=json.dumps(told).encode(), held=HELD), EPOCH))
