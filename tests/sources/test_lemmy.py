import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from contract import Post, Tombstone
from contract.errors import UnexpectedShapeError
from crawler.fetch import Fetch, Held, Page
from crawler.sources.lemmy import Lemmy, Options
from crawler.times import EPOCH
from tests.sources.recorded import left_out

SITE = "https://lemmy.example.com"
FORUM = Lemmy("lemmy", SITE)
V4 = Lemmy("lemmy", SITE, Options(api="v4"))
LIST = {"first": f"{SITE}/api/list?limit=50", "page": "1", "languages": '{"37": "en"}'}


@pytest.fixture
def read(page):
    """What a page says: posts, tombstones and wishes."""

    def opened(file, since=EPOCH, source=FORUM, **note):
        kind = file.partition("_")[0]
        opened = page(f"lemmy/{file}", kind, f"{SITE}/{file}", **{**LIST, **note})
        found = list(source.read(opened, since))
        return tuple(
            [item for item in found if isinstance(item, wanted)]
            for wanted in (Post, Tombstone, Fetch)
        )

    return opened


def asked(wish):
    return {name: value for name, (value,) in parse_qs(urlsplit(wish.url).query).items()}


# where it begins


def test_the_crawl_begins_with_what_the_site_calls_languages(read):
    (site,) = FORUM.start(EPOCH)
    assert (site.kind, site.url) == ("site", f"{SITE}/api/v3/site")
    _, _, (wish,) = read("site_v3.json")
    assert wish.note["languages"] == '{"37": "en", "38": "eo"}'


def test_without_communities_everything_local_is_read(read):
    _, _, (wish,) = read("site_v3.json")
    assert wish.url.startswith(f"{SITE}/api/v3/post/list?")
    assert asked(wish) == {"sort": "NewComments", "type_": "Local", "limit": "50"}


@pytest.mark.parametrize(
    ("api", "words"),
    [
        ("v3", {"sort": "NewComments", "type_": "All"}),
        ("v4", {"sort": "new_comments", "type_": "all", "time_range_seconds": "0"}),
    ],
)
def test_each_version_is_asked_in_its_own_words(read, api, words):
    options = Options(communities=("espresso", "repair@other.example"), api=api)
    _, _, wishes = read("site_v3.json", source=Lemmy("lemmy", SITE, options))
    assert [asked(wish) for wish in wishes] == [
        {**words, "community_name": name, "limit": "50"} for name in options.communities
    ]
    assert {urlsplit(wish.url).path for wish in wishes} == {f"/api/{api}/post/list"}


# lists of posts


def test_a_post_says_all_it_knows(read):
    post = read("posts_v3_with_pinned.json")[0][1]
    assert (post.post_id, post.thread_id, post.parent_id) == ("lemmy:p101", "lemmy:p101", None)
    assert (post.kind, post.position, post.accepted) == ("post", 0, None)
    assert post.title == "Model 7 leaks at the <lid>"
    assert post.text == "Water drips out.\n\n```\nE07\n```"
    assert (post.url, post.global_id) == (f"{SITE}/post/101", f"{SITE}/post/101")
    assert (post.container, post.language) == ("Espresso & grinders", "en")
    assert post.created_at == datetime(2026, 4, 20, 10, 0, 0, 123456, tzinfo=UTC)
    assert post.updated_at == datetime(2026, 4, 21, 10, tzinfo=UTC)
    votes = post.signals
    assert (votes.score, votes.up, votes.down, votes.replies) == (5, 6, 1, 5)
    assert votes.likes is None


def test_a_post_from_elsewhere_is_read_here_and_has_the_name_it_has_there(page):
    here = page("lemmy/posts_v3_with_pinned.json", "posts", f"{SITE}/x", **LIST)
    there = b"https://other.example/post/7"
    body = here.body.replace(f'"{SITE}/post/101"'.encode(), b'"' + there + b'"')
    posts = [one for one in FORUM.read(replace(here, body=body), EPOCH) if isinstance(one, Post)]
    assert (posts[1].url, posts[1].global_id) == (f"{SITE}/post/101", there.decode())


