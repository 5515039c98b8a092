"""Another model: the index it makes, and who searches what while there are two."""

import pytest

from contract.errors import ModelError
from indexer.build import build
from indexer.embed import find
from indexer.library import Library
from indexer.parser import parse


@pytest.fixture
def opened(workshop, keep, post, words_encoder):
    """An index of one post by the first model, and who opens models by what they are."""
    keep(post(1, "The mower stops near the pond."))
    build(workshop)
    models = {one.model: one for one in (words_encoder("by-hand"), words_encoder("tuned"))}
    asked = []

    def encoder_of(model):
        asked.append(model.revision)
        return models[model]

    return Library(workshop.generations, workshop.archive, None, encoder_of), asked


def rebuilt(workshop, encoder):
    return build(
        type(workshop)(
            **{**{n: getattr(workshop, n) for n in workshop.__slots__}, "encoder": encoder}
        )
    )


def by_meaning(library):
    return library.read().finder.find(parse("mower")).by_meaning


def test_a_server_searches_with_the_model_that_made_the_index(opened, workshop, words_encoder):
    library, asked = opened
    assert by_meaning(library)
    rebuilt(workshop, words_encoder("tuned"))
    assert by_meaning(library)
    assert library.read().finder.snapshot.manifest.model.revision == "tuned"
    assert asked == ["by-hand", "tuned"]


def test_generations_of_one_model_open_it_once(opened, workshop, words_encoder):
    library, asked = opened
    by_meaning(library)
    rebuilt(workshop, words_encoder("by-hand"))
    assert by_meaning(library)
    assert asked == ["by-hand"]


def test_without_its_model_an_index_is_searched_by_words_and_says_so(workshop, keep, post):
    def gone(_):
        raise ModelError("models/tuned-000001 holds no model")

    keep(post(1, "The mower stops near the pond."))
    build(workshop)
    library = Library(workshop.generations, workshop.archive, None, gone)
    assert not by_meaning(library)
    assert len(library.read().finder.find(parse("mower")).ordinals) == 1
    assert "holds no model; only exact words are searched" in library.trouble


def test_a_model_is_found_by_what_it_is_wherever_it_lies(tmp_path, words_encoder):
    import msgspec  # noqa: PLC0415

    first, tuned = words_encoder("by-hand").model, words_encoder("tuned").model
    for place, model in (("cache/words", first), ("models/tuned-000001", tuned)):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "model.json").write_bytes(msgspec.json.encode(model))
    (tmp_path / "cache" / "broken").mkdir()
    (tmp_path / "cache" / "broken" / "model.json").write_text("{")
    places = (tmp_path / "models", tmp_path / "cache")
    assert find(first, places) == tmp_path / "cache" / "words"
    assert find(tuned, places) == tmp_path / "models" / "tuned-000001"
    assert find(words_encoder("other").model, places) is None


def test_vectors_of_a_deleted_post_go_from_what_another_model_has_made_too(
    workshop, keep, post, words_encoder, archive
):
    from contract import Tombstone  # noqa: PLC0415

    keep(post(1, "The mower stops near the pond."), post(2, "It rains."))
    build(workshop)
    rebuilt(workshop, words_encoder("tuned"))
    with archive.store.writing() as tx:
        archive.bury(tx, [Tombstone(post_id="forum:1", state="deleted", reason="asked")])
    rebuilt(workshop, words_encoder("tuned"))
    import sqlite3  # noqa: PLC0415

    counts = []
    for path in sorted(workshop.embeddings.glob("*.db")):
        db = sqlite3.connect(path)
        counts.append(db.execute("SELECT count(*) FROM vectors").fetchone()[0])
        db.close()
    assert counts == [1, 1]
