import json
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from contract import Post, Signals, Tombstone
from contract.errors import UnexpectedShapeError
from crawler.fetch import Fetch, Held, Page
from crawler.sources.zendesk import EXPORT_EVERY_S, SINGLY, Options, Zendesk
from crawler.times import EPOCH
from tests.sources.recorded import left_out

SITE = "https://help.example.com"
HC = f"{SITE}/hc/en-us"
OPEN = Zendesk("help", SITE)
KEYED = Zendesk("help", SITE, Options(), "moira@kettlebrook.example/token:s3cret")
ABOUT = {
    "thread": "help:a101-en-us",
    "home": f"{HC}/articles/101",
    "groups": "[]",
    "container": "Machines",
    "language": "en",
    "hidden": "",
    "after": "0",
}


@pytest.fixture
def read(page):
    """What a page says: posts by id, tombstones and wishes."""

    def opened(file, kind, source=OPEN, *, held=(), since=EPOCH, url=f"{SITE}/x", **note):
        recorded = replace(page(f"zendesk/{file}", kind, url, **note), held=held)
        found = list(source.read(recorded, since))
        posts = {item.post_id: item for item in found if isinstance(item, Post)}
        stones = [item for item in found if isinstance(item, Tombstone)]
        return posts, stones, [item for item in found if isinstance(item, Fetch)]

    return opened


def asked(wish):
    return {name: values[0] for name, values in parse_qs(urlsplit(wish.url).query).items()}


def place(wish):
    return urlsplit(wish.url).path


# where it begins


def test_with_an_agents_key_the_crawl_begins_with_the_export(since):
    (wish,) = KEYED.start(since)
    assert place(wish) == "/api/v2/help_center/incremental/articles.json"
    assert asked(wish) == {
        "start_time": str(int(since.timestamp())),
        "include": "users,sections,categories",
    }


def test_guests_may_not_export_and_begin_with_what_changed_last(since):
    (wish,) = OPEN.start(since)
    assert place(wish) == "/api/v2/help_center/articles.json"
    assert (asked(wish)["sort_by"], asked(wish)["sort_order"]) == ("updated_at", "desc")
    assert asked(wish)["page[size]"] == "100"


@pytest.mark.parametrize("key", [None, "a@b.example/token:k"])
def test_each_language_has_a_list_of_its_own_and_so_has_the_community(since, key):
    source = Zendesk("help", f"{SITE}/", Options(locales=("en-us", "de"), community=True), key)
    assert [(wish.kind, place(wish)) for wish in source.start(since)] == [
        ("articles", "/api/v2/help_center/en-us/articles.json"),
        ("articles", "/api/v2/help_center/de/articles.json"),
        ("posts", "/api/v2/community/posts.json"),
    ]


# articles


def test_an_article_says_all_it_knows(read):
    posts, _, _ = read("articles_exported.json", "articles")
    post = posts["help:a101-en-us"]
    assert (post.kind, post.thread_id, post.parent_id) == ("article", post.post_id, None)
    assert post.title == "Descaling the Kettlebrook 2"
    assert post.text == "Use `citric acid`, 20 g to the litre.\n\nSee the long one."
    assert f'href="{HC}/articles/102"' in post.html
    assert post.url == f"{HC}/articles/101-Descaling-the-Kettlebrook-2"
    assert (post.language, post.tags) == ("en", ("descaling", "water"))
    assert post.container == "Machines / Care & cleaning"
    assert post.created_at == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert (post.author.author_id, post.author.name) == ("help:u11", "Moira Quill")
    assert post.author.url == f"{HC}/profiles/11"
    assert (post.accepted, post.author.reputation) == (None, None)


def test_many_votes_that_add_up_to_nothing_are_half_for_and_half_against(read):
    posts, _, _ = read("articles_exported.json", "articles")
    assert posts["help:a101-en-us"].signals == Signals(helpful_yes=4, helpful_no=4)
    assert posts["help:a102-en-us"].signals == Signals(helpful_yes=0, helpful_no=3)
    assert posts["help:a106-en-us"].signals == Signals(helpful_yes=0, helpful_no=0)


def test_an_edit_of_the_words_is_one_and_a_vote_is_none(read):
    posts, _, _ = read("articles_exported.json", "articles")
    assert posts["help:a101-en-us"].updated_at == datetime(2026, 4, 20, 9, tzinfo=UTC)
    assert posts["help:a104-en-us"].updated_at is None


