"""A generation made out of the one before it: the same as one made of all posts, for less work."""

import shutil
from dataclasses import replace
from datetime import timedelta

import msgspec
import numpy as np
import pytest

from contract import Tombstone, Usage
from contract.settings import IndexSettings
from crawler.archive import Archive
from crawler.store import Store
from indexer import build as building
from indexer import making
from indexer.build import Workshop, build, is_worn
from indexer.generation import Generations, check, read_manifest
from indexer.ledger import Ledger
from indexer.parser import parse
from indexer.search import Finder
from indexer.snapshot import Snapshot

LONG = "The mower leaves the dock, turns twice and stops beside the pond. " * 20
QUERIES = (
    "pond",
    "mower dock",
    '"move the antenna"',
    "antenna -pond",
    "akku leer",
    "winter tag:e17",
)


@pytest.fixture(scope="module")
def home(post, indexed, words_encoder):
    """Forty threads of three posts and a generation of them, to be copied."""
    posts = []
    for number in range(0, 400, 10):
        posts += [
            post(number, f"It stops near pond {number}. {LONG}", title=f"Lost {number}", votes=3),
            post(number + 1, f"Move the antenna, part {number}.", parent=number, by="nadia"),
            post(number + 2, "Thanks, that worked!", parent=number, kind="comment", position=2),
        ]
    return indexed(*posts, encoder=words_encoder()).embeddings.parent


@pytest.fixture
def begun(home, clock, tmp_path, words_encoder):
    """A workshop with a generation of all that."""
    copied = shutil.copytree(home, tmp_path / "begun")
    store = Store(copied / "archive.db")
    yield Workshop(
        archive=Archive(store, clock),
        generations=Generations(copied / "index"),
        settings=IndexSettings(keep=99),
        encoder=words_encoder(),
        embeddings=copied / "embeddings",
        clock=clock,
    )
    store.close()


@pytest.fixture
def keep(begun):
    """Put posts into its archive."""

    def into(*posts):
        with begun.archive.store.writing() as tx:
            return begun.archive.keep(tx, posts)

    return into


@pytest.fixture
def looked_at(monkeypatch):
    """Whether a generation was made of all posts, each time one was made."""
    made = []
    for name in ("whole", "update"):
        ours = getattr(making, name)

        def noted(*given, _name=name, _ours=ours, **named):
            if (result := _ours(*given, **named)) is not None:
                made.append(_name)
            return result

        monkeypatch.setattr(making, name, noted)
    return made


def whole_one(workshop, tmp_path):
    """What a build of everything makes of the same archive."""
    apart = replace(workshop, generations=Generations(tmp_path / "whole"))
    build(apart, whole=True)
    return Snapshot(apart.generations.current())


def assert_same(made, whole, encoder):
    one, other = (Ledger.load(snapshot.folder / "columns") for snapshot in (made, whole))
    assert (one.ids, one.threads) == (other.ids, other.threads)
    assert made.names == whole.names
    for name in set(one.facts) - {"key"}:
        assert np.array_equal(one.facts[name], other.facts[name], equal_nan=name == "votes"), name
    for name, column in one.derived().items():
        assert np.array_equal(column, np.load(whole.folder / "columns" / f"{name}.npy"), True)
    assert made.spans.tolist() == whole.spans.tolist()
    assert made.passage_posts.tolist() == whole.passage_posts.tolist()
    told = ("marks.json", "mark_offsets.npy", "mark_ordinals.npy")
    beside = [f"columns/{name}" for name in told]
    beside += [name for name in made.manifest.files if name.startswith(tuple(making.GATHERED))]
    for name in beside:
        assert made.manifest.files[name] == whole.manifest.files[name], name
    every = np.arange(whole.manifest.passages)
    assert np.array_equal(made.vectors.vectors(every), whole.vectors.vectors(every))
    assert made.manifest.languages == whole.manifest.languages
    for typed in QUERIES:
        found, expected = (Finder(one, encoder).find(parse(typed)) for one in (made, whole))
        assert found.ordinals.tolist() == expected.ordinals.tolist(), typed
        assert found.passage.tolist() == expected.passage.tolist()
        assert np.array_equal(found.similarity, expected.similarity)
        for name in ("coverage", "adjacency", "named"):  # how rare a word is, the dead decide too
            told, whole_told = getattr(found, name) > 0, getattr(expected, name) > 0
            assert np.array_equal(told, whole_told), (typed, name)
        assert found.keyword.tolist() == pytest.approx(expected.keyword.tolist(), rel=0.15)
        assert ((found.keyword > 0) == (expected.keyword > 0)).all()


def gone(number, state="deleted"):
    return Tombstone(post_id=f"forum:{number}", state=state, reason="asked")


