import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from contract import Post, Tombstone
from contract.errors import SourceError, UnexpectedShapeError
from crawler.fetch import Fetch, Held, walk
from crawler.sources.github import THREADS, GitHub, Options
from crawler.times import EPOCH
from tests.sources.recorded import left_out

API = "https://api.github.com"
SITE = "https://github.com/Kettlebrook/Kettle"
REPO = f"{API}/repos/kettlebrook/kettle"
OPTIONS = Options(repos=("Kettlebrook/Kettle",))
TRACKER = GitHub("gh", API, OPTIONS)
WITH_TOKEN = GitHub("gh", API, OPTIONS, "s3cret")
WITH_PULLS = GitHub("gh", API, Options(repos=("Kettlebrook/Kettle",), pull_requests=True))
ABOUT = {"repo": "kettlebrook/kettle", "now": "Kettlebrook/Kettle", "group": ""}
ISSUE = "gh:kettlebrook/kettle#41"


def held(native, number, path="issues"):
    """A post as the archive holds it: an issue by its number, a comment of one by its id."""
    thread = f"gh:kettlebrook/kettle#{number}"
    post_id = f"gh:c{native}" if native else thread
    mark = f"#issuecomment-{native}" if native else ""
    return Held(post_id=post_id, thread_id=thread, url=f"{SITE}/{path}/{number}{mark}")


@pytest.fixture
def read(page):
    """What a page says: posts by id, tombstones, wishes."""

    def opened(file, kind, source=TRACKER, *, since=EPOCH, headers=None, asked=(), **note):
        opened = page(f"github/{file}", kind, f"{REPO}/x", headers, **note)
        found = list(source.read(replace(opened, held=tuple(asked)), since))
        posts = {item.post_id: item for item in found if isinstance(item, Post)}
        rest = ([i for i in found if isinstance(i, wanted)] for wanted in (Tombstone, Fetch))
        return posts, *rest

    return opened


def query(wish):
    return {name: value[0] for name, value in parse_qs(urlsplit(wish.url).query).items()}


# the walk


def test_the_crawl_begins_with_the_repository_which_tells_whether_it_is_private(since):
    (wish,) = TRACKER.start(since)
    assert (wish.kind, wish.url) == ("repo", REPO)
    assert wish.headers == {
        "Accept": "application/vnd.github.html+json",
        "X-GitHub-Api-Version": "2022-11-28",
    }


def test_issues_and_all_comments_of_the_repository_are_asked_for_since_a_date(read, since):
    _, _, wishes = read("repo_public.json", "repo", since=since, repo="kettlebrook/kettle")
    assert [wish.url.partition("?")[0] for wish in wishes] == [
        f"{REPO}/issues",
        f"{REPO}/issues/comments",
    ]
    for wish in wishes:
        assert query(wish)["since"] == "2026-04-15T00:00:00Z"
        assert wish.note == ABOUT
    assert query(wishes[0])["state"] == "all"


def test_a_repository_that_has_its_issues_elsewhere_is_no_trouble(read):
    file, note = "repo_without_issues.json", {"repo": "kettlebrook/kettle"}
    assert read(file, "repo", **note)[2] == []
    assert len(read(file, "repo", WITH_PULLS, **note)[2]) == 2


def test_a_change_during_the_walk_pushes_nothing_over_the_edge_of_a_page(read):
    for wish in read("repo_public.json", "repo", repo="kettlebrook/kettle")[2]:
        assert (query(wish)["sort"], query(wish)["direction"]) == ("created", "asc")


