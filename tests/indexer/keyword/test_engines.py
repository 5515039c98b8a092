"""One suite for every engine: what they all must do alike."""

import threading
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from indexer.query import Every, Filters, Phrase, Some, Word

POSTS = [  # body, title, marks, year
    ("The mower stops near the pond with error E17.", "Lost position", ("source:qa",), 2023),
    ("Move the antenna, then survey the lawn again.", "Lost position", ("source:qa",), 2024),
    ("The mower will not charge: clean the contacts.", "Charging", ("source:forum",), 2025),
    ("Error E23 means the charging contacts are dirty.", "E23", ("source:kb", "tag:e23"), 2026),
    ("Part LK-1047 fits every mower since v5.2.", "Parts", ("source:forum", "tag:two words"), 0),
    ("Winter storage: charge the battery before winter.", "Winter", ("source:kb",), 2025),
    ("Lawn, lawn, lawn. Nothing but lawn.", "Show us", ("source:forum", "author:anna lena"), 2025),
    ("Pond.", "Position lost", ("source:forum",), 2025),
]  # fmt: skip


@pytest.fixture(scope="module")
def index(index_of, entry):
    told = enumerate(POSTS)
    return index_of(*(entry(at, b, title=t, marks=m, year=y) for at, (b, t, m, y) in told))


@pytest.fixture
def found(index, wanted):
    """Ordinals that a query finds, as a set."""
    return lambda typed: set(index.search(wanted(typed), 100).keys.tolist())


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("pond", {0, 7}),
        ("Ponds", {0, 7}),
        ("pond winter", {0, 5, 7}),
        ("elephant", set()),
        ("elephant pond", {0, 7}),
        ("E23", {3}),
        ("LK-1047", {4}),
        ("1047", {4}),
        ("LK-1048", set()),
        ("v5.2", {4}),
        ("5.2", {4}),
        ("position", {0, 1, 7}),
        ("the mower", {0, 2, 4}),
        ("the", {0, 1, 2, 3, 5}),
        ('"error E17"', {0}),
        ('"E17 error"', set()),
        ('"the mower"', {0, 2}),
        ('"lost position"', {0, 1}),
        ('"charging contacts"', {3}),
        ('"part LK-1047"', {4}),
        ('pond "error E17"', {0}),
        ("mower AND contacts", {2}),
        ("mower AND elephant", set()),
        ("mower AND the", {0, 2, 4}),
        ("mower AND (the OR of)", {0, 2, 4}),
        ("mower AND (the AND of)", {0, 2, 4}),
        ("pond OR winter", {0, 5, 7}),
        ("mower -pond", {2, 4}),
        ("mower NOT pond NOT charge", {4}),
        ('mower -"error E17"', {2, 4}),
        ("mower -(pond charge)", {4}),
        ("charging -the", set()),
        ("(mower AND pond) OR winter", {0, 5}),
        ("mower AND (pond OR contacts)", {0, 2}),
        ("mower AND (contacts -dirty)", {2}),
        ("(mower -pond) winter", {2, 4, 5}),
        ('position AND ("move the antenna" OR pond)', {0, 1, 7}),
        ("!?", set()),
        ("a-b", set()),
        ("source:kb", {3, 5}),
        ("source:kb source:qa", {0, 1, 3, 5}),
        ("source:kb tag:e23", {3}),
        ('tag:"two words"', {4}),
        ('author:"Anna Lena"', {6}),
        ("tag:two", set()),
        ("-source:forum", {0, 1, 3, 5}),
        ("after:2025", {2, 3, 5, 6, 7}),
        ("after:1969", {0, 1, 2, 3, 5, 6, 7}),
        ("before:2025", {0, 1}),
        ("before:1960", set()),
        ("after:2024 before:2025", {1}),
        ("after:2026 before:2024", set()),
        ("after:2025-06-01", {2, 3, 5, 6, 7}),
        ("after:2025-06-02", {3}),
        ("before:2025-06-01", {0, 1}),
        ("mower source:forum", {2, 4}),
        ("mower -source:forum -source:qa", set()),
    ],
)
def test_a_query_finds_these(found, typed, expected):
    if typed in {"!?", ""}:
        expected = set(range(len(POSTS)))  # nothing but filters: everything
    assert found(typed) == expected


