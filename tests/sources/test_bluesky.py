import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from contract import Post, Tombstone
from contract.errors import UnexpectedShapeError
from crawler.fetch import Dropped, Fetch, Held, Page
from crawler.sources.bluesky import BATCH, Bluesky, Options
from crawler.times import EPOCH
from tests.sources.recorded import left_out

SITE = "https://public.api.example.com"
API = f"{SITE}/xrpc/app.bsky.feed."
SKY = Bluesky("sky", SITE, Options(accounts=("help.kettlebrook.example",)))
SIGNED = Bluesky("sky", SITE, Options(queries=("kettle",)), "s3cret")
QUESTION = "at://did:plc:moira/app.bsky.feed.post/3km0001"
GONE = "at://did:plc:moira/app.bsky.feed.post/3kmgone"
ORPHAN = "at://did:plc:kettlebrook/app.bsky.feed.post/3kk0109"
LATER = datetime(2026, 5, 2, tzinfo=UTC)
FIRST = {"first": f"{API}getAuthorFeed?actor=x&limit=100"}
THREAD = {"root": QUESTION, "position": "0", "known": "[]"}


@pytest.fixture
def read(page):
    """What a page says: posts, tombstones and wishes."""

    def opened(file, since=EPOCH, source=SKY, **note):
        kind = file.partition("_")[0]
        found = list(source.read(page(f"bluesky/{file}", kind, f"{SITE}/{file}", **note), since))
        return tuple(
            [item for item in found if isinstance(item, wanted)]
            for wanted in (Post, Tombstone, Fetch)
        )

    return opened


@pytest.fixture
def feed(read):
    """Posts of the feed with one of each sort, by what they say."""
    posts, _, _ = read("feed_all_sorts.json", **FIRST)
    return {post.post_id.rpartition("/")[2]: post for post in posts}


def asked(wish):
    return parse_qs(urlsplit(wish.url).query)


# where it begins


def test_the_crawl_begins_at_each_account_search_and_hashtag(since):
    options = Options(accounts=("@help.kettlebrook.example",), queries=("model 7",), tags=("#tea",))
    feed, search, tag = Bluesky("sky", f"{SITE}/", options).start(since)
    assert feed.url == (
        f"{API}getAuthorFeed?actor=help.kettlebrook.example&filter=posts_with_replies&limit=100"
    )
    latest = {"sort": ["latest"], "since": ["2026-04-15T00:00:00Z"], "limit": ["100"]}
    assert asked(search) == {"q": ["model 7"], **latest}
    assert asked(tag) == {"q": ["#tea"], "tag": ["tea"], **latest}
    assert [wish.kind for wish in (feed, search, tag)] == ["feed", "search", "search"]


# lists


def test_a_feed_goes_on_by_its_cursor(read):
    _, _, wishes = read("feed_all_sorts.json", **FIRST)
    older = wishes[-1]
    assert (older.kind, older.note) == ("feed", FIRST)
    assert older.url == f"{FIRST['first']}&cursor=2026-05-01T06%3A00%3A00Z%2Fnext%2B1"


def test_a_feed_ends_where_it_reaches_back_too_far(read, since):
    posts, _, wishes = read("feed_half_old.json", since, **FIRST)
    assert [post.text for post in posts] == ["Just inside."]
    assert wishes == []


def test_what_is_pinned_or_passed_on_does_not_end_a_feed_before_its_time(read, since):
    posts, _, wishes = read("feed_old_pinned_and_reposted.json", since, **FIRST)
    assert [post.text for post in posts] == ["New."]
    assert [wish.kind for wish in wishes] == ["feed"]


def test_an_empty_feed_is_at_its_end(read):
    assert read("feed_empty.json", **FIRST) == ([], [], [])


def test_a_search_has_a_second_page_only_with_a_key(read):
    first = {"first": f"{API}searchPosts?q=kettle"}
    assert read("search_not_for_everybody.json", **first)[2] == []
    _, _, (wish,) = read("search_not_for_everybody.json", source=SIGNED, **first)
    assert (wish.kind, wish.url) == ("search", f"{API}searchPosts?q=kettle&cursor=100")
    assert read("search_last_page.json", source=SIGNED, **first)[2] == []


