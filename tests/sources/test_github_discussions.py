import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from contract import Post, Tombstone
from contract.errors import SourceError, UnexpectedShapeError
from crawler.fetch import Fetch, Held
from crawler.formats import github_discussions, github_issues
from crawler.sources.github_discussions import BATCH, GitHubDiscussions, Options
from crawler.times import EPOCH
from tests.sources.recorded import left_out

API = "https://api.github.com"
SITE = "https://github.com/Kettlebrook/Kettle/discussions"
TALK = GitHubDiscussions("talk", API, Options(repos=("Kettlebrook/Kettle",)), "s3cret")
REPO = {"repo": "kettlebrook/kettle"}
OPENING = "talk:D_kwQ70"


@pytest.fixture
def read(page):
    """What a page says: posts by id, tombstones, wishes."""

    def opened(file, kind, since=EPOCH, *, asked=(), **note):
        asked_for = page(f"github-discussions/{file}", kind, f"{API}/graphql#x", **note)
        found = list(TALK.read(replace(asked_for, held=tuple(asked)), since))
        posts = {item.post_id: item for item in found if isinstance(item, Post)}
        rest = ([i for i in found if isinstance(i, wanted)] for wanted in (Tombstone, Fetch))
        return posts, *rest

    return opened


def variables(wish):
    return json.loads(wish.body)["variables"]


# the walk


def test_the_crawl_begins_at_what_changed_last(since):
    (wish,) = TALK.start(since)
    assert (wish.kind, wish.url) == (
        "discussions",
        f"{API}/graphql#discussions/kettlebrook/kettle/",
    )
    assert variables(wish) == {"owner": "kettlebrook", "name": "kettle", "after": None}
    assert "orderBy: {field: UPDATED_AT, direction: DESC}" in json.loads(wish.body)["query"]


def test_the_token_is_added_last_and_in_a_header_alone():
    (wish,) = TALK.start(EPOCH)
    assert "s3cret" not in repr(wish)
    signed = TALK.sign(wish)
    assert signed.headers["Authorization"] == "Bearer s3cret"
    assert (signed.url, signed.body) == (wish.url, wish.body)


def test_the_list_goes_on_by_its_cursor_as_a_wish_of_its_own(read):
    _, _, wishes = read("discussions_first_page.json", "discussions", **REPO)
    (further,) = [wish for wish in wishes if wish.kind == "discussions"]
    assert variables(further)["after"] == "bGlzdA=="
    assert further.note == REPO
    assert further.url != next(iter(TALK.start(EPOCH))).url


def test_the_walk_ends_at_the_first_discussion_that_is_too_old(read, since):
    file = "discussions_reaching_back_too_far.json"
    posts, _, wishes = read(file, "discussions", since, **REPO)
    assert (list(posts), wishes) == ([OPENING], [])
    posts, _, wishes = read(file, "discussions", **REPO)
    assert (len(posts), len(wishes)) == (2, 1)


def test_the_last_page_leads_no_further(read):
    assert read("discussions_last_page.json", "discussions", **REPO)[2] == []


def test_later_comments_and_later_replies_are_asked_for_where_they_stand(read):
    _, _, wishes = read("discussions_first_page.json", "discussions", **REPO)
    assert [(wish.kind, variables(wish), wish.note) for wish in wishes[:2]] == [
        (
            "replies",
            {"id": "DC_kwB2", "after": "cmVwbGllcw=="},
            {"node": "DC_kwB2", "position": "2"},
        ),
        (
            "comments",
            {"id": "D_kwG71", "after": "Y29tbWVudHM="},
            {"node": "D_kwG71", "position": "4"},
        ),
    ]


