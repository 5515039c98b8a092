"""One crawl without the network: what a reply does to the archive, all of it or nothing."""

import logging
import zlib
from datetime import timedelta
from urllib.parse import quote, quote_plus

import pytest
import sqlalchemy as sa

from contract.errors import RefusedAddressError, UnreachableError
from crawler import schema
from crawler.gather import Reply

KEY = "U4DMV*8n vpm3EOp/vf69Rxw(("
"""With characters that are written otherwise in an address."""


@pytest.fixture
def live(archive):
    """The texts of all live posts, by their number."""
    return lambda: {
        int(post.post_id.partition(":")[2]): post.text
        for thread in archive.threads()
        for post in thread
    }


@pytest.fixture
def failures(store):
    """What failed, by path: the name of the error and the reason."""

    def told():
        query = sa.select(schema.wishes).where(schema.wishes.c.state == "failed")
        with store.reading() as tx:
            return {row.url.split("/", 3)[3]: (row.error, row.reason) for row in tx.execute(query)}

    return told


# a crawl as it should be


def test_a_list_leads_to_its_topics_and_a_topic_to_its_posts(play, live):
    gathering = play.begin()
    assert play.go(gathering) == ["list/1", "topic/1", "topic/5"]
    assert live() == {1: "How?", 2: "So.", 5: "Why?"}
    assert gathering.end() == 0
    assert (gathering.counts.pages, gathering.counts.posts) == (3, 3)


def test_the_next_crawl_asks_only_for_what_changed(play, clock):
    play.crawl()
    clock.at += timedelta(days=1)
    play.pages["list/1"] = {"topics": {"1": "2026-05-05", "5": "2026-05-03"}}
    assert play.go(play.begin()) == ["list/1", "topic/1"]


def test_a_full_crawl_asks_for_everything_again(play, clock):
    play.crawl()
    clock.at += timedelta(days=1)
    assert play.go(play.begin(full=True)) == ["list/1", "topic/1", "topic/5"]


def test_one_page_by_hand_asks_for_that_page_alone(play, live):
    play.pages["topic/9"] = {"9": "Asked by hand."}
    gathering = play.begin(page=play.source.wish("topic/9"))
    assert play.go(gathering) == ["topic/9"]
    assert gathering.end() == 0
    assert live() == {9: "Asked by hand."}


def test_a_crawl_killed_half_way_goes_on_and_asks_for_nothing_twice(play, live):
    killed = play.begin()
    assert not killed.resumed
    assert play.go(killed, most=2) == ["list/1", "topic/1"]
    killed.lease()
    again = play.begin()
    assert again.resumed
    assert again.left() == 1
    assert play.go(again) == ["topic/5"]
    assert again.end() == 0
    assert live() == {1: "How?", 2: "So.", 5: "Why?"}


def test_the_owner_says_who_is_staff_and_who_may_read(play, archive):
    play.settings = type(play.settings)(
        name="forum", platform="discourse", url=play.source.url, staff=("mira",), members_only=True
    )
    play.crawl()
    kept = archive.get(["forum:1"])["forum:1"]
    assert (kept.author.roles, kept.visibility) == (("staff",), "members")


# all or nothing


def test_a_page_its_posts_and_its_wishes_are_kept_in_one_transaction(
    play, live, store, monkeypatch
):
    def breaks(*_, **__):
        raise KeyboardInterrupt

    gathering = play.begin()
    play.go(gathering, most=1)
    monkeypatch.setattr("crawler.frontier.Frontier.done", breaks)
    with pytest.raises(KeyboardInterrupt):
        play.go(gathering)
    monkeypatch.undo()
    with store.reading() as tx:
        assert tx.execute(sa.select(sa.func.count()).select_from(schema.pages)).scalar() == 1
    assert live() == {}
    play.crawl()
    assert live() == {1: "How?", 2: "So.", 5: "Why?"}


@pytest.fixture
def bring(play, reply):
    """Bring the replies to the next wishes, so many, and settle nothing."""

    def brought(gathering, count):
        for _ in range(count):
            leased = gathering.lease()
            path = leased.fetch.url.removeprefix(f"{play.source.url}/")
            gathering.arrived(leased, reply(path, play.pages[path]))

    return brought


def test_replies_that_come_together_are_kept_together(play, live, bring, archive):
    gathering = play.begin()
    bring(gathering, 3)
    assert live() == {}
    before = archive.sequence()
    gathering.settle()
    assert live() == {1: "How?", 2: "So.", 5: "Why?"}
    assert archive.sequence() > before
    gathering.settle()
    assert gathering.lease() is None
    assert gathering.end() == 0


