"""Did you mean: misspelt words put right where that finds more."""

import dataclasses

import numpy as np
import pytest

from contract import Settings
from contract.settings import IndexSettings
from indexer.parser import parse
from indexer.wordbook import Wordbook
from ranker.respell import Respeller


def meadow(write):
    """Threads about a mower and its battery, some with slips, one for members alone."""
    yield write(1, "The battery of the mower is empty.", title="Mower battery")
    yield write(2, "Charge the battery indoors.", parent=1, by="Greta")
    yield write(3, "A weak battery and a slow charger.", title="Slow charger", source="forum")
    yield write(4, "My batery is warm.", title="Warm in summer", source="forum")
    yield write(5, "Where is the charger of the mower?", title="Charger lost", source="kb",
                kind="article")  # fmt: skip
    yield write(6, "The hurble of the mower hums.", title="Humming", source="forum",
                visibility="members", groups=("forum:beta",))  # fmt: skip
    yield write(7, "A purple burble in the pond, says the burble page.", title="Burble")
    yield write(8, "A burble again, and the login page of it.", title="Login")
    yield write(9, "The page of the login is slow.", title="Slow")
    for number in range(60, 115):
        yield write(number, f"Set the position of blade {number}.", title=f"Blade {number}")
    yield write(50, "The postion is wrong, says everybody here.", title="Wrong place")


@pytest.fixture(scope="module")
def world(make_world, write):
    return make_world(*meadow(write))


@pytest.fixture(scope="module")
def respelt(world):
    def asked(typed, groups=(), wordbook=None):
        reading = world.library.read()
        book = wordbook or Wordbook(reading.finder.snapshot)
        found = Respeller(book, reading.finder, groups, reading.dead).respelt(parse(typed))
        return None if found is None else (found.text, found.is_sure)

    return asked


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mower battrey", "mower battery"),
        ("Battrey EMPTYY", "Battery EMPTYY"),
        ("CHRAGER", "CHARGER"),
        ("Chrager?", "Charger?"),
        ("battrey -mower source:qa", "battery -mower source:qa"),
        ('battrey "slow charger"', 'battery "slow charger"'),
        ("battrey AND chrager", "battery AND charger"),
        ("(battrey OR chrager)", "(battery OR charger)"),
        ("loginpage", "login page"),
    ],
)
def test_a_word_that_finds_nothing_is_put_right_and_all_else_stays_as_typed(respelt, typed, meant):
    assert respelt(typed) == (meant, True)


@pytest.mark.parametrize(
    "typed",
    [
        "mower battery",
        "batteries",  # another form of what is there
        '"battrey"',
        "mower -battrey",
        "mower NOT battrey",
        "tag:battrey mower",
        "author:battrey",
        "LK-1047 battrey1",
        "iBattery",
        "xylophone",
        "",
        "source:forum",
        " ".join(["mower"] * 12 + ["battrey"]),
    ],
)
def test_what_is_right_quoted_barred_a_filter_or_an_identifier_stands(respelt, typed):
    assert respelt(typed) is None


def test_a_slip_that_somebody_made_too_is_only_doubted(respelt):
    assert respelt("postion") == ("position", False)
    assert respelt("batery") is None  # "battery" is not used so much more here


def test_a_word_of_four_letters_is_put_right_unasked_only_where_two_changed_places(respelt):
    assert respelt("paeg") == ("page", True)
    assert respelt("pagr") == ("page", False)


def test_where_the_filters_leave_nothing_for_the_correction_it_is_none(respelt):
    assert respelt("chrager source:forum") == ("charger source:forum", True)
    assert respelt("burbel source:kb") is None
    assert respelt("burbel") == ("burble", True)


def test_a_word_of_a_members_own_posts_is_right_for_members_alone(respelt):
    assert respelt("hurble") == ("burble", True)
    assert respelt("hurble", groups=["forum:beta"]) is None


def test_nobody_is_led_to_a_word_of_members_whoever_asks(respelt):
    assert respelt("hurbble") is None
    assert respelt("hurbble", groups=["forum:beta"]) is None


def test_words_of_the_owners_synonyms_are_right(respelt, world):
    book = Wordbook(world.snapshot, [("battrey", "power pack")])
    assert respelt("battrey", wordbook=book) is None


def test_a_word_that_the_model_knows_is_doubted_and_not_replaced(world, respelt, monkeypatch):
    monkeypatch.setattr(world.finder, "knows", {"battrey"}.__contains__)
    assert respelt("mower battrey") == ("mower battery", False)


def test_without_a_vocabulary_nothing_is_put_right(make_world, write, monkeypatch):
    bare = make_world(*meadow(write))
    monkeypatch.setattr("indexer.wordbook.FOLDER", "nowhere")
    book = Wordbook(bare.snapshot)
    nobody = np.zeros(0, dtype=np.int32)
    assert Respeller(book, bare.finder, (), nobody).respelt(parse("battrey")) is None


def test_a_search_shows_what_was_searched_instead_and_can_insist(world):
    found = world.search("mower battrey")
    assert (found.query, found.searched, found.did_you_mean) == (
        "mower battrey",
        "mower battery",
        None,
    )
    assert found.results[0].post.post_id in {"qa:1", "qa:2"}
    assert ("battery", True) in found.results[0].snippet
    insisted = world.search("mower battrey", verbatim=True)
    assert (insisted.searched, insisted.did_you_mean) == (None, None)
    assert insisted.query == "mower battrey"


def test_a_search_that_finds_something_offers_the_correction(world):
    found = world.search("postion")
    assert (found.searched, found.did_you_mean) == (None, "position")
    assert [one.post.post_id for one in found.results] == ["qa:50"]


def test_a_search_that_is_right_says_nothing(world):
    found = world.search("mower battery")
    assert (found.searched, found.did_you_mean) == (None, None)


def test_the_owners_synonyms_are_searched_marked_and_counted_as_one_word(world):
    settings = Settings(
        source=world.settings.source, index=IndexSettings(synonyms=(("accu", "battery"),))
    )
    found = dataclasses.replace(world, settings=settings).search("accu")
    assert {one.post.post_id for one in found.results} >= {"qa:2", "forum:3"}
    marked = [text for one in found.results for text, is_marked in one.snippet if is_marked]
    assert "battery" in marked
    assert world.search("accu").total == 0
