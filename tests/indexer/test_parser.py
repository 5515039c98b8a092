import re
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import parser
from indexer.parser import MAX_DEPTH, MAX_LETTERS, MAX_WORDS, parse
from indexer.query import Every, Filters, Phrase, Query, Some, Word, words


def w(*texts):
    return tuple(map(Word, texts))


TREES = [
    ("", None),
    ("   ", None),
    ("charging", Word("charging")),
    ("will not charge", Some(w("will", "not", "charge"))),
    ("LK-1047", Word("LK-1047")),
    ("error LK-1047", Some(w("error", "LK-1047"))),
    ("2024-01-01", Word("2024-01-01")),
    ("wi-fi drops", Some(w("wi-fi", "drops"))),
    ("a - b", Some(w("a", "b"))),
    ("-", None),
    ("--", None),
    ("a-", Word("a-")),
    ("--all", Word("--all")),
    ("lost -winter", Some(w("lost"), barred=w("winter"))),
    ("lost NOT winter", Some(w("lost"), barred=w("winter"))),
    ("-winter lost -snow", Some(w("lost"), barred=w("winter", "snow"))),
    ('"error E23"', Phrase(("error", "E23"))),
    ('"E23"', Phrase(("E23",))),
    ('charging "error E23"', Some(w("charging"), needed=(Phrase(("error", "E23")),))),
    ('lost -"dead spot"', Some(w("lost"), barred=(Phrase(("dead", "spot")),))),
    ('""', None),
    ('"…" lost', Word("lost")),
    ('"unclosed', Word('"unclosed')),
    ("a AND b", Every(w("a", "b"))),
    ("a AND b c", Some(w("c"), needed=(Every(w("a", "b")),))),
    ("a AND NOT b", Some((), needed=w("a"), barred=w("b"))),
    ("a OR b", Some(w("a", "b"))),
    ("a OR b AND c", Some((Word("a"), Every(w("b", "c"))))),
    ('"a b" OR "c d"', Some((Phrase(("a", "b")), Phrase(("c", "d"))))),
    ("a or b", Some(w("a", "or", "b"))),
    ("AND AND", Some(w("AND", "AND"))),
    ("AND", Word("AND")),
    ("a AND", Some(w("a", "AND"))),
    ("(a OR b) (c OR d)", Some((Some(w("a", "b")), Some(w("c", "d"))))),
    ("a AND (b OR c)", Every((Word("a"), Some(w("b", "c"))))),
    ("a -(b c)", Some(w("a"), barred=(Some(w("b", "c")),))),
    ("(unclosed", Word("unclosed")),
    ("a) b", Some(w("a", "b"))),
    ("()", None),
    ("foo:bar", Word("foo:bar")),
    ("http://a.example/b", Word("http://a.example/b")),
    ("a NOT NOT b", Some(w("a", "b"))),
    ("a -(-b)", Some(w("a"), barred=(Some((), barred=w("b")),))),
    ("a* b? ~c ^2 [d TO e] {f}", Some(w("a*", "b?", "~c", "^2", "[d", "TO", "e]", "{f}"))),
    ("Zuru\u0308ck", Word("Zur\u00fcck")),
    ("caf\udce9 open", Some(w("caf", "open"))),
]


@pytest.mark.parametrize(("typed", "tree"), TREES)
def test_what_is_typed_becomes_this_tree(typed, tree):
    found = parse(typed)
    assert found.tree == tree
    assert found.filters == Filters()
    assert found.notices == ()


def on(*marks):
    return frozenset(marks)


FILTERS = [
    ("source:forum", Filters(any_of=(on("source:forum"),))),
    ("source:forum source:qa", Filters(any_of=(on("source:forum", "source:qa"),))),
    ("SOURCE:Forum", Filters(any_of=(on("source:forum"),))),
    ("-source:forum", Filters(none_of=on("source:forum"))),
    ('author:"Anna Lena"', Filters(any_of=(on("author:anna lena"),))),
    ('-tag:"two words"', Filters(none_of=on("tag:two words"))),
    ("tag:c++", Filters(any_of=(on("tag:c++"),))),
    ("kind:article lang:de", Filters(any_of=(on("kind:article"), on("lang:de")))),
    ("is:answered is:staff", Filters(any_of=(on("is:answered"), on("is:staff")))),
    ("-is:answered", Filters(none_of=on("is:answered"))),
    ("after:2025", Filters(after=datetime(2025, 1, 1, tzinfo=UTC))),
    ("before:2025-06", Filters(before=datetime(2025, 6, 1, tzinfo=UTC))),
    ("after:2025-06-09", Filters(after=datetime(2025, 6, 9, tzinfo=UTC))),
    ("-after:2025-6-9", Filters(before=datetime(2025, 6, 9, tzinfo=UTC))),
    ("-before:2025", Filters(after=datetime(2025, 1, 1, tzinfo=UTC))),
]