def test_an_article_for_a_segment_is_for_its_users_alone_and_others_are_public(read):
    posts, _, _ = read("articles_exported.json", "articles", KEYED)
    members = posts.pop("help:a102-en-us")
    assert members.visibility == "members"
    assert members.groups == ("help:segment-7", "help:segment-8")
    # who may edit (`permission_group_id`) says nothing of who may read
    assert {(post.visibility, post.groups) for post in posts.values()} == {("public", ())}


def test_the_comments_of_an_article_are_for_those_it_is_for(read):
    _, _, wishes = read("articles_exported.json", "articles", KEYED)
    (wish,) = [wish for wish in wishes if "/102/" in wish.url]
    posts, _, _ = read("comments_first_of_two.json", "comments", **wish.note)
    assert {post.visibility for post in posts.values()} == {"members"}
    assert {post.groups for post in posts.values()} == {("help:segment-7", "help:segment-8")}


def test_a_draft_is_buried_with_its_comments_and_its_words_are_nowhere(read):
    posts, stones, wishes = read("articles_exported.json", "articles", KEYED)
    assert [(stone.post_id, stone.state) for stone in stones] == [("help:a103-en-us", "hidden")]
    assert "secret" not in repr((posts, stones, wishes))
    (wish,) = [wish for wish in wishes if "/103/" in wish.url]
    posts, stones, _ = read("comments_first_of_two.json", "comments", **wish.note)
    assert posts == {}
    assert [stone.post_id for stone in stones] == ["help:c501", "help:c502"]
    assert "vinegar" not in repr(stones)


def test_an_article_closed_to_comments_is_not_asked_for_any(read):
    _, _, wishes = read("articles_exported.json", "articles")
    comments = [place(wish) for wish in wishes if wish.kind == "comments"]
    assert comments == [
        f"/api/v2/help_center/en-us/articles/{number}/comments.json"
        for number in (101, 102, 103, 106)
    ]


def test_whoever_writes_an_article_is_staff_even_where_no_name_is_told(read):
    posts, _, _ = read("articles_exported.json", "articles")
    unknown = posts["help:a104-en-us"].author
    assert (unknown.author_id, unknown.name, unknown.roles) == ("help:u99", "Support", ("staff",))
    assert posts["help:a106-en-us"].author.name == "Wim <Admin>"


def test_a_section_is_a_place_without_its_category_and_an_unknown_one_is_none(read):
    posts, _, _ = read("articles_exported.json", "articles")
    assert posts["help:a104-en-us"].container == "Loose ends"
    assert posts["help:a106-en-us"].container is None


def test_a_translation_is_a_post_of_its_own(read):
    posts, _, wishes = read("articles_in_german_by_offset.json", "articles")
    assert set(posts) == {"help:a101-de"}
    assert posts["help:a101-de"].language == "de"
    assert posts["help:a101-de"].url.startswith(f"{SITE}/hc/de/")
    assert [place(wish) for wish in wishes] == ["/api/v2/help_center/de/articles/101/comments.json"]


# paging


def test_the_export_goes_on_by_time_at_home_and_not_faster_than_it_is_open(read, since):
    _, _, wishes = read("articles_exported.json", "articles", KEYED, since=since, export="yes")
    onward = wishes[-1]
    assert onward.url.startswith(f"{SITE}/api/v2/help_center/incremental/articles.json?")
    assert (asked(onward)["start_time"], onward.wait_s) == ("1777716000", EXPORT_EVERY_S)
    assert onward.note == {"export": "yes"}


def test_an_export_that_names_itself_as_the_next_page_is_at_its_end(read):
    itself = (
        f"{SITE}/api/v2/help_center/incremental/articles.json"
        "?include=users%2Csections%2Ccategories&start_time=1777716000"
    )
    _, _, wishes = read(
        "articles_last_of_the_export.json", "articles", KEYED, url=itself, export="yes"
    )
    assert [wish.kind for wish in wishes] == ["comments"]


def test_a_list_goes_on_by_its_cursor_and_stays_at_home(read, since):
    _, _, wishes = read("articles_newest_first.json", "articles", since=since)
    assert wishes[-1].url == (
        f"{SITE}/api/v2/help_center/articles?page%5Bafter%5D=aQ%2B%2Fb&page%5Bsize%5D=100"
    )
    assert wishes[-1].wait_s == 0


def test_a_page_of_old_articles_ends_the_walk_and_its_votes_are_read_all_the_same(read, since):
    posts, _, wishes = read("articles_all_old.json", "articles", since=since)
    assert list(posts) == ["help:a110-en-us"]
    assert wishes == []
    assert [wish.kind for wish in read("articles_all_old.json", "articles")[2]] == [
        "comments",
        "articles",
    ]