def test_what_comes_later_has_its_place_in_the_thread(read):
    (comment,) = read("comments_later.json", "comments", node="D_kwG71", position="4")[0].values()
    (reply,) = read("replies_later.json", "replies", node="DC_kwB2", position="2")[0].values()
    assert (comment.position, comment.parent_id) == (4, "talk:D_kwG71")
    assert (reply.position, reply.parent_id) == (2, "talk:DC_kwB2")
    assert {comment.thread_id, reply.thread_id} == {"talk:D_kwG71"}


def test_a_discussion_that_went_away_meanwhile_is_an_answer_and_no_trouble(read):
    note = {"node": "D_kwG71", "position": "4"}
    assert read("comments_of_what_is_gone.json", "comments", **note) == ({}, [], [])


# what is said


def test_a_question_says_all_it_knows(read):
    question = read("discussions_first_page.json", "discussions", **REPO)[0][OPENING]
    assert (question.kind, question.thread_id, question.parent_id) == ("question", OPENING, None)
    assert question.title == "How to descale <the kettle> & how often?"
    assert (question.url, question.text) == (f"{SITE}/70", "How do I descale it?")
    assert question.tags == ("cleaning", "closed", "resolved")
    assert question.container == "Kettlebrook/Kettle: Q&A"
    assert question.created_at == datetime(2026, 4, 28, 8, tzinfo=UTC)
    assert question.updated_at == datetime(2026, 4, 28, 8, 30, tzinfo=UTC)
    assert question.accepted is None


def test_upvotes_are_the_score_and_friendly_reactions_are_likes(read):
    signals = read("discussions_first_page.json", "discussions", **REPO)[0][OPENING].signals
    assert (signals.score, signals.likes, signals.replies) == (4, 3, 2)
    assert (signals.up, signals.down) == (None, None)


def test_a_thread_has_answers_and_remarks_on_them(read):
    posts, _, _ = read("discussions_first_page.json", "discussions", **REPO)
    thread = [post for post in posts.values() if post.thread_id == OPENING]
    assert [(p.post_id, p.kind, p.parent_id, p.position) for p in thread] == [
        (OPENING, "question", None, 0),
        ("talk:DC_kwA1", "answer", OPENING, 1),
        ("talk:DC_kwR1", "comment", "talk:DC_kwA1", 1),
        ("talk:DC_kwR2", "comment", "talk:DC_kwA1", 1),
        ("talk:DC_kwA2", "answer", OPENING, 2),
    ]
    assert thread[1].url == f"{SITE}/70#discussioncomment-801"


def test_one_comment_is_the_accepted_answer(read):
    posts, _, _ = read("discussions_first_page.json", "discussions", **REPO)
    accepted = {post_id: post.accepted for post_id, post in posts.items() if "A" in post_id}
    assert accepted == {"talk:DC_kwA1": True, "talk:DC_kwA2": False}


def test_a_room_that_takes_no_answers_knows_no_acceptance(read):
    posts, _, _ = read("discussions_first_page.json", "discussions", **REPO)
    assert posts["talk:D_kwG71"].kind == "post"
    assert posts["talk:DC_kwB3"].accepted is None


def test_minimised_and_deleted_comments_become_tombstones_and_their_replies_stay(read):
    posts, stones, _ = read("discussions_first_page.json", "discussions", **REPO)
    assert stones == [
        Tombstone(post_id="talk:DC_kwB1", state="hidden", reason="minimised as spam"),
        Tombstone(post_id="talk:DC_kwB2", state="deleted", reason="deletedAt is set"),
    ]
    assert posts["talk:DC_kwB3"].parent_id == "talk:DC_kwB2"


def test_staff_bots_and_deleted_accounts_are_told_apart(read):
    posts, _, _ = read("discussions_first_page.json", "discussions", **REPO)
    member, bot = posts["talk:DC_kwA1"].author, posts["talk:D_kwG71"].author
    assert (member.author_id, member.name, member.roles) == ("talk:u503", "moira", ("staff",))
    assert posts["talk:DC_kwB3"].author.roles == ("staff",)
    assert (posts[OPENING].author.roles, bot.roles) == ((), ("bot",))
    assert posts["talk:DC_kwA2"].author is None


