import dataclasses
import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import Author, Post, Signals, content_hash

POST = Post(
    post_id="qa:1",
    thread_id="qa:1",
    source="qa",
    platform="stackexchange",
    kind="question",
    url="https://qa.example.com/questions/1",
    title="Café hours",
    text="When does it\n\nopen?",
)


def changed(**parts):
    return dataclasses.replace(POST, **parts)


def test_the_hash_is_64_hex_digits():
    assert len(content_hash(POST)) == 64
    assert int(content_hash(POST), 16)


@pytest.mark.parametrize(
    "text", ["When does it open?", "  When\tdoes it \u00a0 open?\n", "When does it\r\n\r\nopen?"]
)
def test_white_space_alone_is_no_edit(text):
    assert content_hash(changed(text=text)) == content_hash(POST)


def test_the_two_ways_to_write_an_accent_are_one():
    decomposed = unicodedata.normalize("NFD", POST.title)
    assert decomposed != POST.title
    assert content_hash(changed(title=decomposed)) == content_hash(POST)


@pytest.mark.parametrize(
    "parts",
    [
        {"signals": Signals(score=5, views=100)},
        {"author": Author(author_id="qa:u1", name="Mira", roles=("staff",))},
        {"accepted": True},
        {"url": "https://qa.example.com/q/1"},
        {"html": "<p>When does it open?</p>"},
    ],
)
def test_votes_roles_and_addresses_are_no_edit(parts):
    assert content_hash(changed(**parts)) == content_hash(POST)


@pytest.mark.parametrize(
    "parts",
    [{"text": "When does it close?"}, {"title": "Cafe hours"}, {"text": "when does it open?"}],
)
def test_another_word_is_an_edit(parts):
    assert content_hash(changed(**parts)) != content_hash(POST)


@given(st.text(), st.text())
def test_any_text_has_a_hash_that_normalising_does_not_change(title, text):
    post = changed(title=title, text=text)
    composed = changed(
        title=unicodedata.normalize("NFC", title), text=unicodedata.normalize("NFC", text)
    )
    assert content_hash(post) == content_hash(composed)


def test_a_record_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        POST.text = "other"


def test_a_record_survives_being_packed():
    post = changed(
        author=Author(author_id="qa:u1", name="Mira", roles=("staff", "bot"), profiles=("a", "b")),
        tags=("e17", "lark"),
        signals=Signals(score=0),
    )
    packed = msgspec.msgpack.encode(post)
    assert msgspec.msgpack.decode(packed, type=Post) == post


def test_zero_and_unknown_stay_apart():
    packed = msgspec.msgpack.encode(changed(signals=Signals(score=0)))
    signals = msgspec.msgpack.decode(packed, type=Post).signals
    assert (signals.score, signals.likes) == (0, None)
