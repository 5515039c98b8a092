from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest

from contract import Post, Tombstone
from crawler.fetch import Fetch
from crawler.sources.mastodon import Mastodon, Options
from crawler.times import EPOCH
from tests.sources.recorded import left_out

SITE = "https://cafe.example.com"
SOCIAL = Mastodon("social", SITE, Options(tags=("espresso",)))
API = f"{SITE}/api/v1"
NEXT = {
    "link": f'<{API}/timelines/tag/espresso?limit=40&max_id=9004>; rel="next", '
    f'<{API}/timelines/tag/espresso?limit=40&min_id=9007>; rel="prev"'
}


@pytest.fixture
def read(page):
    """What a page says: posts, tombstones and wishes."""

    def opened(file, kind, since=EPOCH, source=SOCIAL, headers=None, **note):
        url = f"{API}/{file.partition('.')[0]}"
        found = list(source.read(page(f"mastodon/{file}", kind, url, headers, **note), since))
        return tuple(
            [item for item in found if isinstance(item, wanted)]
            for wanted in (Post, Tombstone, Fetch)
        )

    return opened


# where it begins


def test_the_crawl_begins_at_each_tag_account_and_the_server_itself():
    options = Options(tags=("#café", "leak"), accounts=("@moira@other.example",), local=True)
    wishes = list(Mastodon("social", f"{SITE}/", options).start(EPOCH))
    assert [(wish.kind, wish.url.removeprefix(API)) for wish in wishes] == [
        ("timeline", "/timelines/tag/caf%C3%A9?limit=40"),
        ("timeline", "/timelines/tag/leak?limit=40"),
        ("account", "/accounts/lookup?acct=moira%40other.example"),
        ("timeline", "/timelines/public?local=true&limit=40"),
    ]


def test_an_account_leads_to_what_it_wrote_itself(read):
    _, _, (wish,) = read("account.json", "account")
    assert (wish.kind, wish.url) == (
        "timeline",
        f"{API}/accounts/1/statuses?exclude_reblogs=true&limit=40",
    )


# timelines


def test_a_timeline_goes_on_by_the_link_the_server_gives(read):
    _, _, wishes = read("timeline_plain.json", "timeline", headers=NEXT)
    assert [(wish.kind, wish.url) for wish in wishes] == [
        ("timeline", f"{API}/timelines/tag/espresso?limit=40&max_id=9004")
    ]


def test_a_timeline_without_a_next_link_is_at_its_end(read):
    assert read("timeline_plain.json", "timeline")[2] == []
    only_back = {"link": f'<{API}/x?min_id=9>; rel="prev"'}
    assert read("timeline_plain.json", "timeline", headers=only_back)[2] == []


def test_a_timeline_ends_where_it_reaches_back_too_far(read, since):
    posts, _, wishes = read("timeline_half_old.json", "timeline", since, headers=NEXT)
    assert [post.text for post in posts] == ["Just inside."]
    assert wishes == []


def test_a_post_says_all_it_knows(read):
    post = read("timeline_plain.json", "timeline")[0][0]
    assert (post.post_id, post.thread_id, post.parent_id) == ("social:9007", "social:9007", None)
    assert (post.kind, post.position, post.accepted) == ("post", 0, None)
    assert post.text == "New basket arrived #espresso"
    assert post.tags == ("espresso",)
    assert (post.signals.likes, post.signals.shares, post.signals.replies) == (3, 2, 0)
    assert post.signals.score is None
    assert post.created_at == datetime(2026, 5, 3, 10, tzinfo=UTC)
    assert post.updated_at is None
    assert post.global_id == f"{SITE}/users/wim/statuses/9007"
    assert post.url == f"{SITE}/@wim/9007"


def test_an_edited_post_says_when_and_a_warning_is_its_title(read):
    post = read("timeline_plain.json", "timeline")[0][1]
    assert post.updated_at == datetime(2026, 5, 2, 12, tzinfo=UTC)
    assert (post.title, post.language) == ("Release <7> & notes", "de")


def test_the_hidden_parts_of_a_link_are_not_words(read):
    post = read("timeline_plain.json", "timeline")[0][1]
    assert post.text == "Firmware 7 is out, see help.example.com/en/firm"


def test_a_post_without_an_address_is_known_by_its_uri(read):
    post = read("timeline_plain.json", "timeline")[0][2]
    assert post.url == f"{SITE}/users/salka@other.example/statuses/9005"


def test_a_post_has_one_name_through_whichever_server_it_is_read(page):
    def name_through(server, number):
        source = Mastodon("other", server, Options(local=True))
        there = page("mastodon/status_orphan.json", "status", f"{server}/api/v1/statuses/{number}")
        status = msgspec.json.decode(there.body) | {"id": number, "in_reply_to_id": None}
        (post,) = source.read(replace(there, body=msgspec.json.encode(status)), EPOCH)
        return post.post_id, post.global_id

    at_home, elsewhere = name_through(SITE, "9300"), name_through("https://tea.example", "77")
    assert at_home[0] != elsewhere[0]
    assert at_home[1] == elsewhere[1] == f"{SITE}/users/salka@other.example/statuses/9300"