def test_hits_fall_by_score_and_stand_by_ordinal_where_equal(index_of, entry, wanted):
    same = [entry(at, "The mower stops.") for at in range(30)]
    better = entry(30, "Mower, mower.")
    hits = index_of(*same, better).search(wanted("mower"), 100)
    assert hits.keys.tolist() == [30, *range(30)]
    assert all(first >= second for first, second in pairwise(hits.scores))
    assert hits.keys.dtype == np.int32
    assert hits.scores.dtype == np.float32


def test_no_more_than_the_limit_come_back_and_they_are_the_best(index, wanted):
    everything = index.search(wanted("mower lawn charge contacts"), 100)
    best = index.search(wanted("mower lawn charge contacts"), 3)
    assert best.keys.tolist() == everything.keys[:3].tolist()


@pytest.mark.parametrize("typed", ["mower", "mower contacts", '"the mower"', "mower -pond"])
@pytest.mark.parametrize("filtered", ["source:forum", "-source:qa", "after:2025", "tag:e23"])
def test_filters_never_change_a_score(index, wanted, typed, filtered):
    free = index.search(wanted(typed), 100)
    within = index.search(wanted(f"{typed} {filtered}"), 100)
    scores = dict(zip(free.keys.tolist(), free.scores.tolist(), strict=True))
    for at, score in zip(within.keys.tolist(), within.scores.tolist(), strict=True):
        assert score == pytest.approx(scores[at], rel=1e-5)


@pytest.mark.parametrize(
    "typed",
    [
        "mower",
        "pond winter E17",
        '"the mower" charge',
        "mower AND the",
        "mower AND (the OR of)",
        "mower -pond",
        "lawn OR (mower AND contacts)",
        "the",
        "source:kb",
        "elephant",
    ],
)
def test_scores_of_chosen_posts_agree_with_the_search(index, wanted, typed):
    hits = index.search(wanted(typed), 100)
    expected = dict(zip(hits.keys.tolist(), hits.scores.tolist(), strict=True))
    chosen = np.array([7, 0, 3, 2, 6, 5, 4, 1], dtype=np.int32)
    scores = index.scores(wanted(typed), chosen)
    assert scores.dtype == np.float32
    assert scores.tolist() == pytest.approx([expected.get(at, 0.0) for at in chosen.tolist()])


def test_scores_of_no_posts_are_none(index, wanted):
    assert index.scores(wanted("mower"), np.zeros(0, dtype=np.int32)).tolist() == []


@pytest.mark.parametrize("typed", ["source:kb", "after:2025", "!?"])
def test_where_nothing_but_filters_is_asked_every_score_is_0(index, wanted, typed):
    hits = index.search(wanted(typed), 100)
    assert set(hits.scores.tolist()) == {0.0}
    assert hits.keys.tolist() == sorted(hits.keys.tolist())


def test_a_stopword_beside_a_word_adds_nothing(index, wanted):
    bare, beside = (index.search(wanted(typed), 100) for typed in ("mower", "the mower that is"))
    assert beside.keys.tolist() == bare.keys.tolist()
    assert beside.scores.tolist() == pytest.approx(bare.scores.tolist())


def test_a_group_of_stopwords_adds_nothing(index, wanted):
    bare, beside = (index.search(wanted(typed), 9) for typed in ("mower", "mower AND (the OR of)"))
    assert beside.keys.tolist() == bare.keys.tolist()
    assert beside.scores.tolist() == pytest.approx(bare.scores.tolist())


def test_a_word_in_the_title_adds_to_the_same_word_in_the_body(index_of, entry, wanted):
    both = entry(0, "The mower stops.", title="Mower")
    body = entry(1, "The mower stops.", title="Garden")
    title = entry(2, "The thing stops.", title="Mower")
    hits = index_of(title, body, both).search(wanted("mower"), 9)
    assert hits.keys.tolist() == [0, 1, 2]


def test_a_word_is_found_in_every_language_of_the_index(index_of, entry, wanted):
    index = index_of(
        entry(0, "Die Zeitungen sind nass.", language="de"),
        entry(1, "The newspapers are wet.", language="en"),
        entry(2, "Gerät öffnen und zurücksetzen", language="de"),
    )

    def keys(typed):
        return index.search(wanted(typed), 9).keys.tolist()

    assert keys("Zeitung") == [0]
    assert keys("newspaper") == [1]
    assert keys("zurucksetzen") == keys("zurücksetzen") == [2]
    assert keys('"die Zeitung"') == [0]
    assert keys('"the newspaper"') == [1]


