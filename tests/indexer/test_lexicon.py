import pytest

from indexer.lexicon import Lexicon

WORDS = ["battery", "batterie", "blade", "mower", "möwe", "mow", "größe"]


@pytest.fixture
def lexicon(tmp_path):
    Lexicon.of(WORDS).save(tmp_path)
    return Lexicon.load(tmp_path)


def test_words_are_kept_in_order_and_once(lexicon):
    assert list(lexicon) == sorted(WORDS)
    assert list(Lexicon.of(["b", "a", "b"])) == ["a", "b"]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_found_by_itself(lexicon, word):
    assert lexicon[lexicon.find(word)] == word


@pytest.mark.parametrize("word", ["", "batter", "batterys", "zzz", "a", "mö"])
def test_what_is_not_there_is_not_found(lexicon, word):
    assert lexicon.find(word) is None


@pytest.mark.parametrize(
    ("start", "expected"),
    [("mo", ["mow", "mower"]), ("mö", ["möwe"]), ("x", []), ("batter", ["batterie", "battery"])],
)
def test_words_are_gone_through_by_their_start(lexicon, start, expected):
    assert [lexicon[number] for number in lexicon.starting(start)] == expected


def test_words_near_another_come_with_their_slips(lexicon):
    found = [(lexicon[number], slips) for number, slips in lexicon.near("batterey", 2)]
    assert found == [("batterie", 2), ("battery", 1)]
    assert lexicon.near("batterey", 0) == []


def test_a_start_is_known_in_spite_of_a_slip_but_for_its_first_letter(lexicon):
    assert [lexicon[number] for number, _ in lexicon.near_start("batet", 1)] == [
        "batterie",
        "battery",
    ]
    assert lexicon.near_start("vatte", 1) == []


def test_a_lexicon_of_nothing_holds_nothing(tmp_path):
    Lexicon.of([]).save(tmp_path)
    empty = Lexicon.load(tmp_path)
    assert (len(empty), empty.find("a"), empty.near("battery", 2)) == (0, None, [])
    assert empty.near_start("battery", 1) == []
