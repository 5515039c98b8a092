"""How a source stands, for whoever looks after it."""

from datetime import timedelta

import pytest

from contract import Tombstone
from contract.errors import UnreachableError
from crawler.standing import Standing, standings


@pytest.fixture
def standing(store):
    """How the forum stands, which is the only source there is."""

    def told():
        (one,) = standings(store)
        return one

    return told


def test_where_nothing_was_gathered_nothing_stands(store):
    assert standings(store) == []


def test_a_crawl_that_went_well(play, clock, standing):
    began = clock.at
    gathering = play.begin()
    play.go(gathering)
    assert standing().under_way
    assert standing().last_crawl_at is None
    clock.at += timedelta(minutes=5)
    gathering.end()
    assert standing() == Standing(
        source="forum",
        posts=3,
        threads=2,
        newest_at=began,
        last_crawl_at=began,
        under_way=False,
        failures={},
        last_reason=None,
        dropped={},
    )


def test_what_the_last_crawl_left_out_is_counted_by_the_reason(play, standing):
    play.pages["topic/1"] |= {"3": None, "4": None}
    assert play.crawl().counts.dropped == {"without words": 2}
    assert standing().dropped == {"without words": 2}
    play.pages["topic/1"] = {"1": "How?"}
    play.crawl(full=True)
    assert standing().dropped == {}


def test_failures_are_counted_by_name_with_the_last_reason(play, standing):
    play.pages["list/1"]["topics"]["6"] = "2026-05-03"
    play.pages["topic/1"] = 500
    play.pages["topic/5"] = b"garbage"
    play.pages["topic/6"] = UnreachableError("no reply at all")
    play.crawl()
    assert standing().failures == {"UnexpectedShapeError": 1, "UnreachableError": 2}
    assert standing().last_reason == "no reply at all"
    assert standing().last_crawl_at is not None


def test_what_was_mended_stands_no_more(play, clock, standing):
    good, play.pages["topic/5"] = play.pages["topic/5"], 500
    play.crawl()
    clock.at += timedelta(days=1)
    play.pages["topic/5"] = good
    play.crawl()
    assert (standing().failures, standing().last_reason) == ({}, None)
    assert standing().last_crawl_at == standing().newest_at == clock.at


def test_the_dead_are_not_counted(play, store, archive, standing):
    play.crawl()
    with store.writing() as tx:
        archive.bury(tx, [Tombstone(post_id="forum:5", state="gone", reason="test")])
    assert (standing().posts, standing().threads) == (2, 1)
    with store.writing() as tx:
        archive.bury_page(tx, 2, 410)
    assert (standing().posts, standing().newest_at) == (0, None)


def test_each_source_stands_for_itself_and_an_imported_one_never_crawled(
    play, store, archive, make_post
):
    play.pages["topic/5"] = 500
    play.crawl()
    with store.writing() as tx:
        archive.keep(tx, [make_post(1, post_id="dump:1", source="dump")])
    dump, forum = standings(store)
    assert (dump.source, forum.source) == ("dump", "forum")
    assert (dump.posts, dump.last_crawl_at, dump.under_way, dump.failures) == (1, None, False, {})
    assert (forum.posts, forum.failures) == (2, {"UnreachableError": 1})