def test_a_repost_is_not_a_second_post(read):
    found = read("feed_all_sorts.json", **FIRST)
    assert "3km0009" not in repr(found)


@pytest.mark.parametrize(
    ("name", "was", "now", "why"),
    [
        ("feed_all_sorts", "", "", ["without words", "repeats another"]),
        ("thread_of_a_question", '"notFound": true', '"list": "x"', ["of another kind"]),
    ],
)
def test_pictures_without_words_reposts_and_what_is_unknown_are_counted(name, was, now, why):
    assert left_out("bluesky", name, was, now) == why


def test_a_repost_of_an_earlier_crawl_is_not_counted_again(page, since):
    feed = page("bluesky/feed_old_pinned_and_reposted.json", "feed", SITE, **FIRST)
    reposts = [list(SKY.read(feed, at)).count(Dropped("repeats another")) for at in (since, LATER)]
    assert reposts == [1, 0]


# what a post says


def test_a_post_says_all_it_knows(feed):
    post = feed["3kk0101"]
    assert post.post_id == "sky:did:plc:kettlebrook/3kk0101"
    assert (post.thread_id, post.parent_id, post.position) == (post.post_id, None, 0)
    assert (post.kind, post.title, post.accepted, post.updated_at) == ("post", "", None, None)
    assert post.url == "https://bsky.app/profile/did:plc:kettlebrook/post/3kk0101"
    assert post.global_id == "at://did:plc:kettlebrook/app.bsky.feed.post/3kk0101"
    assert (post.signals.likes, post.signals.shares, post.signals.replies) == (3, 2, 0)
    assert post.signals.score is None
    assert post.created_at == datetime(2026, 5, 3, 10, tzinfo=UTC)
    assert (post.language, post.tags) == ("en", ("kettle", "espresso"))


def test_links_are_counted_in_bytes_also_behind_an_emoji(feed):
    assert feed["3kk0101"].text.startswith("☕️👩")
    assert (
        '<a href="https://help.kettlebrook.example/en/descaling?step=1&amp;all=yes"'
        ' rel="nofollow ugc noopener">help.kettlebrook.example/en/desc…</a>'
    ) in feed["3kk0101"].html
    mention = '<a href="https://bsky.app/profile/did:plc:moira" rel="nofollow ugc noopener">'
    assert f"{mention}@moira.bsky.social</a> #espresso" in feed["3kk0101"].html


def test_a_link_that_fits_no_words_is_only_text(feed):
    assert feed["3kk0102"].text == "Naïve <b>facets</b> 🫖 end"
    assert feed["3kk0102"].html == (
        'Naïve <a href="https://kettlebrook.example/a" rel="nofollow ugc noopener">'
        "&lt;b&gt;facets&lt;/b&gt;</a> 🫖 end"
    )


def test_a_picture_is_a_post_only_where_it_says_something(feed):
    assert "3kk0103" not in feed
    assert feed["3kk0104"].text == "The new basket\n\nA basket with <two> rows of holes"


def test_what_is_quoted_is_not_this_authors_text(feed):
    assert "Words of another" not in repr(feed)


def test_a_language_is_known_where_an_author_names_one_alone(feed):
    assert (feed["3kk0104"].language, feed["3kk0102"].language) == ("pt", None)


def test_a_date_is_never_later_than_when_the_post_was_first_seen(feed):
    assert feed["3kk0105"].created_at == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert feed["3kk0106"].created_at == datetime(2026, 5, 1, 9, tzinfo=UTC)


# what may be shown


def test_what_is_labelled_not_to_be_shown_is_not_kept(read):
    posts, stones, _ = read("search_not_for_everybody.json", first="")
    assert [post.post_id.rpartition("/")[2] for post in posts] == [
        "3km0401", "3km0407", "3km0408", "3kd0409",
    ]  # fmt: skip
    assert [(stone.post_id, stone.state, stone.reason) for stone in stones] == [
        ("sky:did:plc:shy/3ks0402", "hidden", "labelled !no-unauthenticated"),
        ("sky:did:plc:moira/3km0403", "hidden", "labelled graphic-media"),
        ("sky:did:plc:moira/3km0404", "hidden", "labelled !hide"),
        ("sky:did:plc:moira/3km0405", "hidden", "labelled spam"),
        ("sky:did:plc:moira/3km0406", "hidden", "labelled !warn"),
    ]
    assert "secret" not in repr((posts, stones))


