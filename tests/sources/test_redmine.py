import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from contract import Post, Tombstone
from crawler.fetch import Fetch, Held
from crawler.sources.redmine import Options, Redmine
from crawler.times import EPOCH
from tests.sources.recorded import left_out

SITE = "https://tracker.example.com"
OPEN = Redmine("tracker", SITE)
KEYED = Redmine("tracker", SITE, Options(), "s3cret")
ROOMS = json.dumps({"1": "", "2": "beta"})
LIST = {"rooms": ROOMS, "path": "issues", "min": "2026-04-15T00:00:00Z", "offset": "0"}


@pytest.fixture
def read(page):
    """What a page says: posts, tombstones and wishes."""

    def opened(file, kind, source=OPEN, held=(), since=EPOCH, **note):
        recorded = replace(page(f"redmine/{file}", kind, f"{SITE}/x.json", **note), held=held)
        found = list(source.read(recorded, since))
        return tuple(
            [item for item in found if isinstance(item, wanted)]
            for wanted in (Post, Tombstone, Fetch)
        )

    return opened


def asked(wish):
    return {name: values[0] for name, values in parse_qs(urlsplit(wish.url).query).items()}


# where it begins


def test_the_crawl_begins_with_what_changed_open_or_closed(since):
    (wish,) = OPEN.start(since)
    assert wish.url.startswith(f"{SITE}/issues.json?")
    assert asked(wish) == {
        "status_id": "*",
        "sort": "updated_on:asc",
        "updated_on": ">=2026-04-15T00:00:00Z",
        "limit": "100",
        "offset": "0",
    }


def test_only_the_projects_that_are_named_are_asked_for(since):
    some = Redmine("tracker", SITE, Options(projects=("machines", "mills")))
    assert [wish.url.partition("?")[0] for wish in some.start(since)] == [
        f"{SITE}/projects/machines/issues.json",
        f"{SITE}/projects/mills/issues.json",
    ]


def test_with_a_key_the_crawl_begins_with_who_may_see_which_project(read, since):
    (wish,) = KEYED.start(since)
    assert (wish.kind, wish.url) == ("projects", f"{SITE}/projects.json?limit=100&offset=0")
    _, _, (listed,) = read("projects_public_and_not.json", "projects", KEYED, since=since)
    assert json.loads(listed.note["rooms"]) == {"1": "", "2": "beta"}
    assert asked(listed)["updated_on"] == ">=2026-04-15T00:00:00Z"


def test_projects_are_read_to_their_last_page(read):
    _, _, (wish,) = read("projects_first_of_three.json", "projects", KEYED, rooms="{}")
    assert (wish.kind, asked(wish)["offset"]) == ("projects", "2")
    assert json.loads(wish.note["rooms"]) == {"1": "", "2": "beta"}


# lists


def test_the_walk_goes_on_by_time_so_that_no_issue_slips_through(read):
    _, _, wishes = read("list_with_more.json", "list", **LIST)
    assert [wish.url.rpartition("/")[2] for wish in wishes[:3]] == [
        f"{number}.json?include=journals" for number in (101, 102, 103)
    ]
    assert asked(wishes[3])["updated_on"] == ">=2026-04-21T11:00:00Z"
    assert asked(wishes[3])["offset"] == "0"


def test_issues_of_one_second_are_walked_by_their_number(read):
    note = LIST | {"min": "1970-01-01T00:00:00Z"}
    _, _, wishes = read("list_all_in_one_second.json", "list", **note)
    assert asked(wishes[-1])["updated_on"] == ">=1970-01-01T00:00:00Z"
    assert asked(wishes[-1])["offset"] == "1"


def test_an_empty_list_ends_the_walk(read):
    assert read("list_empty.json", "list", **LIST)[2] == []


def test_a_project_that_is_not_public_is_for_its_members(read):
    _, _, wishes = read("list_with_more.json", "list", KEYED, **LIST)
    assert [wish.note["group"] for wish in wishes[:3]] == ["", "beta", "project-9"]
    posts, _, _ = read("issue_in_textile.json", "issue", KEYED, group="beta")
    assert {(p.visibility, p.groups) for p in posts} == {("members", ("tracker:beta",))}
    posts, _, _ = read("issue_with_notes.json", "issue", KEYED, group="")
    assert {(p.visibility, p.groups) for p in posts} == {("public", ())}


def test_what_guests_see_is_public(read):
    _, _, wishes = read("list_with_more.json", "list", OPEN, **LIST | {"rooms": "{}"})
    assert [wish.note["group"] for wish in wishes[:3]] == ["", "", ""]


# issues


def test_an_issue_says_all_it_knows(read):
    post = read("issue_with_notes.json", "issue")[0][0]
    assert (post.post_id, post.kind, post.parent_id) == ("tracker:101", "issue", None)
    assert (post.title, post.url) == ("Pump hums <no water>", f"{SITE}/issues/101")
    assert post.text == "The pump hums.\n\n```\nbrewctl --pump 9\n  --bar 12\n```"
    assert (post.tags, post.container) == (("Defect", "Pump"), "Machines")
    assert (post.author.author_id, post.author.name) == ("tracker:u7", "Moira Quill")
    assert post.author.url == f"{SITE}/users/7"
    assert (post.signals.replies, post.signals.score, post.accepted) == (2, None, None)
    assert post.created_at == datetime(2026, 4, 18, 10, tzinfo=UTC)


