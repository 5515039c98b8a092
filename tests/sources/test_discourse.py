import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contract import Post, Tombstone
from contract.errors import UnexpectedShapeError
from crawler.fetch import Dropped, Fetch, Page, walk
from crawler.sources.discourse import BATCH, Discourse, Options
from crawler.times import EPOCH
from tests.sources.recorded import left_out

HERE = Path(__file__).parent / "discourse"
SITE = "https://discuss.example.com"
FORUM = Discourse("forum", SITE)
ROOMS = json.dumps({"1": {"room": "Machines"}, "2": {"room": "Beta", "groups": '["testers"]'}})


def read(page, since=EPOCH, source=FORUM):
    return list(source.read(page, since))


def only(kind, found):
    return [item for item in found if isinstance(item, kind)]


@pytest.fixture
def topic(page):
    """What stands on a page of a topic, as posts by their number and the rest."""

    def opened(file, number, **note):
        found = read(page(f"discourse/{file}", "topic", f"{SITE}/t/{number}.json", **note))
        posts = {post.position + 1: post for post in only(Post, found)}
        return posts, [item for item in found if not isinstance(item, Post | Dropped)]

    return opened


# rooms


def test_the_crawl_begins_with_the_rooms(since):
    (wish,) = FORUM.start(since)
    assert (wish.kind, wish.url, wish.headers) == ("site", f"{SITE}/site.json", {})


def test_rooms_that_not_everybody_may_enter_name_their_groups(page):
    (wish,) = read(page("discourse/site_with_restricted_rooms.json", "site", f"{SITE}/site.json"))
    assert wish.url == f"{SITE}/latest.json?order=activity&page=0"
    assert json.loads(wish.note["rooms"]) == {
        "1": {"room": "Machines & grinders"},
        "2": {"room": "Beta <firmware>", "groups": '["testers", "roasters"]'},
        "3": {"room": "Back room", "groups": '["room-back-room"]'},
    }


# lists


def listed(page, file, since, number=0):
    url = f"{SITE}/latest.json?order=activity&page={number}"
    found = read(page(f"discourse/{file}", "list", url, number=str(number), rooms=ROOMS), since)
    wishes = only(Fetch, found)
    return [wish.url.removeprefix(SITE) for wish in wishes], wishes


def test_pinned_old_topics_do_not_end_the_walk_and_are_not_asked_for(page, since):
    wished, _ = listed(page, "list_pinned_old_first.json", since)
    assert "/t/1.json" not in wished
    assert "/t/2.json" not in wished
    assert "/t/30.json" in wished


def test_a_topic_nobody_answered_has_no_last_post_and_is_asked_for(page, since):
    assert "/t/32.json" in listed(page, "list_pinned_old_first.json", since)[0]


def test_a_topic_that_an_edit_bumped_is_asked_for_and_does_not_end_the_walk(page, since):
    wished, _ = listed(page, "list_pinned_old_first.json", since)
    assert wished[-3:] == ["/t/34.json", "/t/35.json", "/latest.json?order=activity&page=1"]


def test_what_two_people_write_to_each_other_is_not_asked_for(page, since):
    assert "/t/33.json" not in listed(page, "list_pinned_old_first.json", since)[0]


def test_the_walk_ends_at_the_first_topic_that_is_too_old(page, since):
    assert listed(page, "list_reaching_back_too_far.json", since, 1)[0] == ["/t/40.json"]


def test_a_full_crawl_goes_on_to_the_last_page(page):
    wished, _ = listed(page, "list_reaching_back_too_far.json", EPOCH, 1)
    assert wished[-1] == "/latest.json?order=activity&page=2"
    assert listed(page, "list_last_page.json", EPOCH, 2)[0] == ["/t/50.json"]


def test_an_empty_page_ends_the_walk_even_where_it_promises_more(page):
    assert listed(page, "list_empty.json", EPOCH, 9)[0] == []


def test_a_topic_knows_the_room_it_stands_in(page, since):
    _, found = listed(page, "list_pinned_old_first.json", since)
    notes = {wish.url.rpartition("/")[2]: wish.note for wish in found}
    assert notes["30.json"] == {"room": "Machines"}
    assert notes["31.json"] == {"room": "Beta", "groups": '["testers"]'}
    assert notes["35.json"] == {}
    assert notes["latest.json?order=activity&page=1"]["rooms"] == ROOMS


# topics


