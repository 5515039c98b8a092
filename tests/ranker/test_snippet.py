"""The few lines that show why a post was found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import Usage
from indexer.parser import parse
from ranker.snippet import LONGEST, allowed, asked_words, snippet

FILLER = "Lawns are green and hedges are high. "


def cut(text, typed, longest=LONGEST, language="en"):
    return snippet(text, asked_words(parse(typed), [language]), language, longest)


def joined(segments):
    return "".join(text for text, _ in segments)


def marked(segments):
    return [text for text, named in segments if named]


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("The mowers stopped.", "mower stops", ["mowers", "stopped"]),
        ("Error E17 again", "e17", ["E17"]),
        ("Version 2.4.1 is out", "v2.4.1", ["2.4.1"]),
        ("Part LK-1047, not LK-1048", "LK-1047", ["LK-1047"]),
        ("The mower", "the mower", ["mower"]),
        ("To be or not to be", "to be", ["To", "be", "to", "be"]),
        ("Nothing here", "mower", []),
        ("The mower stops", "mower -stops", ["mower"]),
        ("Write C# code", "c#", ["C"]),
    ],
)
def test_the_words_of_the_query_are_marked_in_whatever_form_they_stand(text, typed, expected):
    segments = cut(text, typed)
    assert marked(segments) == expected
    assert joined(segments) == text


def test_german_words_are_marked_by_their_own_stems():
    segments = cut("Die Mähroboter stehen still.", "mähroboters", language="de")
    assert marked(segments) == ["Mähroboter"]


def test_a_short_post_is_shown_whole_on_one_line_without_its_notation():
    text = "# Antenna\n\n> It `stops`\n> there\n\n1. Dock it."
    assert joined(cut(text, "pond")) == "Antenna It stops there 1. Dock it."


@pytest.mark.parametrize("text", ["x > y", "a # b", "C# code", "mower > antenna", "mower># 5"])
def test_signs_within_a_line_are_no_notation(text):
    for typed in ("pond", "mower", "c", "x", "a"):
        assert joined(cut(text, typed)) == text


def test_a_long_post_is_cut_to_where_the_asked_words_stand():
    text = f"The mower. {FILLER * 20}The mower stops when its antenna freezes. {FILLER * 20}"
    segments = cut(text, "mower antenna stops")
    assert marked(segments) == ["mower", "stops", "antenna"]
    assert joined(segments).startswith("… ")
    assert joined(segments).endswith(" …")
    assert len(joined(segments)) <= LONGEST + 4


def test_where_no_word_stands_the_beginning_is_shown():
    shown = joined(cut(FILLER * 20, "mower"))
    assert shown.startswith("Lawns are green")
    assert shown.endswith(" …")


@pytest.mark.parametrize("typed", ["", "kind:article"])
def test_where_only_filters_were_asked_nothing_is_marked(typed):
    assert marked(cut("The mower stops.", typed)) == []


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (Usage(), LONGEST),
        (Usage(max_snippet=50), 50),
        (Usage(max_snippet=5000), LONGEST),
        (Usage(max_snippet=0), 0),
        (Usage(snippet=False), 0),
        (Usage(snippet=False, max_snippet=50), 0),
    ],
)
def test_a_page_says_how_much_of_it_may_be_quoted(usage, expected):
    assert allowed(usage) == expected


@pytest.mark.parametrize("longest", [0, -1])
def test_nothing_is_shown_where_nothing_may_be_quoted(longest):
    assert cut("The mower stops.", "mower", longest) == ()


WORD = st.text(st.sampled_from("abcdefghijkmower"), min_size=2, max_size=12)


@given(
    words=st.lists(WORD, min_size=20, max_size=60),
    space=st.sampled_from([" ", "\n", "\n\n"]),
    asked=WORD,
    longest=st.integers(1, 120),
)
def test_no_more_is_quoted_than_is_allowed_and_no_word_is_cut(words, space, asked, longest):
    text = space.join(words)
    shown = joined(cut(text, f"mower {asked}", longest)).removeprefix("… ").removesuffix(" …")
    assert len(shown) <= longest
    if longest > 14:  # a word of twelve and the space behind it
        assert shown
        assert set(shown.split()) <= set(words)


@given(
    text=st.text(st.sampled_from("ab`#> \nmower世界"), max_size=400), longest=st.integers(1, 300)
)
def test_whatever_is_shown_stands_in_the_post(text, longest):
    shown = joined(cut(text, "mower ab", longest)).removeprefix("… ").removesuffix(" …")
    left = iter(text)  # letter by letter, in order; notation and line breaks may be missing
    assert all(letter in left for letter in shown if not letter.isspace())


@pytest.mark.parametrize("longest", [10, 39, 41, 260])
def test_a_text_without_spaces_is_cut_by_length(longest):
    assert joined(cut("世界" * 300, "mower", longest)) == f"{('世界' * 300)[:longest]} …"