@pytest.mark.parametrize(
    ("file", "kind"),
    [("issues_first_page.json", "issues"), ("comments_of_a_repository.json", "comments")],
)
def test_a_list_goes_on_by_the_link_the_server_gives(read, file, kind):
    there = f"{API}/repositories/33/{kind}?after=Y3Vyc29y&per_page=100"
    link = {"link": f'<{API}/first>; rel="prev", <{there}>; rel="next", <{API}/z>; rel="last"'}
    _, _, (wish,) = read(file, kind, headers=link, **ABOUT)
    assert (wish.kind, wish.url, wish.note) == (kind, there, ABOUT)
    assert wish.headers["X-GitHub-Api-Version"]
    last = {"link": f'<{API}/first>; rel="first", <{API}/before>; rel="prev"'}
    assert read(file, kind, headers=last, **ABOUT)[2] == []
    assert read(file, kind, **ABOUT)[2] == []


def test_a_whole_repository_is_walked(page, read):
    _, _, lists = read("repo_public.json", "repo", repo="kettlebrook/kettle")
    files = {
        REPO: "repo_public.json",
        lists[0].url: "issues_first_page.json",
        lists[1].url: "comments_of_a_repository.json",
    }
    pages = {url: page(f"github/{file}", "", url).body for url, file in files.items()}
    found = [item.post_id for item in walk(TRACKER, EPOCH, pages) if isinstance(item, Post)]
    assert found == [
        *(f"gh:kettlebrook/kettle#{number}" for number in (41, 42, 44, 45, 46)),
        *(f"gh:c{number}" for number in (5000000001, 5000000002, 5000000006)),
    ]


# what is said


def test_an_issue_says_all_it_knows(read):
    issue = read("issues_first_page.json", "issues", **ABOUT)[0][ISSUE]
    assert (issue.kind, issue.thread_id, issue.parent_id) == ("issue", ISSUE, None)
    assert issue.title == "Boils over at <95 °C> & beeps"
    assert issue.text == "It boils over at `95`, see #7.\n\n```\nkettle --set 95\n  --beep\n```"
    assert 'href="https://github.com/Kettlebrook/Kettle/issues/7"' in issue.html
    assert (issue.url, issue.container) == (f"{SITE}/issues/41", "Kettlebrook/Kettle")
    assert issue.created_at == datetime(2026, 4, 20, 8, tzinfo=UTC)
    assert (issue.accepted, issue.licence, issue.visibility) == (None, None, "public")


def test_thumbs_are_votes_and_hearts_are_likes_and_eyes_are_neither(read):
    signals = read("issues_first_page.json", "issues", **ABOUT)[0][ISSUE].signals
    assert (signals.score, signals.up, signals.down) == (4, 5, 1)
    assert (signals.likes, signals.replies) == (3, 4)


def test_a_reply_or_a_label_is_not_an_edit_of_an_issue(read):
    posts, _, _ = read("issues_first_page.json", "issues", **ABOUT)
    assert {post.updated_at for post in posts.values()} == {None}


@pytest.mark.parametrize(
    ("number", "tags"),
    [
        (41, ("bug", "good first issue")),
        (42, ("wontfix", "closed", "not planned")),
        (44, ()),
        (45, ("closed", "completed")),
        (46, ("closed", "duplicate")),
    ],
)
def test_labels_and_how_an_issue_ended_are_tags(read, number, tags):
    posts, _, _ = read("issues_first_page.json", "issues", **ABOUT)
    assert posts[f"gh:kettlebrook/kettle#{number}"].tags == tags


def test_an_issue_of_nothing_but_a_title_is_one(read):
    issue = read("issues_first_page.json", "issues", **ABOUT)[0]["gh:kettlebrook/kettle#42"]
    assert (issue.title, issue.text) == ("Support Fahrenheit", "")


def test_a_server_that_sends_markdown_alone_is_read_too(read):
    (issue,) = read("issues_of_an_older_server.json", "issues", **ABOUT)[0].values()
    assert issue.text.startswith("Does it go away?")
    assert "describe the bug" not in issue.text
    assert "```\nboil 3 l\n```" in issue.text
    assert issue.tags == ("taste",)
    assert (issue.signals.score, issue.signals.likes, issue.signals.replies) == (None, None, 0)


