from dataclasses import replace

import pytest

from contract.errors import BrokenGenerationError
from contract.settings import IndexSettings
from indexer.build import build
from indexer.generation import MANIFEST, read_manifest
from indexer.snapshot import Snapshot


def flipped(data):
    middle = len(data) // 2
    return (
        data[:middle] + bytes(byte ^ 64 for byte in data[middle : middle + 1]) + data[middle + 1 :]
    )


DAMAGES = (
    flipped,
    lambda data: data[: len(data) // 2],
    lambda data: data + b"\0",
    lambda data: b"",
)


@pytest.fixture(params=["tantivy", "whoosh"])
def folder(request, keep, post, workshop):
    keep(post(1, "It stops near the pond.", title="E17"), post(2, "Move it.", parent=1))
    build(replace(workshop, settings=IndexSettings(engine=request.param)))
    return workshop.generations.current()


def test_a_whole_generation_opens(folder):
    assert Snapshot(folder).ids == ["forum:1", "forum:2"]


def test_every_damage_to_every_file_is_found_before_anything_is_served(folder):
    names = [*read_manifest(folder).files, MANIFEST]
    assert len(names) > 24
    for name in names:
        path = folder / name
        sealed = path.read_bytes()
        for damage in DAMAGES:
            if (damaged := damage(sealed)) == sealed:
                continue
            path.write_bytes(damaged)
            with pytest.raises(BrokenGenerationError, match=str(folder)):
                Snapshot(folder)
        path.unlink()
        with pytest.raises(BrokenGenerationError, match=str(folder)):
            Snapshot(folder)
        path.write_bytes(sealed)
    assert len(Snapshot(folder)) == 2


def test_a_folder_that_is_not_there_is_a_broken_generation(tmp_path):
    with pytest.raises(BrokenGenerationError, match="gen-000009"):
        Snapshot(tmp_path / "gen-000009")
