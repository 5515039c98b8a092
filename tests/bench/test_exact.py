import pytest

from bench.exact import loses, ndcg
from bench.exact_queries import Corpus

POSTS = {
    "a": "Mower stops\nThe mower stops with error E17 near the pond.",
    "b": "Blades\nThe blade LK-1047 fits. So does the blade of X-Lark-Token fame, says Gurnard.",
    "c": "Update\nSince 5.2.1 the dock and/or the charger hums, 10.5 times in 30min.",
    "d": "Codes\nE17-beta is no E23. The nightly charging window of my dock is short.",
    "e": "Codes\nThe E23 again, with E23b. No fishing in it.",
    "f": "Notes\nMany thanks to Fishing Ada.",
}


@pytest.fixture(scope="module")
def drawn():
    return Corpus(POSTS).draw()


def of_form(drawn, form):
    return {one.text: set(one.holders) for one in drawn if one.form == form}


def test_what_is_drawn_is_held_by_the_posts_that_hold_it_as_a_whole(drawn):
    assert of_form(drawn, "code") == {
        "LK-1047": {"b"},
        "5.2.1": {"c"},
        "E17-beta": {"d"},
        "E23": {"d", "e"},
        "E23b": {"e"},
    }


def test_a_code_that_stands_inside_another_one_too_is_left_out(drawn):
    assert "E17" not in of_form(drawn, "code")  # whether "E17-beta" holds it is a matter of taste


def test_a_name_is_what_never_stands_in_small_letters_or_what_has_capitals_inside(drawn):
    assert of_form(drawn, "name") == {"Gurnard": {"b"}, "X-Lark-Token": {"b"}, "Ada": {"f"}}


def test_beside_a_code_stand_the_ordinary_words_next_to_it(drawn):
    beside = of_form(drawn, "code and words")
    assert beside["blade LK-1047"] == {"b"} or beside["blade LK-1047 fits"] == {"b"}


def test_a_phrase_is_of_ordinary_words_and_in_quotes(drawn):
    phrases = of_form(drawn, "phrase")
    assert phrases
    for text, holders in phrases.items():
        assert text == f'"{text[1:-1]}"'
        assert holders == {one for one, said in POSTS.items() if text[1:-1] in said}


def test_the_same_seed_draws_the_same_whatever_the_order_of_the_posts(drawn):
    backwards = dict(reversed(POSTS.items()))
    assert Corpus(backwards).draw() == drawn
    assert Corpus(backwards).draw(each=1, seed=5) != drawn


def test_what_too_many_posts_hold_is_not_drawn():
    many = {str(at): "Error E31 again" for at in range(6)}
    assert [one.text for one in Corpus(many).draw() if one.kind != "phrase"] == []


@pytest.mark.parametrize(
    ("order", "by_words", "lost"),
    [
        ([1, 2, 3], [1, 2, 3], False),
        ([2, 1, 3], [1, 2, 3], True),
        ([9, 1, 3], [1, 3], True),  # by words it is not found at all
        ([3, 1], [3, 1], False),  # words alone do no better
        ([3], [3, 1], False),
        ([3], [1, 3], True),  # it is not in the list at all
        ([], [1], False),
    ],
)
def test_a_loss_is_a_post_above_one_that_holds_it_which_stands_below_it_by_words(
    order, by_words, lost
):
    assert loses(order, by_words, {1}) == lost


def test_ndcg_counts_every_holder_alike():
    assert ndcg([1, 2], {1, 2}) == 1.0
    assert ndcg([9, 1], {1}) == pytest.approx(0.6309, abs=1e-4)
    assert ndcg([], {1}) == 0.0