@pytest.mark.parametrize(("typed", "filters"), FILTERS)
def test_an_operator_becomes_this_filter(typed, filters):
    alone, beside = parse(typed), parse(f"mower {typed} stops")
    assert alone.filters == beside.filters == filters
    assert alone.tree is None
    assert beside.tree == Some(w("mower", "stops"))
    assert alone.notices == beside.notices == ()
    assert beside.plain == "mower stops"


@pytest.mark.parametrize(
    "typed",
    [
        "is:banana",
        "after:yesterday",
        "after:2025-13",
        "before:2025-02-30",
        "after:9999-12-99",
        "after:0000",
        'source:""',
    ],
)
def test_an_operator_that_makes_no_sense_is_text_and_a_notice_says_so(typed):
    found = parse(f"{typed} mower")
    assert found.filters == Filters()
    assert Word("mower") in found.tree.nodes
    assert found.notices == (f"“{typed}” is not understood and was searched as text.",)


@pytest.mark.parametrize(
    ("typed", "left"),
    [("-winter", ["winter"]), ("NOT winter", ["winter"]), ('-"a b" -(c d)', ["a", "b", "c", "d"])],
)
def test_only_a_minus_is_ignored_and_a_notice_says_so(typed, left):
    found = parse(typed)
    assert list(words(found.tree)) == left
    assert len(found.notices) == 1
    assert "minus" in found.notices[0]


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("my mower stops", "my mower stops"),
        ('charging "error E23" -winter source:forum', "charging error E23"),
        ("a AND b OR c", "a b c"),
        ("lost NOT winter now", "lost now"),
        ('lost -"dead spot" now', "lost now"),
        ("lost -(snow ice) now", "lost now"),
        ("source:forum", ""),
    ],
)
def test_the_model_reads_the_words_without_what_is_barred(typed, plain):
    assert parse(typed).plain == plain


def test_a_long_ticket_is_cut_at_a_word_and_a_notice_says_so():
    found = parse("word " * 1000)
    assert MAX_LETTERS - 5 <= len(found.raw) <= MAX_LETTERS
    assert found.raw.endswith("word")
    assert any("long" in notice for notice in found.notices)


@pytest.mark.parametrize("joint", [" ", " AND ", ") (", '" "'])
def test_only_the_first_words_are_searched_and_all_are_read_for_their_meaning(joint):
    many = joint.join(f"w{number}" for number in range(200))
    found = parse(f'"{many}"' if '"' in joint else f"({many})" if ")" in joint else many)
    assert len(words(found.tree)) <= MAX_WORDS
    assert "w199" in found.plain
    assert found.notices == (f"Only the first {MAX_WORDS} words were searched.",)


def test_brackets_as_deep_as_anybody_types_are_read():
    deep = "(" * MAX_DEPTH + "a OR b" + ")" * MAX_DEPTH
    assert parse(deep).notices == ()
    assert parse(deep).tree == Some(w("a", "b"))


def test_deeper_brackets_are_left_out_and_a_notice_says_so():
    found = parse("(a " * 40 + "b" + ")" * 40)
    assert set(words(found.tree)) == {"a", "b"}
    assert any("brackets" in notice for notice in found.notices)


PIECES = st.sampled_from(
    [
        *("AND", "OR", "NOT", "-", "(", ")", '"', "a", "the", "LK-1047", "source:", "source:qa"),
        *("is:staff", "is:x", "after:2025", "before:99999", 'tag:"a b"', "\\", "*", "\ud800", "水"),
    ]
)
TYPED = st.text(max_size=80) | st.lists(
    st.tuples(PIECES, st.sampled_from([" ", ""])), max_size=30
).map(lambda pairs: "".join(piece + gap for piece, gap in pairs))


@settings(max_examples=150)
@given(TYPED)
def test_nothing_that_can_be_typed_is_refused(typed):
    found = parse(typed)
    assert isinstance(found, Query)
    assert len(found.raw) <= MAX_LETTERS
    assert len(words(found.tree)) <= MAX_WORDS


@settings(max_examples=150)
@given(TYPED)
def test_plain_words_are_read_as_the_parser_reads_them(typed):
    found = parse(typed)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(parser, "_SIGN", re.compile(""))  # found in any text
        assert parse(typed) == found


@settings(max_examples=50)
@given(TYPED)
def test_a_question_read_again_asks_the_same(typed):
    found = parse(typed)
    assert parse(found.raw) == found


@pytest.mark.parametrize(
    "piece",
    [
        *("(", ")", '"', "-", ".", "NOT ", "AND ", "a OR ", "-(", "a:", "a-", "source:", "- "),
        *('"a ', "after:2025 ", "-a ", "(a b) ", "a AND ", "((a) AND -", "\u0308"),
    ],
)
def test_no_question_takes_long_to_read(piece):
    started = time.process_time()
    parse(piece * (MAX_LETTERS // len(piece)))
    assert time.process_time() - started < 0.5
