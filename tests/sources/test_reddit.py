from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from contract import Post, Signals, Tombstone
from contract.errors import SettingsError, UnexpectedShapeError
from crawler.fetch import Fetch, Held, walk
from crawler.sources.reddit import BATCH, Options, Reddit
from crawler.times import EPOCH
from tests.sources.recorded import left_out

API = "https://oauth.example.com"
WHO = "server:com.example.search:v1.0 (by /u/kettlebrook)"
OPTIONS = Options(subreddits=("kettlebrook", "r/espresso"), user_agent=WHO)
REDDIT = Reddit("reddit", f"{API}/", OPTIONS, "t0ken")
NOTHING = b'{"kind": "Listing", "data": {"children": [], "after": null}}'
MORE = b'{"json": {"errors": [], "data": {"things": []}}}'
NEW = {"path": "/r/kettlebrook/new"}


@pytest.fixture
def read(page):
    """What a page says: posts by id, states of tombstones by id, and wishes."""

    def opened(file, kind, *, held=(), since=EPOCH, **note):
        recorded = page(f"reddit/{file}", kind, f"{API}/{kind}", **note)
        found = list(REDDIT.read(replace(recorded, held=held), since))
        posts = {item.post_id: item for item in found if isinstance(item, Post)}
        stones = {item.post_id: item.state for item in found if isinstance(item, Tombstone)}
        return posts, stones, [item for item in found if isinstance(item, Fetch)]

    return opened


def paths(wishes):
    return [(wish.kind, wish.url.removeprefix(API).partition("&raw_json=1")[0]) for wish in wishes]


def of(native, thread="t3_p1", position=0):
    post_id, thread_id = f"reddit:{native}", f"reddit:{thread}"
    return Held(post_id=post_id, thread_id=thread_id, url="", position=position)


# credentials


@pytest.mark.parametrize("key", [None, ""])
def test_without_a_token_nothing_begins_and_nothing_is_asked_again(key):
    source = Reddit("reddit", API, OPTIONS, key)
    for begin in (lambda: source.start(EPOCH), lambda: source.verify([of("t3_p1")])):
        with pytest.raises(SettingsError, match="reddit: nothing is gathered without") as refused:
            list(begin())
        assert "bearer token" in refused.value.hint


def test_reddit_is_told_who_asks():
    wish = next(iter(REDDIT.start(EPOCH)))
    assert REDDIT.sign(wish).headers == {"Authorization": "Bearer t0ken", "User-Agent": WHO}


def test_what_was_deleted_is_learned_within_the_time_the_terms_give():
    assert Reddit.verify_within == timedelta(hours=48)


# lists


def test_it_begins_with_the_newest_posts_and_comments_of_each_subreddit():
    assert paths(REDDIT.start(EPOCH)) == [
        ("list", "/r/kettlebrook/new?limit=100"),
        ("list", "/r/kettlebrook/comments?limit=100"),
        ("list", "/r/espresso/new?limit=100"),
        ("list", "/r/espresso/comments?limit=100"),
    ]


def test_a_post_with_comments_is_read_with_them_and_one_without_is_read_here(read):
    posts, _, wishes = read("list_of_new_posts.json", "list", **NEW)
    assert set(posts) == {"reddit:t3_p2", "reddit:t3_p3"}
    assert paths(wishes) == [
        ("thread", "/comments/p1?limit=500&sort=old"),
        ("list", "/r/kettlebrook/new?limit=100&after=t3_p5"),
    ]


def test_a_list_ends_where_it_reaches_back_too_far(read, since):
    posts, _, wishes = read("list_half_old.json", "list", since=since, **NEW)
    assert [post.title for post in posts.values()] == ["Just inside"]
    assert wishes == []


def test_a_new_comment_leads_to_its_thread_however_old_that_is(read):
    posts, _, wishes = read("list_of_new_comments.json", "list", **NEW)
    assert posts == {}
    assert {path for _, path in paths(wishes)} == {
        "/comments/old1?limit=500&sort=old",
        "/comments/p1?limit=500&sort=old",
    }


def test_edited_is_false_or_an_instant_or_true_on_old_things(read):
    posts, _, _ = read("list_of_new_posts.json", "list", **NEW)
    assert posts["reddit:t3_p2"].updated_at == datetime(2026, 5, 1, 8, 14, 10, tzinfo=UTC)
    assert posts["reddit:t3_p3"].updated_at is None
    posts, _, _ = read("thread_with_a_tree.json", "thread", first="1", branch="")
    assert posts["reddit:t1_c4"].updated_at is None


def test_a_score_that_is_hidden_is_not_known(read):
    posts, _, _ = read("list_of_new_posts.json", "list", **NEW)
    assert posts["reddit:t3_p2"].signals == Signals(replies=0)
    posts, _, _ = read("thread_with_a_tree.json", "thread", first="1", branch="")
    assert posts["reddit:t1_c4"].signals.score is None
    assert posts["reddit:t1_c1"].signals.score == 3


# who sees what, and what has gone


def test_a_closed_subreddit_shows_to_its_own_group_alone(read):
    posts, _, _ = read("list_of_a_closed_place.json", "list", **NEW)
    (post,) = posts.values()
    assert (post.visibility, post.groups) == ("members", ("reddit:kettlebrook_lab",))


def test_what_was_deleted_or_removed_leaves_a_stone_without_words(read):
    _, stones, _ = read("list_of_new_posts.json", "list", **NEW)
    assert stones == {"reddit:t3_p4": "deleted", "reddit:t3_p5": "removed"}
    _, stones, _ = read("thread_with_a_tree.json", "thread", first="1", branch="")
    assert stones == {"reddit:t1_c3": "deleted", "reddit:t1_c5": "removed"}


