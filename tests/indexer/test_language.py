import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.language import DEFAULT, LANGUAGES, language_of

ENGLISH = "The mower stops in the middle of the lawn and says that it has lost its position."
GERMAN = "Der Mäher bleibt mitten auf dem Rasen stehen und meldet, dass er nicht weiß, wo er ist."


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        (ENGLISH, "en"),
        (GERMAN, "de"),
        ("La tondeuse s'arrête au milieu de la pelouse et dit qu'elle a perdu sa position.", "fr"),
        ("El robot se para en medio del césped y dice que ha perdido su posición actual.", "es"),
    ],
)
def test_a_sentence_tells_its_language(text, tag):
    assert language_of(text) == tag


def test_what_the_place_declares_wins():
    assert language_of(GERMAN, "pt") == "pt"


def test_a_few_letters_tell_nothing():
    assert language_of("Drucker geht nicht") == DEFAULT
    assert language_of("") == DEFAULT


def test_code_and_addresses_speak_no_language():
    code = "```\nfor item in range(10): print(item, 'the position of the mower is lost')\n```"
    assert language_of(f"{GERMAN}\n{code}\nhttps://forum.example/the-mower-has-lost-it") == "de"
    assert language_of(f"{code} `while the mower is lost and the position unknown` ja") == DEFAULT


@settings(max_examples=40)
@given(st.text(max_size=200))
def test_every_text_gets_a_language_we_can_stem(text):
    assert language_of(text) in LANGUAGES