def test_an_issue_is_edited_where_its_words_changed_and_not_where_its_state_did(read):
    post = read("issue_with_notes.json", "issue")[0][0]
    assert post.updated_at == datetime(2026, 4, 19, 12, tzinfo=UTC)
    assert read("issue_in_textile.json", "issue")[0][0].updated_at is None


def test_notes_are_answers_and_mere_changes_are_none(read):
    posts, _, _ = read("issue_with_notes.json", "issue")
    assert [(p.post_id, p.kind, p.position) for p in posts[1:]] == [
        ("tracker:n501", "answer", 1),
        ("tracker:n504", "answer", 3),
    ]
    assert {(p.thread_id, p.parent_id, p.accepted) for p in posts[1:]} == {
        ("tracker:101", "tracker:101", None)
    }
    assert posts[2].url == f"{SITE}/issues/101#change-504"
    assert posts[2].updated_at == datetime(2026, 4, 20, 11, tzinfo=UTC)
    assert posts[1].updated_at is None


def test_what_a_note_quotes_from_another_is_cut_and_what_it_cites_is_kept(read):
    assert read("issue_with_notes.json", "issue")[0][2].text == (
        "The small one.\n\nFrom the manual:\n\n> oil it"
    )


def test_textile_is_read_where_the_settings_say_so(read):
    old = Redmine("tracker", SITE, Options(textile=True))
    ((post,), _, _) = read("issue_in_textile.json", "issue", old)
    assert post.text == (
        "# Steps\n\n1. Set `pump=9`\n2. See the manual now\n\n"
        '```\n<pump bar="9"/>\n# not a list\n```'
    )
    assert 'href="https://help.example.com/9"' in post.html


# what is not for all eyes


def test_a_private_note_is_buried_and_its_words_are_nowhere(read):
    posts, stones, _ = read("issue_with_notes.json", "issue", KEYED)
    assert [(stone.post_id, stone.state) for stone in stones] == [("tracker:n502", "hidden")]
    assert "known to us" not in repr((posts, stones))


def test_a_private_issue_is_buried_with_its_notes(read):
    posts, stones, _ = read("issue_private.json", "issue", KEYED)
    assert posts == []
    assert [stone.post_id for stone in stones] == ["tracker:105", "tracker:n511"]
    assert "Kettlebrook" not in repr(stones)


@pytest.mark.parametrize(
    ("was", "now", "why"),
    [
        ("", "", ["system notice"]),
        ("Which model?", "![](pump.png)", ["system notice", "without words"]),
    ],
)
def test_changes_of_state_and_notes_without_words_are_counted(was, now, why):
    assert left_out("redmine", "issue_with_notes", was, now) == why


# looking again

HELD = [
    Held(post_id="tracker:101", thread_id="tracker:101", url=f"{SITE}/issues/101"),
    Held(post_id="tracker:n501", thread_id="tracker:101", url=f"{SITE}/issues/101#change-501"),
    Held(post_id="tracker:7", thread_id="tracker:7", url=f"{SITE}/issues/7"),
]
IDS = ("tracker:101", "tracker:n501", "tracker:7")


def test_issues_are_asked_for_again_a_hundred_at_a_time():
    many = [Held(post_id=f"tracker:{n}", thread_id=f"tracker:{n}", url="") for n in range(101)]
    wishes = list(OPEN.verify(many))
    assert [len(wish.held) for wish in wishes] == [100, 1]
    assert asked(wishes[1]) == {"issue_id": "100", "status_id": "*", "limit": "100"}


def test_an_issue_that_is_not_listed_any_more_has_gone(read):
    (wish,) = OPEN.verify(HELD)
    assert wish.held == IDS
    _, _, (found,) = read("list_with_more.json", "list", held=wish.held, **wish.note)
    assert found.url == f"{SITE}/issues/101.json?include=journals"
    assert (found.held, found.optional) == (("tracker:101", "tracker:n501"), True)


def test_with_a_key_the_projects_are_looked_at_first(read):
    (wish,) = KEYED.verify(HELD)
    assert (wish.kind, wish.held) == ("projects", IDS)
    _, _, (listed,) = read(
        "projects_public_and_not.json", "projects", KEYED, held=wish.held, **wish.note
    )
    assert (listed.kind, listed.held) == ("list", IDS)
    assert json.loads(listed.note["rooms"]) == {"1": "", "2": "beta"}
    assert asked(listed)["issue_id"] == "101,7"


def test_the_key_is_added_last_and_in_a_header_alone(since):
    (wish,) = KEYED.start(since)
    assert "s3cret" not in repr(wish)
    signed = KEYED.sign(wish)
    assert (signed.url, signed.headers) == (wish.url, {"X-Redmine-API-Key": "s3cret"})
    assert OPEN.sign(wish) == wish