def test_a_pull_request_is_no_issue_and_neither_is_what_is_said_about_it(read):
    pull = "gh:kettlebrook/kettle#43"
    assert pull not in read("issues_first_page.json", "issues", **ABOUT)[0]
    assert "gh:c5000000005" not in read("comments_of_a_repository.json", "comments", **ABOUT)[0]
    assert read("issue_pull_request.json", "issue", **ABOUT)[0] == {}


def test_where_they_are_wanted_pull_requests_are_marked(read):
    posts, _, _ = read("issues_first_page.json", "issues", WITH_PULLS, **ABOUT)
    pull = posts["gh:kettlebrook/kettle#43"]
    assert (pull.kind, pull.tags, pull.url) == ("post", ("pull request",), f"{SITE}/pull/43")
    posts, _, _ = read("comments_of_a_repository.json", "comments", WITH_PULLS, **ABOUT)
    assert posts["gh:c5000000005"].thread_id == pull.post_id


def test_a_comment_answers_its_issue_at_an_address_of_its_own(read):
    posts, _, _ = read("comments_of_a_repository.json", "comments", **ABOUT)
    comment = posts["gh:c5000000001"]
    assert (comment.kind, comment.thread_id, comment.parent_id) == ("answer", ISSUE, ISSUE)
    assert (comment.text, comment.title) == ("Set it to 94.", "")
    assert comment.url == f"{SITE}/issues/41#issuecomment-5000000001"
    assert (comment.signals.score, comment.signals.likes) == (7, 2)
    assert comment.accepted is None
    assert comment.position > 0


def test_an_edited_comment_says_when(read):
    posts, _, _ = read("comments_of_a_repository.json", "comments", **ABOUT)
    assert posts["gh:c5000000001"].updated_at is None
    assert posts["gh:c5000000002"].updated_at == datetime(2026, 4, 20, 11, 30, tzinfo=UTC)


def test_a_minimised_comment_is_hidden_without_its_words_and_an_empty_one_left_out(read):
    posts, stones, _ = read("comments_of_a_repository.json", "comments", **ABOUT)
    assert stones == [
        Tombstone(post_id="gh:c5000000003", state="hidden", reason="minimised as spam")
    ]
    assert "gh:c5000000004" not in posts


def test_pull_requests_what_was_moved_and_what_says_nothing_are_counted():
    assert left_out("github", "issues_first_page") == ["of another kind"]
    assert left_out("github", "comments_of_a_repository") == ["without words", "of another kind"]
    assert left_out("github", "issue_moved_to_another_repository") == ["repeats another"]
    moved = left_out("github", "comments_of_an_issue", "Kettle/issues", "Cups/issues")
    assert moved == ["repeats another"] * 2


# people


def test_owners_members_and_collaborators_are_staff_and_a_contributor_is_not(read):
    comments, _, _ = read("comments_of_a_repository.json", "comments", WITH_PULLS, **ABOUT)
    assert comments["gh:c5000000001"].author.roles == ("staff",)
    assert comments["gh:c5000000005"].author.roles == ("staff",)
    assert comments["gh:c5000000002"].author.roles == ()
    issues, _, _ = read("issues_first_page.json", "issues", WITH_PULLS, **ABOUT)
    assert issues["gh:kettlebrook/kettle#43"].author.roles == ()


def test_a_bot_is_known_as_one(read):
    issues, _, _ = read("issues_first_page.json", "issues", **ABOUT)
    assert issues["gh:kettlebrook/kettle#44"].author.roles == ("bot",)
    comments, _, _ = read("comments_of_a_repository.json", "comments", **ABOUT)
    assert comments["gh:c5000000006"].author.roles == ("staff", "bot")


def test_an_account_is_known_by_its_number_and_called_by_its_name(read):
    author = read("issues_first_page.json", "issues", **ABOUT)[0][ISSUE].author
    assert (author.author_id, author.name) == ("gh:u501", "salka")
    assert (author.url, author.reputation) == ("https://github.com/salka", None)


