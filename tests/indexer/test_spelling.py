import pytest

from indexer.spelling import Speller
from indexer.vocabulary import Vocabulary

COUNTS = {
    "battery": 40, "batter": 3, "charging": 30, "changing": 12, "charing": 1, "reset": 400,
    "reste": 4, "rest": 90, "login": 25, "page": 60, "mower": 80, "mowers": 9, "wifi": 2,
    "ladegerät": 6, "position": 15, "postion": 6, "once": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def speller():
    return Speller(Vocabulary.of(COUNTS), ("en", "de"), known=("wirless",))


def best(speller, word):
    return next((one.text for one in speller.proposals(word)), None)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("battrey", "battery"),
        ("battey", "battery"),
        ("chargng", "charging"),
        ("possition", "position"),
        ("posittoin", "position"),
        ("rset", "reset"),
        ("moewr", "mower"),
        ("ladegerat", None),  # the index holds both as one
        ("ladegerätt", "ladegerät"),
        ("loginpage", "login page"),
    ],
)
def test_a_word_that_nobody_uses_is_what_most_use_a_slip_or_two_away(speller, typed, meant):
    assert best(speller, typed) == meant


@pytest.mark.parametrize("typed", ["battery", "once", "wifi", "the", "xzqvw", "bat", "", "wirless"])
def test_words_in_use_short_ones_and_ones_own_stand(speller, typed):
    assert speller.proposals(typed) == []


def test_the_nearer_word_wins_unless_the_farther_is_used_far_more():
    speller = Speller(Vocabulary.of({"contacts": 9, "contrasts": 400}), ("en",))
    assert best(speller, "contackts") == "contacts"
    speller = Speller(Vocabulary.of({"contact": 2, "contracts": 9000}), ("en",))
    assert best(speller, "contrackt") == "contracts"


def test_a_slip_that_several_people_made_is_doubted(speller):
    assert best(speller, "reste") == "reset"
    assert best(speller, "postion") is None  # "position" is not used so much more


def test_short_words_allow_one_slip_and_long_ones_two(speller):
    assert best(speller, "mweor") is None
    assert best(speller, "chargnig") == "charging"
    assert best(speller, "chraginng") == "charging"


def test_nobody_is_led_to_a_word_of_one_thread(speller):
    assert "once" not in [one.text for one in speller.proposals("onec")]


def test_another_form_of_the_same_word_is_no_correction(speller):
    assert "mower" not in [one.text for one in speller.proposals("moweres")]
