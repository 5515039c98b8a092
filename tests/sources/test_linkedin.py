import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from contract import Post, Signals, Tombstone, Usage
from contract.errors import SettingsError, SourceError, UnexpectedShapeError
from crawler.fetch import Dropped, Fetch, Held
from crawler.formats.linkedin import plain, tags
from crawler.sources.linkedin import BATCH, KEPT, STEP, LinkedIn, Options
from crawler.times import EPOCH
from tests.sources.recorded import left_out

API = "https://api.example.com"
OPTIONS = Options(organization="2414183", organization_name="Kettlebrook")
OURS = LinkedIn("li", f"{API}/", OPTIONS, "t0ken")
ALL = LinkedIn("li", API, replace(OPTIONS, member_comments=True), "t0ken")
POST = "urn:li:share:71"
BELOW = {"thread": POST, "parent": POST, "first": "1"}


def comment(number):
    return f"urn:li:comment:(urn:li:activity:881,{number})"


ABOUT = json.dumps({"902": (POST, 5), "903": (POST, 6)})
ASKED, ANSWER = comment("901"), comment("903")


@pytest.fixture
def read(page):
    """What a page says: posts by native id, states of tombstones, and wishes."""

    def opened(file, kind, *, since=EPOCH, source=OURS, date=None, body=None, **note):
        headers = {"date": date} if date else {}
        recorded = page(f"linkedin/{file}", kind, f"{API}/rest/{kind}", headers, **note)
        found = list(source.read(recorded if body is None else replace(recorded, body=body), since))
        posts = {item.post_id[3:]: item for item in found if isinstance(item, Post)}
        stones = {item.post_id[3:]: item.state for item in found if isinstance(item, Tombstone)}
        return posts, stones, [item for item in found if isinstance(item, Fetch)]

    return opened


def of(native, position=0):
    return Held(post_id=f"li:{native}", thread_id=f"li:{POST}", url="", position=position)


# credentials


def test_without_a_token_nothing_begins_and_nothing_is_asked_again():
    source = LinkedIn("li", API, OPTIONS)
    for begin in (lambda: source.start(EPOCH), lambda: source.verify([of(POST)])):
        with pytest.raises(SettingsError, match="li: nothing is gathered without"):
            list(begin())


def test_it_begins_with_the_posts_that_changed_last():
    (wish,) = OURS.start(EPOCH)
    assert wish.url == (
        f"{API}/rest/posts?q=author&author=urn%3Ali%3Aorganization%3A2414183"
        "&sortBy=LAST_MODIFIED&count=100&start=0"
    )
    assert wish.headers == {
        "LinkedIn-Version": "202606",
        "X-Restli-Protocol-Version": "2.0.0",
        "X-RestLi-Method": "FINDER",
    }


def test_a_page_is_asked_for_whole_since_one_that_is_unchanged_has_no_new_date():
    (wish,) = OURS.start(EPOCH)
    signed = OURS.sign(replace(wish, headers={**wish.headers, "If-None-Match": '"x"'}))
    assert signed.headers == {**wish.headers, "Authorization": "Bearer t0ken"}


# posts


def test_a_post_says_all_it_knows(read):
    post = read("posts_of_an_organisation.json", "posts")[0][POST]
    assert post.text == "Firmware 7 is out (at last) #espresso thanks @Moira Quill"
    assert (post.tags, post.url) == (("espresso",), f"https://www.linkedin.com/feed/update/{POST}/")
    assert (post.author.name, post.author.roles) == ("Kettlebrook", ("staff",))
    assert post.created_at == datetime(2026, 5, 1, 8, tzinfo=UTC)
    assert (post.updated_at, post.signals) == (None, Signals())


@pytest.mark.parametrize(
    ("little", "told", "tagged"),
    [
        (r"2 \* 3 \< 7 \\ done \_", r"2 * 3 < 7 \ done _", ()),
        (r"{hashtag|\#|steam\_wand} up", "#steam_wand up", ("steam_wand",)),
        (r"{hashtag|#|old} form", "#old form", ("old",)),
        (r"@[A \[B\]](urn:li:organization:1) hi", "@A [B] hi", ()),
        ("no @mark #at all {here", "no @mark #at all {here", ()),
    ],
)
def test_little_text_is_read_as_people_see_it(little, told, tagged):
    assert (plain(little), tags(little)) == (told, tagged)


def test_a_post_tells_when_its_author_edited_it_and_no_other_change(read):
    post = read("posts_of_an_organisation.json", "posts")[0]["urn:li:share:72"]
    assert post.updated_at == datetime(2026, 5, 1, 9, tzinfo=UTC)


def test_drafts_and_what_is_for_members_of_linkedin_are_not_kept(read):
    posts, stones, wishes = read("posts_of_an_organisation.json", "posts")
    assert stones == {"urn:li:share:73": "hidden", "urn:li:share:74": "hidden"}
    assert stones.keys().isdisjoint(posts)
    assert "share%3A73" not in repr(wishes)


