from datetime import timedelta

import pytest

from contract import Author, Signals
from indexer.columns import BOT, KINDS, MODERATOR, STAFF, UNKNOWN
from indexer.facts import facts, fingerprint, is_answered, is_reply, votes


def test_a_post_becomes_numbers(post):
    told = post(
        2,
        "Move it.",
        parent=1,
        by="nadia",
        roles=("staff", "moderator"),
        accepted=True,
        votes=7,
        days_ago=3,
    )
    found = facts(told, 5, 99, asker="forum:mira", answered=True)
    assert (found.source, found.thread, found.position) == ("forum", 5, 1)
    assert found.kind == KINDS.index("answer")
    assert found.author == "forum:nadia"
    assert found.roles == STAFF + MODERATOR
    assert found.created == found.touched == int(told.created_at.timestamp())
    assert (found.accepted, found.answered, found.votes) == (1, True, 7)
    assert found.is_reply
    assert not found.by_asker
    assert (found.length, found.likeness) == (8, 99)


def test_what_is_not_known_is_not_zero(post):
    found = facts(post(1, "It stops.", by=None, days_ago=None), 0, 0, asker=None, answered=False)
    assert found.author is None
    assert found.created == found.touched == 0
    assert found.accepted == UNKNOWN
    assert found.votes is None


def test_an_edit_touches_a_post_and_leaves_its_birth(post):
    told = post(1, "It stops.")
    edited = post(1, "It stops.", updated_at=told.created_at + timedelta(days=2))
    found = facts(edited, 0, 0, asker=None, answered=False)
    assert found.touched - found.created == 2 * 86_400


def test_a_reply_of_whoever_asked_is_known_as_such(post):
    reply = post(2, "Thanks.", parent=1, by="mira")
    assert facts(reply, 0, 0, asker="forum:mira", answered=False).by_asker
    assert not facts(reply, 0, 0, asker=None, answered=False).by_asker
    assert not facts(post(1, "?", by="mira"), 0, 0, asker="forum:mira", answered=False).by_asker


def test_a_bot_has_its_bit(post):
    told = post(1, "Beep.", author=Author(author_id="forum:b", name="b", roles=("bot",)))
    assert facts(told, 0, 0, asker=None, answered=False).roles == BOT


@pytest.mark.parametrize(
    ("signals", "expected"),
    [
        (Signals(), None),
        (Signals(score=0), 0),
        (Signals(score=-3, likes=9), -3),
        (Signals(helpful_yes=8, helpful_no=2), 6),
        (Signals(helpful_yes=8), 8),
        (Signals(likes=4), 4),
        (Signals(views=900, replies=3), None),
    ],
)
def test_votes_are_the_places_own_number(post, signals, expected):
    assert votes(post(1, "x", signals=signals)) == expected


def test_a_comment_is_no_reply(post):
    assert is_reply(post(2, "x", parent=1))
    assert not is_reply(post(2, "x", parent=1, kind="comment"))
    assert not is_reply(post(1, "x"))


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ({"accepted": True}, True),
        ({"roles": ("staff",)}, True),
        ({"votes": 1}, True),
        ({"votes": 0}, False),
        ({"votes": -1}, False),
        ({"roles": ("moderator",)}, False),
        ({"accepted": True, "kind": "comment"}, False),
        ({"accepted": True, "visibility": "members"}, False),
    ],
)
def test_a_thread_is_answered_by_a_good_reply_that_its_readers_can_see(post, reply, expected):
    thread = [post(1, "Why?", votes=9), post(2, "So.", parent=1, by="nadia", **reply)]
    assert is_answered(thread) is expected


def test_members_count_the_replies_that_members_see(post):
    inside = {"visibility": "members", "groups": ("forum:testers",)}
    thread = [post(1, "Why?", **inside), post(2, "So.", parent=1, accepted=True, **inside)]
    assert is_answered(thread)


def test_an_article_answers_by_itself(post):
    assert is_answered([post(1, "Steps.", kind="article")])
    assert not is_answered([post(1, "Why?")])


def test_the_print_shows_an_edit_of_the_words_and_no_new_vote(post):
    told = post(1, "It stops.", votes=1)
    assert fingerprint(told) == fingerprint(post(1, "It  stops.", votes=50))
    assert fingerprint(told) != fingerprint(post(1, "It stopped.", votes=1))
    assert fingerprint(told) != fingerprint(post(1, "It stops.", votes=1, title="E17"))
    assert 0 <= fingerprint(told) < 2**64


def test_a_post_has_one_name_by_whatever_road_it_came_and_without_one_it_has_none(post):
    def named(number, name):
        told = post(number, "It stops.", global_id=name)
        return facts(told, 0, 0, asker=None, answered=False).global_id

    name = "https://social.example/users/mira/statuses/7"
    assert 0 < named(1, name) == named(2, name) < 2**64
    assert named(1, f"{name}1") != named(1, name)
    assert named(1, None) == named(1, "") == 0