def test_a_language_nobody_gave_is_not_known(read):
    assert read("posts_v3_with_pinned.json")[0][2].language is None


def test_what_a_post_links_to_is_said_and_so_is_a_picture(read):
    posts, _, _ = read("posts_v3_with_pinned.json")
    assert [post.text for post in posts[2:]] == [
        "https://help.example.com/en/firmware-7",
        "A basket with two rows of holes",
    ]


def test_posts_with_comments_are_read_with_them(read):
    _, _, (comments, _) = read("posts_v3_with_pinned.json")
    assert (comments.kind, urlsplit(comments.url).path) == ("comments", "/api/v3/comment/list")
    assert asked(comments) == {"post_id": "101", "type_": "All", "sort": "Old", "limit": "50"}


def test_a_list_goes_on_by_the_cursor_the_server_gives(read):
    _, _, (_, older) = read("posts_v3_with_pinned.json")
    assert (older.kind, older.url) == ("posts", f"{LIST['first']}&page_cursor=P67")
    assert older.note == {**LIST, "page": "2"}


def test_a_pinned_post_stands_first_and_does_not_end_the_walk(read, since):
    posts, _, wishes = read("posts_v3_with_pinned.json", since)
    assert [post.post_id for post in posts] == ["lemmy:p101", "lemmy:p102", "lemmy:p103"]
    assert [wish.kind for wish in wishes] == ["comments", "posts"]


def test_an_old_post_that_was_answered_lately_is_read_and_then_the_walk_ends(read, since):
    posts, _, wishes = read("posts_v3_reaching_back_too_far.json", since)
    assert [post.title for post in posts] == ["Answered lately"]
    assert wishes == []


def test_an_empty_list_is_at_its_end(read):
    assert read("posts_v3_empty.json") == ([], [], [])


def test_version_4_has_numbers_and_dates_of_its_own(read):
    posts, _, (comments, older) = read("posts_v4.json", source=V4)
    grinder, unanswered = posts
    assert grinder.created_at == datetime(2026, 4, 20, 10, tzinfo=UTC)
    assert grinder.updated_at == datetime(2026, 4, 20, 11, tzinfo=UTC)
    votes = grinder.signals
    assert (votes.score, votes.up, votes.down, votes.replies) == (4, 5, 1, 1)
    assert (grinder.tags, unanswered.signals.replies) == (("Repair",), 0)
    assert asked(comments) == {"post_id": "201", "type_": "all", "sort": "old", "limit": "50"}
    assert older.url == f"{LIST['first']}&page_cursor=4f-P202"


def test_version_4_sorts_by_the_newest_comment_or_else_the_post_itself(read):
    posts, _, wishes = read("posts_v4.json", datetime(2026, 4, 29, tzinfo=UTC), source=V4)
    assert [post.post_id for post in posts] == ["lemmy:p201"]
    assert [wish.kind for wish in wishes] == ["comments"]


def test_the_first_betas_of_version_4_are_read_too(read):
    posts, _, wishes = read("posts_v4_of_the_first_betas.json", source=V4)
    assert [post.post_id for post in posts] == ["lemmy:p201"]
    assert [wish.kind for wish in wishes] == ["comments", "posts"]


# what may be shown


def test_only_open_communities_are_kept(read):
    posts, stones, wishes = read("posts_v3_not_for_everybody.json")
    assert [stone.state for stone in stones] == ["hidden"] * 5 + ["removed", "deleted"]
    assert [stone.post_id for stone in stones] == [
        f"lemmy:p{n}" for n in (120, 121, 122, 123, 124, 130, 131)
    ]
    assert (posts, wishes) == ([], [])
    assert "secret" not in repr(stones)