EDITS = {
    "nothing": lambda post: [],
    "a new thread": lambda post: [
        post(5, "Is there a pond?", title="Water"),
        post(6, "Yes.", parent=5),
    ],
    "a reply": lambda post: [post(13, "Or the dock.", parent=10, by="tom", votes=9)],
    "an edit": lambda post: [post(11, "Move the antenna to the roof.", parent=10, by="nadia")],
    "a vote": lambda post: [post(11, "Move the antenna, part 10.", parent=10, by="nadia", votes=7)],
    "another title": lambda post: [post(20, f"It stops near pond 20. {LONG}", title="Akku leer")],
    "an accepted answer": lambda post: [
        post(31, "Move the antenna, part 30.", parent=30, by="nadia", accepted=True)
    ],
    "a deleted reply": lambda post: [gone(41)],
    "a deleted opening": lambda post: [gone(40)],
    "a deleted thread": lambda post: [gone(number) for number in (50, 51, 52)],
    "a moved reply": lambda post: [
        post(61, "Move the antenna, part 60.", parent=70, by="nadia", thread="forum:70")
    ],
    "another language": lambda post: [
        post(80, "Die Batterie des Mähers ist nach zwei Stunden schon wieder leer.", title="Akku")
    ],
    "another place": lambda post: [post(1, "Winter: bring it in.", source="kb", kind="article")],
    "only for members": lambda post: [
        post(90, "It stops.", visibility="members", groups=("forum:testers",))
    ],
    "a thread in front of all others": lambda post: [post(7, "About the pond.", source="a")],
}


def test_whatever_changes_an_update_makes_what_a_build_of_everything_makes(
    begun, keep, post, tmp_path, looked_at
):
    keep(*(one for edits in list(EDITS.values())[:9] for one in edits(post)))
    build(begun)
    assert looked_at == ["update"]
    made = Snapshot(begun.generations.current())
    assert_same(made, whole_one(begun, tmp_path), begun.encoder)


def test_many_updates_one_after_the_other_end_where_a_build_of_everything_does(
    begun, keep, post, tmp_path, looked_at
):
    first = begun.generations.current()
    before = {path: path.read_bytes() for path in first.rglob("*") if path.is_file()}
    named = list(EDITS.values())
    for some in (named[at : at + 3] for at in range(0, len(named), 3)):
        keep(*(one for edits in some for one in edits(post)))
        build(begun)
    assert looked_at == ["update"] * 5
    made = Snapshot(begun.generations.current())
    assert_same(made, whole_one(begun, tmp_path), begun.encoder)
    assert {path: path.read_bytes() for path in before} == before
    for folder in begun.generations.all():
        check(folder, read_manifest(folder))  # none has changed a file of another


def test_an_update_reads_embeds_and_writes_only_what_has_changed(begun, keep, post, looked_at):
    first = begun.generations.current()
    keep(post(13, "Or the dock.", parent=10, by="tom"))
    heard = []
    build(begun, lambda *told: heard.append(told))
    assert begun.encoder.embedded == ["Lost 10\nOr the dock."]
    assert heard[0] == ("indexing", 4, 4)
    made = begun.generations.current()
    known = read_manifest(made)
    assert (known.keys, known.rows) == (121, read_manifest(first).rows + 1)
    assert known.whole.number == 1
    shared = {name for name in known.files if (made / name).stat().st_nlink > 1}
    assert {"vectors/passages.npy", "vectors/vectors.faiss"} < shared
    assert any(name.endswith(".idx") for name in shared)
    assert looked_at == ["update"]


def test_what_was_deleted_is_found_no_more_and_its_vector_is_forgotten(begun, keep, post):
    keep(gone(1))
    build(begun)
    snapshot = Snapshot(begun.generations.current())
    found = Finder(snapshot, begun.encoder).find(parse('"move the antenna" 0'))
    assert "forum:1" not in [snapshot.ids[at] for at in found.ordinals]
    keep(post(1, "Move the antenna, part 0.", parent=0, by="nadia"))
    build(begun)
    assert begun.encoder.embedded == ["Lost 0\nMove the antenna, part 0."]


def test_a_post_whose_time_ends_is_gone_with_the_next_update(begun, keep, post, clock, looked_at):
    ends = clock.now() + timedelta(minutes=5)
    keep(post(500, "A pond for a day.", usage=Usage(expires_at=ends)))
    build(begun)
    assert "forum:500" in Snapshot(begun.generations.current()).ids
    clock.at = ends
    build(begun)
    made = Snapshot(begun.generations.current())
    assert "forum:500" not in made.ids
    assert looked_at == ["update", "update"]