def test_a_picture_without_a_word_is_no_post(read):
    posts, stones, _ = read("timeline_plain.json", "timeline")
    assert "social:9004" not in {item.post_id for item in (*posts, *stones)}


# what may be found


def test_only_public_posts_of_the_willing_are_kept(read):
    posts, stones, wishes = read("timeline_not_to_be_found.json", "timeline")
    assert [post.text for post in posts] == ["public and willing"]
    assert [stone.post_id for stone in stones] == [f"social:{n}" for n in range(7002, 7009)]
    assert {stone.state for stone in stones} == {"hidden"}
    assert "secret" not in repr(stones)
    assert wishes == []


def test_a_boost_is_not_a_second_post(read):
    posts, stones, wishes = read("timeline_not_to_be_found.json", "timeline")
    told = repr((posts, stones, wishes))
    assert "7009" not in told
    assert "6500" not in told


def test_on_ones_own_server_everybody_public_may_be_found(read):
    own = Mastodon("social", SITE, Options(local=True, only_indexable=False))
    posts, _, _ = read("timeline_not_to_be_found.json", "timeline", source=own)
    assert [post.post_id for post in posts] == ["social:7001", "social:7005", "social:7006"]


@pytest.mark.parametrize(
    ("name", "was", "now", "why"),
    [
        ("timeline_not_to_be_found", "", "", "repeats another"),
        ("status_orphan", '"reblog": null', '"reblog": {"id": "6500"}', "repeats another"),
        ("timeline_plain", "", "", "without words"),
    ],
)
def test_boosts_and_pictures_without_a_word_are_counted(name, was, now, why):
    assert left_out("mastodon", name, was, now) == [why]


# threads


def test_a_post_with_replies_is_read_with_its_thread(read):
    posts, _, wishes = read("timeline_with_threads.json", "timeline")
    assert [post.post_id for post in posts] == ["social:9101"]
    assert [(w.kind, w.url.removeprefix(API), w.note["root"]) for w in wishes] == [
        ("context", "/statuses/9101/context", "9101"),
        ("root", "/statuses/9204/context", "9204"),
        ("root", "/statuses/9300/context", "9300"),
    ]


def test_replies_stand_under_what_they_answer_in_the_thread_of_the_first_post(read):
    posts, stones, _ = read("context_of_a_question.json", "context", root="9101")
    assert [(p.post_id, p.thread_id, p.parent_id, p.position) for p in posts] == [
        ("social:9102", "social:9101", "social:9101", 1),
        ("social:9103", "social:9101", "social:9102", 2),
    ]
    assert [stone.post_id for stone in stones] == ["social:9104"]


def test_from_a_reply_the_way_leads_up_to_the_first_post_and_down_again(read):
    posts, _, (wish,) = read("context_of_a_reply.json", "root", root="9204")
    assert [(p.post_id, p.thread_id, p.parent_id) for p in posts] == [
        ("social:9201", "social:9201", None)
    ]
    assert (wish.kind, wish.url) == ("context", f"{API}/statuses/9201/context")
    posts, _, _ = read("context_of_a_root.json", "context", **wish.note)
    assert [(p.post_id, p.thread_id) for p in posts] == [
        ("social:9203", "social:9201"),
        ("social:9204", "social:9201"),
    ]


def test_a_reply_to_what_nobody_may_see_stands_alone_and_is_not_lost(read):
    posts, _, wishes = read("context_of_an_orphan.json", "root", root="9300")
    assert posts == []
    assert [(wish.kind, wish.url.removeprefix(API)) for wish in wishes] == [
        ("status", "/statuses/9300"),
        ("context", "/statuses/9300/context"),
    ]
    ((post,), _, _) = read("status_orphan.json", "status")
    assert (post.post_id, post.thread_id, post.parent_id) == ("social:9300", "social:9300", None)
    assert post.text == "Answering what you cannot see."


def test_a_thread_that_was_deleted_is_an_answer_and_no_trouble(read):
    for file, kind in (
        ("timeline_with_threads.json", "timeline"),
        ("context_of_an_orphan.json", "root"),
    ):
        _, _, wishes = read(file, kind, root="9300")
        assert all(wish.optional for wish in wishes)
    assert not any(wish.optional for wish in SOCIAL.start(EPOCH))


# people


def test_a_link_counts_as_ones_own_only_where_the_server_has_verified_it(read):
    author = read("timeline_plain.json", "timeline")[0][1].author
    assert author.profiles == ("https://discuss.example.com/u/moira",)
    assert (author.author_id, author.name) == ("social:kettlebrook", "Kettlebrook <Support>")
    assert (author.url, author.roles) == (f"{SITE}/@kettlebrook", ("bot",))


def test_an_account_without_a_name_is_called_by_its_handle(read):
    author = read("timeline_plain.json", "timeline")[0][0].author
    assert (author.name, author.roles, author.profiles) == ("wim", (), ())


def test_the_token_is_added_last_and_in_a_header_alone():
    source = Mastodon("social", SITE, Options(local=True), "s3cret")
    (wish,) = source.start(EPOCH)
    assert "s3cret" not in repr(wish)
    signed = source.sign(wish)
    assert signed.headers == {"Authorization": "Bearer s3cret"}
    assert signed.url == wish.url
    assert SOCIAL.sign(wish) == wish
