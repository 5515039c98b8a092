import pytest

from indexer.parser import parse
from indexer.query import Either, Every, Phrase, Some, Word, ways, words
from indexer.synonyms import Synonyms, spellings

GROUPS = (("wifi", "wlan", "wireless network"), ("battery", "accu"), ("k8s", "kubernetes"))
WIFI = Either((Word("wifi"), Word("wlan"), Phrase(("wireless", "network"))))


@pytest.fixture(scope="module")
def synonyms():
    return Synonyms(GROUPS, ("en", "de"), is_used={"läuft", "laeuft"}.__contains__)


def widened(synonyms, typed):
    return synonyms.widened(parse(typed).tree)


def test_a_word_is_joined_by_the_others_of_its_group(synonyms):
    assert widened(synonyms, "wifi") == WIFI
    assert widened(synonyms, "mower") == parse("mower").tree


@pytest.mark.parametrize("typed", ["Batteries", "BATTERY"])
def test_other_forms_of_a_word_are_in_its_group(synonyms, typed):
    assert widened(synonyms, typed) == Either((Word(typed), Word("accu")))


def test_words_side_by_side_can_be_one_synonym(synonyms):
    as_typed = Some((Word("wireless"), Word("network")))
    either = Either((as_typed, Word("wifi"), Word("wlan")))
    assert widened(synonyms, "weak wireless network") == Some((Word("weak"), either))
    assert widened(synonyms, "wireless weak") == parse("wireless weak").tree


def test_where_all_words_must_be_there_one_of_the_group_must(synonyms):
    assert widened(synonyms, "k8s AND wifi") == Every(
        (Either((Word("k8s"), Word("kubernetes"))), WIFI)
    )


@pytest.mark.parametrize(
    "typed", ['"wifi"', "mower -wifi", "mower NOT battery", '"wireless network"']
)
def test_what_is_quoted_or_barred_is_not_widened(synonyms, typed):
    assert widened(synonyms, typed) == parse(typed).tree


def test_only_the_word_as_typed_counts_as_asked_and_all_are_ways_to_say_it(synonyms):
    tree = widened(synonyms, "wifi mower")
    assert words(tree) == ("wifi", "mower")
    assert ways(tree) == (("wifi", "wlan", "wireless", "network"), ("mower",))


def test_the_other_spelling_of_an_umlaut_is_the_same_word_where_it_is_used(synonyms):
    assert widened(synonyms, "laeuft") == Either((Word("laeuft"), Word("läuft")))
    assert widened(synonyms, "läuft") == Either((Word("läuft"), Word("laeuft")))
    assert widened(synonyms, "steuer") == parse("steuer").tree


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("fuer", ["für"]),
        ("für", ["fuer"]),
        ("mower", []),
        ("oeluebung", ["oelübung", "öluebung", "ölübung"]),
    ],
)
def test_spellings_of_umlauts(word, expected):
    assert spellings(word) == expected


@pytest.mark.parametrize("engine", ["tantivy", "whoosh"])
def test_the_best_way_to_say_it_counts_once_in_both_engines(finder, post, engine, synonyms):
    over = finder(
        post(1, "The wlan drops every night here"),
        post(2, "The wifi wlan drops every night"),
        post(3, "A wireless network drops in rain"),
        post(4, "A network of wireless nothing here"),
        post(5, "Blades get blunt every night here"),
        engine=engine,
    )

    def scores(typed, widen):
        query = parse(typed)
        tree = synonyms.widened(query.tree) if widen else query.tree
        asked = type(query)(raw=typed, tree=tree, plain="")
        found = over.find(asked)
        ids = [over.snapshot.ids[at] for at in found.ordinals.tolist()]
        return dict(zip(ids, found.keyword.tolist(), strict=True))

    found = scores("wifi", widen=True)
    assert set(found) == {"forum:1", "forum:2", "forum:3"}
    assert set(scores("wifi", widen=False)) == {"forum:2"}
    alone = max(scores("wifi", widen=False)["forum:2"], scores("wlan", widen=False)["forum:2"])
    assert found["forum:2"] == pytest.approx(alone, rel=1e-5)
    assert found["forum:1"] == pytest.approx(scores("wlan", widen=False)["forum:1"], rel=1e-5)
