import threading
import time
from dataclasses import replace

import pytest

from contract import Tombstone
from contract.errors import BrokenGenerationError, NoGenerationError
from indexer.build import build
from indexer.library import Library
from indexer.parser import parse


@pytest.fixture
def library(workshop):
    return Library(workshop.generations, workshop.archive, workshop.encoder)


@pytest.fixture
def bury(archive):
    def deleted(*post_ids):
        stones = [Tombstone(post_id=one, state="deleted", reason="asked") for one in post_ids]
        with archive.store.writing() as tx:
            archive.bury(tx, stones)

    return deleted


def find(library, typed, **asked):
    reading = library.read()
    found = reading.finder.find(parse(typed), dead=reading.dead, **asked)
    return {reading.finder.snapshot.ids[at] for at in found.ordinals}


def spoil(folder, name="columns/ids.json"):
    path = folder / name
    path.write_bytes(path.read_bytes()[:-1])


def test_before_the_first_build_there_is_nothing_to_read(library):
    with pytest.raises(NoGenerationError):
        library.read()


def test_one_generation_is_opened_once(library, keep, post, workshop):
    keep(post(1, "pond"))
    build(workshop)
    assert library.read() is library.read()
    assert library.trouble is None


def test_a_deletion_hides_a_post_at_once_and_a_post_gathered_since_waits(
    library, keep, post, workshop, bury
):
    keep(post(1, "pond"), post(2, "pond"))
    build(workshop)
    assert find(library, "pond") == {"forum:1", "forum:2"}
    bury("forum:1")
    keep(post(3, "pond"))
    assert find(library, "pond") == {"forum:2"}
    assert library.read().version == (1, workshop.archive.sequence())


def test_a_post_that_comes_back_is_shown_again(library, keep, post, workshop, bury):
    keep(post(1, "pond"))
    build(workshop)
    bury("forum:1")
    assert find(library, "pond") == set()
    keep(post(1, "pond"))
    assert find(library, "pond") == {"forum:1"}


def test_a_post_deleted_while_the_index_was_built_is_hidden_too(
    library, keep, post, workshop, bury
):
    keep(*(post(number, "pond") for number in range(5)))

    def delete(step, done, total):
        if step == "embedding":
            bury("forum:3")

    build(workshop, delete)
    assert "forum:3" in library.read().finder.snapshot.ids
    assert find(library, "pond") == {f"forum:{number}" for number in (0, 1, 2, 4)}


def test_a_new_generation_is_read_from_the_next_request_on(library, keep, post, workshop):
    keep(post(1, "pond"))
    build(workshop)
    before = library.read()
    keep(post(2, "pond"))
    build(workshop)
    assert len(before.finder.find(parse("pond")).ordinals) == 1
    assert find(library, "pond") == {"forum:1", "forum:2"}
    assert library.read().version[0] == 2


def test_an_older_generation_can_be_put_back(library, keep, post, workshop):
    keep(post(1, "pond"))
    build(workshop)
    keep(post(2, "pond"))
    build(workshop)
    workshop.generations.use(workshop.generations.all()[0])
    assert find(library, "pond") == {"forum:1"}


def test_what_was_deleted_since_is_not_brought_back_with_it(library, keep, post, workshop, bury):
    keep(post(1, "pond"), post(2, "pond"))
    build(workshop)
    bury("forum:1")
    build(workshop)
    workshop.generations.use(workshop.generations.all()[0])
    assert "forum:1" in library.read().finder.snapshot.ids
    assert find(library, "pond") == {"forum:2"}


@pytest.mark.parametrize("name", ["columns/ids.json", "manifest.json", "vectors/passages.npy"])
def test_a_broken_generation_gives_way_to_the_one_before_and_says_so(
    library, keep, post, workshop, name
):
    keep(post(1, "pond"))
    build(workshop)
    keep(post(2, "pond"))
    build(workshop)
    spoil(workshop.generations.current(), name)
    assert find(library, "pond") == {"forum:1"}
    assert name in library.trouble
    assert "gen-000001 serves in its place" in library.trouble
    build(workshop)
    assert find(library, "pond") == {"forum:1", "forum:2"}
    assert library.trouble is None


def test_where_none_is_whole_the_newest_is_named(library, keep, post, workshop):
    keep(post(1, "pond"))
    build(workshop)
    build(workshop)
    for folder in workshop.generations.all():
        spoil(folder)
    with pytest.raises(BrokenGenerationError, match="gen-000002"):
        library.read()


def test_a_name_that_leads_nowhere_gives_way_too(library, keep, post, workshop):
    keep(post(1, "pond"))
    build(workshop)
    (workshop.generations.folder / "CURRENT").write_text("gen-000099\n")
    assert find(library, "pond") == {"forum:1"}
    assert "gen-000099" in library.trouble


def test_readers_never_see_two_generations_at_once(library, keep, post, workshop):
    """Every post of a generation bears its number, so a mixture would show."""
    keep(*(post(n, f"pond round0 {n}") for n in range(12)))
    build(workshop)
    done, wrong, seen = threading.Event(), [], set()

    def search():
        try:
            while not done.is_set():
                reading = library.read()
                snapshot = reading.finder.snapshot
                number = snapshot.manifest.number - 1
                for typed in ("pond", f"round{number}"):
                    found = reading.finder.find(parse(typed), dead=reading.dead)
                    if len(found.ordinals) != 12:
                        wrong.append((number, typed, len(found.ordinals)))
                seen.add(number)
                time.sleep(0.002)
        except Exception as error:  # noqa: BLE001  whatever a reader meets is the finding
            wrong.append(error)

    readers = [threading.Thread(target=search) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 3):
        keep(*(post(n, f"pond round{number} {n}") for n in range(12)))
        build(replace(workshop, encoder=workshop.encoder if number % 2 else None))
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert find(library, "round2") == {f"forum:{n}" for n in range(12)}
    assert len(seen) >= 2
