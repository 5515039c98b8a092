"""A whole thread at its best."""

import pytest

BETA = ("forum:beta",)


@pytest.fixture(scope="module")
def world(write, make_world):
    members = {"visibility": "members", "groups": BETA}
    return make_world(
        write(1, "It stops.", title="Mower stops"),
        write(2, "Kick it.", parent=1, by="Rex", votes=-5, position=1),
        write(3, "Thanks, that is all!", parent=1, votes=0, position=2),
        write(4, "Dock the mower.", parent=1, by="Greta", votes=3, accepted=True, position=3),
        write(5, "Wait a day.", parent=1, by="Nadia", votes=3, roles=("staff",), position=4),
        write(6, "It helped.", parent=1, below=4, kind="comment", position=3),
        write(7, "Which model?", parent=1, kind="comment", by="Piotr", position=0),
        write(8, "The small one.", parent=1, below=7, kind="comment", position=0),
        write(9, "Among us: swap it.", parent=1, by="Insider", votes=3, **members),
        write(31, "Only a reply is left.", parent=30, by="Rex"),
        write(40, "Sound.", kind="comment", parent=41, below=40),
    )


def told(thread):
    return [one.post.post_id for one in thread.replies]


def test_the_question_stands_first_and_the_trusted_replies_before_others(world):
    thread = world.ranker.thread("qa:1")
    assert thread.title == "Mower stops"
    assert thread.opening.post.post_id == "qa:1"
    assert told(thread) == ["qa:4", "qa:5", "qa:3", "qa:2"]
    assert thread.replies[0].why[0] == "accepted answer"


def test_comments_stand_under_what_they_remark_on_and_so_do_replies_to_them(world):
    thread = world.ranker.thread("qa:1")
    assert [one.post_id for one in thread.opening.comments] == ["qa:7", "qa:8"]
    assert [one.post_id for one in thread.replies[0].comments] == ["qa:6"]


def test_a_comment_on_itself_hangs_nobody(world):
    assert world.ranker.thread("qa:41").replies == ()


def test_members_see_more_of_a_thread_than_strangers(world):
    assert "qa:9" not in told(world.ranker.thread("qa:1"))
    assert "qa:9" not in told(world.ranker.thread("qa:1", ("forum:others",)))
    assert "qa:9" in told(world.ranker.thread("qa:1", BETA))


def test_the_members_replies_take_no_part_in_what_strangers_are_told_of_a_thread(world):
    def looked_at(groups):
        wide = world.ranker.ranking("mower stops", groups).wide
        return {world.snapshot.ids[at] for at in wide.candidates.ordinals}

    assert looked_at(BETA) - looked_at(()) == {"qa:9"}


def test_where_the_question_is_gone_the_replies_are_still_told(world):
    thread = world.ranker.thread("qa:30")
    assert thread.opening is None
    assert thread.title == "Only a reply is left."
    assert told(thread) == ["qa:31"]


def test_a_thread_that_nobody_knows_is_none(world):
    assert world.ranker.thread("qa:999") is None
    assert world.ranker.thread("qa:2") is None  # a reply opens no thread


def test_posts_newer_than_the_index_stand_last_in_their_order(write, make_world):
    world = make_world(
        write(1, "It stops.", title="Mower stops"), write(2, "Kick it.", parent=1, votes=-9)
    )
    world.keep(
        write(4, "Newest.", parent=1, position=4, accepted=True),
        write(3, "New.", parent=1, position=3),
    )
    assert told(world.ranker.thread("qa:1")) == ["qa:2", "qa:3", "qa:4"]


def test_a_picture_without_a_word_is_named_by_its_address(write, make_world):
    world = make_world(write(1, "The mower hums."))
    world.keep(write(2, ""))
    assert world.ranker.thread("qa:2").title == "https://qa.example/2"
