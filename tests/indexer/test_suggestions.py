import numpy as np
import pytest

from indexer.suggestions import Titles, Titling, starts


def saved(titling, folder):
    folder.mkdir(exist_ok=True)
    titling.save(folder)
    return Titles.load(folder)


@pytest.fixture
def titling(post):
    """Threads about a mower, answered and open, one for members alone."""
    made = Titling()
    made.add([post(1, "It stops.", title="Reset the mower after rain", votes=3)])
    made.add([post(2, "It stops.", title="Mower: how to reset my password", votes=1),
              post(3, "Like so.", parent=2, accepted=True)])  # fmt: skip
    made.add([post(4, "It stops.", title="Größe der Rasenfläche", votes=0)])
    made.add([post(5, "Psst.", title="Reset of swallowtail", visibility="members")])
    made.add([post(6, "A remark on what nobody has", parent=99)])
    made.add([post(7, "充電しません", title="モーターが停止する")])
    return made


@pytest.fixture
def find(titling, tmp_path):
    titles = saved(titling, tmp_path / "a")

    def found(typed, count=8, dead=()):
        alive = np.array([post not in dead for post in titles.posts])
        return [titles.posts[at] for at in titles.starting(typed, alive, count)]

    return found


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("mow", ["forum:2", "forum:1"]),  # answered before open, whatever the votes
        ("RESET", ["forum:2", "forum:1"]),
        ("reset mower", ["forum:2", "forum:1"]),
        ("reset pass", ["forum:2"]),
        ("res pas", ["forum:2"]),
        ("rain", ["forum:1"]),
        ("groes", ["forum:4"]),
        ("grosse", ["forum:4"]),
        ("rasenfla", ["forum:4"]),
        ("停止", ["forum:7"]),
        ("モータ", ["forum:7"]),
        ("paswor", ["forum:2"]),
        ("passwrod", ["forum:2"]),
        ("resett mowre", ["forum:2", "forum:1"]),
        ("psa", []),  # too short to be wrong
        ("xylophone", []),
        ("", []),
        (" ?! ", []),
    ],
)
def test_titles_are_found_by_the_start_of_any_word(find, typed, expected):
    assert find(typed) == expected


def test_what_is_for_members_leaves_no_trace_in_any_file(find, tmp_path):
    assert find("swallow") == []
    said = b"".join(path.read_bytes() for path in (tmp_path / "a").iterdir())
    assert b"swallowtail" not in said
    assert b"forum:5" not in said


def test_what_has_died_is_not_named(find):
    assert find("mow", dead={"forum:2"}) == ["forum:1"]


def test_whole_words_come_before_begun_ones(post, tmp_path):
    made = Titling()
    made.add([post(1, "x", title="Resetting the mower", votes=50)])
    made.add([post(2, "x", title="Reset the mower", votes=1)])
    titles = saved(made, tmp_path / "a")
    found = titles.starting("reset mower", np.ones(2, dtype=bool), 8)
    assert [titles.posts[at] for at in found] == ["forum:2", "forum:1"]
    assert len(titles.starting("reset mower", np.ones(2, dtype=bool), 1)) == 1


def test_a_later_generation_goes_on_from_an_earlier_one(titling, post, tmp_path):
    saved(titling, tmp_path / "old")
    renewed = Titling.load(tmp_path / "old", without={"forum:1", "forum:4"})
    renewed.add([post(1, "It stops.", title="Only blades now")])
    titles = saved(renewed, tmp_path / "new")
    assert set(titles.posts) == {"forum:1", "forum:2", "forum:7"}
    assert b"rain" not in (tmp_path / "new" / "words.txt").read_bytes()


def test_a_thread_that_was_put_behind_a_door_is_forgotten(titling, post, tmp_path):
    titling.add([post(1, "It stops.", title="Reset the mower after rain", visibility="members")])
    assert "forum:1" not in saved(titling, tmp_path / "a").posts


def test_of_nothing_nothing_is_suggested(tmp_path):
    titles = saved(Titling(), tmp_path / "a")
    assert len(titles.starting("mower", np.zeros(0, dtype=bool), 8)) == 0


def test_words_are_bare_and_begin_anywhere_where_no_spaces_are():
    assert starts("Größe: LK-1047 été") == ["grosse", "lk", "1047", "ete"]
    assert starts("停止する") == ["停止する", "止する", "する", "る"]
