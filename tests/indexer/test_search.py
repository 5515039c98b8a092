import threading
from datetime import timedelta

import numpy as np
import pytest

from indexer.parser import parse
from indexer.search import LISTED, Finder

MEMBERS = {"visibility": "members", "groups": ("forum:testers",)}


@pytest.fixture(scope="module")
def posts(post):
    return [
        post(1, "The mower stops near the pond.", title="Lost position", days_ago=40),
        post(2, "Move the antenna away from the wall.", parent=1, by="nadia", days_ago=39),
        post(3, "Same here, beside the pond.", parent=1, kind="comment", position=2, days_ago=2),
        post(4, "The mower does not charge: clean the contacts.", title="Charging", days_ago=30),
        post(5, "The pond beta mower swims.", title="Swimming", days_ago=1, **MEMBERS),
        post(6, "Everything about the winter and your mower. " * 40, title="Winter", source="kb",
             kind="article", days_ago=5),
        post(7, "", title="Pond and nothing else", days_ago=3),
        post(8, "Undated words about a mower.", days_ago=None),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def found_by(posts, finder, words_encoder):
    return finder(*posts, encoder=words_encoder())


@pytest.fixture(scope="module")
def by_words(posts, finder):
    return finder(*posts)


def ids(finder, candidates):
    return {finder.snapshot.ids[at] for at in candidates.ordinals}


def find(finder, typed, **asked):
    return ids(finder, finder.find(parse(typed), **asked))


def test_words_alone_name_those_that_hold_them(by_words):
    assert find(by_words, "pond") == {"forum:1", "forum:3", "forum:7"}
    assert find(by_words, "elephant") == set()


def test_without_vectors_no_cosine_is_told(by_words):
    candidates = by_words.find(parse("pond"))
    assert not candidates.by_meaning
    assert np.isnan(candidates.similarity).all()
    assert (candidates.passage == -1).all()
    assert (candidates.keyword > 0).all()


def test_meaning_names_others_as_well_and_every_candidate_has_both_scores(found_by, by_words):
    candidates = found_by.find(parse("pond"))
    assert candidates.by_meaning
    assert ids(found_by, candidates) > find(by_words, "pond")
    assert not np.isnan(candidates.similarity).any()
    words = dict(zip(candidates.ordinals.tolist(), candidates.keyword.tolist(), strict=True))
    plain = by_words.find(parse("pond"))
    for at, score in zip(plain.ordinals.tolist(), plain.keyword.tolist(), strict=True):
        assert words.pop(at) == pytest.approx(score)
    assert set(words.values()) == {0.0}


def test_the_passage_of_a_candidate_is_its_nearest(found_by):
    query = parse("mower winter")
    candidates = found_by.find(query)
    snapshot = found_by.snapshot
    vector = found_by._encoder.query("mower winter")
    for at, cosine, passage in zip(
        candidates.ordinals, candidates.similarity, candidates.passage, strict=True
    ):
        first, last = snapshot.columns.first_passage[at : at + 2]
        if first == last:
            assert (passage, cosine) == (-1, 0)
            continue
        own = snapshot.vectors.similarities(vector, np.arange(first, last))
        assert cosine == pytest.approx(own.max(), abs=1e-6)
        assert passage == first + own.argmax()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("pond source:kb", {"forum:6"} - {"forum:6"}),
        ("mower source:kb", {"kb:6"}),
        ("mower -source:forum", {"kb:6"}),
        ("kind:article", {"kb:6"}),
        ("author:nadia", {"forum:2"}),
        ("is:answered", {"kb:6"}),
    ],
)
def test_filters_hold_for_words_alone(by_words, typed, expected):
    assert find(by_words, typed) == expected


@pytest.mark.parametrize("typed", ["pond source:kb", "mower kind:article", "winter -source:forum"])
def test_filters_hold_for_meaning_too(found_by, typed):
    assert find(found_by, typed) == {"kb:6"}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ('"move the antenna"', {"forum:2"}),
        ("mower -pond -winter -undated", {"forum:4"}),
        ("mower AND contacts", {"forum:4"}),
        ('pond "lost position"', {"forum:1", "forum:2"}),
        ('"no such phrase"', set()),
    ],
)
def test_meaning_names_nothing_that_the_words_forbid(found_by, typed, expected):
    assert find(found_by, typed) == expected


def test_where_only_filters_are_asked_the_newest_come_first(found_by):
    candidates = found_by.find(parse("source:forum"))
    named = [found_by.snapshot.ids[at] for at in candidates.ordinals]
    assert named == [f"forum:{number}" for number in (3, 7, 4, 2, 1, 8)]
    assert not candidates.by_meaning
    assert candidates.keyword.tolist() == [0.0] * 6
    assert LISTED >= 1000


