import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from contract import Post, Tombstone
from contract.errors import SourceError, UnexpectedShapeError
from crawler.fetch import Fetch, Held, Page, walk
from crawler.sources.wordpress import OVERLAP, PAGE_SIZE, Options, WordPress
from crawler.times import EPOCH
from tests.sources.recorded import left_out

SITE = "https://blog.example.com"
API = f"{SITE}/wp-json"
BLOG = WordPress("blog", SITE)
POSTS = {"route": "wp/v2/posts", "query": '{"per_page": "100", "offset": "0"}'}
COMMENTS = POSTS | {"route": "wp/v2/comments", "slugs": "post,page"}
ROBOTS = {"x-robots-tag": "noindex"}
"""What WordPress sends with each answer of its API."""


@pytest.fixture
def read(page):
    """What a page says: posts, tombstones and wishes."""

    def opened(file, kind, source=BLOG, *, held=(), since=EPOCH, headers=ROBOTS, **note):
        recorded = page(f"wordpress/{file}.json", kind, f"{API}/x", headers, **note)
        found = list(source.read(replace(recorded, held=held), since))
        return tuple(
            [item for item in found if isinstance(item, wanted)]
            for wanted in (Post, Tombstone, Fetch)
        )

    return opened


def asked(wish):
    query = parse_qs(urlsplit(wish.url).query)
    return {name: values[0] for name, values in query.items()}


def paths(wishes):
    return [wish.url.partition("?")[0].removeprefix(API) for wish in wishes]


# where it begins


def test_the_crawl_begins_with_the_types_of_content(since):
    (wish,) = WordPress("blog", f"{SITE}/").start(since)
    assert (wish.kind, wish.url) == ("types", f"{API}/wp/v2/types")


@pytest.mark.parametrize("file", ["types_usual", "types_of_5_8"])
def test_posts_pages_and_comments_are_read_and_no_pictures(read, file):
    _, _, wishes = read(file, "types")
    assert paths(wishes) == ["/wp/v2/posts", "/wp/v2/pages", "/wp/v2/comments"]


def test_a_first_crawl_goes_by_number_so_that_no_edit_moves_a_post_past_us(read):
    for wish in read("types_usual", "types")[2]:
        query = asked(wish)
        assert (query["orderby"], query["order"]) == ("id", "asc")
        assert (query["per_page"], query["offset"]) == ("100", "0")
        assert not {"modified_after", "after"} & set(query)


def test_a_later_crawl_looks_back_a_day_more_since_the_site_compares_by_its_local_clock(
    read, since
):
    posts, pages, _ = read("types_usual", "types", since=since)[2]
    for wish in (posts, pages):
        assert asked(wish)["modified_after"] == "2026-04-14T00:00:00Z"
        assert (asked(wish)["orderby"], asked(wish)["order"]) == ("modified", "desc")


def test_comments_are_asked_for_a_week_back_since_approval_takes_its_time(read, since):
    comments = read("types_usual", "types", since=since)[2][2]
    assert asked(comments)["after"] == "2026-04-08T00:00:00Z"
    assert asked(comments)["orderby"] == "id"


def test_the_settings_name_the_types_of_plugins_by_either_name(read):
    some = WordPress("blog", SITE, Options(types=("docs", "topics"), comments=False))
    assert paths(read("types_with_plugins", "types", some)[2]) == [
        "/kb/v1/knowledge-base",
        "/wp/v2/topics",
    ]


def test_a_type_the_site_does_not_have_is_named_with_those_it_has(read):
    some = WordPress("blog", SITE, Options(types=("posts", "docs")))
    with pytest.raises(UnexpectedShapeError, match=r"docs are there, but media, pages, posts"):
        read("types_usual", "types", some)


def test_a_site_with_plain_permalinks_is_asked_another_way(read):
    plain = WordPress("blog", SITE, Options(plain_permalinks=True))
    (begin,) = plain.start(EPOCH)
    assert begin.url == f"{SITE}/?rest_route=/wp/v2/types"
    posts = read("types_usual", "types", plain)[2][0]
    assert posts.url.startswith(f"{SITE}/?rest_route=/wp/v2/posts&per_page=100&offset=0&")


def test_an_error_that_comes_as_a_page_is_named_with_a_hint(read):
    for kind in ("types", "posts", "comments"):
        with pytest.raises(SourceError, match="rest_no_route: No route was found") as told:
            read("error_no_route", kind, **COMMENTS)
        assert "plain_permalinks" in told.value.hint


@pytest.mark.parametrize("body", [b"", b"<!DOCTYPE html><title>Blog</title>"])
def test_a_page_of_the_site_in_the_place_of_its_api_hints_at_plain_permalinks(body):
    url = f"{API}/wp/v2/types/"
    with pytest.raises(UnexpectedShapeError, match=url) as told:
        list(BLOG.read(Page(kind="types", url=url, body=body), EPOCH))
    assert "plain_permalinks" in told.value.hint


# pages


