"""Tuned models in the data folder: which is in use, and the way back."""

import pytest

from contract.errors import BusyError, ModelError
from indexer.tuned import TunedModels


@pytest.fixture
def tuned(tmp_path):
    return TunedModels(tmp_path / "models")


@pytest.fixture
def made(tuned):
    """Make the next model and put it in use: its folder."""

    def one(instead_of="default"):
        with tuned.new() as (name, scratch):
            (scratch / "served").mkdir()
            folder = tuned.keep(scratch / "served", name)
        tuned.use(name, instead_of)
        return folder

    return one


def test_before_anything_is_tuned_the_settings_hold(tuned):
    assert tuned.in_use("default") is None
    assert tuned.all() == []
    assert not tuned.undo()


def test_a_tuned_model_is_used_instead_of_the_one_it_was_made_of_alone(tuned, made):
    folder = made("default")
    assert tuned.in_use("default") == folder
    assert tuned.in_use("some-other-model") is None


def test_undone_the_settings_hold_again(tuned, made):
    made()
    assert tuned.undo()
    assert tuned.in_use("default") is None


def test_the_one_before_stays_for_the_generation_it_made(tuned, made):
    _, before, newest = made(), made(), made()
    assert tuned.all() == [before, newest]
    assert tuned.in_use("default") == newest


def test_what_is_broken_off_leaves_nothing_behind(tuned):
    def broken_off():
        with tuned.new() as (_, scratch):
            (scratch / "weights").mkdir()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert [path.name for path in tuned.folder.iterdir() if path.is_dir()] == []


def test_a_name_is_not_given_twice_even_to_a_model_that_was_refused(tuned):
    with tuned.new() as (name, _):
        path = tuned.report(name, {"passes": False})
    assert path.read_text() == '{\n  "passes": false\n}\n'
    with tuned.new() as (other, _):
        assert (name, other) == ("tuned-000001", "tuned-000002")


def test_two_are_not_tuned_at_once(tuned):
    with tuned.new(), pytest.raises(BusyError), TunedModels(tuned.folder).new():
        pass


def test_a_model_that_is_gone_is_missed_by_name(tuned, made):
    made().rmdir()
    with pytest.raises(ModelError, match="tuned-000001") as caught:
        tuned.in_use("default")
    assert "--undo" in caught.value.hint
    (tuned.folder / "IN_USE").write_text("{")
    with pytest.raises(ModelError, match="IN_USE"):
        tuned.in_use("default")