@pytest.mark.parametrize("number", [45, 46])
def test_a_deleted_account_is_nobody(read, number):
    issues, _, _ = read("issues_first_page.json", "issues", **ABOUT)
    assert issues[f"gh:kettlebrook/kettle#{number}"].author is None


# private repositories


def test_what_stands_in_a_private_repository_is_for_its_members_alone(read):
    _, _, wishes = read("repo_private.json", "repo", repo="kettlebrook/kettle")
    for wish, file in zip(wishes, ("issues_first_page", "comments_of_a_repository"), strict=True):
        for post in read(f"{file}.json", wish.kind, **wish.note)[0].values():
            assert post.visibility == "members"
            assert post.groups == ("gh:kettlebrook/kettle",)


# is it still there?


def test_with_a_token_threads_are_asked_for_together():
    posts = [held(None, number) for number in range(1, THREADS + 3)]
    first, second = WITH_TOKEN.verify([*posts, held(77, 1)])
    assert {wish.kind for wish in (first, second)} == {"threads"}
    assert len({first.url, second.url}) == 2
    assert first.url.startswith(f"{API}/graphql#")
    assert set(first.held) == {*(post.post_id for post in posts[:THREADS]), "gh:c77"}
    asked = json.loads(first.body)
    assert asked["variables"] == {"owner": "kettlebrook", "name": "kettle", "after": None}
    assert "i20: issueOrPullRequest(number: 20)" in asked["query"]
    assert "s3cret" not in repr((first, second))
    assert WITH_TOKEN.sign(first).headers["Authorization"] == "Bearer s3cret"


def test_on_a_server_of_ones_own_graphql_stands_beside_rest():
    own = GitHub("gh", "https://git.example.com/api/v3/", OPTIONS, "s3cret")
    (wish,) = own.verify([held(None, 41)])
    assert wish.url.startswith("https://git.example.com/api/graphql#")
    (wish,) = own.start(EPOCH)
    assert wish.url == "https://git.example.com/api/v3/repos/kettlebrook/kettle"


@pytest.fixture
def threads(read):
    """What GraphQL's answer about these posts says."""

    def opened(file, *posts, source=WITH_TOKEN):
        (wish,) = source.verify(posts)
        return read(file, "threads", source, asked=wish.held, **wish.note)

    return opened


def test_both_ways_of_asking_say_the_same(read, threads):
    listed = read("issues_first_page.json", "issues", **ABOUT)[0]
    listed |= read("comments_of_a_repository.json", "comments", **ABOUT)[0]
    asked, _, _ = threads("threads_one_gone.json", held(None, 41), held(None, 45), held(None, 40))
    assert set(asked) == {
        ISSUE,
        "gh:c5000000001",
        "gh:c5000000002",
        "gh:kettlebrook/kettle#45",
        "gh:c5000000006",
    }
    assert asked == {post_id: listed[post_id] for post_id in asked}


def test_an_issue_that_is_gone_is_not_shown_and_the_others_are(threads):
    posts, stones, wishes = threads("threads_one_gone.json", held(None, 40), held(None, 41))
    assert "gh:kettlebrook/kettle#40" not in {*posts, *(stone.post_id for stone in stones)}
    assert ISSUE in posts
    assert wishes == []


def test_graphql_tells_of_minimised_comments(threads):
    _, (stone,), _ = threads("threads_one_gone.json", held(5000000003, 41))
    assert (stone.post_id, stone.state) == ("gh:c5000000003", "hidden")


def test_graphql_tells_an_issue_from_a_pull_request(threads):
    pull = held(None, 43, "pull")
    assert pull.post_id not in threads("threads_one_gone.json", pull)[0]
    marked = GitHub("gh", API, WITH_PULLS.options, "s3cret")
    posts, _, _ = threads("threads_one_gone.json", pull, source=marked)
    assert posts[pull.post_id].tags == ("pull request",)


