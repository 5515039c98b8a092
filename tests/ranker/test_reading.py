"""How a page is put together: with few readings of the archive, in the words of the index."""

import pytest

from crawler.archive import Archive


@pytest.fixture
def counting(monkeypatch):
    """What is asked of the archive, one list a reading."""
    read, ours = [], Archive.get

    def counted(archive, post_ids):
        read.append(list(post_ids))
        return ours(archive, post_ids)

    monkeypatch.setattr(Archive, "get", counted)
    return read


def test_a_whole_page_is_read_from_the_archive_at_once(write, make_world, counting):
    world = make_world(
        write(1, "The mower stops beside the pond.", title="Mower stops"),
        write(2, "Dock the mower when it stops.", parent=1, by="Greta", votes=9, accepted=True),
        write(3, "The mower stops in the rain.", title="Mower stops in the rain", source="forum"),
        write(4, "A mower stops when wet.", parent=3, source="forum", votes=3),
        confidence=0.0,
    )
    found = world.search("mower stops")
    assert found.answer is not None
    assert found.experts
    assert len(found.results) == 2
    assert len(counting) == 1
    every = [post_id for some in counting for post_id in some]
    assert len(every) == len(set(every))


def test_what_speaks_for_the_people_is_read_with_the_results(write, make_world, counting):
    world = make_world(
        write(1, "The mower stops beside the pond.", title="Mower stops"),
        write(2, "Dock the mower when it stops.", parent=1, by="Greta", votes=9),
        write(3, "Does the mower stop?", title="Mower stop", source="forum"),
        write(4, "A mower stops.", parent=3, source="forum", votes=3, by="Rex"),
        confidence=0.0,
        per_page=1,
    )
    found = world.search("mower stops")
    assert len(found.results) == 1
    assert {expert.name for expert in found.experts} == {"Greta", "Rex"}
    assert len(counting) == 1


def test_words_are_marked_by_the_language_of_their_thread(write, make_world):
    world = make_world(
        write(
            1,
            "Der Mähroboter bleibt im Garten stehen und meldet einen Fehler an der Ladestation.",
            title="Mähroboter bleibt stehen",
        ),
        write(2, "Prüfe die Kontakten.", parent=1, votes=3),  # too short to tell its language
    )
    (result,) = world.search("Kontakte prüfen").results
    assert result.post.post_id == "qa:2"
    assert [run for run, marked in result.snippet if marked] == ["Prüfe", "Kontakten"]
