from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from contract import Post, Signals, Tombstone
from contract.errors import SourceError
from crawler.fetch import Fetch, Held
from crawler.sources.youtube import BATCH, KEPT, STEP, Options, YouTube
from crawler.times import EPOCH
from tests.sources.recorded import left_out

API = "https://api.example.com/youtube/v3"
WATCH = "https://www.youtube.com/watch?v=kb2descale01"
TUBE = YouTube("tube", API)
OWNER = "UCx0kettlebrook"
ABOUT = {"video": "kb2descale01", "channel": OWNER, "first": f"{API}/comments?parentId=UgyBBB"}
THREADS = {"first": f"{API}/commentThreads?order=time", "channel": OWNER}


@pytest.fixture
def read(page):
    """What a page says: posts by id, tombstones and wishes."""

    def opened(file, kind, *, held=(), since=EPOCH, date=None, **note):
        headers = {"date": date} if date else {}
        recorded = page(f"youtube/{file}", kind, f"{API}/{kind}", headers, **note)
        found = list(TUBE.read(replace(recorded, held=held), since))
        posts = {item.post_id: item for item in found if isinstance(item, Post)}
        stones = [item for item in found if isinstance(item, Tombstone)]
        return posts, stones, [item for item in found if isinstance(item, Fetch)]

    return opened


def asked(wish):
    return {name: values[0] for name, values in parse_qs(urlsplit(wish.url).query).items()}


def of(native, thread="kb2descale01"):
    return Held(post_id=f"tube:{native}", thread_id=f"tube:{thread}", url="")


# where it begins


def test_channels_are_asked_for_by_handle_or_id_and_single_videos_fifty_at_a_time(since):
    videos = tuple(f"kb2video{n:04}" for n in range(BATCH + 1))
    source = YouTube("tube", f"{API}/", Options(channels=("@kettlebrook", OWNER), videos=videos))
    wishes = list(source.start(since))
    assert [wish.kind for wish in wishes] == ["channel", "channel", "videos", "videos"]
    assert [asked(wish).get("forHandle") for wish in wishes[:2]] == ["@kettlebrook", None]
    assert asked(wishes[1])["id"] == OWNER
    assert [asked(wish)["id"].count(",") + 1 for wish in wishes[2:]] == [BATCH, 1]


def test_a_channel_leads_to_its_uploads_and_to_all_that_is_said_under_them(read):
    _, _, (uploads, threads) = read("channel_by_handle.json", "channel", named="@kettlebrook")
    assert (uploads.kind, asked(uploads)["playlistId"]) == ("uploads", "UUx0kettlebrook")
    assert (threads.kind, asked(threads)["order"]) == ("threads", "time")
    assert asked(threads)["allThreadsRelatedToChannelId"] == OWNER


def test_a_channel_that_youtube_does_not_know_is_named(read):
    with pytest.raises(SourceError, match="no channel @kettlebrok") as raised:
        read("error_no_such_channel.json", "channel", named="@kettlebrok")
    assert "@" in raised.value.hint


def test_only_new_uploads_are_asked_for_and_the_walk_goes_on(read, since):
    first = f"{API}/playlistItems?playlistId=UUx0kettlebrook"
    _, _, (videos, onward) = read("uploads_newest_first.json", "uploads", since=since, first=first)
    assert asked(videos)["id"] == "kb2descale01"
    assert onward.url == f"{first}&pageToken=EAAaBlBUOkNESQ"
    assert onward.note["first"] == first


def test_a_page_of_old_uploads_ends_the_walk_and_one_of_private_ones_does_not(read, since):
    first = {"first": f"{API}/playlistItems?x=1"}
    assert read("uploads_all_old.json", "uploads", since=since, **first)[2] == []
    (onward,) = read("uploads_all_private.json", "uploads", since=since, **first)[2]
    assert (onward.kind, asked(onward)["pageToken"]) == ("uploads", "UFJJ")


# videos


def test_a_video_says_all_it_knows(read):
    posts, _, _ = read("videos_of_all_sorts.json", "videos")
    video = posts["tube:kb2descale01"]
    assert (video.kind, video.thread_id, video.parent_id) == ("post", video.post_id, None)
    assert video.title == "Descaling the <Kettlebrook 2> & 3"
    assert video.text == "What you need:\n\n 20 g of citric acid"
    assert (video.url, video.container, video.language) == (WATCH, "Kettlebrook", "en")
    assert video.tags == ("descaling", "kettlebrook 2")
    assert video.signals == Signals(likes=512, views=20480, replies=37)
    assert (video.author.author_id, video.author.roles) == (f"tube:{OWNER}", ("staff",))
    assert video.created_at == datetime(2026, 4, 30, 10, tzinfo=UTC)