def test_every_post_of_a_long_topic_arrives_once():
    def url(first, last):
        ids = [*range(3001, 3046), 3100, 3099][first:last]
        return f"{SITE}/t/30/posts.json?{'&'.join(f'post_ids[]={i}' for i in ids)}"

    rows = json.loads((HERE / "list_last_page.json").read_bytes())
    rows["topic_list"]["topics"][0]["id"] = 30
    pages = {
        f"{SITE}/site.json": (HERE / "site_with_restricted_rooms.json").read_bytes(),
        f"{SITE}/latest.json?order=activity&page=0": json.dumps(rows).encode(),
        f"{SITE}/t/30.json": (HERE / "topic_long.json").read_bytes(),
        url(20, 40): (HERE / "batch_second_of_long.json").read_bytes(),
        url(40, 47): (HERE / "batch_third_of_long.json").read_bytes(),
    }
    posts = list(walk(FORUM, EPOCH, pages))
    assert [post.position for post in posts] == list(range(47))
    assert len({post.post_id for post in posts}) == 47
    assert {post.thread_id for post in posts} == {"forum:3001"}
    assert [post.url for post in posts[:2]] == [
        f"{SITE}/t/group-head-drips/30/1",
        f"{SITE}/t/group-head-drips/30/2",
    ]
    assert [post.title for post in posts if post.title] == ["Group head drips"]
    assert {post.tags for post in posts} == {("leak", "group-head")}


def test_the_later_posts_are_asked_for_twenty_at_a_time(topic):
    _, wishes = topic("topic_long.json", 30)
    assert [wish.url.count("post_ids[]=") for wish in wishes] == [BATCH, 7]
    assert {wish.kind for wish in wishes} == {"batch"}


def test_the_opening_post_is_a_question_and_carries_what_the_topic_says(topic):
    posts, _ = topic("topic_long.json", 30)
    opening, reply = posts[1], posts[2]
    assert (opening.kind, opening.parent_id, opening.accepted) == ("question", None, None)
    assert (opening.signals.views, opening.signals.replies, opening.signals.likes) == (512, 2, 0)
    assert (reply.kind, reply.parent_id) == ("answer", opening.post_id)
    assert reply.signals.views == 40
    assert opening.created_at == datetime(2026, 5, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("file", "number", "solutions"),
    [("topic_solved_before_2026.json", 60, [2]), ("topic_solved_since_2026.json", 61, [2, 3])],
)
def test_a_solution_is_found_in_both_forms(topic, file, number, solutions):
    posts, _ = topic(file, number)
    assert [at for at, post in posts.items() if post.accepted] == solutions
    assert [post.accepted for at, post in posts.items() if at not in {1, *solutions}] == [False] * (
        len(posts) - 1 - len(solutions)
    )


def test_a_solution_in_a_later_batch_is_found_too(page):
    about = {"topic": "30", "slug": "x", "title": "T", "tags": "[]", "opening": "forum:3001"}
    note = about | {"solutions": "[22]", "counts": "{}"}
    found = read(page("discourse/batch_second_of_long.json", "batch", f"{SITE}/b", **note))
    assert [post.position + 1 for post in found if post.accepted] == [22]


def test_tags_are_words_in_both_forms(topic):
    assert topic("topic_solved_before_2026.json", 60)[0][1].tags == ("pump", "no water")
    assert topic("topic_solved_since_2026.json", 61)[0][1].tags == ("grinder", "dose")


def test_likes_are_counted_and_other_actions_are_not(topic):
    assert topic("topic_solved_before_2026.json", 60)[0][2].signals.likes == 11


def test_whispers_and_notices_are_left_out(topic):
    posts, rest = topic("topic_with_whispers_and_deletions.json", 62)
    assert sorted(posts) == [1, 9]
    assert not {"forum:6202", "forum:6203", "forum:6204"} & {item.post_id for item in rest}


@pytest.mark.parametrize(
    ("name", "was", "now", "why"),
    [
        (
            "topic_with_whispers_and_deletions",
            *("", ""),
            ["private", "system notice", "system notice", "without words"],
        ),
        ("list_pinned_old_first", "", "", ["private"]),
        ("list_pinned_old_first", "private_message", "banner", ["of another kind"]),
    ],
)
def test_whispers_notices_letters_and_pictures_are_counted(name, was, now, why):
    assert left_out("discourse", name, was, now) == why


