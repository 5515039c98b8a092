"""What a mail's author said themselves, and nothing else."""

import time

import pytest

from crawler.clean import from_html
from crawler.formats.mail_text import own_html, plain_html


def words(text, *, flowed=False):
    return from_html(plain_html(text, flowed=flowed), "https://example.com/").text


@pytest.mark.parametrize(
    "said_so",
    [
        "On Mon, 20 Apr 2026, Moira Quill wrote:",
        "On Mon, Apr 20, 2026 at 11:30 AM\nMoira Quill <moira@example.com>\nwrote:",
        "Am 20.04.2026 um 11:30 schrieb Moira Quill:",
        "Le 20 avril, Moira a écrit :",
        "2026-04-20 11:30 GMT+02:00 Moira Quill <moira@example.com>:",
    ],
)
def test_a_quote_is_cut_with_the_line_that_says_whose_it_is(said_so):
    text = f"Hello,\n\n{said_so}\n\n> no water\n>> none\n>\n> at all\n\nOil it."
    assert words(text) == "Hello,\n\nOil it."


def test_a_sentence_before_a_quote_is_kept_where_it_names_nobody():
    assert words("The manual says:\n> oil it\n\nSo do.") == "The manual says:\n\nSo do."


def test_a_python_prompt_is_code_and_no_quote():
    text = "Try\n\n>>> pump.start(9)\n>>> pump.stop()\n\nnow"
    assert words(text) == "Try\n\n```\n>>> pump.start(9)\n>>> pump.stop()\n```\n\nnow"
    assert words("> one\n>>> pump\n> two") == ""


def test_a_signature_is_cut_and_what_only_looks_like_one_is_not():
    assert words("Oil it.\n-- \nMoira\nKettlebrook Lane 4") == "Oil it."
    assert words("Oil it.\n--\nMoira") == "Oil it."
    long = "\n".join(f"line {n}" for n in range(40))
    assert "line 39" in words(f"Oil it.\n-- \n{long}")


@pytest.mark.parametrize(
    "foot",
    [
        "_______________________________________________\nBrewers mailing list",
        "-------------- next part --------------\nAn HTML attachment was scrubbed...",
        "-----Original Message-----\nFrom: Moira\n\nno water",
        "---------- Forwarded message ---------\nFrom: Moira",
    ],
)
def test_what_the_list_adds_and_what_is_forwarded_is_cut(foot):
    assert words(f"Oil it.\n\n{foot}\nmore") == "Oil it."


def test_code_is_told_by_its_indentation_and_keeps_it():
    text = "Run\n    for cup in cups:\n        fill(cup)\n\n    rest()\nthen wait."
    assert words(text) == "Run\n\n```\nfor cup in cups:\n    fill(cup)\n\nrest()\n```\n\nthen wait."


def test_code_between_fences_and_patches_are_code():
    fenced = "```\na  b\n\nc\n```"
    assert words(f"See:\n{fenced}\nend") == f"See:\n\n{fenced}\n\nend"
    patch = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a  b\n+a   b"
    assert words(f"Fix:\n\n{patch}") == f"Fix:\n\n```\n{patch}\n```"


def test_a_name_below_a_greeting_is_indented_and_no_code():
    assert words("Regards,\n\n\tMoira") == "Regards,\n\nMoira"


def test_items_of_a_list_are_no_code():
    assert words("* one\n    and more\n    of it\n* two") == "* one\nand more\nof it\n* two"


def test_flowed_lines_are_one_and_hard_ones_stay():
    assert words("a long \nline that \nflows.\nAnother.", flowed=True) == (
        "a long line that flows.\nAnother."
    )
    assert words("a long\nline") == "a long\nline"


def test_links_can_be_followed_and_markup_is_text():
    html = plain_html("See https://example.com/a?b=1&c=2. <b>Not bold</b>")
    assert '<a href="https://example.com/a?b=1&amp;c=2">' in html
    assert "&lt;b&gt;Not bold&lt;/b&gt;" in html


@pytest.mark.parametrize(
    "others",
    [
        '<blockquote type="cite"><p>no water</p></blockquote>',
        '<div class="gmail_quote">On Monday Moira wrote: <blockquote>no water</blockquote></div>',
        '<div class="moz-cite-prefix">Moira wrote:</div><blockquote cite="1">no water</blockquote>',
        '<div class="gmail_signature">Moira no water</div>',
        '<div id="divRplyFwdMsg">From: Moira</div><div>no water</div>',
        "<title>no water</title>",
    ],
)
def test_quotes_in_html_are_cut(others):
    body = from_html(own_html(f"<html><body><p>Oil it.</p>{others}</body></html>"), "")
    assert body.text == "Oil it."


def test_an_indented_passage_in_html_is_kept():
    assert "careful" in own_html("<blockquote><p>careful</p></blockquote>")


@pytest.mark.parametrize(
    "markup",
    [
        "",
        "  ",
        '<?xml version="1.0" encoding="x"?><p>a</p>',
        "<",
        "<title>x</title>\x00a",
        "<title>x</title>&#1;a",
        '<img alt="&#x1f;">a',
    ],
)
def test_markup_that_cannot_be_parsed_is_no_trouble(markup):
    assert from_html(own_html(markup), "").text in {"", "a", "<"}


def test_long_mails_are_read_in_a_moment():
    started = time.perf_counter()
    for hostile in ("> a\n" * 100_000, "    a\n" * 50_000, "a\n> b\n" * 20_000, ">>> a\n" * 50_000):
        plain_html(hostile)
    assert time.perf_counter() - started < 5
