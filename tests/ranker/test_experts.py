"""Who knows, and by which posts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.columns import BOT, KINDS
from ranker.experts import EVIDENCE, scores

BETA = ("forum:beta",)


def found(columns, relevance=None, persons=None):
    size = len(columns.kind)
    near = np.ones(size) if relevance is None else np.array(relevance, dtype=float)
    people = np.arange(9) if persons is None else np.array(persons)
    who, values, evidence = scores(columns, np.arange(size, dtype=np.int32), near, people)
    return who.tolist(), values.tolist(), [one.tolist() for one in evidence]


def test_replies_that_fit_and_were_worth_something_speak_for_their_author(table):
    columns = table(
        {"author": 0, "standing": 0.2},
        {"author": 1, "standing": 0.9},
        {"author": 2, "standing": 0.2, "accepted": 1},
    )
    who, values, evidence = found(columns)
    assert who == [2, 1, 0]
    assert values == pytest.approx([1.0, 0.9, 0.2])
    assert evidence == [[2], [1], [0]]


@pytest.mark.parametrize(
    "row",
    [
        {"kind": "question", "position": 0},
        {"kind": "post", "position": 0},
        {"kind": "comment"},
        {"roles": BOT},
        {"author": -1},
    ],
)
def test_who_asks_remarks_or_is_a_machine_is_no_expert(row, table):
    assert found(table({"author": 0, "accepted": 1, **row}, {"author": 1}))[0] == [1]


def test_writing_an_article_shows_that_one_knows(table):
    assert found(table({"author": 0, "kind": "article", "position": 0}))[0] == [0]


def test_posts_far_from_the_question_count_for_next_to_nothing(table):
    columns = table(*({"author": 0, "thread": n, "standing": 1.0} for n in range(6)), {"author": 1})
    who, values, _ = found(columns, relevance=[0.5] * 6 + [1.0])
    assert who == [1]  # six replies of half the relevance are not worth one that fits
    assert values == [0.5]


def test_where_nobody_votes_a_fitting_reply_counts_half(table):
    assert found(table({"author": 0}))[1] == [0.5]


def test_accounts_of_one_person_are_counted_together(table):
    columns = table(
        {"author": 0, "thread": 0}, {"author": 2, "thread": 1}, {"author": 1, "thread": 2}
    )
    who, values, evidence = found(columns, persons=[0, 1, 0])
    assert who == [0, 1]
    assert values == pytest.approx([1.0, 0.5])
    assert evidence == [[0, 1], [2]]


def test_the_best_posts_are_shown_one_a_thread(table):
    threads = (0, 0, 1, 2, 3, 4)
    standing = (0.9, 0.8, 0.7, 0.6, 0.95, 0.5)
    columns = table(
        *(
            {"author": 0, "thread": thread, "standing": worth}
            for thread, worth in zip(threads, standing, strict=True)
        )
    )
    assert found(columns)[2] == [[4, 0, 2]]
    assert EVIDENCE == 3


def test_where_nothing_fits_nobody_is_named(table):
    assert found(table()) == ([], [], [])
    assert found(table({"author": 0}), relevance=[0.0]) == ([], [], [])


@settings(max_examples=25)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "author": st.integers(-1, 4),
                "kind": st.sampled_from(KINDS),
                "thread": st.integers(0, 3),
                "standing": st.just(np.nan) | st.floats(0, 1, width=32),
                "accepted": st.sampled_from([-1, 0, 1]),
            }
        ),
        max_size=10,
    ),
    near=st.floats(0, 1),
)
def test_people_come_by_falling_score_each_with_evidence_of_their_own(rows, near, table):
    who, values, evidence = found(table(*rows), relevance=[near] * len(rows))
    assert len(set(who)) == len(who)
    assert values == sorted(values, reverse=True)
    for person, speaks in zip(who, evidence, strict=True):
        assert speaks
        assert {rows[at]["author"] for at in speaks} == {person}
        assert len({rows[at]["thread"] for at in speaks}) == len(speaks)


def test_experts_are_those_of_the_question_not_of_the_place(garden):
    def names(typed, groups=()):
        return [expert.name for expert in garden.ranker.experts(typed, groups)]

    assert names("mower stops E17")[0] == "Greta"
    assert names("charging contacts")[0] == "Nadia"
    assert names("winter storage") == ["Editors"]
    assert "Insider" in names("swallowtail build", BETA)
    assert "Insider" not in names("swallowtail build")


def test_an_expert_is_shown_with_what_speaks_for_them(garden):
    expert = garden.ranker.experts("charging contacts alcohol")[0]
    assert expert.why == ("1 answer close to this question", "speaks for the company")
    assert [(one.post_id, one.title) for one in expert.evidence] == [("forum:6", "Contacts")]
    assert [account.author_id for account in expert.accounts] == ["forum:nadia"]


@pytest.fixture(scope="module")
def linked(write, make_world):
    """Mira writes at two places and among members; Rex is somebody else at each place."""
    return make_world(
        write(1, "The mower stops."),
        write(2, "Dock the mower.", parent=1, profiles=("https://forum.example/u/mira",)),
        write(3, "Dock the mower twice.", parent=1, by="Rex"),
        write(1, "The mower stops.", source="forum"),
        write(2, "Dock the mower there.", source="forum", parent=1),
        write(3, "Dock the mower thrice.", source="forum", parent=1, by="Rex"),
        write(4, "Dock the mower in secret.", source="kb", parent=4, below=4, visibility="members",
              groups=BETA, by="Alias", profiles=("https://forum.example/u/mira",)),
    )  # fmt: skip


def test_verified_accounts_are_one_expert_and_like_names_two(linked):
    experts = linked.ranker.experts("dock the mower")
    accounts = {frozenset(account.author_id for account in one.accounts) for one in experts}
    assert accounts == {
        frozenset({"forum:mira", "qa:mira"}),
        frozenset({"forum:rex"}),
        frozenset({"qa:rex"}),
    }


def test_an_account_that_wrote_for_members_alone_is_named_to_members_alone(linked):
    def accounts(groups):
        return {
            account.author_id
            for one in linked.ranker.experts("dock the mower", groups)
            for account in one.accounts
        }

    assert "kb:alias" in accounts(BETA)
    assert "kb:alias" not in accounts(())