def test_a_generation_put_back_is_gone_on_from(begun, keep, post, tmp_path):
    first = begun.generations.current()
    keep(gone(1), post(13, "Or the dock.", parent=10))
    build(begun)
    begun.generations.use(first)
    keep(gone(21))
    assert build(begun).number == 3
    made = Snapshot(begun.generations.current())
    assert_same(made, whole_one(begun, tmp_path), begun.encoder)


def other_model(workshop, tmp_path):
    model = msgspec.structs.replace(workshop.encoder.model, revision="another")
    workshop.encoder.model = model
    return workshop


def no_model(workshop, tmp_path):
    return replace(workshop, encoder=None)


def other_engine(workshop, tmp_path):
    return replace(workshop, settings=IndexSettings(engine="whoosh"))


def broken_base(workshop, tmp_path):
    (workshop.generations.current() / "columns" / "votes.npy").write_bytes(b"")
    return workshop


def other_form(workshop, tmp_path):
    path = workshop.generations.current() / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"form": 4', b'"form": 3'))
    return workshop


def other_archive(workshop, tmp_path):
    other = Archive(Store(tmp_path / "other.db"), workshop.clock)
    with other.store.writing() as tx:
        other.keep(tx, [post for thread in workshop.archive.threads() for post in thread])
    assert other.sequence() == workshop.archive.sequence()
    return replace(workshop, archive=other)


@pytest.mark.parametrize(
    "changed", [other_model, no_model, other_engine, broken_base, other_form, other_archive]
)
def test_where_there_is_nothing_to_go_on_from_everything_is_built(
    begun, tmp_path, looked_at, changed
):
    assert build(changed(begun, tmp_path)).posts == 120
    assert looked_at == ["whole"]
    assert len(Snapshot(begun.generations.current())) == 120


def test_an_engine_that_cannot_go_on_builds_everything_every_time(begun, keep, post, looked_at):
    by_hand = replace(begun, settings=IndexSettings(engine="whoosh"))
    build(by_hand)
    keep(post(13, "Or the dock.", parent=10))
    assert build(by_hand).posts == 121
    assert looked_at == ["whole", "whole"]


def test_a_backup_that_was_put_back_is_built_from_anew(begun, keep, post, looked_at):
    keep(post(13, "Or the dock.", parent=10))
    build(begun)
    with begun.archive.store.writing() as tx:
        tx.exec_driver_sql("DELETE FROM posts WHERE post_id = 'forum:13'")
        tx.exec_driver_sql("UPDATE about SET value = value - 1 WHERE name = 'sequence'")
    assert build(begun).posts == 120
    assert looked_at == ["update", "whole"]


def test_it_can_be_asked_for(begun, looked_at):
    build(begun, whole=True)
    assert looked_at == ["whole"]


def test_where_very_much_has_changed_everything_is_built_at_once(begun, keep, post, looked_at):
    keep(*(post(number, "Another text.", title="New") for number in range(0, 100, 10)))
    build(begun)
    assert looked_at == ["whole"]


def test_what_is_worn_is_written_whole_once_the_news_are_in_use(begun, keep, post, looked_at):
    for turn in range(4):  # each makes 8 keys dead: 24 of 144 after the third, 32 of 152 at last
        assert looked_at == ["update"] * turn
        assert not is_worn(read_manifest(begun.generations.current()), begun.clock.now())
        some = range(turn * 80, turn * 80 + 80, 10)
        keep(*(post(at + 1, "Another antenna.", parent=at, by="nadia") for at in some))
        build(begun)
    assert looked_at == ["update"] * 4 + ["whole"]
    known = read_manifest(begun.generations.current())
    assert (known.posts, known.keys, known.whole.number) == (120, 120, known.number)


def test_deleted_words_stay_in_a_shared_file_for_a_week_at_most(begun, keep, clock, looked_at):
    keep(gone(1))
    build(begun)
    clock.at += building.LONGEST_SHARED + timedelta(seconds=1)
    build(begun)
    assert looked_at == ["update", "update", "whole"]
    clock.at += building.LONGEST_SHARED + timedelta(seconds=1)
    build(begun)
    assert looked_at[3:] == ["update"]  # nothing dead is left


@pytest.mark.parametrize("step", ["indexing", "embedding"])
def test_an_update_that_breaks_off_changes_nothing(begun, keep, post, step):
    before = begun.generations.current()
    keep(*(post(number, f"New post {number}.") for number in range(1000, 1020)))

    def break_off(at, done, total):
        if at == step and done >= total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(begun, break_off)
    assert begun.generations.current() == before
    assert begun.generations.all() == [before]
    assert not list(begun.generations.folder.glob("*.tmp"))
    check(before, read_manifest(before))
    assert build(begun).posts == 140
    assert sorted(begun.encoder.embedded) == sorted(set(begun.encoder.embedded))