def test_a_comment_beyond_the_first_hundred_is_asked_for_further_on(threads):
    shown, later = held(5000000006, 45), held(9, 45)
    _, _, (wish,) = threads("threads_with_more_comments.json", shown, later)
    assert (wish.kind, wish.held) == ("threads", ("gh:c9",))
    assert json.loads(wish.body)["variables"]["after"] == "Y3Vyc29yOnYyOpHOAAE="
    assert wish.url != next(iter(WITH_TOKEN.verify([later]))).url
    assert threads("threads_with_more_comments.json", shown)[2] == []


def test_a_repository_that_was_closed_takes_its_issues_along(threads):
    posts, _, _ = threads("threads_in_a_private_repository.json", held(None, 45))
    assert {post.groups for post in posts.values()} == {("gh:kettlebrook/kettle",)}


def test_of_a_repository_that_is_gone_nothing_is_shown(threads):
    assert threads("threads_of_a_repository_that_is_gone.json", held(None, 45)) == ({}, [], [])


@pytest.mark.parametrize(
    ("file", "named"),
    [
        ("error_rate_limited.json", "RATE_LIMITED: API rate limit exceeded"),
        ("error_forbidden.json", "FORBIDDEN: Resource not accessible"),
        ("error_of_the_query.json", "refused: Field 'x' doesn't exist"),
    ],
)
def test_a_no_that_comes_with_a_200_buries_nothing_and_is_named(threads, file, named):
    with pytest.raises(SourceError, match=named) as caught:
        threads(file, held(None, 41))
    assert REPO in str(caught.value)
    assert not isinstance(caught.value, UnexpectedShapeError)


def test_a_refusal_says_what_to_do(threads):
    with pytest.raises(SourceError) as caught:
        threads("error_forbidden.json", held(None, 41))
    assert "token" in caught.value.hint


def test_without_a_token_the_repository_is_asked_first_and_each_thread_after_it(read):
    (wish,) = TRACKER.verify([held(None, 41), held(5000000001, 41), held(7, 45)])
    assert (wish.kind, wish.url, wish.optional) == ("repo", REPO, True)
    assert wish.held == (ISSUE, "gh:c5000000001", "gh:c7")
    _, _, wishes = read("repo_public.json", "repo", asked=wish.held, **wish.note)
    assert [(w.kind, w.url.removeprefix(REPO), w.held) for w in wishes] == [
        ("issue", "/issues/41", (ISSUE,)),
        ("comments", "/issues/41/comments?per_page=100", ("gh:c5000000001",)),
        ("comments", "/issues/45/comments?per_page=100", ("gh:c7",)),
    ]
    assert all(w.optional for w in wishes)


def test_a_comment_not_on_the_first_page_may_stand_on_the_next(read):
    link = {"link": f'<{API}/next>; rel="next"'}
    ask = ("gh:c5000000001", "gh:c7")
    file = "comments_of_an_issue.json"
    _, _, (wish,) = read(file, "comments", headers=link, asked=ask, **ABOUT)
    assert (wish.url, wish.held, wish.optional) == (f"{API}/next", ("gh:c7",), True)
    assert read(file, "comments", headers=link, asked=ask[:1], **ABOUT)[2] == []


def test_an_issue_that_was_moved_to_another_repository_stands_here_no_more(read):
    assert read("issue_moved_to_another_repository.json", "issue", **ABOUT)[0] == {}
    assert list(read("issue_open.json", "issue", **ABOUT)[0]) == [ISSUE]


def test_a_repository_that_was_renamed_keeps_its_issues_under_the_ids_they_had(read):
    _, _, wishes = read("repo_renamed.json", "repo", repo="kettlebrook/kettle")
    (issue,) = read("issue_moved_to_another_repository.json", "issue", **wishes[0].note)[0].values()
    assert (issue.post_id, issue.container) == ("gh:kettlebrook/kettle#42", "Kettlebrook/Cups")