def test_what_a_killed_crawl_had_not_settled_is_asked_for_again(play, live, bring):
    bring(play.begin(), 3)
    again = play.begin()
    assert again.left() == 2
    assert play.go(again) == ["topic/1", "topic/5"]
    assert live() == {1: "How?", 2: "So.", 5: "Why?"}


def test_few_replies_wait_to_be_settled(play, live, bring, monkeypatch):
    monkeypatch.setattr("crawler.gather.AT_ONCE", 1)
    bring(play.begin(), 2)
    assert live() == {1: "How?", 2: "So."}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<html>Just a moment...</html>", "JSON is malformed"),
        (b"", "truncated"),
        (b'{"5": "Why', "truncated"),
        (b'{"5": "\xff"}', "utf-8"),
        (b"[" * 5000, "Expected `object`"),
        ({"5": ["Why?"]}, "got `array`"),
        ({"no number": "Why?"}, "ValueError"),
        ({"5": 10**30}, "OverflowError"),
    ],
    ids=str,
)
def test_a_page_of_another_shape_fails_by_name_and_costs_the_others_nothing(
    play, live, failures, content, why
):
    play.pages["topic/5"] = content if isinstance(content, bytes) else dict(content)
    gathering = play.crawl()
    name, reason = failures()["topic/5"]
    assert name == "UnexpectedShapeError"
    assert why in reason
    assert reason.startswith("https://forum.example.com/topic/5: ")
    assert reason.endswith("; kept as page 3")
    assert live() == {1: "How?", 2: "So."}
    assert gathering.counts.failures == 1


def test_what_a_page_said_before_it_went_wrong_counts(play, live, failures):
    play.pages["topic/5"] = {"5": "Why?", "odd": "x"}
    play.crawl()
    assert live() == {1: "How?", 2: "So.", 5: "Why?"}
    assert "topic/5" in failures()


def test_a_page_that_failed_is_asked_for_again_by_the_next_crawl(play, live, clock):
    play.pages["topic/5"] = b"garbage"
    play.crawl()
    clock.at += timedelta(days=1)
    play.pages["topic/5"] = {"5": "Why?"}
    gathering = play.begin()
    assert sorted(play.go(gathering)) == ["list/1", "topic/5"]
    assert gathering.end() == 0
    assert live()[5] == "Why?"


class OddError(Exception):
    """One that cannot be made anew from its message alone, as some of a library's."""

    def __init__(self, request, attempts):
        super().__init__(f"{request} failed {attempts} times")