def further(read, total, offset=0, file="posts_usual", kind="posts", **more):
    note = COMMENTS | {"query": json.dumps({"per_page": "100", "offset": str(offset)})}
    headers = ROBOTS if total is None else ROBOTS | {"x-wp-total": str(total)}
    return read(file, kind, headers=headers, **{**note, **more})[2]


@pytest.mark.parametrize(
    ("file", "kind"), [("posts_usual", "posts"), ("comments_threaded", "comments")]
)
def test_pages_overlap_so_that_a_deletion_meanwhile_hides_nothing(read, file, kind):
    (wish,) = further(read, 101, file=file, kind=kind)
    assert (wish.kind, asked(wish)["offset"]) == (kind, str(PAGE_SIZE - OVERLAP))
    (wish,) = further(read, 191, offset=90, file=file, kind=kind)
    assert asked(wish)["offset"] == "180"


def test_no_page_is_asked_for_after_the_last_which_wordpress_answers_with_an_error(read):
    assert further(read, 100) == []
    assert further(read, 190, offset=90) == []
    assert further(read, 0, offset=900) == []


def test_where_nobody_counts_a_page_that_is_not_full_is_the_last(read, page):
    assert further(read, None) == []
    row = json.loads(page("wordpress/posts_usual.json", "posts", API).body)[0]
    full = json.dumps([row | {"id": n} for n in range(PAGE_SIZE)]).encode()
    opened = Page(kind="posts", url=API, body=full, note=POSTS)
    assert asked(list(BLOG.read(opened, EPOCH))[-1])["offset"] == "90"


def test_a_site_too_old_to_know_modified_after_is_not_read_to_its_end_each_time(read, since):
    assert further(read, 500, file="posts_all_old", since=since) == []
    assert len(further(read, 500, file="posts_all_old")) == 1
    assert len(further(read, 500, file="posts_usual", since=since)) == 1


# posts


def test_a_post_says_all_it_knows(read):
    post = read("posts_usual", "posts", **POSTS)[0][0]
    assert (post.post_id, post.kind, post.parent_id) == ("blog:11", "article", None)
    assert (post.title, post.url) == (
        "It\u2019s the pump & not the \u201cgrinder\u201d",
        f"{SITE}/2026/pump/",
    )
    assert post.text == "Descale with `citric` acid.\n\nBuy some"
    assert f'href="{SITE}/shop/"' in post.html
    assert (post.tags, post.container) == (("Pumps & valves", "descaling"), "Pumps & valves")
    assert (post.author.author_id, post.author.name) == ("blog:u2", "Moira & Quill")
    assert (post.author.url, post.author.profiles) == (f"{SITE}/author/moira/", ())
    assert post.created_at == datetime(2026, 5, 1, 8, tzinfo=UTC)
    assert post.updated_at == datetime(2026, 5, 3, 10, 30, tzinfo=UTC)
    assert (post.signals.replies, post.accepted, post.licence) == (None, None, None)


def test_that_the_json_is_marked_noindex_says_nothing_about_the_posts(read):
    assert len(read("posts_usual", "posts", headers=ROBOTS, **POSTS)[0]) == 3


def test_what_the_site_does_not_tell_is_unknown(read):
    _, plain, undated = read("posts_usual", "posts", **POSTS)[0]
    assert (plain.author, plain.tags, plain.container) == (None, (), None)
    assert (plain.language, plain.updated_at) == ("de", None)
    assert (undated.created_at, undated.updated_at, undated.author) == (None, None, None)


def test_a_page_of_pictures_alone_is_no_post(read):
    posts, stones, _ = read("posts_usual", "posts", **POSTS)
    assert "blog:13" not in {item.post_id for item in (*posts, *stones)}


def test_what_is_not_for_all_is_buried_and_its_words_are_nowhere(read):
    posts, stones, _ = read("posts_not_for_all", "posts", **POSTS)
    assert [(stone.post_id, stone.state, stone.reason) for stone in stones] == [
        ("blog:21", "hidden", "needs a password"),
        ("blog:22", "hidden", "its status is private"),
        ("blog:23", "hidden", "marked noindex"),
    ]
    assert [post.post_id for post in posts] == ["blog:24", "blog:25"]
    assert "SECRET" not in repr((posts, stones))


def test_a_forum_plugin_brings_questions_and_answers(read):
    topic, reply, lone, docs = read("posts_of_a_forum", "posts", **POSTS)[0]
    assert (topic.kind, topic.title, topic.text) == ("question", "Does it leak?", "")
    assert (reply.kind, reply.thread_id, reply.parent_id) == ("answer", "blog:31", "blog:31")
    assert (reply.title, reply.position, reply.accepted) == ("", 1, None)
    assert (lone.kind, lone.thread_id, lone.parent_id) == ("post", "blog:33", None)
    assert (docs.kind, docs.parent_id) == ("article", None)
    assert (docs.tags, docs.container) == (("First steps", "power"), "First steps")


# comments