def test_new_comments_are_looked_for_on_older_posts_too(read, since):
    posts, _, wishes = read("posts_of_an_organisation.json", "posts", since=since)
    assert "urn:li:share:75" not in posts
    assert [wish.url.removeprefix(f"{API}/rest/") for wish in wishes[:3]] == [
        f"socialActions/urn%3Ali%3Ashare%3A{n}/comments?count=100&start=0" for n in (71, 72, 75)
    ]
    assert wishes[3].url.endswith("&start=100")
    assert wishes[3].headers["X-RestLi-Method"] == "FINDER"


def test_a_list_ends_where_it_reaches_back_too_far(read):
    since = datetime(2026, 5, 12, tzinfo=UTC)
    *_, last = read("posts_of_an_organisation.json", "posts", since=since)[2]
    assert last.kind == "comments"


# comments


def test_only_what_the_organisation_said_is_kept_unless_the_owner_asks_for_more(read):
    posts, _, wishes = read("comments_below_a_post.json", "comments", **BELOW)
    assert list(posts) == [comment("902")]
    assert wishes[0].url.startswith(f"{API}/rest/socialActions/urn%3Ali%3Acomment%3A%28")
    posts, _, _ = read("comments_below_a_post.json", "comments", source=ALL, **BELOW)
    assert list(posts) == [ASKED, comment("902")]


def test_what_a_member_wrote_has_no_author_and_expires(read):
    date = "Fri, 01 May 2026 13:30:00 GMT"
    posts, _, _ = read("comments_below_a_post.json", "comments", source=ALL, date=date, **BELOW)
    theirs, ours = posts[ASKED], posts[comment("902")]
    assert theirs.author is None
    assert "urn:li:person" not in repr(posts)
    assert theirs.usage.expires_at == datetime(2026, 5, 3, 12, tzinfo=UTC)
    assert ours.usage == Usage()
    assert LinkedIn.verify_within == timedelta(hours=24) <= KEPT - STEP


def test_a_reply_stands_below_the_comment_it_answers(read):
    _, _, wishes = read("comments_below_a_post.json", "comments", **BELOW)
    replies, onward = wishes
    posts, _, _ = read("comments_below_a_comment.json", "comments", **replies.note)
    assert posts[ANSWER].parent_id == f"li:{ASKED}"
    assert posts[ANSWER].thread_id == f"li:{POST}"
    assert (onward.note["first"], onward.url[-9:]) == ("3", "start=100")


def test_a_comment_says_all_it_knows(read):
    post = read("comments_below_a_post.json", "comments", **BELOW)[0][comment("902")]
    assert (post.kind, post.position, post.signals) == ("comment", 2, Signals(likes=2, replies=0))
    assert post.created_at == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert post.updated_at == datetime(2026, 5, 1, 11, tzinfo=UTC)
    assert post.url.startswith(f"https://www.linkedin.com/feed/update/{POST}/?commentUrn=urn%3A")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("posts_of_an_organisation", "Edited since"),
        ("comments_below_a_post", "Does it fit mine?"),
    ],
)
def test_a_picture_without_a_word_is_counted(name, said):
    assert left_out("linkedin", name, said) == ["without words"]


def test_what_a_member_wrote_is_counted_where_it_is_not_kept(page):
    below = page("linkedin/comments_below_a_post.json", "comments", API, **BELOW)
    assert [item for item in OURS.read(below, EPOCH) if isinstance(item, Dropped)] == [
        Dropped("private")
    ]


# once more


def test_posts_are_asked_for_together_and_comments_below_what_they_name():
    held = [of(POST), *(of(comment(str(n)), n) for n in range(BATCH + 1))]
    posts, first, second = OURS.verify(held)
    assert posts.url == f"{API}/rest/posts?ids=List(urn%3Ali%3Ashare%3A71)"
    assert first.url.startswith(f"{API}/rest/socialActions/urn%3Ali%3Aactivity%3A881/comments?ids=")
    assert (len(first.held), second.held) == (BATCH, (f"li:{comment(str(BATCH))}",))
    assert {wish.headers["X-RestLi-Method"] for wish in (posts, first)} == {"BATCH_GET"}


def test_what_is_asked_for_again_keeps_its_place_or_is_hidden_or_left_out(read):
    posts, stones, _ = read("some_posts.json", "some-posts")
    assert (list(posts), stones) == ([POST], {"urn:li:share:74": "hidden"})
    posts, _, _ = read("some_comments.json", "some-comments", about=ABOUT)
    assert [(p.position, p.parent_id) for p in posts.values()] == [
        (5, f"li:{POST}"),
        (6, f"li:{ASKED}"),
    ]


@pytest.mark.parametrize("kind", ["some-posts", "some-comments"])
def test_a_refusal_that_is_no_word_of_a_post_buries_none(read, kind):
    refused = {"results": {}, "errors": {POST: {"status": 403, "message": "No."}}}
    with pytest.raises(SourceError, match=f"answers 403 for {POST}"):
        read("some_posts.json", kind, body=json.dumps(refused).encode(), about=ABOUT)


def test_a_comment_nobody_asked_for_is_another_shape(read):
    with pytest.raises(UnexpectedShapeError, match="shows 902"):
        read("some_comments.json", "some-comments", about="{}")
