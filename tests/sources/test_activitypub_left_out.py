"""What ActivityPub shows that is no post, and that is counted."""

import pytest

from crawler.fetch import Dropped
from crawler.formats.activitystreams import Thing, about
from tests.sources.recorded import left_out

SITE, OTHER = "https://blog.example.com", "https://other.example"
AGAIN, KIND = "repeats another", "of another kind"


@pytest.mark.parametrize(
    ("name", "was", "now", "why"),
    [
        ("outbox_all_sorts", "", "", [AGAIN, KIND, KIND]),  # a boost, a like, a new profile
        ("outbox_on_one_page", '"Note"', '"Event"', [KIND]),
        ("outbox_on_one_page", f'"{SITE}/p/3"', '""', [KIND]),
        ("post_note", '"Note"', '"Video"', [KIND]),
        ("parent_that_opened_the_thread", '"Note"', '"Video"', [KIND]),
        ("replies_of_others", f'"{OTHER}/p/62"', "null", [KIND]),
    ],
)
def test_what_is_no_post_is_of_another_kind(name, was, now, why):
    assert left_out("activitypub", name, was, now) == why


@pytest.mark.parametrize(
    ("name", "was", "now"),
    [
        ("post_reply_in_its_activity", '"Create"', '"Announce"'),
        ("post_note", '"Note"', '"Create", "object": "https://other.example/p/1"'),
        ("post_in_the_name_of_another", "", ""),
        ("parent_that_opened_the_thread", SITE, OTHER),
    ],
)
def test_what_stands_on_another_server_repeats_what_is_said_there(name, was, now):
    assert left_out("activitypub", name, was, now) == [AGAIN]


def test_a_reply_without_words_is_none():
    said = left_out("activitypub", "outbox_all_sorts", "Turn it by a quarter.", "")
    assert said == [AGAIN, "without words", KIND, KIND]


@pytest.mark.parametrize(("in_group", "why"), [(True, KIND), (False, AGAIN)])
def test_a_like_that_a_group_passes_on_is_no_boost(in_group, why):
    like = Thing(type="Announce", object=Thing(type="Like", object=f"{OTHER}/p/1"))
    assert list(about(like, in_group=in_group)) == [Dropped(why)]
