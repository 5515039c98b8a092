import os
import shutil
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import msgspec
import pytest

from contract.errors import BrokenGenerationError, NoGenerationError
from indexer import generation
from indexer.generation import (
    CURRENT,
    FORM,
    MANIFEST,
    Generations,
    Manifest,
    Whole,
    check,
    read_manifest,
)
from indexer.sealed import is_same, take_over

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def generations(tmp_path):
    return Generations(tmp_path / "index")


def manifest(number, **changed):
    told = {
        "form": FORM,
        "number": number,
        "archive": 17,
        "sequence": 3,
        "built_at": NOON,
        "engine": "tantivy",
        "model": None,
        "languages": ("en",),
        "posts": 2,
        "passages": 2,
        "keys": 2,
        "rows": 2,
        "whole": Whole(number=1, built_at=NOON, passages=2),
    }
    return Manifest(**{**told, **changed})


def make(generations, words="words", **changed):
    """A small generation: two files in a folder each."""
    with generations.new() as (number, folder):
        for name in ("keyword", "columns"):
            (folder / name).mkdir()
            (folder / name / "file").write_text(f"{words} {number}")
        return generations.seal(folder, manifest(number, **changed))


def whole(folder):
    check(folder, read_manifest(folder))
    return True


def test_before_the_first_build_there_is_none(generations):
    with pytest.raises(NoGenerationError, match="nothing has been indexed yet"):
        generations.current()
    assert generations.all() == []


def test_what_is_sealed_is_in_use_and_as_it_was_made(generations):
    folder = make(generations)
    assert generations.current() == folder
    assert folder.name == "gen-000001"
    assert whole(folder)
    kept = read_manifest(folder)
    assert sorted(kept.files) == ["columns/file", "keyword/file"]
    assert msgspec.structs.replace(kept, files={}, digest="") == manifest(1)


def test_the_newest_is_in_use_and_an_older_one_can_be_put_back(generations):
    first, second = make(generations), make(generations)
    assert generations.current() == second
    generations.use(first)
    assert generations.current() == first
    assert make(generations).name == "gen-000003"


def test_a_build_that_fails_leaves_nothing_behind(generations):
    first = make(generations)

    def build():
        with generations.new() as (number, folder):
            (folder / "half").write_text("written")
            return number / 0

    with pytest.raises(ZeroDivisionError):
        build()
    assert generations.all() == [first]
    assert generations.current() == first
    assert not list(generations.folder.glob("*.tmp"))


def test_leftovers_of_a_killed_build_are_removed_by_the_next(generations):
    first = make(generations)
    (generations.folder / "gen-000002.tmp" / "keyword").mkdir(parents=True)
    (generations.folder / "gen-000002.tmp" / "keyword" / "half").write_text("written")
    assert generations.all() == [first]
    assert make(generations).name == "gen-000002"
    assert not list(generations.folder.glob("*.tmp"))


@pytest.mark.parametrize(("keep", "kept"), [(0, [5]), (1, [5]), (2, [4, 5]), (9, [1, 2, 3, 4, 5])])
def test_pruning_keeps_the_newest(generations, keep, kept):
    folders = [make(generations) for _ in range(5)]
    removed = generations.prune(keep)
    assert generations.all() == [folders[number - 1] for number in kept]
    assert removed == [folder for folder in folders if folder not in generations.all()]


def test_pruning_never_removes_the_one_in_use(generations):
    folders = [make(generations) for _ in range(4)]
    generations.use(folders[0])
    generations.prune(1)
    assert generations.all() == [folders[0], folders[3]]
    assert whole(generations.current())


class PulledPlugError(BaseException):
    """Nothing goes on after it."""


class Plug:
    """Pulled before the `at`-th step that reaches the disk."""

    def __init__(self, monkeypatch, at):
        self.left = at
        self.pulled = False
        for owner, name in [
            (generation, "_flush"),
            (Path, "rename"),
            (Path, "replace"),
            (Path, "write_bytes"),
            (Path, "write_text"),
        ]:
            monkeypatch.setattr(owner, name, self._guarded(getattr(owner, name)))

    def _guarded(self, step):
        def guarded(*given, **named):
            self.left -= 1
            if self.left == 0 or self.pulled:
                self.pulled = True
                raise PulledPlugError
            return step(*given, **named)

        return guarded