def test_version_4_has_more_kinds_of_closed_communities(read):
    posts, stones, wishes = read("posts_v4_not_for_everybody.json", source=V4)
    assert (posts, wishes) == ([], [])
    assert [stone.state for stone in stones] == ["hidden"] * 4


# comments


def test_comments_stand_under_what_they_answer(read):
    posts, _, wishes = read("comments_v3_of_a_thread.json")
    assert [(p.post_id, p.parent_id, p.kind, p.position) for p in posts] == [
        ("lemmy:c501", "lemmy:p101", "post", 1),
        ("lemmy:c502", "lemmy:c501", "comment", 2),
        ("lemmy:c505", "lemmy:p101", "post", 5),
    ]
    assert {(post.thread_id, post.title) for post in posts} == {("lemmy:p101", "")}
    first = posts[0]
    assert (first.text, first.url) == ("Turn the lid by a quarter.", f"{SITE}/comment/501")
    assert (first.signals.score, first.signals.replies) == (9, 2)
    assert (first.language, posts[1].language) == (None, "en")
    assert posts[1].updated_at == datetime(2026, 4, 20, 12, 5, tzinfo=UTC)
    assert wishes == []


def test_what_was_deleted_or_removed_leaves_word_of_it(read):
    _, stones, _ = read("comments_v3_of_a_thread.json")
    assert [(stone.post_id, stone.state) for stone in stones] == [
        ("lemmy:c503", "deleted"),
        ("lemmy:c504", "removed"),
    ]


def test_below_a_removed_post_nothing_is_shown(read):
    posts, (stone,), _ = read("comments_v3_below_a_removed_post.json")
    assert (posts, stone.post_id, stone.state) == ([], "lemmy:c501", "hidden")


def test_a_full_page_of_comments_is_followed_by_the_next(read):
    posts, _, (wish,) = read("comments_v3_full_page.json", page="2")
    assert [post.position for post in posts] == list(range(51, 101))
    assert (wish.url, wish.note["page"]) == (f"{LIST['first']}&page=3", "3")


def test_version_4_pages_comments_by_a_cursor(read):
    (post,), _, (wish,) = read("comments_v4.json", source=V4)
    assert (post.post_id, post.thread_id, post.signals.replies) == ("lemmy:c701", "lemmy:p201", 2)
    assert wish.url == f"{LIST['first']}&page_cursor=4f-C701"


def test_a_comment_that_a_post_does_not_show_any_more_has_gone():
    assert FORUM.whole == {"comments"}


def test_a_comment_without_words_is_counted():
    name, said = "comments_v3_of_a_thread", "Let us stay friendly."
    assert left_out("lemmy", name, said, "![](https://x.example/x.png)") == ["without words"]


# people


def test_who_moderates_or_administers_is_known(read):
    posts, _, _ = read("posts_v3_with_pinned.json")
    assert [post.author.roles for post in posts] == [
        ("moderator",), (), ("staff", "moderator"), ("bot",),
    ]  # fmt: skip
    comments, _, _ = read("comments_v3_of_a_thread.json")
    assert [post.author.roles for post in comments] == [("moderator",), (), ("moderator",)]


@pytest.mark.parametrize(
    ("file", "source"), [("posts_v3_with_pinned.json", FORUM), ("posts_v4.json", V4)]
)
def test_somebody_from_elsewhere_is_known_by_name_and_server(read, file, source):
    authors = {post.author.author_id: post.author for post in read(file, source=source)[0]}
    assert authors["lemmy:wim@other.example"].url == "https://other.example/u/wim"
    assert authors["lemmy:moira"].url == f"{SITE}/u/moira"


def test_a_name_is_no_markup_and_falls_back_on_the_handle(read):
    posts, _, _ = read("posts_v3_with_pinned.json")
    assert [post.author.name for post in posts[:2]] == ["Moira <m>", "wim"]


# does it still stand?


