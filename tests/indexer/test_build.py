import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from filelock import FileLock

from contract import Tombstone, Usage
from contract.errors import BusyError
from contract.settings import IndexSettings
from indexer.build import build
from indexer.columns import KINDS, STAFF, UNKNOWN
from indexer.parser import parse
from indexer.search import Finder
from indexer.snapshot import Snapshot

LONG = "The mower leaves the dock, turns twice and stops beside the pond. "


@pytest.fixture(scope="module")
def community(post):
    return [
        post(1, "It stops near the pond.", title="Lost position", votes=5, tags=("e17",)),
        post(2, "Move the antenna.", parent=1, by="nadia", roles=("staff",), accepted=True),
        post(3, "Thanks, that worked!", parent=1, kind="comment", position=2),
        post(4, LONG * 40, source="kb", kind="article", title="Winter", by=None, days_ago=None),
        post(5, "", title="Nothing but a title"),
        post(6, "Die Batterie des Mähers ist nach zwei Stunden schon wieder leer.", title="Akku"),
        post(7, "Beta.", visibility="members", groups=("forum:testers",)),
    ]


@pytest.fixture(scope="module")
def snapshot(community, indexed, words_encoder):
    made = indexed(*community, encoder=words_encoder())
    return Snapshot(made.generations.current())


def test_the_manifest_tells_what_was_built(snapshot, words_encoder, clock):
    made = snapshot.manifest
    assert (made.number, made.posts, made.sequence) == (1, 7, 1)
    assert made.languages == ("en", "de")
    assert made.model == words_encoder().model
    assert made.built_at == clock.now()
    assert made.engine == "tantivy"


def test_posts_stand_by_thread_and_place(snapshot):
    assert snapshot.ids == [
        "forum:1",
        "forum:2",
        "forum:3",
        *(f"forum:{n}" for n in (5, 6, 7)),
        "kb:4",
    ]
    assert snapshot.columns.thread.tolist() == [0, 0, 0, 1, 2, 3, 4]
    assert snapshot.columns.position.tolist() == [0, 1, 2, 0, 0, 0, 0]
    assert snapshot.ordinals["kb:4"] == 6
    assert len(snapshot) == 7


def test_columns_tell_what_the_posts_say(snapshot):
    columns, names = snapshot.columns, snapshot.names
    assert names.sources == ("forum", "kb")
    assert columns.source.tolist() == [0, 0, 0, 0, 0, 0, 1]
    assert [KINDS[code] for code in columns.kind[:3]] == ["question", "answer", "comment"]
    assert columns.accepted[:2].tolist() == [UNKNOWN, 1]
    assert columns.answered.tolist() == [True, True, True, False, False, False, True]
    assert columns.roles[:2].tolist() == [0, STAFF]
    assert names.authors[columns.author[1]].name == "nadia"
    assert columns.author[6] == UNKNOWN
    assert columns.by_asker.tolist() == [False] * 7  # a comment is no reply
    assert columns.created[6] == 0
    assert columns.length[6] == len(LONG * 40)


def test_passages_belong_to_their_posts(snapshot, community):
    columns, by_id = snapshot.columns, {one.post_id: one for one in community}
    counts = np.diff(columns.first_passage).tolist()
    assert counts == [1, 1, 0, 1, 1, 1, counts[6]]  # a comment that says little has none
    assert counts[6] > 2
    assert snapshot.passage_posts.tolist() == np.repeat(np.arange(7), counts).tolist()
    assert snapshot.spans[columns.first_passage[3]].tolist() == [0, 0]  # all title
    for at, (start, end) in zip(snapshot.passage_posts, snapshot.spans, strict=True):
        assert start <= end <= len(by_id[snapshot.ids[at]].text)
    assert len(snapshot.vectors) == snapshot.manifest.passages == sum(counts)


def test_a_reply_is_found_by_its_threads_title_and_a_comment_is_not(snapshot):
    found = Finder(snapshot, None).find(parse("lost position"))
    assert {snapshot.ids[at] for at in found.ordinals} == {"forum:1", "forum:2"}


def test_a_build_tells_how_it_gets_on(community, keep, workshop):
    heard = []
    keep(*community)
    build(workshop, lambda *told: heard.append(told))
    assert ("indexing", 7, 7) in heard
    embedding = [told for told in heard if told[0] == "embedding"]
    assert embedding[-1][1] == embedding[-1][2] > 0


def test_nothing_known_is_embedded_again_and_nothing_gone_is_kept(
    community, keep, workshop, post, archive
):
    keep(*community)
    build(workshop)
    known = len(workshop.encoder.embedded)
    keep(post(8, "A new one."), post(5, "", title="Another title"))
    build(workshop)
    assert workshop.encoder.embedded[known:] == ["Another title", "A new one."]
    with archive.store.writing() as tx:
        archive.bury(tx, [Tombstone(post_id="forum:8", state="deleted", reason="asked")])
    build(workshop)
    keep(post(8, "A new one."))
    build(workshop)
    assert workshop.encoder.embedded[known + 2 :] == ["A new one."]