def test_comments_stand_under_their_post_and_under_each_other(read):
    posts, _, _ = read("comments_threaded", "comments", **COMMENTS)
    assert [(p.post_id, p.kind, p.thread_id, p.parent_id) for p in posts] == [
        ("blog:c51", "comment", "blog:11", "blog:11"),
        ("blog:c52", "comment", "blog:11", "blog:c51"),
        ("blog:c57", "comment", "blog:11", "blog:11"),
    ]
    assert posts[0].url == f"{SITE}/2026/pump/#comment-51"
    assert (posts[1].text, posts[1].title) == ("Glad to hear.", "")


def test_a_guest_is_never_taken_for_an_account(read):
    guest, member, nobody = read("comments_threaded", "comments", **COMMENTS)[0]
    assert (guest.author.author_id, guest.author.name) == ("blog:guest:salka", "Salka")
    assert (member.author.author_id, member.author.name) == ("blog:u2", "Moira & Quill")
    assert nobody.author is None


def test_what_waits_for_approval_is_buried(read):
    _, (stone,), _ = read("comments_threaded", "comments", **COMMENTS)
    assert (stone.post_id, stone.state) == ("blog:c53", "hidden")


def test_comments_on_what_is_not_gathered_are_left_alone(read):
    told = repr(read("comments_threaded", "comments", **COMMENTS))
    assert "kettle" not in told
    assert "nobody may see" not in told
    shop = read("comments_threaded", "comments", **COMMENTS | {"slugs": "product"})[0]
    assert [post.text for post in shop] == ["Nice kettle to buy."]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("posts_usual", ["without words"]),
        ("comments_threaded", ["of another kind", "private", "without words"]),
    ],
)
def test_what_says_nothing_and_comments_on_what_is_not_gathered_are_counted(name, why):
    assert left_out("wordpress", name) == why


# looking again


def verified(read, *ids, source=BLOG, file="types_usual"):
    posts = [Held(post_id=f"blog:{i}", thread_id="blog:1", url="") for i in ids]
    (begin,) = source.verify(posts)
    assert begin.held == tuple(f"blog:{i}" for i in ids)
    return read(file, "types", source, held=begin.held, **begin.note)[2]


def test_posts_and_comments_are_asked_for_again_a_hundred_at_a_time(read):
    wishes = verified(read, *range(1, 102), "c51", "c99")
    assert paths(wishes) == ["/wp/v2/posts", "/wp/v2/posts", "/wp/v2/comments"]
    assert [len(wish.held) for wish in wishes] == [100, 1, 2]
    assert [asked(wish)["include"] for wish in wishes[1:]] == ["101", "51,99"]
    assert {asked(wish)["per_page"] for wish in wishes} == {"100"}


def test_what_is_no_post_is_asked_for_as_a_page_and_then_it_has_gone(read):
    (posts,) = verified(read, 11, 21, 80)
    found, stones, (pages,) = read("posts_usual", "posts", held=posts.held, **posts.note)
    assert "blog:11" in {post.post_id for post in found}
    assert (paths([pages]), pages.held) == (["/wp/v2/pages"], ("blog:21", "blog:80"))
    assert asked(pages)["include"] == "21,80"
    _, stones, onward = read("posts_not_for_all", "posts", held=pages.held, **pages.note)
    assert stones[0].post_id == "blog:21"
    assert onward == []


def test_comments_that_are_not_shown_again_lead_nowhere(read):
    (wish,) = verified(read, "c51", "c99")
    posts, _, onward = read("comments_threaded", "comments", held=wish.held, **wish.note)
    assert "blog:c51" in {post.post_id for post in posts}
    assert onward == []


def test_everything_arrives_once_from_the_types_on(page):
    (begin,) = BLOG.start(EPOCH)
    types = page("wordpress/types_usual.json", "types", begin.url)
    files = ("posts_usual", "posts_of_a_forum", "comments_threaded")
    answers = {begin.url: types.body}
    for wish, file in zip(BLOG.read(types, EPOCH), files, strict=True):
        answers[wish.url] = page(f"wordpress/{file}.json", wish.kind, wish.url).body
    ids = [post.post_id for post in walk(BLOG, EPOCH, answers) if isinstance(post, Post)]
    assert ids == [
        *("blog:11", "blog:12", "blog:14", "blog:31", "blog:32", "blog:33", "blog:34"),
        *("blog:c51", "blog:c52", "blog:c57"),
    ]


# credentials


@pytest.mark.parametrize(
    ("key", "sent"),
    [("moira:abcd efgh", "Basic bW9pcmE6YWJjZCBlZmdo"), ("t0ken", "Bearer t0ken")],
)
def test_a_key_is_a_password_with_its_account_or_a_token(key, sent, since):
    keyed = WordPress("blog", SITE, Options(), key)
    (wish,) = keyed.start(since)
    signed = keyed.sign(wish)
    assert (signed.url, signed.headers) == (wish.url, {"Authorization": sent})
    assert BLOG.sign(wish) == wish
