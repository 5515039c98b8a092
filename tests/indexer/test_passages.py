import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.clean import from_text
from indexer.passages import LONGEST, SHORTEST, split

SENTENCE = "The mower leaves the dock, turns twice and stops beside the pond. "
BLOCKS = st.sampled_from(
    [
        "# Reset",
        "Short.",
        SENTENCE * 3,
        SENTENCE * 12,
        SENTENCE * 40,
        "- one\n- two\n- three",
        "x" * 2000,
        "```\n" + "line = 1\n" * 20 + "```",
        "```\n" + "longer_line_of_code(argument)\n" * 60 + "```",
        "```\nnever closed\n\n" + "code\n" * 30,
        "水" * 1000,
        "   ",
    ]
)
TEXTS = st.lists(BLOCKS, max_size=8).map("\n\n".join) | st.text(max_size=400)


def cut(text, language="en"):
    return [text[start:end] for start, end in split(text, language)]


@settings(max_examples=60)
@given(TEXTS)
def test_passages_stand_in_order_and_cover_every_letter(text):
    spans = split(text)
    covered = set()
    last = 0
    for start, end in spans:
        assert last <= start < end <= len(text)
        covered.update(range(start, end))
        last = end
    assert all(at in covered for at, letter in enumerate(text) if not letter.isspace())


@settings(max_examples=60)
@given(TEXTS)
def test_no_passage_is_much_longer_than_the_model_reads(text):
    assert all(end - start <= LONGEST + SHORTEST for start, end in split(text))


@settings(max_examples=40)
@given(TEXTS)
def test_no_passage_of_a_text_as_posts_have_it_is_empty(text):
    assert all(passage.strip() for passage in cut(from_text(text).text))


def test_an_empty_text_has_no_passage():
    assert split("") == []
    assert split("\n\n") == []


def test_a_short_text_is_one_passage():
    assert split("It stops.\n\nEvery day.") == [(0, 21)]


def test_short_paragraphs_share_a_passage_as_far_as_it_reaches():
    text = "\n\n".join([SENTENCE.strip() * 4] * 6)
    assert all(SHORTEST <= len(passage) <= LONGEST for passage in cut(text))
    assert len(cut(text)) == 2


def test_a_heading_stays_with_what_it_heads():
    text = f"{SENTENCE * 12}\n\n# Reset\n\n{SENTENCE * 3}"
    first, second = cut(text)
    assert "# Reset" not in first
    assert second.startswith("# Reset")


def test_a_heading_opens_a_passage_of_its_own_once_there_is_enough_before_it():
    text = f"{SENTENCE * 4}\n\n# Reset\n\n{SENTENCE * 4}"
    assert [passage[:7] for passage in cut(text)] == ["The mow", "# Reset"]


def test_a_heading_behind_a_few_words_opens_none():
    text = f"Hello.\n\n# Reset\n\n{SENTENCE}"
    assert len(cut(text)) == 1


def test_two_headings_in_a_row_stay_with_the_text_below_them():
    text = f"{SENTENCE * 12}\n\n# Mower\n\n# Reset\n\n{SENTENCE * 13}And that is the whole story."
    assert cut(text)[1].startswith("# Mower\n\n# Reset\n\nThe mower")


def test_a_heading_at_the_end_heads_nothing_and_is_kept():
    assert cut(f"{SENTENCE}\n\n# Last words") == [f"{SENTENCE}\n\n# Last words"]
    assert cut("# Alone") == ["# Alone"]


def test_code_stays_whole_up_to_the_limit():
    code = "```\n" + "lark survey --all\n\n" * 20 + "```"
    text = f"{SENTENCE * 10}\n\n{code}\n\n{SENTENCE * 10}"
    assert any(code in passage for passage in cut(text))


def test_longer_code_is_cut_between_its_lines():
    line = "lark survey --every-zone --verbose\n"
    text = f"```\n{line * 80}```"
    passages = cut(text)
    assert len(passages) > 2
    assert all(passage.endswith("\n") for passage in passages[:-1])


def test_a_long_paragraph_is_cut_between_sentences():
    passages = cut(SENTENCE * 40)
    assert len(passages) > 2
    assert all(passage.rstrip().endswith("pond.") for passage in passages)
    assert all(passage.startswith("The mower") for passage in passages)


def test_a_last_passage_of_a_few_words_joins_the_one_before_it():
    text = f"{SENTENCE * 13}\n\nThanks, that is all I have to say about this matter for today."
    assert len(cut(text)) == 1


@pytest.mark.parametrize("language", ["en", "de", "pt", "zh", "xx"])
def test_every_language_can_be_cut(language):
    assert len(cut(SENTENCE * 40, language)) > 2