def test_numbers_that_a_channel_hides_are_unknown_and_not_zero(read):
    posts, _, _ = read("videos_of_all_sorts.json", "videos")
    assert posts["tube:kb2silent001"].signals == Signals(views=10)
    assert posts["tube:kb2new000001"].signals == Signals(likes=0, views=0, replies=0)


def test_a_video_with_comments_switched_off_is_not_asked_for_any(read):
    _, _, wishes = read("videos_of_all_sorts.json", "videos", comments="yes")
    assert [(wish.kind, asked(wish)["videoId"]) for wish in wishes] == [("threads", "kb2descale01")]
    assert read("videos_of_all_sorts.json", "videos")[2] == []


def test_a_video_that_is_not_public_is_buried(read):
    posts, (stone,), wishes = read("videos_of_all_sorts.json", "videos", comments="yes")
    assert (stone.post_id, stone.state) == ("tube:kb2unlisted1", "hidden")
    assert "Prices" not in repr((posts, stone, wishes))


# comments


def test_a_comment_stands_under_its_video_and_a_reply_under_its_comment(read):
    posts, _, _ = read("threads_newest_first.json", "threads", **THREADS)
    comment, reply = posts["tube:UgyAAA"], posts["tube:UgyAAA.r1"]
    assert {post.thread_id for post in posts.values()} == {"tube:kb2descale01"}
    assert (comment.parent_id, reply.parent_id) == ("tube:kb2descale01", "tube:UgyAAA")
    assert (comment.kind, comment.accepted) == ("comment", None)
    assert (comment.url, reply.url) == (f"{WATCH}&lc=UgyAAA", f"{WATCH}&lc=UgyAAA.r1")
    assert (comment.signals, reply.signals) == (Signals(likes=7), Signals(likes=31))
    assert comment.updated_at is None
    assert reply.updated_at == datetime(2026, 5, 1, 13, tzinfo=UTC)


def test_whoever_runs_the_channel_is_staff(read):
    posts, _, _ = read("threads_newest_first.json", "threads", **THREADS)
    assert posts["tube:UgyAAA.r1"].author.roles == ("staff",)
    assert posts["tube:UgyAAA"].author.roles == ()
    assert posts["tube:UgyAAA"].author.url == "https://www.youtube.com/channel/UCsalka"
    old, _, _ = read("threads_of_2019_that_name_no_channel.json", "threads", **THREADS)
    assert old["tube:UgyGGG"].author.roles == ("staff",)


def test_an_account_that_is_gone_leaves_its_words_and_no_author(read):
    posts, _, _ = read("threads_newest_first.json", "threads", **THREADS)
    assert (posts["tube:UgyCCC"].text, posts["tube:UgyCCC"].author) == ("Nobody wrote this.", None)


def test_words_are_read_as_written_where_that_is_told_and_else_as_shown(read):
    posts, _, _ = read("threads_newest_first.json", "threads", **THREADS)
    assert posts["tube:UgyBBB"].text == "List<String>\nsecond line"
    shown = posts["tube:UgyAAA"]
    assert shown.text == 'Does vinegar work, too?\nAt 1:01 you say "citric"'
    assert f'href="{WATCH}&amp;t=61"' in shown.html


def test_what_youtube_took_for_spam_or_keeps_to_its_owner_is_buried(read):
    _, stones, _ = read("threads_newest_first.json", "threads", **THREADS)
    assert {(stone.post_id, stone.state) for stone in stones} == {
        ("tube:UgyDDD", "hidden"),
        ("tube:UgyFFF", "hidden"),
    }


def test_only_where_replies_are_missing_all_are_asked_for(read):
    _, _, (replies, onward) = read("threads_newest_first.json", "threads", **THREADS)
    assert (replies.kind, asked(replies)["parentId"]) == ("replies", "UgyBBB")
    assert onward.url == f"{THREADS['first']}&pageToken=Z2V0X25ld2VzdF9maXJzdA%3D%3D"


def test_a_page_of_old_comments_ends_the_walk_and_their_new_replies_are_read(read, since):
    posts, _, (replies,) = read("threads_half_old.json", "threads", since=since, **THREADS)
    assert set(posts) == {"tube:UgyOLD", "tube:UgyOLD.r1", "tube:UgyQQQ"}
    assert asked(replies)["parentId"] == "UgyOLD"
    assert read("threads_half_old.json", "threads", **THREADS)[2][-1].kind == "threads"


