"""What was gathered becomes searchable, and a broken index costs as little as can be."""

import shutil

import pytest

from tests.cli.conftest import line


def flip(path):
    """Change one bit of a file, and not its size."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def remove(path):
    path.unlink()


def cut(path):
    path.write_bytes(path.read_bytes()[:-1])


def flip_the_manifest(path):
    flip(path.parents[1] / "manifest.json")


DAMAGE = {
    flip: "names.json has been altered",
    remove: "names.json is missing",
    cut: "names.json has ",
    flip_the_manifest: "manifest.json",
}


@pytest.fixture(params=DAMAGE, ids=lambda harm: harm.__name__)
def harmed(request, owner):
    """A garden whose only index is damaged, and what is to be said of it."""
    request.param(owner.generation() / "columns" / "names.json")
    return owner, DAMAGE[request.param]


def test_what_was_gathered_can_be_found_after_it_was_indexed(desk):
    desk.run("import", "qa", desk.file([line(1, "Dock the mower.", title="Docking")]))
    ran = desk.run("index")
    assert ran == (0, "", "generation 1: 1 posts, searchable by keywords alone\n")
    assert desk.run("search", "docking").status == 0


def test_nothing_to_index_is_told_with_a_way_to_go_on(desk):
    ran = desk.run("index")
    assert (ran.status, ran.out) == (1, "")
    assert "askaround crawl" in ran.err
    assert not desk.generation().exists()


def test_what_came_later_is_found_after_the_next_indexing(owner):
    owner.run("import", "qa", owner.file([line(10, "Sharpen the scythe.", title="Scythe")]))
    assert owner.run("search", "scythe").status == 1
    assert "generation 2: 7 posts" in owner.run("index").err
    assert owner.run("search", "scythe").status == 0


def test_to_rebuild_throws_away_what_was_embedded_and_keeps_what_was_gathered(owner):
    kept = owner.data / "embeddings" / "model"
    kept.mkdir(parents=True)
    assert owner.run("index").status == 0
    assert kept.exists()
    assert owner.run("index", "--rebuild").status == 0
    assert not kept.exists()
    assert len(owner.posts()) == 6


def test_only_as_many_generations_stay_as_the_settings_say(owner):
    owner.settle('[model]\nname = "none"\n[index]\nkeep = 1\n')
    owner.run("index")
    assert [path.name for path in (owner.data / "index").glob("gen-*")] == ["gen-000002"]


def test_a_damaged_index_is_named_with_the_way_to_mend_it(harmed):
    owner, said = harmed
    ran = owner.run("search", "E17")
    assert (ran.status, ran.out) == (2, "")
    *_, told, hint = ran.err.splitlines()
    assert said in told
    assert "askaround index --rebuild" in hint


def test_the_way_that_is_told_mends_it(owner):
    flip(owner.generation() / "columns" / "names.json")
    assert owner.run("index", "--rebuild").status == 0
    assert owner.run("search", "E17").status == 0
    assert owner.run("doctor").status == 0


def test_the_doctor_names_the_file_that_is_damaged(harmed):
    owner, said = harmed
    ran = owner.run("doctor", "--json")
    assert ran.status == 2
    (failed,) = [finding for finding in ran.json if finding["state"] == "fail"]
    assert failed["what"] == "index"
    assert said in failed["said"]
    assert "askaround index --rebuild" in failed["hint"]


def test_where_the_newest_index_is_damaged_the_one_before_answers_and_says_so(owner):
    owner.run("index")
    flip(owner.generation(2) / "columns" / "names.json")
    ran = owner.run("search", "E17")
    assert ran.status == 0
    assert "Mower stops with E17" in ran.out
    assert "The newest index cannot be read; an older one answers for now." in ran.err
    assert owner.run("doctor").status == 2


def test_an_index_that_was_thrown_away_costs_nothing_but_time(owner):
    shutil.rmtree(owner.data / "index")
    assert owner.run("index").status == 0
    assert owner.run("search", "E17").status == 0
