"""The throw-away index that judgements are made on."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from contract import FixedClock
from contract.errors import JudgementError
from crawler.store import Store
from indexer.build import silent
from indexer.parser import parse
from ranker.judged import Document, Reply
from ranker.proving import Bench, as_evidence, as_post, community_posts, indexed, native

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
HUMS = Document(id="a:7", text="The mower hums.", title=None)


@pytest.fixture
def bench(tmp_path):
    return Bench(
        encoder=None,
        embeddings=tmp_path / "embeddings",
        clock=FixedClock(NOON),
        progress=silent,
    )


@pytest.mark.parametrize("engine", ["tantivy", "whoosh"])
def test_posts_can_be_searched_and_are_gone_afterwards(engine, bench):
    with indexed([as_post("set", HUMS)], "set", replace(bench, engine=engine)) as finder:
        found = finder.find(parse("mower"))
        assert [native(finder.snapshot.ids[at]) for at in found.ordinals] == ["a:7"]
        assert finder.snapshot.manifest.engine == engine
        folder = finder.snapshot.folder
    assert not folder.exists()


def test_nothing_is_left_open_where_a_judgement_fails(bench, monkeypatch):
    closed = []
    close = Store.close
    monkeypatch.setattr(Store, "close", lambda store: (closed.append(store), close(store)))
    with pytest.raises(ZeroDivisionError), indexed([as_post("set", HUMS)], "set", bench) as finder:
        _ = 1 / 0
    assert len(closed) == 1
    assert not finder.snapshot.folder.exists()


def test_a_document_is_a_thread_of_its_own_under_its_own_id():
    post = as_post("set", HUMS)
    assert post.post_id == post.thread_id == "set:a:7"
    assert native(post.post_id) == "a:7"
    assert (post.title, post.created_at) == ("", None)


def test_evidence_stands_as_it_stood_at_the_cut(write):
    later = write(2, "Dock it.", parent=1, votes=99, accepted=True, by="Renamed", roles=("staff",))
    reply = Reply(id="qa:2", user="u1", title="Mower stops", score=3)
    told = as_evidence(later, reply)
    assert (told.title, told.signals.score, told.accepted) == ("Mower stops", 3, None)
    assert (told.author.author_id, told.author.roles) == ("u1", ())
    assert told.text == "Dock it."


def test_without_a_folder_of_posts_the_option_is_named(bench):
    with pytest.raises(JudgementError, match="do not hold themselves") as caught:
        list(community_posts(["site:1"], bench))
    assert "--community" in caught.value.hint