def held(native, thread="p101"):
    return Held(post_id=f"lemmy:{native}", thread_id=f"lemmy:{thread}", url="")


def again(page, file, kind, wish):
    """The page that answers `wish`."""
    body = page(f"lemmy/{file}", kind, SITE).body
    return Page(kind=kind, url=wish.url, body=body, note=wish.note, held=wish.held)


def test_posts_are_asked_for_one_by_one_and_comments_by_their_post(page):
    (site,) = FORUM.verify([held("p101"), held("c501"), held("c502"), held("c9", "p90")])
    assert site.held == ("lemmy:p101", "lemmy:c501", "lemmy:c502", "lemmy:c9")
    post, first, second = FORUM.read(again(page, "site_v3.json", "site", site), EPOCH)
    assert (post.url, post.held) == (f"{SITE}/api/v3/post?id=101", ("lemmy:p101",))
    assert (asked(first)["post_id"], first.held) == ("101", ("lemmy:c501", "lemmy:c502"))
    assert (asked(second)["post_id"], second.held) == ("90", ("lemmy:c9",))
    assert all(wish.optional for wish in (post, first, second))
    (shown,) = FORUM.read(again(page, "post_v3_again.json", "post", post), EPOCH)
    assert (shown.post_id, shown.signals.score, shown.language) == ("lemmy:p101", 8, "en")


def test_asked_for_again_a_removed_post_is_not_shown_though_its_text_is_there(page):
    wish = Fetch(kind="post", url=SITE, note={"languages": "{}"}, held=("lemmy:p101",))
    (stone,) = FORUM.read(again(page, "post_v3_removed.json", "post", wish), EPOCH)
    assert (stone.post_id, stone.state) == ("lemmy:p101", "removed")
    assert "secret" not in repr(stone)


def test_comments_not_seen_yet_are_looked_for_on_the_next_page(page):
    wish = Fetch(kind="comments", url=SITE, note=LIST, held=("lemmy:c601", "lemmy:c999"))
    *_, older = FORUM.read(again(page, "comments_v3_full_page.json", "comments", wish), EPOCH)
    assert (older.url, older.held) == (f"{LIST['first']}&page=2", ("lemmy:c999",))
    last = Fetch(kind="comments", url=SITE, note=LIST, held=("lemmy:c601", "lemmy:c649"))
    found = list(FORUM.read(again(page, "comments_v3_full_page.json", "comments", last), EPOCH))
    assert not [item for item in found if isinstance(item, Fetch)]


def test_an_empty_page_leads_nowhere_so_what_was_asked_for_has_gone(page):
    wish = Fetch(kind="comments", url=SITE, note=LIST, held=("lemmy:c501",))
    assert list(FORUM.read(again(page, "comments_v3_none.json", "comments", wish), EPOCH)) == []


# what goes wrong


@pytest.mark.parametrize(
    ("file", "kind", "what"),
    [
        ("error_not_found.json", "posts", "neither `items` nor `posts` nor `comments`"),
        ("error_not_found.json", "post", "`post_view`"),
        ("error_not_found.json", "site", "`version`"),
        ("error_without_a_date.json", "posts", "neither `published` nor `published_at`"),
        ("error_a_comment_without_itself.json", "comments", "a comment without `comment`"),
    ],
)
def test_a_page_of_another_shape_is_named(page, file, kind, what):
    with pytest.raises(UnexpectedShapeError, match=f"{SITE}/x: .*{what}"):
        list(FORUM.read(page(f"lemmy/{file}", kind, f"{SITE}/x", **LIST), EPOCH))


def test_the_token_is_added_last_and_in_a_header_alone():
    source = Lemmy("lemmy", SITE, None, "s3cret")
    (wish,) = source.start(EPOCH)
    assert source.sign(wish).headers == {"Authorization": "Bearer s3cret"}
    assert json.dumps(wish.note) == "{}"
    assert FORUM.sign(wish) == wish