def test_what_stands_in_a_private_repository_is_for_its_members_alone(read):
    posts, _, _ = read("discussions_in_a_private_repository.json", "discussions", **REPO)
    assert len(posts) == 5
    assert {post.visibility for post in posts.values()} == {"members"}
    assert {post.groups for post in posts.values()} == {("talk:kettlebrook/kettle",)}


@pytest.mark.parametrize(
    ("name", "was", "now", "why"),
    [
        ("discussions_first_page", "", "", ["private"] * 2),
        ("replies_later", '"nodes": [', '"nodes": [null,', ["private"]),
        ("replies_later", "Very fine.", "<br>", ["without words"]),
    ],
)
def test_what_the_token_may_not_see_and_what_says_nothing_is_counted(name, was, now, why):
    assert left_out("github-discussions", name, was, now) == why


# is it still there?


def held(native, position=0):
    return Held(post_id=f"talk:{native}", thread_id=OPENING, url=f"{SITE}/70#x", position=position)


def test_posts_are_asked_for_a_hundred_at_a_time():
    posts = [held(f"DC_{number}") for number in range(BATCH + 1)]
    first, second = TALK.verify(posts)
    assert (len(first.held), second.held) == (BATCH, (f"talk:DC_{BATCH}",))
    assert variables(second) == {"ids": [f"DC_{BATCH}"]}
    assert first.url != second.url


def test_asked_by_its_id_a_post_says_the_same_as_in_its_list(read):
    listed, _, _ = read("discussions_first_page.json", "discussions", **REPO)
    posts = [held("D_kwQ70"), held("DC_kwGone"), held("DC_kwA1", 1), held("DC_kwR1", 1)]
    (wish,) = TALK.verify([*posts, held("DC_kwB1", 1)])
    again, stones, wishes = read("nodes_one_gone.json", "nodes", asked=wish.held, **wish.note)
    assert again == {i: listed[i] for i in (OPENING, "talk:DC_kwA1", "talk:DC_kwR1")}
    assert [stone.post_id for stone in stones] == ["talk:DC_kwB1"]
    assert wishes == []


@pytest.mark.parametrize("kind", ["discussions", "comments", "replies", "nodes"])
@pytest.mark.parametrize(
    ("file", "named"),
    [
        ("error_rate_limited.json", "RATE_LIMITED: API rate limit exceeded"),
        ("error_forbidden.json", "FORBIDDEN: Resource not accessible"),
        ("error_of_the_query.json", "refused: Field 'x' doesn't exist"),
    ],
)
def test_a_no_that_comes_with_a_200_is_named(read, kind, file, named):
    with pytest.raises(SourceError, match=f"{API}/graphql.*{named}") as caught:
        read(file, kind, asked=("talk:DC_kwA1",), **REPO)
    assert not isinstance(caught.value, UnexpectedShapeError)


def test_a_repository_that_is_not_there_is_a_mistake_in_the_settings(read):
    with pytest.raises(SourceError, match="no repository kettlebrook/kettle") as caught:
        read("error_no_such_repository.json", "discussions", **REPO)
    assert "`repos`" in caught.value.hint


# the language of queries


@pytest.mark.parametrize(
    "query",
    [
        github_discussions.LIST,
        github_discussions.COMMENTS,
        github_discussions.REPLIES,
        github_discussions.NODES,
        github_issues.query(["1", "2"]),
    ],
)
def test_a_query_defines_each_fragment_it_uses_and_no_other(query):
    defined = re.findall(r"fragment (\w+) on", query)
    used = set(re.findall(r"\.\.\.(\w+)", query))
    assert (len(defined), set(defined)) == (len(used), used)
    assert query.count("{") == query.count("}")
    assert all(query.count(name) > 1 for name in re.findall(r"\$\w+", query))