# threads


def test_threads_are_read_from_their_first_posts_asked_for_together(read):
    _, _, (roots, _) = read("feed_all_sorts.json", **FIRST)
    assert roots.kind == "roots"
    asking, answer = (f"at://did:plc:kettlebrook/app.bsky.feed.post/3kk010{n}" for n in (7, 8))
    assert asked(roots)["uris"] == [asking, QUESTION, GONE]
    assert json.loads(roots.note["by"]) == {
        asking: [],
        QUESTION: [answer],
        GONE: [ORPHAN],
    }


def test_replies_are_not_kept_before_their_thread_is_known(feed):
    assert not {"3kk0107", "3kk0108", "3kk0109"} & set(feed)


def test_a_thread_whose_first_post_has_gone_is_read_from_the_replies_we_know(read):
    by = json.dumps({QUESTION: [], GONE: [ORPHAN]})
    posts, (stone,), wishes = read("roots_one_gone.json", by=by)
    assert [post.post_id for post in posts] == ["sky:did:plc:moira/3km0001"]
    assert (stone.post_id, stone.state) == ("sky:did:plc:moira/3kmgone", "gone")
    assert [(asked(wish)["uri"], wish.note["root"], wish.note["position"]) for wish in wishes] == [
        ([QUESTION], QUESTION, "0"),
        ([ORPHAN], GONE, "1"),
    ]
    assert all(wish.optional for wish in wishes)


def test_replies_stand_under_what_they_answer_in_the_order_they_were_written(read):
    posts, _, _ = read("thread_of_a_question.json", **THREAD)
    told = [(p.post_id[4:], p.parent_id and p.parent_id[4:], p.position) for p in posts]
    assert told == [
        ("did:plc:moira/3km0001", None, 0),
        ("did:plc:kettlebrook/3kk0603", "did:plc:moira/3km0001", 3),
        ("did:plc:moira/3km0604", "did:plc:kettlebrook/3kk0603", 4),
        ("did:web:wim.example/3kw0602", "did:plc:moira/3km0001", 5),
    ]
    assert {post.thread_id for post in posts} == {"sky:did:plc:moira/3km0001"}


def test_a_thread_tells_what_it_does_not_show(read):
    _, stones, _ = read("thread_of_a_question.json", **THREAD)
    assert [(stone.post_id, stone.state) for stone in stones] == [
        ("sky:did:plc:shy/3ks0606", "hidden"),
        ("sky:did:web:wim.example/3kw0605", "gone"),
        ("sky:did:plc:shy/3ks0607", "hidden"),
    ]
    assert "block each other" in stones[0].reason


def test_a_thread_that_has_gone_in_the_meantime_is_a_200_all_the_same(read):
    posts, (stone,), wishes = read("thread_not_found.json", **THREAD)
    assert (posts, wishes) == ([], [])
    assert (stone.post_id, stone.state) == ("sky:did:plc:moira/3km0001", "gone")


def test_a_thread_goes_on_where_it_was_cut_off(read):
    _, _, (wish,) = read("thread_of_a_question.json", **THREAD)
    thanks = "at://did:plc:moira/app.bsky.feed.post/3km0604"
    assert (wish.kind, asked(wish)["uri"], wish.note["position"]) == ("thread", [thanks], "4")
    posts, _, wishes = read("thread_going_on_deeper.json", **wish.note)
    assert [(post.text, post.position) for post in posts] == [
        ("That was it!", 4),
        ("Glad to hear it.", 5),
        ("Good to know.", 6),
    ]
    assert wishes == []


def test_a_thread_that_counts_more_than_it_shows_is_not_asked_for_for_ever(read):
    assert read("thread_that_counts_more_than_it_shows.json", **THREAD)[2] == []


def test_a_reply_stays_in_its_thread_though_the_first_post_has_gone(read):
    note = {"root": GONE, "position": "1", "known": "[]"}
    posts, _, _ = read("thread_of_a_reply_whose_root_has_gone.json", **note)
    assert [(post.thread_id, post.position) for post in posts] == [
        ("sky:did:plc:moira/3kmgone", 1),
        ("sky:did:plc:moira/3kmgone", 2),
    ]