def test_a_post_whose_time_is_over_is_not_indexed(keep, workshop, post):
    now = workshop.clock.now()
    for number, left in ((1, timedelta()), (2, timedelta(seconds=1)), (3, None)):
        expires_at = None if left is None else now + left
        keep(post(number, "It stops.", usage=Usage(expires_at=expires_at)))
    build(workshop)
    assert Snapshot(workshop.generations.current()).ids == ["forum:2", "forum:3"]


def test_without_a_model_words_are_indexed_alone(community, keep, workshop):
    keep(*community)
    made = build(replace(workshop, encoder=None))
    snapshot = Snapshot(workshop.generations.current())
    assert made.model is None
    assert snapshot.vectors is None
    assert len(Finder(snapshot, None).find(parse("pond")).ordinals) == 2


def test_an_empty_archive_can_be_indexed_and_searched(workshop):
    assert build(workshop).posts == 0
    snapshot = Snapshot(workshop.generations.current())
    for encoder in (workshop.encoder, None):
        for typed in ("pond", '"the pond"', "pond -winter", "source:forum", ""):
            assert len(Finder(snapshot, encoder).find(parse(typed)).ordinals) == 0


def test_the_engine_that_the_settings_name_is_used(community, finder):
    found = finder(*community, engine="whoosh")
    assert found.snapshot.manifest.engine == "whoosh"
    candidates = found.find(parse('"move the antenna"'))
    assert [found.snapshot.ids[at] for at in candidates.ordinals] == ["forum:2"]


def test_the_same_posts_make_the_same_index(community, keep, workshop):
    keep(*community)
    build(workshop)
    one = Snapshot(workshop.generations.current())
    build(workshop)
    other = Snapshot(workshop.generations.current())
    assert one.ids == other.ids
    same = [name for name in one.manifest.files if name.startswith(("columns/", "vectors/"))]
    assert {n: one.manifest.files[n] for n in same} == {n: other.manifest.files[n] for n in same}


def test_only_as_many_generations_are_kept_as_wanted(community, keep, workshop):
    keep(*community)
    for _ in range(3):
        build(replace(workshop, settings=IndexSettings(keep=2)))
    assert [path.name for path in workshop.generations.all()] == ["gen-000002", "gen-000003"]


def test_two_builds_at_once_are_one_too_many(workshop):
    workshop.generations.folder.mkdir()
    with (
        FileLock(workshop.generations.folder / "build.lock"),
        pytest.raises(BusyError, match="another process"),
    ):
        build(workshop)
    build(workshop)


@pytest.mark.parametrize("step", ["indexing", "embedding"])
def test_a_build_that_breaks_off_changes_nothing(community, keep, workshop, post, step):
    keep(*community)
    build(workshop)
    before = workshop.generations.current()
    keep(*(post(number, f"New post {number}.") for number in range(100, 140)))

    def break_off(at, done, total):
        if at == step and done >= total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(workshop, break_off)
    assert workshop.generations.current() == before
    assert workshop.generations.all() == [before]
    assert not list(workshop.generations.folder.glob("*.tmp"))
    assert build(workshop).posts == 47
    assert sorted(workshop.encoder.embedded) == sorted(set(workshop.encoder.embedded))


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from contract import SystemClock
    from contract.settings import IndexSettings
    from crawler.archive import Archive
    from crawler.store import Store
    from indexer import generation
    from indexer.build import Workshop, build
    from indexer.generation import Generations

    home, at = Path(sys.argv[1]), int(sys.argv[2])
    steps = 0

    def step(*told):
        global steps
        steps += 1
        if steps == at:
            os.kill(os.getpid(), signal.SIGKILL)

    flush = generation._flush
    generation._flush = lambda path: (step(), flush(path))
    workshop = Workshop(
        archive=Archive(Store(home / "archive.db"), SystemClock()),
        generations=Generations(home / "index"),
        settings=IndexSettings(),
        encoder=None,
        embeddings=home / "embeddings",
        clock=SystemClock(),
    )
    build(workshop, step, whole=sys.argv[3] == "whole")
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("at", "kind"), [(1, "update"), (12, "update"), (30, "update"), (12, "whole"), (30, "whole")]
)
def test_a_killed_build_leaves_the_old_generation_and_the_next_build_works(
    keep, workshop, post, tmp_path, *, at, kind
):
    keep(*(post(number, f"Post {number}.") for number in range(7)))
    build(workshop)
    before = workshop.generations.current()
    keep(post(8, "A new one."))
    script = textwrap.dedent(KILLED)
    killed = subprocess.run(  # noqa: S603  our own interpreter and script
        [sys.executable, "-c", script, str(tmp_path), str(at), kind], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert workshop.generations.current() == before
    assert Snapshot(before).manifest.posts == 7
    assert build(workshop).posts == 8
    assert not list(workshop.generations.folder.glob("*.tmp"))
