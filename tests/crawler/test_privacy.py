"""No e-mail address is ever shown: however it is written, wherever it stands."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clean import Body
from crawler.privacy import MASK, masked, masked_body, pseudonym, sender

WORD = st.from_regex(r"[a-z][a-z0-9]{2,8}", fullmatch=True)
AT = st.sampled_from(["@", "(a)", " (a) ", "(at)", " [at] ", "{at}", "%40"])
DOT = st.sampled_from([".", "[dot]", " (dot) ", " dot "])


@pytest.mark.parametrize(
    "written",
    [
        "moira@example.com",
        "Moira.Quill+beans@mail.example.co.uk",
        "moira(a)example.com",
        "moira (at) example.com",
        "moira [at] example [dot] com",
        "moira at example.com",
        "moira AT example dot com",
        "moira%40example.com",
        "mañana@exámple.com",
    ],
)
def test_an_address_is_masked_in_every_form(written):
    assert masked(f"Ask <{written}>, please.") == f"Ask <{MASK}>, please."


@pytest.mark.parametrize(
    "written",
    [
        "Look at example.com for more.",
        "It is hosted at help.example.com now",
        "we met at example.com/page yesterday",
        "main at org.example.Pump.start(Pump.java:9)",
        "at 10.30 he was at home. Then",
        "price @ 4.50 per bag",
        "@decorator\ndef pump(): ...",
        "git@ and scp",
        "https://lists.example.com/archives/list/brewers@lists.example.com/thread/",
    ],
)
def test_what_is_no_address_stays(written):
    assert masked(written) == written


def test_an_address_in_a_link_is_masked_and_the_rest_of_the_link_stays():
    link = "https://example.com/unsubscribe?who=moira@example.com&list=4"
    assert masked(link) == f"https://example.com/unsubscribe?who={MASK}&list=4"
    assert masked("https://example.com/~moira%40example.com/") == f"https://example.com/~{MASK}/"


@given(local=WORD, at=AT, domain=WORD, dot=DOT, before=st.text(max_size=20))
def test_no_form_slips_through_whatever_stands_before_it(local, at, domain, dot, before):
    told = masked(f"{before} <{local}{at}{domain}{dot}com>")
    assert not re.search(rf"{local}\W+(?:a|at|@|40)?\W*{domain}", told.partition(f"{before} ")[2])


@given(st.text())
def test_masking_twice_is_masking_once(text):
    assert masked(masked(text)) == masked(text)


def test_masking_takes_no_longer_for_being_provoked():
    started = time.perf_counter()
    for hostile in (
        "a" * 200_000,
        "a.b" * 70_000,
        "a@" * 100_000,
        "a at " * 40_000,
        "@a-" * 70_000,
    ):
        masked(hostile)
    assert time.perf_counter() - started < 5


def test_an_address_is_in_neither_form_of_a_text():
    html = '<p>Ask <a href="mailto:moira@example.com">moira@example.com</a></p>'
    assert masked_body(Body("Ask moira@example.com", html)) == Body(
        f"Ask {MASK}", f"<p>Ask <a>{MASK}</a></p>"
    )


def test_where_tags_hide_an_address_the_text_is_all_that_is_kept():
    hidden = Body("moira@example.com", "<p>moira<b>@</b>example.com</p>")
    assert masked_body(hidden) == Body(MASK, "")


@pytest.mark.parametrize(
    ("header", "name", "address"),
    [
        ('"Nehren, Moira" <Moira@Example.com>', "Nehren, Moira", "moira@example.com"),
        ("moira at example.com (Moira Quill)", "Moira Quill", "moira@example.com"),
        ("moira(a)example.com", "", "moira@example.com"),
        ("Moira <moira@example.com> <moira@example.org>", "Moira", "moira@example.com"),
        ("Moira Quill", "Moira Quill", ""),
        ("", "", ""),
    ],
)
def test_a_sender_is_a_name_and_apart_from_it_an_address(header, name, address):
    assert sender(header) == (name, address)


def test_a_pseudonym_is_the_same_for_ever_and_another_at_another_place():
    assert pseudonym("moira@example.com", "brewers") == "43452047d3c91a8eaa09"
    assert pseudonym("moira@example.com", "roasters") != pseudonym("moira@example.com", "brewers")
