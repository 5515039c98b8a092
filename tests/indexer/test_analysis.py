import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import LONGEST, is_identifier, is_stopword, query_terms, terms, tokens
from indexer.language import LANGUAGES

TEXTS = st.text() | st.text(alphabet="aZé9-_.'\u2019/:@+ ß中ก한ﷺﹰ½\ud800\n", max_size=40)
LANGUAGE = st.sampled_from([*LANGUAGES, "pt", "zh"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The mowers were charging", ["the", "mower", "were", "charg"]),
        ("LK-1047", ["lk-1047", "lk", "1047"]),
        ("E17", ["e17"]),
        ("v5.2.1", ["v5.2.1", "5.2.1", "v5", "2", "1"]),
        ("node.js", ["node.js", "node", "js"]),
        ("X-Api-Key: 429", ["api", "key", "429"]),
        ("lark_mode", ["lark_mode", "lark", "mode"]),
        ("mower/state", ["mower/state", "mower", "state"]),
        ("wi-fi", ["wi", "fi"]),
        ("don't O\u2019Hara", ["don", "hara"]),
        ("C++ and C#", ["c++", "and", "c"]),
        ("Zurücksetzen café", ["zurucksetzen", "cafe"]),
        ("(firmware),", ["firmwar"]),
        ("打印机 ok", ["打印", "印机", "ok"]),
        ("水", ["水"]),
        ("ABC中", ["ab", "bc", "c中"]),
        ("... -- !?", []),
    ],
)
def test_a_text_becomes_these_terms(text, expected):
    assert terms(text, "en") == expected


def test_a_language_has_its_own_stems():
    assert terms("Ladekontakte", "de") == terms("Ladekontakt", "de")
    assert terms("Batterien", "de") == terms("Batterie", "de")
    assert terms("Batterien", "en") != terms("Batterie", "en")
    assert terms("contraseñas", "es") == terms("contraseña", "es")


def test_a_language_we_cannot_stem_keeps_its_words():
    assert terms("impressoras", "pt") == ["impressoras"]


def test_umlauts_and_their_absence_meet():
    assert terms("Gerät öffnen", "de") == terms("Gerat offnen", "de")
    assert terms("Straße", "de") == terms("Strasse", "de")


def test_a_joined_word_and_its_parts_share_a_position():
    found = [(token.term, token.position) for token in tokens("Reset LK-1047 now", "en")]
    assert found == [("reset", 0), ("lk-1047", 1), ("lk", 1), ("1047", 1), ("now", 2)]


@given(TEXTS, LANGUAGE)
def test_every_token_stands_where_it_says_and_is_one_word(text, language):
    for token in tokens(text, language):
        assert 0 <= token.start < token.end <= len(text)
        assert 1 <= len(token.term) <= LONGEST
        assert not any(map(str.isspace, token.term))


@given(TEXTS)
def test_capitals_change_no_term(text):
    plain = text.encode("ascii", "ignore").decode()
    assert terms(plain.upper(), "en") == terms(plain.lower(), "en")


@given(st.text(max_size=30), st.lists(LANGUAGE, min_size=1, max_size=3, unique=True))
def test_a_query_word_never_has_an_empty_part(word, languages):
    assert all(forms and all(forms) for forms in query_terms(word, languages))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("LK-1047", [("lk-1047",)]),
        ("(LK-1047),", [("lk-1047",)]),
        ("192.168.0.1", [("192.168.0.1",)]),
        ("wi-fi", [("wi",), ("fi",)]),
        ("v5.2", [("v5.2", "5.2")]),
        ("5.2", [("5.2",)]),
        ("https://forum.example/t/17", [("https",), ("forum.example/t/17",)]),
        ("E23错误", [("e2",), ("23",), ("3错",), ("错误",)]),
        ("!?", []),
    ],
)
def test_a_query_word_asks_for_these(word, expected):
    assert query_terms(word, ["en"]) == expected


def test_a_query_word_takes_its_form_in_every_language():
    assert query_terms("Batterien", ["en", "de"]) == [("batterien", "batteri")]
    assert query_terms("firmware", ["en", "es"]) == [("firmwar",)]


def test_a_typed_version_finds_it_written_either_way():
    (forms,) = query_terms("v5.2", ["en"])
    assert set(forms) & set(terms("since v5.2", "en"))
    assert set(forms) & set(terms("since 5.2", "en"))
    (bare,) = query_terms("5.2", ["en"])
    assert set(bare) & set(terms("since v5.2", "en"))


@pytest.mark.parametrize("word", ["LK-1047", "E17", "5.2", "node.js", "a/b", "mira@home", "c_1"])
def test_these_name_a_thing_exactly(word):
    assert is_identifier(word)


@pytest.mark.parametrize("word", ["wi-fi", "printer", "don't", "end.", "/", "c++"])
def test_these_are_words(word):
    assert not is_identifier(word)


def test_a_stopword_is_one_in_any_language_of_the_index():
    assert is_stopword("The", ["en"])
    assert is_stopword("die", ["en", "de"])
    assert not is_stopword("die", ["en"])
    assert not is_stopword("mower", ["en", "de", "fr", "es"])
    assert not is_stopword("the", ["pt-unknown"])