def test_an_old_article_is_not_asked_for_its_comments(read, since):
    _, _, wishes = read("articles_newest_first.json", "articles", since=since)
    assert [wish.kind for wish in wishes] == ["comments", "articles"]
    assert "/101/" in wishes[0].url


@pytest.mark.parametrize("file", ["articles_in_german_by_offset.json", "articles_empty.json"])
def test_a_list_without_a_next_page_is_at_its_end(read, file):
    assert [wish for wish in read(file, "articles")[2] if wish.kind == "articles"] == []


# comments


def test_comments_stand_under_their_article_in_the_order_they_were_written(read):
    posts, _, (wish,) = read("comments_first_of_two.json", "comments", **ABOUT)
    later, _, wishes = read("comments_last.json", "comments", **wish.note)
    assert wish.url.startswith(f"{SITE}/api/v2/help_center/en-us/articles/101/comments?")
    assert wishes == []
    places = [(p.post_id, p.position) for p in (posts | later).values()]
    assert places == [("help:c501", 1), ("help:c502", 2), ("help:c503", 3)]
    comment = posts["help:c502"]
    assert (comment.thread_id, comment.parent_id) == ("help:a101-en-us", "help:a101-en-us")
    assert (comment.kind, comment.accepted, comment.container) == ("comment", None, "Machines")
    assert comment.url.endswith("/comments/502")
    assert later["help:c503"].url == f"{HC}/articles/101/comments/503"


def test_agents_are_staff_in_comments_and_nobody_else_is(read):
    posts, _, _ = read("comments_first_of_two.json", "comments", **ABOUT)
    assert posts["help:c502"].author.roles == ("staff",)
    assert posts["help:c501"].author.roles == ()
    assert read("comments_last.json", "comments", **ABOUT)[0]["help:c503"].author is None


def test_a_comment_is_edited_where_somebody_changed_its_words(read):
    posts, _, _ = read("comments_first_of_two.json", "comments", **ABOUT)
    assert posts["help:c501"].updated_at is None
    assert posts["help:c502"].updated_at == datetime(2026, 5, 2, 8, tzinfo=UTC)
    assert posts["help:c501"].signals == Signals(score=1, up=2, down=1)


# the community


def test_a_community_post_is_a_question_and_its_state_is_a_tag(read):
    posts, _, _ = read("posts_of_the_community.json", "posts")
    post = posts["help:p201"]
    assert (post.kind, post.title, post.container) == (
        "question",
        "Why does it hum?",
        "Pumps & water",
    )
    assert post.tags == ("answered", "closed")
    assert posts["help:p202"].tags == ("not planned",)
    assert posts["help:p203"].tags == ()
    assert post.signals == Signals(score=3, up=4, down=1, replies=2)
    assert post.author.roles == ()


def test_a_topic_for_a_segment_closes_its_posts_and_an_unknown_one_is_not_taken_for_open(read):
    posts, _, _ = read("posts_of_the_community.json", "posts", KEYED)
    assert posts["help:p201"].visibility == "public"
    assert posts["help:p202"].groups == ("help:segment-7",)
    assert posts["help:p203"].groups == ("help:topic-59",)
    assert read("posts_of_the_community.json", "posts", OPEN)[0]["help:p203"].groups == ()


def test_only_posts_that_changed_and_were_answered_are_asked_for_their_comments(read, since):
    _, _, wishes = read("posts_of_the_community.json", "posts", since=since)
    assert [(wish.kind, place(wish)) for wish in wishes] == [
        ("replies", "/api/v2/community/posts/201/comments.json"),
        ("posts", "/api/v2/community/posts"),
    ]


def test_what_the_help_desk_marked_as_official_is_the_solution(read):
    _, _, wishes = read("posts_of_the_community.json", "posts")
    posts, _, _ = read("replies_with_an_official_one.json", "replies", **wishes[0].note)
    assert [(p.post_id, p.kind, p.accepted) for p in posts.values()] == [
        ("help:r501", "answer", False),
        ("help:r602", "answer", True),
        ("help:r603", "answer", False),
    ]
    assert {post.thread_id for post in posts.values()} == {"help:p201"}
    assert posts["help:r602"].signals == Signals(score=4, up=5, down=1)
    assert posts["help:r603"].author.roles == ("staff",)


def test_posts_and_comments_without_words_are_counted():
    bare = ('Remote descaling",\n   "details": "<p>Please.</p>', '",\n   "details": "')
    assert left_out("zendesk", "posts_of_the_community", *bare) == ["without words"]
    assert left_out("zendesk", "comments_last") == ["without words"]