def test_an_account_that_has_gone_leaves_no_name_below_its_words(read):
    posts, _, _ = read("thread_with_a_tree.json", "thread", first="1", branch="")
    assert posts["reddit:t1_c7"].author is None
    assert posts["reddit:t1_c7"].text == "Mine hums, too."


# threads


def test_a_tree_is_read_in_its_order_below_deleted_comments_too(read):
    posts, _, _ = read("thread_with_a_tree.json", "thread", first="1", branch="")
    assert [
        (post.post_id, post.parent_id, post.position, post.kind) for post in posts.values()
    ] == [
        ("reddit:t3_p1", None, 0, "post"),
        ("reddit:t1_c1", "reddit:t3_p1", 1, "answer"),
        ("reddit:t1_c2", "reddit:t1_c1", 2, "comment"),
        ("reddit:t1_c4", "reddit:t1_c3", 4, "comment"),
        ("reddit:t1_c6", "reddit:t3_p1", 6, "answer"),
        ("reddit:t1_c7", "reddit:t3_p1", 7, "answer"),
    ]
    assert {post.thread_id for post in posts.values()} == {"reddit:t3_p1"}
    assert {post.accepted for post in posts.values()} == {None}


def test_comments_that_were_left_out_are_asked_for(read):
    _, _, wishes = read("thread_with_a_tree.json", "thread", first="1", branch="")
    assert paths(wishes) == [
        ("thread", "/comments/p1/_/c2?limit=500&sort=old"),
        ("more", "/api/morechildren?api_type=json&link_id=t3_p1&sort=old&children=c8,c9"),
    ]
    posts, _, wishes = read("more_comments.json", "more", link="t3_p1", first="8")
    assert [(post.post_id, post.parent_id, post.position) for post in posts.values()] == [
        ("reddit:t1_c8", "reddit:t3_p1", 8),
        ("reddit:t1_c9", "reddit:t1_c8", 9),
    ]
    assert [wish.kind for wish in wishes] == ["more"]


def test_a_branch_on_a_page_of_its_own_does_not_move_its_first_comment(read):
    posts, _, _ = read("thread_of_a_deep_branch.json", "thread", first="3", branch="c2")
    assert "reddit:t1_c2" not in posts
    assert posts["reddit:t1_c20"].parent_id == "reddit:t1_c2"


def test_the_words_are_html_as_reddit_made_it_and_else_markdown(read):
    posts, _, _ = read("thread_with_a_tree.json", "thread", first="1", branch="")
    assert posts["reddit:t3_p1"].title == "Pump hums <solved> & no water"
    assert posts["reddit:t1_c1"].text == "Hold both keys."
    posts, _, _ = read("info_of_some.json", "info", positions="{}")
    assert posts["reddit:t1_c0"].text == "Plain old words."
    assert posts["reddit:t1_c0"].url == "https://www.reddit.com/r/kettlebrook/comments/p0/_/c0/"


def test_moderators_and_bots_are_told(read):
    posts, _, _ = read("thread_with_a_tree.json", "thread", first="1", branch="")
    assert posts["reddit:t1_c1"].author.roles == ("moderator",)
    assert posts["reddit:t1_c6"].author.roles == ("moderator", "bot")
    assert posts["reddit:t1_c2"].author.author_id == "reddit:moira_q"


def test_a_thread_of_another_shape_is_named(page):
    odd = replace(page("reddit/list_half_old.json", "thread", f"{API}/x"), body=b"[]")
    with pytest.raises(UnexpectedShapeError, match=f"{API}/x"):
        list(REDDIT.read(odd, EPOCH))


@pytest.mark.parametrize("name", ["thread_with_a_tree", "info_of_some"])
def test_a_comment_without_words_is_counted(name):
    assert left_out("reddit", name, "<p>Hold both keys.</p>", "<hr>") == ["without words"]


# once more


def test_posts_and_comments_are_asked_for_a_hundred_at_a_time():
    held = [of(f"t1_c{n}", position=n) for n in range(BATCH + 1)]
    first, second = REDDIT.verify(held)
    assert first.url.count("t1_") == BATCH
    assert second.held == (f"reddit:t1_c{BATCH}",)
    assert not first.optional  # 401 and 403 speak of the token, and bury nothing


def test_what_is_asked_for_again_keeps_its_place_or_has_gone(read):
    posts, stones, wishes = read("info_of_some.json", "info", positions='{"t1_c1": 4}')
    assert posts["reddit:t1_c1"].position == 4
    assert stones == {"reddit:t1_c3": "deleted", "reddit:t3_p9": "removed"}
    assert wishes == []


def test_a_whole_crawl_reads_every_comment_once(page):
    files = {
        "/new?": "list_of_new_posts.json",
        "/comments/p1?": "thread_with_a_tree.json",
        "/comments/p1/_/c2?": "thread_of_a_deep_branch.json",
        "children=c8,c9": "more_comments.json",
    }

    class Place(dict):
        def __missing__(self, url):
            for part, file in files.items():
                if part in url and "after=" not in url:
                    return page(f"reddit/{file}", "", API).body
            return MORE if "morechildren" in url else NOTHING

    source = Reddit("reddit", API, Options(subreddits=("kettlebrook",), user_agent=WHO), "t0ken")
    found = [post.post_id for post in walk(source, EPOCH, Place()) if isinstance(post, Post)]
    comments = [post_id for post_id in found if "t1_" in post_id]
    assert sorted(comments) == sorted(set(comments))
    assert {f"reddit:t1_c{n}" for n in (1, 2, 4, 6, 7, 8, 9, 20)} == set(comments)