def test_a_members_post_is_found_by_members_alone(found_by, by_words):
    for finder in (found_by, by_words):
        for typed in ("pond", "swimming beta", '"beta mower"', "source:forum", "", "mower -winter"):
            assert "forum:5" not in find(finder, typed)
            assert "forum:5" not in find(finder, typed, groups=["forum:other"])
            assert "forum:5" in find(finder, typed, groups=["forum:testers"])


def test_a_dead_post_is_found_by_nobody(found_by, by_words):
    for finder in (found_by, by_words):
        dead = np.array([finder.snapshot.ordinals["forum:1"]], dtype=np.int32)
        for typed in ("pond", '"lost position"', "source:forum", "mower -winter"):
            assert "forum:1" not in find(finder, typed, dead=dead)


def test_dead_posts_do_not_crowd_out_the_living(post, finder):
    told = [post(number, "mower mower mower") for number in range(100, 160)]
    found = finder(*told, post(200, "a mower among words that are many and long"))
    dead = np.arange(60, dtype=np.int32)
    candidates = found.find(parse("mower"), dead=dead, depth=5)
    assert [found.snapshot.ids[at] for at in candidates.ordinals] == ["forum:200"]


def test_all_posts_of_a_thread_that_may_be_seen_come_to_the_candidates(found_by):
    query = parse("pond source:kb")
    thread = int(found_by.snapshot.columns.thread[found_by.snapshot.ordinals["forum:1"]])
    members = int(found_by.snapshot.columns.thread[found_by.snapshot.ordinals["forum:5"]])
    none = found_by.find(query).only(np.zeros(len(found_by.find(query).ordinals), dtype=bool))
    everybody = found_by.with_threads(query, {thread, members}, none)
    assert ids(found_by, everybody) == {"forum:1", "forum:2", "forum:3"}
    testers = found_by.with_threads(query, {thread, members}, none, ["forum:testers"])
    assert ids(found_by, testers) == {"forum:1", "forum:2", "forum:3", "forum:5"}
    dead = np.array([found_by.snapshot.ordinals["forum:2"]], dtype=np.int32)
    assert ids(found_by, found_by.with_threads(query, {thread}, none, dead=dead)) == {
        "forum:1",
        "forum:3",
    }
    assert len(found_by.with_threads(query, set(), none).ordinals) == 0


def test_what_is_a_candidate_already_stays_as_it_is_and_stands_there_once(found_by):
    query = parse("pond")
    known = found_by.find(query)
    known = known.only(np.arange(len(known.ordinals)) < 2)
    every = range(int(found_by.snapshot.columns.thread.max()) + 1)
    wide = found_by.with_threads(query, every, known)
    assert len(set(wide.ordinals.tolist())) == len(wide.ordinals) > len(known.ordinals)
    assert wide.ordinals[: len(known.ordinals)].tolist() == known.ordinals.tolist()
    again = wide.only(np.isin(wide.ordinals, known.ordinals))
    assert np.array_equal(again.keyword, known.keyword)


def test_a_model_other_than_the_indexs_own_is_not_used(found_by, words_encoder):
    other = Finder(found_by.snapshot, words_encoder("another"))
    assert not other.find(parse("pond")).by_meaning
    assert not Finder(found_by.snapshot, None).find(parse("pond")).by_meaning


def test_many_threads_share_one_finder(found_by):
    typed = ["pond", "mower -winter", '"lost position"', "source:forum", "winter"]
    expected = [find(found_by, one) for one in typed]
    wrong = []

    def search():
        for _ in range(10):
            wrong.extend(o for o, e in zip(typed, expected, strict=True) if find(found_by, o) != e)

    readers = [threading.Thread(target=search) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert wrong == []


def test_an_edit_makes_a_post_new_again(post, finder):
    old = post(1, "Old.", days_ago=90)
    edited = post(2, "Older, but edited.", days_ago=300, updated_at=old.created_at + timedelta(1))
    found = finder(old, edited)
    named = [found.snapshot.ids[at] for at in found.find(parse("")).ordinals]
    assert named == ["forum:2", "forum:1"]


def test_nobody_finds_a_reply_by_the_title_of_a_thread_whose_opening_they_may_not_see(post, finder):
    found = finder(
        post(1, "Not for all.", title="Hopscotch", visibility="members", groups=("forum:testers",)),
        post(2, "Come along.", parent=1),
        post(3, "Inside.", parent=1, visibility="members", groups=("forum:testers",)),
    )
    assert find(found, "hopscotch") == set()
    assert find(found, "hopscotch", groups=["forum:testers"]) == {"forum:1", "forum:3"}