@pytest.mark.parametrize(
    "error",
    [
        UnreachableError(f"no reply from https://forum.example.com/x?key={KEY}", hint="Wait."),
        RefusedAddressError(f"https://forum.example.com/?key={quote_plus(KEY)}"),
        OddError(f"<GET https://forum.example.com/x?key={quote(KEY)}>", 3),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_fails_keeps_its_name_and_tells_no_key(keyed, failures, store, caplog, error):
    keyed.pages["topic/5"] = error
    keyed.crawl()
    name, reason = failures()["topic/5"]
    assert name == type(error).__name__
    assert "[key]" in reason
    assert told_nowhere(store, caplog)


# keys


@pytest.fixture
def keyed(play, board):
    """The same board, with a key."""
    play.source = board(KEY)
    play.settings = type(play.settings)(
        name="forum", platform="discourse", url=play.source.url, api_key=KEY
    )
    return play


def told_nowhere(store, caplog):
    """Whether the key stands in no file of the archive and in no line of the log."""
    store.close()
    with store.reading() as tx:
        kept = [
            row for table in schema.metadata.sorted_tables for row in tx.execute(table.select())
        ]
    unpacked = repr(kept) + "".join(readable(row) for row in kept) + caplog.text
    return not any(form in unpacked for form in (KEY, quote(KEY), quote_plus(KEY)))


def readable(row):
    """The packed body of a page, as text."""
    body = getattr(row, "body", None)
    return zlib.decompress(body).decode("latin-1") if body else ""


@pytest.mark.parametrize("written", [KEY, quote(KEY), quote_plus(KEY)])
def test_a_key_goes_over_the_wire_and_nowhere_else(keyed, store, caplog, written):
    """Whatever the server repeats: in the address it leads to, a header, a page or an error."""
    caplog.set_level(logging.DEBUG)
    where = f"https://forum.example.com/topic/1?key={written}"
    keyed.pages["topic/1"] = Reply(
        status=200,
        url=where,
        headers={"link": f"<{where}>; rel=self", "etag": f'"{written}"'},
        body=f'{{"1": "{where}"}}'.encode(),
    )
    keyed.pages["topic/5"] = Reply(status=500, url=where, headers={}, body=written.encode())
    keyed.pages["list/1"]["topics"]["7"] = "2026-05-03"
    keyed.pages["topic/7"] = f'{{"{written}": "x"}}'.encode()
    gathering = keyed.crawl()
    assert gathering.counts.failures == 2
    assert "topic/5" in caplog.text
    assert all(KEY in asked.url and asked.headers["Api-Key"] == KEY for asked in keyed.asked)
    assert told_nowhere(store, caplog)


def test_a_key_is_not_sent_to_another_host(keyed):
    keyed.source.start = lambda since: [
        type(keyed.source.wish("list/1"))(kind="list", url=address)
        for address in (
            "https://forum.example.com/list/1",
            "https://elsewhere.example.com/list/1",
            "http://forum.example.com/list/1",
            "https://forum.example.com:8443/list/1",
            "https://forum.example.com.evil.example/list/1",
        )
    ]
    gathering = keyed.begin()
    signed = [gathering.signed(leased) for leased in iter(gathering.lease, None)]
    assert [bool(wish.headers) for wish in signed] == [True, False, False, False, False]
    assert not any(KEY in wish.url for wish in signed[1:])


# what the crawl stands on


@pytest.mark.parametrize(
    ("page", "answer"),
    [
        *(("list/1", answer) for answer in (401, 404, 500, "no reply", "robots.txt")),
        *(("list/2", answer) for answer in (403, 410, 451, "robots.txt")),
    ],
)
def test_a_list_that_is_refused_is_no_word_about_what_it_would_list(
    play, live, failures, page, answer
):
    play.pages["list/1"] = {"topics": {"1": "2026-05-01"}, "next": 2}
    play.pages["list/2"] = {"topics": {"5": "2026-05-01"}}
    play.crawl()
    if answer == "robots.txt":
        play.pages[page] = 200
        play._answer = refusing(page, play._answer)
    else:
        play.pages[page] = UnreachableError("no reply") if answer == "no reply" else answer
    gathering = play.crawl(full=True)
    assert page in failures()
    assert gathering.counts.failures == 1
    assert live() == {1: "How?", 2: "So.", 5: "Why?"}


def refusing(page, answer):
    """What robots.txt does to one page."""

    def answered(gathering, leased, known):
        if leased.fetch.url.endswith(page):
            gathering.refused(leased)
        else:
            answer(gathering, leased, known)

    return answered


def test_a_page_that_robots_txt_closes_is_an_answer_and_not_a_failure(play, failures):
    play._answer = refusing("topic/5", play._answer)
    gathering = play.crawl()
    assert (gathering.counts.refused, gathering.counts.failures, failures()) == (1, 0, {})


def test_a_list_that_not_every_place_has_may_be_missing(play, board, live, clock):
    play.source = board(start=("list/1", "list/extra"), optional=("list/extra",))
    play.pages["list/extra"] = {"topics": {"9": "2026-05-01"}}
    play.pages["topic/9"] = {"9": "Extra."}
    play.crawl()
    clock.at += timedelta(days=1)
    play.pages["list/extra"] = 404
    gathering = play.crawl(full=True)
    assert gathering.counts.failures == 0
    assert live() == {1: "How?", 2: "So.", 5: "Why?"}


def test_nothing_vanishes_while_a_page_has_failed(play, live, clock):
    play.crawl()
    clock.at += timedelta(days=1)
    play.pages["list/1"] = {"topics": {"5": "2026-05-03"}}
    play.pages["topic/5"] = 502
    play.crawl(full=True)
    assert live() == {1: "How?", 2: "So.", 5: "Why?"}
    play.pages["topic/5"] = {"5": "Why?"}
    play.crawl(full=True)
    assert live() == {5: "Why?"}
    assert play.begin().counts.buried == 0


def test_a_page_by_hand_leaves_the_burying_to_the_next_crawl(play, live, clock):
    play.crawl()
    clock.at += timedelta(days=1)
    play.pages["topic/1"] = {"1": "How?"}
    play.crawl(page=play.source.wish("topic/1"))
    assert live() == {1: "How?", 2: "So.", 5: "Why?"}
    play.crawl(full=True)
    assert live() == {1: "How?", 5: "Why?"}


def test_a_full_crawl_after_a_failed_list_looks_back_all_the_way(play, live, clock):
    """Once the list was asked for what is fresh and failed; then everything is asked for."""
    play.crawl()
    clock.at += timedelta(days=1)
    good, play.pages["list/1"] = play.pages["list/1"], 503
    play.crawl()
    clock.at += timedelta(days=1)
    play.pages["list/1"] = good
    gathering = play.crawl(full=True)
    assert gathering.counts.buried == 0
    assert live() == {1: "How?", 2: "So.", 5: "Why?"}
