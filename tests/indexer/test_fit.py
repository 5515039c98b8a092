"""How well a post fits the words of a query, beyond how often it says them."""

import math

import numpy as np
import pytest

from indexer import forward
from indexer.analysis import terms
from indexer.fit import fit, slots
from indexer.forward import ForwardIndex, Sequences
from indexer.parser import parse
from indexer.query import Either, Some, Word

POSTS = (
    ("Mower stops", "It stops beside the pond every evening."),
    ("", "The pond is deep and the mower is wet."),
    ("Rain", "Nothing to see here."),
    ("Evening", "Every evening something rare happens."),
    ("Pond pump", "A pump for the pond."),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    made = Sequences()
    for title, body in POSTS:
        made.add(terms(title, "en"), terms(body, "en"))
    folder = tmp_path_factory.mktemp("forward")
    forward.write(folder, made)
    return ForwardIndex(folder)


@pytest.fixture
def fits(index):
    def asked(typed):
        return fit(index, np.arange(len(POSTS)), parse(typed).tree, ["en"])

    return asked


def rarity(posts):
    return math.log1p((len(POSTS) - posts + 0.5) / (posts + 0.5))


def test_a_post_that_holds_all_of_the_query_covers_it_and_one_without_a_word_nothing(fits):
    coverage = fits("mower pond").coverage
    assert coverage[:2].tolist() == [1.0, 1.0]
    assert coverage[2] == 0.0


def test_the_rarer_words_of_a_query_count_more(fits):
    coverage = fits("pond pump").coverage
    both = rarity(3) + rarity(1)
    assert coverage[0] == pytest.approx(rarity(3) / both)
    assert coverage[4] == pytest.approx(1.0)


def test_words_side_by_side_count_by_the_commoner_of_each_pair(fits):
    found = fits("rare evening pond pump")
    whole = rarity(1) + rarity(2) + rarity(3) + rarity(1)
    assert found.adjacency[4] == pytest.approx(rarity(3) / whole)
    assert found.adjacency[3] == 0.0  # it has them the other way round
    assert fits("mower stops").adjacency[0] == pytest.approx(rarity(2) / (rarity(2) + rarity(1)))


def test_the_last_word_of_a_title_is_no_neighbour_of_the_first_of_the_text(fits):
    assert fits("evening every").adjacency[3] == 0.0
    assert fits("every evening").adjacency[3] > 0.0


def test_stop_words_count_only_where_nothing_else_was_asked(fits):
    assert slots(parse("the mower is wet").tree, ("en",)) == [("mower",), ("wet",)]
    assert fits("is the").coverage[1] == pytest.approx(1.0)


def test_a_word_is_looked_for_in_each_language_and_under_its_other_names():
    assert slots(Word("Stationen"), ("en", "de")) == [("stationen", "station")]
    widened = Some((Either((Word("pond"), Word("pool"))), Word("pump")))
    assert slots(widened, ("en",)) == [("pond", "pool"), ("pump",)]


def test_what_is_barred_is_not_looked_for_and_what_is_said_twice_once():
    assert slots(parse("pond -pump ponds").tree, ("en",)) == [("pond",)]
    assert slots(parse("Stationen station").tree, ("en", "de")) == [("stationen", "station")]


@pytest.mark.parametrize("typed", ["source:forum", "nowhere", ""])
def test_where_nothing_was_asked_or_found_nothing_fits(fits, typed):
    found = fits(typed)
    assert not found.coverage.any()
    assert not found.adjacency.any()


def test_of_no_posts_there_is_nothing_to_say(index):
    found = fit(index, np.zeros(0, dtype=np.int32), Word("pond"), ["en"])
    assert len(found.coverage) == len(found.adjacency) == 0


@pytest.fixture(scope="module")
def fits_many(tmp_path_factory):
    """Two hundred posts about a pump, of which one names Gurnard and three hold the code P5."""
    made = Sequences()
    for at in range(200):
        said = ["pump", "leaks", *(["gurnard"] if at == 0 else []), *(["p5"] if at < 3 else [])]
        made.add([], [*said, *(["pond"] if at < 50 else [])])
    folder = tmp_path_factory.mktemp("many")
    forward.write(folder, made)
    index = ForwardIndex(folder)
    return lambda typed: fit(index, np.arange(4), parse(typed).tree, ["en"]).named


def test_a_rare_word_alone_is_a_name_and_so_is_a_code(fits_many):
    assert fits_many("Gurnard").tolist() == [1.0, 0.0, 0.0, 0.0]
    assert fits_many("P5").tolist() == [1.0, 1.0, 1.0, 0.0]
    assert fits_many("pond").tolist() == [0.0] * 4


def test_ordinary_words_beside_a_name_take_their_share(fits_many):
    named = fits_many("Gurnard pond")
    assert 0.5 < named[0] < 1.0
    assert named[1:].tolist() == [0.0] * 3


def test_a_word_that_no_post_holds_takes_none(fits_many):
    assert fits_many("Gurnard quince").tolist() == [1.0, 0.0, 0.0, 0.0]


def test_a_question_names_nothing(fits_many):
    assert fits_many("Gurnard says pump leaks pond").tolist() == [0.0] * 4


def test_a_word_of_several_parts_alone_is_held_where_they_stand_side_by_side(fits):
    assert fits("Pond-Pump").named.tolist() == [0.0, 0.0, 0.0, 0.0, 1.0]
    assert not fits("pond pump").named.any()


def test_in_a_small_community_a_word_of_one_post_is_no_name(fits):
    assert fits("rain").named.tolist() == [0.0] * len(POSTS)