# looking again


def of(thread, *others, name="help"):
    ids = [thread, *others]
    return [Held(post_id=f"{name}:{i}", thread_id=f"{name}:{thread}", url="") for i in ids]


def test_a_few_threads_are_asked_for_one_by_one(read):
    wishes = list(OPEN.verify(of("a101-en-us", "c501", "c503") + of("p201", "r602")))
    assert [(wish.kind, place(wish), wish.optional) for wish in wishes] == [
        ("article", "/api/v2/help_center/en-us/articles/101.json", True),
        ("post", "/api/v2/community/posts/201.json", True),
    ]
    posts, _, (comments,) = read(
        "article_by_number.json", "article", held=wishes[0].held, **wishes[0].note
    )
    assert list(posts) == ["help:a101-en-us"]
    assert (comments.held, comments.optional) == (("help:c501", "help:c503"), True)
    _, _, (later,) = read(
        "comments_first_of_two.json", "comments", held=comments.held, **comments.note
    )
    assert later.held == ("help:c503",)
    posts, _, (replies,) = read(
        "post_by_number.json", "post", held=wishes[1].held, **wishes[1].note
    )
    assert (list(posts), replies.held) == (["help:p201"], ("help:r602",))


def test_comments_that_were_all_met_are_not_looked_for_on_further_pages(read):
    _, _, wishes = read("comments_first_of_two.json", "comments", held=("help:c501",), **ABOUT)
    assert wishes == []


def test_an_article_without_known_comments_is_asked_for_alone(read):
    (wish,) = OPEN.verify(of("a101-en-us"))
    assert read("article_by_number.json", "article", held=wish.held, **wish.note)[2] == []


def test_an_article_that_became_a_draft_is_hidden_with_its_comments(read):
    (wish,) = KEYED.verify(of("a101-en-us", "c501"))
    posts, (stone,), (comments,) = read(
        "article_that_became_a_draft.json", "article", KEYED, held=wish.held, **wish.note
    )
    assert (posts, stone.post_id) == ({}, "help:a101-en-us")
    assert read("comments_first_of_two.json", "comments", **comments.note)[0] == {}


def test_many_threads_are_looked_for_in_the_list_they_stand_in(read):
    many = [held for n in range(SINGLY) for held in of(f"a{n}-en-us")]
    (wish,) = OPEN.verify(many + of("a101-en-us", "c501"))
    assert (wish.kind, place(wish)) == ("articles", "/api/v2/help_center/en-us/articles.json")
    assert len(wish.held) == SINGLY + 2
    _, _, (comments, onward) = read(
        "articles_newest_first.json", "articles", held=wish.held, **wish.note
    )
    assert comments.held == ("help:c501",)
    assert onward.kind == "articles"
    assert onward.held == tuple(held.post_id for held in many)
    assert set(json.loads(onward.note["threads"])) == set(onward.held)


def test_what_no_list_shows_any_more_is_asked_for_by_name_before_it_is_buried(read):
    threads = {"help:a7-en-us": ["help:a7-en-us", "help:c70"]}
    held = ("help:a7-en-us", "help:c70")
    _, _, (wish,) = read("articles_empty.json", "articles", held=held, threads=json.dumps(threads))
    assert (wish.kind, wish.held, wish.optional) == ("article", held, True)
    assert place(wish) == "/api/v2/help_center/en-us/articles/7.json"


# credentials and errors


@pytest.mark.parametrize(
    ("key", "scheme"), [("moira@kettlebrook.example/token:s3cret", "Basic"), ("s3cret", "Bearer")]
)
def test_the_key_is_added_last_and_in_a_header_alone(key, scheme):
    source = Zendesk("help", SITE, Options(), key)
    (wish,) = source.start(EPOCH)
    assert "s3cret" not in repr(wish)
    signed = source.sign(wish)
    assert (signed.url, signed.note) == (wish.url, wish.note)
    said, _, token = signed.headers["Authorization"].partition(" ")
    assert said == scheme
    assert (b64decode(token).decode() if scheme == "Basic" else token) == key
    assert OPEN.sign(wish) == wish


def test_a_refusal_in_place_of_a_list_says_where_and_which_field():
    body = b'{"error": "RecordNotFound", "description": "Not found"}'
    page = Page(kind="articles", url=f"{SITE}/articles.json", body=body)
    with pytest.raises(UnexpectedShapeError, match=r"articles\.json: .*`articles`"):
        list(OPEN.read(page, EPOCH))