def test_hidden_and_deleted_posts_become_tombstones_without_words(topic):
    _, stones = topic("topic_with_whispers_and_deletions.json", 62)
    assert stones == [
        Tombstone(post_id="forum:6205", state="hidden", reason="hidden in the forum"),
        Tombstone(post_id="forum:6206", state="deleted", reason="deleted in the forum"),
        Tombstone(post_id="forum:6207", state="deleted", reason="deleted in the forum"),
    ]


def test_an_edit_has_a_date_and_a_mere_change_of_the_record_has_none(topic):
    posts, _ = topic("topic_with_whispers_and_deletions.json", 62)
    assert posts[1].updated_at == datetime(2026, 5, 2, 10, tzinfo=UTC)
    assert posts[9].updated_at is None


def test_a_plain_title_keeps_its_angle_brackets(topic):
    posts, _ = topic("topic_with_whispers_and_deletions.json", 62)
    assert posts[1].title == "Is the <beta> stable? A & B"


def test_a_topic_in_a_restricted_room_is_for_its_groups_alone(topic):
    file = "topic_with_whispers_and_deletions.json"
    posts, _ = topic(file, 62, room="Beta", groups='["testers", "roasters"]')
    assert {post.visibility for post in posts.values()} == {"members"}
    assert {post.groups for post in posts.values()} == {("forum:testers", "forum:roasters")}
    assert {post.container for post in posts.values()} == {"Beta"}


def test_the_later_posts_of_a_restricted_topic_stay_in_its_room(topic):
    _, wishes = topic("topic_long.json", 30, room="Beta", groups='["testers"]')
    assert {wish.note["groups"] for wish in wishes} == {'["testers"]'}


def test_a_topic_in_an_open_room_is_public(topic):
    posts, _ = topic("topic_long.json", 30, room="Machines")
    assert {(post.visibility, post.groups) for post in posts.values()} == {("public", ())}


def test_quotes_and_previews_are_cut_and_code_and_emoji_stay(topic):
    posts, _ = topic("topic_with_quote_and_preview.json", 63)
    assert posts[1].text == "Use `citric acid` :lemon:\n\n```\n10 g\n  1 l\n```"
    assert posts[2].text == "How long?\n\nSee there."
    assert f'href="{SITE}/t/group-head-drips/30/5"' in posts[2].html


def test_who_keeps_order_and_who_is_staff_is_told(topic):
    posts, _ = topic("topic_solved_since_2026.json", 61)
    assert posts[3].author.roles == ("staff",)
    assert posts[4].author.roles == ("moderator",)
    assert posts[2].author.roles == ()


def test_an_author_is_known_by_handle_and_called_by_name(topic):
    posts, _ = topic("topic_solved_since_2026.json", 61)
    author, nameless = posts[2].author, posts[4].author
    assert (author.author_id, author.name) == ("forum:salka", "Salka Thors")
    assert (author.url, author.reputation) == (f"{SITE}/u/salka", 3)
    assert nameless.name == "quill"


def test_a_topic_without_its_opening_post_has_a_thread_of_its_own(topic):
    posts, _ = topic("topic_without_its_opening_post.json", 64)
    assert posts[2].thread_id == "forum:t64"
    assert posts[2].url == f"{SITE}/t/-/64/2"


# credentials and errors


def test_the_key_is_added_last_and_in_headers_alone():
    source = Discourse("forum", SITE, Options(api_user="searchbot"), "s3cret")
    (wish,) = source.start(EPOCH)
    assert "s3cret" not in repr(wish)
    signed = source.sign(wish)
    assert (signed.url, signed.note) == (wish.url, wish.note)
    assert signed.headers == {"Api-Key": "s3cret", "Api-Username": "searchbot"}
    assert FORUM.sign(wish) == wish


def test_a_changed_payload_says_where_and_which_field(page):
    changed = Page(kind="topic", url=f"{SITE}/t/30.json", body=b'{"id": 30, "title": "T"}')
    with pytest.raises(UnexpectedShapeError, match=r"t/30\.json: .*`post_stream`"):
        read(changed)


def test_a_slash_at_the_end_of_the_address_does_not_matter():
    assert list(Discourse("forum", f"{SITE}/").start(EPOCH)) == list(FORUM.start(EPOCH))


def test_every_wish_of_a_topic_can_be_kept_by_a_queue(topic):
    _, wishes = topic("topic_long.json", 30, room="Machines")
    for wish in only(Fetch, wishes):
        assert all(isinstance(value, str) for value in wish.note.values())