def test_a_reply_we_know_of_is_asked_for_where_its_thread_does_not_show_it(read):
    shown = "at://did:plc:kettlebrook/app.bsky.feed.post/3kk0603"
    known = json.dumps([shown, ORPHAN])
    _, _, (_, wish) = read("thread_of_a_question.json", **{**THREAD, "known": known})
    assert (wish.kind, asked(wish)["uris"]) == ("posts", [ORPHAN])
    assert json.loads(wish.note["positions"]) == {"did:plc:kettlebrook/3kk0109": 7}


def test_a_record_that_claims_nonsense_stands_alone_or_under_its_thread(read):
    posts, _, _ = read("posts_again.json", positions="{}")
    claims = {post.text: (post.thread_id[4:], post.parent_id) for post in posts[2:]}
    assert claims == {
        "I answer myself.": ("did:plc:moira/3km0901", None),
        "I answer a list.": ("did:plc:moira/3km0902", None),
        "My parent is myself.": ("did:plc:moira/3km0001", "sky:did:plc:moira/3km0001"),
    }


# does it still stand?


def held(number):
    post_id = f"sky:did:plc:moira/{number}"
    return Held(post_id=post_id, thread_id="sky:did:plc:moira/3km0001", url="", position=number)


def test_posts_are_asked_for_again_as_many_at_a_time_as_the_service_gives():
    first, second = SKY.verify([held(number) for number in range(BATCH + 1)])
    assert (len(first.held), second.held) == (25, ("sky:did:plc:moira/25",))
    assert asked(second)["uris"] == ["at://did:plc:moira/app.bsky.feed.post/25"]
    assert first.url.startswith(f"{API}getPosts?uris=at%3A%2F%2Fdid%3Aplc%3Amoira%2F")


def test_asked_for_again_a_post_stands_where_it_stood(page):
    post_id = "sky:did:plc:kettlebrook/3kk0603"
    one = Held(post_id=post_id, thread_id="sky:did:plc:moira/3km0001", url="", position=9)
    gone = Held(post_id="sky:did:plc:moira/3kmgone", thread_id="sky:x", url="", position=0)
    (wish,) = SKY.verify([one, gone])
    body = page("bluesky/posts_again.json", "posts", SITE).body
    again = Page(kind=wish.kind, url=wish.url, body=body, note=wish.note, held=wish.held)
    shown = {item.post_id: item for item in SKY.read(again, EPOCH)}
    assert (shown[post_id].position, shown[post_id].signals.likes) == (9, 7)
    assert gone.post_id not in shown


# people


def test_a_handle_that_is_a_domain_says_whose_site_it_is(feed, read):
    author = feed["3kk0101"].author
    assert (author.author_id, author.name) == ("sky:did:plc:kettlebrook", "Kettlebrook Support")
    assert author.url == "https://bsky.app/profile/did:plc:kettlebrook"
    assert author.profiles == ("https://help.kettlebrook.example",)
    thread, _, _ = read("thread_of_a_question.json", **THREAD)
    wim = thread[-1].author
    assert (wim.name, wim.profiles) == ("wim.example", ("https://wim.example",))


def test_a_handle_of_the_service_or_one_that_does_not_check_proves_nothing(read):
    ((lost,), _, _) = read("search_last_page.json", first="")
    assert (lost.author.name, lost.author.profiles) == ("Somebody", ())
    posts, _, _ = read("search_not_for_everybody.json", first="")
    assert posts[0].author.profiles == ()


def test_an_account_that_calls_itself_a_bot_is_one(read):
    posts, _, _ = read("search_not_for_everybody.json", first="")
    assert [post.author.roles for post in posts] == [(), (), (), ("bot",)]


# what goes wrong


@pytest.mark.parametrize(
    ("file", "kind", "what"),
    [
        ("error_not_found.json", "thread", "`thread`"),
        ("error_a_feed_is_no_post.json", "posts", r"matching regex .*\$\.posts\[0\]\.uri"),
    ],
)
def test_a_page_of_another_shape_is_named(page, file, kind, what):
    other = page(f"bluesky/{file}", kind, f"{SITE}/x", positions="{}", **THREAD)
    with pytest.raises(UnexpectedShapeError, match=f"{SITE}/x: .*{what}"):
        list(SKY.read(other, EPOCH))