def test_a_pulled_plug_at_any_step_leaves_a_whole_generation_in_use(generations, monkeypatch):
    make(generations)
    steps = 0
    for step in count(1):
        before = generations.current()
        with monkeypatch.context() as patched:
            plug = Plug(patched, step)
            try:
                make(generations)
            except PulledPlugError:
                assert plug.pulled
        after = generations.current()
        assert whole(after)
        assert after >= before
        steps += plug.pulled
        if not plug.pulled:
            assert after > before
            break
        with generations.new() as (_, folder):
            assert [folder] == list(generations.folder.glob("gen-*.tmp"))
    assert steps > 10


def test_a_killed_process_cannot_have_left_a_generation_that_is_not_flushed(
    generations, monkeypatch
):
    order = []
    flush, replace = generation._flush, Path.replace

    def flushed(path):
        order.append(path.name)
        flush(path)

    def replaced(path, target):
        order.append(f"replace {Path(target).name}")
        return replace(path, target)

    monkeypatch.setattr(generation, "_flush", flushed)
    monkeypatch.setattr(Path, "replace", replaced)
    make(generations)
    switch = order.index(f"replace {CURRENT}")
    assert order.count("file") == 2
    assert {"file", "keyword", "columns", MANIFEST, "index", f"{CURRENT}.tmp"} <= {*order[:switch]}
    assert order[switch + 1 :] == ["index"]


@pytest.mark.parametrize("name", ["columns/file", "keyword/file"])
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.write_bytes(path.read_bytes()[:3]), "has 3 bytes, not 7"),
        (lambda path: path.write_bytes(b"Words 1"), "has been altered"),
        (lambda path: path.write_bytes(path.read_bytes() + b"x"), "has 8 bytes, not 7"),
    ],
)
def test_a_damaged_file_is_found_and_named(generations, name, damage, said):
    folder = make(generations)
    damage(folder / name)
    with pytest.raises(BrokenGenerationError, match=f"{name} {said}"):
        check(folder, read_manifest(folder))


def test_files_that_are_shared_with_another_generation_are_not_read_again(generations, monkeypatch):
    base = make(generations)
    read = []
    kept = generation._kept
    monkeypatch.setattr(generation, "_kept", lambda path: (read.append(path.name), kept(path))[1])
    with generations.new() as (number, folder):
        (folder / "keyword").mkdir()
        take_over(base / "keyword" / "file", folder / "keyword")
        (folder / "keyword" / "more").write_text("words")
        made = generations.seal(folder, manifest(number), base)
    assert read == ["more"]
    assert whole(made)
    read.clear()
    check(made, read_manifest(made), base)
    assert read == ["more"]
    shutil.rmtree(base)
    assert whole(made)


def test_where_a_disk_knows_no_links_files_are_copied(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("words")
    (tmp_path / "b").mkdir()

    def refuse(*given):
        raise OSError

    monkeypatch.setattr(os, "link", refuse)
    take_over(tmp_path / "file", tmp_path / "b")
    assert (tmp_path / "b" / "file").read_text() == "words"
    assert not is_same(tmp_path / "file", tmp_path / "b" / "file")


def test_a_manifest_is_missing_or_no_json(generations):
    folder = make(generations)
    (folder / MANIFEST).write_text("{")
    with pytest.raises(BrokenGenerationError, match=f"{folder / MANIFEST} cannot be read"):
        read_manifest(folder)
    (folder / MANIFEST).unlink()
    with pytest.raises(BrokenGenerationError, match=f"{folder / MANIFEST} cannot be read"):
        read_manifest(folder)


def test_a_single_flipped_bit_never_changes_what_a_manifest_says(generations):
    folder = make(generations)
    path, told = folder / MANIFEST, read_manifest(folder)
    sealed = path.read_bytes()
    refused = 0
    for at in range(0, len(sealed), 3):
        path.write_bytes(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])
        try:
            assert read_manifest(folder) == told
        except BrokenGenerationError:
            refused += 1
    assert refused > 150


def test_a_generation_of_another_form_is_not_read(generations):
    folder = make(generations, form=FORM + 1)
    with pytest.raises(BrokenGenerationError, match=f"another release .form {FORM + 1}"):
        read_manifest(folder)