def test_the_best_form_of_a_word_counts_and_not_their_sum(index_of, entry, wanted):
    index = index_of(entry(0, "Batterien"), entry(1, "Batterien", language="de"), entry(2, "Pond"))
    one = index.search(wanted("Batterien", ["en"]), 9)
    two = index.search(wanted("Batterien", ["en", "de"]), 9)
    assert one.keys.tolist() == [0]
    assert two.keys.tolist() == [0, 1]
    assert two.scores[0] == pytest.approx(one.scores[0])


def test_scripts_without_spaces_are_found(index_of, entry, wanted):
    index = index_of(entry(0, "打印机无法连接"), entry(1, "プリンターが動かない"))
    assert index.search(wanted("打印机"), 9).keys.tolist() == [0]
    assert index.search(wanted('"プリンター"'), 9).keys.tolist() == [1]


def test_an_empty_index_finds_nothing(index_of, wanted):
    index = index_of()
    for typed in ("mower", "source:kb", '"a phrase"', "mower -pond", "after:2025"):
        assert index.search(wanted(typed), 10).keys.tolist() == []


def test_marks_are_met_letter_by_letter(index_of, entry, wanted):
    odd = ["tag:c++", "tag:a␟b", "author:o'hara", "tag:x:y", "tag:größe", "tag:a  b"]
    index = index_of(*(entry(at, "words", marks=[mark]) for at, mark in enumerate(odd)))
    for at, mark in enumerate(odd):
        filters = Filters(any_of=(frozenset({mark}),))
        asked = replace(wanted("words"), filters=filters)
        assert index.search(asked, 9).keys.tolist() == [at], mark


def test_a_mark_that_nobody_bears_keeps_everybody_out(index, wanted):
    filters = Filters(any_of=(frozenset({"source:kb", "source:none"}), frozenset({"tag:none"})))
    assert index.search(replace(wanted("charge"), filters=filters), 9).keys.tolist() == []


@pytest.mark.parametrize(
    "tree",
    [
        Every(()),
        Some(()),
        Every((Word("mower"), Some(()))),
        Some((Word("!"),), needed=(Phrase(("?",)),)),
        Some((), barred=(Word("mower"),)),
        Phrase(()),
        Word(""),
    ],
)
def test_no_tree_is_too_odd_to_search(index, wanted, tree):
    hits = index.search(replace(wanted("x"), tree=tree), 100)
    assert len(hits.keys) <= len(POSTS)
    assert index.scores(replace(wanted("x"), tree=tree), np.arange(8, dtype=np.int32)).shape == (8,)


def test_a_barred_word_is_barred_from_the_first_post_on(index_of, entry, wanted):
    index = index_of(entry(0, "pond"), entry(1, "mower pond"), entry(2, "mower"))
    assert index.search(wanted("mower -pond"), 9).keys.tolist() == [2]


def test_a_group_with_a_barred_word_ends_before_the_others_do(index_of, entry, wanted):
    index = index_of(entry(0, "winter"), entry(1, "mower"), entry(2, "slope"), entry(3, "mower"))
    assert index.search(wanted("(winter -slope) AND mower"), 9).keys.tolist() == []


def test_a_barred_mark_is_barred_from_the_first_post_on(index_of, entry, wanted):
    index = index_of(
        entry(0, "mower", marks=["tag:old"]),
        entry(1, "mower", marks=["tag:old", "kind:article"]),
        entry(2, "mower", marks=["kind:article"]),
    )
    assert index.search(wanted("mower kind:article -tag:old"), 9).keys.tolist() == [2]
    assert index.search(wanted("kind:article -tag:old"), 9).keys.tolist() == [2]


def test_many_threads_read_one_index(index, wanted):
    queries = ["mower", "pond winter", '"lost position"', "mower -pond", "source:kb", "E23 lawn"]
    expected = [index.search(wanted(typed), 9).keys.tolist() for typed in queries]
    wrong = []

    def read():
        for _ in range(10):
            for typed, keys in zip(queries, expected, strict=True):
                if index.search(wanted(typed), 9).keys.tolist() != keys:
                    wrong.append(typed)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert wrong == []
