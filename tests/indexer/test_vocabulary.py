import pytest

from contract import Author
from indexer.vocabulary import Vocabulary, Wording, plain_words


def saved(wording, folder):
    folder.mkdir(exist_ok=True)
    wording.save(folder)
    return Vocabulary.load(folder)


@pytest.fixture
def wording(post):
    """Three threads that speak of antennas, one of them for members."""
    made = Wording()
    made.add([post(1, "Antenna, antenna! It says E23."), post(2, "antenna", parent=1)])
    made.add([post(3, "The ANTENNA is loose near the pond")])
    made.add([post(4, "swallowtail antenna", visibility="members", groups=("forum:beta",))])
    return made


def test_a_word_counts_once_for_a_thread_that_everybody_may_read(wording, tmp_path):
    vocabulary = saved(wording, tmp_path / "a")
    assert vocabulary.threads("antenna") == 2
    assert vocabulary.threads("pond") == 1
    assert vocabulary.threads("swallowtail") == 0
    assert vocabulary.threads("nothing") == 0


def test_nobody_is_led_to_a_word_of_a_single_thread(wording, tmp_path):
    vocabulary = saved(wording, tmp_path / "a")
    assert [near.word for near in vocabulary.near("antena", 1)] == ["antenna"]
    assert vocabulary.near("ponds", 1) == []


def test_words_of_members_leave_no_trace_in_any_file(wording, tmp_path):
    saved(wording, tmp_path / "a")
    said = b"".join(path.read_bytes() for path in (tmp_path / "a").iterdir())
    assert b"antenna" in said
    assert b"swallowtail" not in said


def test_a_name_that_somebody_signs_with_is_no_word_until_others_use_it(post, tmp_path):
    nadia = Author(author_id="forum:nadia77", name="Nadia Quent")
    signed = "Dock it. Cheers, Nadia Quent"
    made = Wording()
    for at in (1, 2, 3):
        made.add([post(at, signed, author=nadia)])
    assert saved(made, tmp_path / "a").threads("nadia") == 0
    made.add([post(4, "Ask Nadia")])
    assert saved(made, tmp_path / "a").threads("nadia") == 1


def test_titles_and_tags_count_as_said(post, tmp_path):
    made = Wording()
    made.add([post(1, "It stops.", title="Mower at the pond", tags=("robot-lawn",))])
    vocabulary = saved(made, tmp_path / "a")
    assert [vocabulary.threads(word) for word in ("mower", "robot", "lawn", "stops")] == [1] * 4


def test_a_later_generation_goes_on_without_reading_what_has_not_changed(wording, post, tmp_path):
    saved(wording, tmp_path / "old")
    renewed = Wording.load(tmp_path / "old", without={"forum:1"})
    renewed.add([post(1, "Only the blade now")])
    renewed.add([post(5, "A pond again")])
    vocabulary = saved(renewed, tmp_path / "new")
    assert vocabulary.threads("antenna") == 1
    assert vocabulary.threads("pond") == 2
    assert vocabulary.threads("blade") == 1

    anew = Wording()
    anew.add([post(1, "Only the blade now")])
    anew.add([post(3, "The ANTENNA is loose near the pond")])
    anew.add([post(4, "swallowtail antenna", visibility="members")])
    anew.add([post(5, "A pond again")])
    saved(anew, tmp_path / "anew")
    for path in sorted((tmp_path / "anew").iterdir()):
        assert (tmp_path / "new" / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_word_of_which_the_last_thread_is_gone_is_gone_from_the_files(wording, tmp_path):
    saved(wording, tmp_path / "old")
    saved(Wording.load(tmp_path / "old", without={"forum:3"}), tmp_path / "new")
    assert b"pond" not in (tmp_path / "new" / "words.txt").read_bytes()


def test_of_nothing_a_vocabulary_can_be_made_too(tmp_path):
    assert saved(Wording(), tmp_path / "a").threads("antenna") == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The LK-1047 won't start", ["the", "lk", "won", "start"]),
        ("Größe u\u0308ber Ärger", ["größe", "über", "ärger"]),
        ("E23 404 a x", []),
        ("充電 モーター battery", ["battery"]),
        ("y" * 33, []),
    ],
)
def test_only_what_could_be_misspelt_is_a_word(text, expected):
    assert list(plain_words(text)) == expected