def test_replies_are_read_to_their_last_page_and_know_their_video(read):
    posts, _, (onward,) = read("replies_first_of_two.json", "replies", **ABOUT)
    later, _, wishes = read("replies_last.json", "replies", **onward.note)
    assert (onward.url, wishes) == (f"{ABOUT['first']}&pageToken=R0FJeVZ", [])
    assert [post.post_id for post in (posts | later).values()] == [
        f"tube:UgyBBB.r{n}" for n in range(1, 7)
    ]
    assert {post.thread_id for post in posts.values()} == {"tube:kb2descale01"}
    assert later["tube:UgyBBB.r4"].author.roles == ("staff",)


@pytest.mark.parametrize(
    ("name", "was", "why"),
    [
        ("uploads_newest_first", "", "private"),
        ("threads_newest_first", "", "of another kind"),
        ("replies_last", "Reply 5", "without words"),
    ],
)
def test_what_is_not_for_all_or_under_no_video_or_says_nothing_is_counted(name, was, why):
    assert left_out("youtube", name, was) == [why]


# looking again


def test_videos_and_comments_are_asked_for_again_fifty_at_a_time():
    videos = [of(f"kb2video{n:04}", f"kb2video{n:04}") for n in range(BATCH + 1)]
    comments = [of(f"Ugy{n}") for n in range(BATCH)] + [of("Ugy0.r1")]
    wishes = list(TUBE.verify(videos + comments))
    assert [(wish.kind, len(wish.held)) for wish in wishes] == [
        ("videos", BATCH),
        ("videos", 1),
        ("threads", BATCH + 1),
    ]
    assert asked(wishes[2])["id"] == ",".join(f"Ugy{n}" for n in range(BATCH))
    assert not any(wish.optional for wish in wishes)


def test_a_reply_that_does_not_stand_beside_its_comment_is_looked_for_among_all(read):
    (wish,) = TUBE.verify([of("UgyAAA"), of("UgyBBB.r1"), of("UgyBBB.r4"), of("UgyGONE")])
    posts, _, (replies,) = read("threads_newest_first.json", "threads", held=wish.held, **wish.note)
    assert {"tube:UgyAAA", "tube:UgyBBB.r1"} <= set(posts)
    assert replies.held == ("tube:UgyBBB.r4",)
    _, _, (later,) = read("replies_first_of_two.json", "replies", held=replies.held, **replies.note)
    assert later.held == replies.held
    last, _, wishes = read("replies_last.json", "replies", held=later.held, **later.note)
    assert ("tube:UgyBBB.r4" in last, wishes) == (True, [])


def test_replies_that_were_all_met_are_not_looked_for_on_further_pages(read):
    _, _, wishes = read("replies_first_of_two.json", "replies", held=("tube:UgyBBB.r2",), **ABOUT)
    assert wishes == []


# terms


@pytest.mark.parametrize("day", range(7))
def test_a_post_expires_within_thirty_days_and_not_before_it_was_due_again(read, day):
    sent = datetime(2026, 5, 1 + day, 12, tzinfo=UTC)
    posts, _, _ = read(
        "threads_newest_first.json",
        "threads",
        date=f"{sent:%a, %d %b %Y %H:%M:%S} GMT",
        **THREADS,
    )
    (expires_at,) = {post.usage.expires_at for post in posts.values()}
    assert TUBE.verify_within <= KEPT - STEP < expires_at - sent <= timedelta(days=30)


def test_a_post_that_was_asked_for_again_does_not_change_by_that_alone(read):
    dates = ("Wed, 29 Apr 2026 10:00:00 GMT", "Thu, 30 Apr 2026 10:00:00 GMT")
    first, again = (read("videos_of_all_sorts.json", "videos", date=date)[0] for date in dates)
    assert first == again


def test_a_page_is_asked_for_whole_since_only_a_new_reply_has_a_new_date():
    known = Fetch(kind="videos", url=f"{API}/videos?id=1", headers={"If-None-Match": '"e0"'})
    assert TUBE.sign(known).headers == {}


# credentials and refusals


def test_the_key_is_added_last_and_as_a_parameter():
    source = YouTube("tube", API, Options(channels=(OWNER,)), "s3cret&")
    (wish,) = source.start(EPOCH)
    assert "s3cret" not in repr(wish)
    assert source.sign(wish) == replace(wish, url=f"{wish.url}&key=s3cret%26")
    assert TUBE.sign(wish) == wish


def test_comments_that_are_switched_off_or_gone_are_an_answer_and_no_trouble(read):
    _, _, (comments,) = read("videos_of_all_sorts.json", "videos", comments="yes")
    _, _, (replies, _) = read("threads_newest_first.json", "threads", **THREADS)
    assert (comments.optional, replies.optional) == (True, True)
