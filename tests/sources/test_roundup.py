from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from contract import Post
from contract.errors import UnexpectedShapeError
from crawler.fetch import Fetch, Held
from crawler.sources.roundup import Options, Roundup
from crawler.times import EPOCH
from tests.sources.cases.roundup import CASE
from tests.sources.recorded import left_out

SITE = CASE.url
OPEN = Roundup("tracker", SITE)
KEYED = Roundup("tracker", SITE, Options(), "reader:s3cret")
LIST = {"class": "issue", "min": "2026-04-15.00:00:00", "index": "1"}


@pytest.fixture
def read(page):
    """What a page says: posts and wishes."""

    def opened(file, source=OPEN, held=(), **note):
        kind = file.partition("_")[0]
        known = note or CASE.notes[kind]
        recorded = page(f"roundup/{file}", kind, f"{SITE}/x", **known)
        found = list(source.read(replace(recorded, held=held), EPOCH))
        return tuple([item for item in found if isinstance(item, one)] for one in (Post, Fetch))

    return opened


def asked(wish):
    return parse_qs(urlsplit(wish.url).query)


def held(post_id, thread):
    return Held(post_id=f"tracker:{post_id}", thread_id=f"tracker:{thread}", url="")


# where it begins


def test_the_crawl_begins_with_what_changed_since_in_utc_whatever_the_zone_of_the_account(since):
    (wish,) = OPEN.start(since)
    assert wish.url.startswith(f"{SITE}/rest/data/issue?")
    assert asked(wish)["activity"] == ["2026-04-15.00:00:00+0000;"]
    assert asked(wish)["@sort"] == ["activity,id"]
    assert (asked(wish)["@page_size"], asked(wish)["@page_index"]) == (["100"], ["1"])
    assert asked(wish)["@fields"] == ["title,creation,activity,creator,messages,keyword,status"]


def test_a_tracker_with_classes_and_properties_of_its_own_is_asked_for_them(since):
    own = Roundup("tracker", SITE, Options(classes=("bug", "task"), tags=("components",)))
    wishes = list(own.start(since))
    assert [urlsplit(wish.url).path.rpartition("/")[2] for wish in wishes] == ["bug", "task"]
    assert asked(wishes[0])["@fields"][0].endswith(",messages,components")


# lists


def test_messages_of_many_issues_come_in_one_request(read):
    _, wishes = read("list_with_more.json", **LIST)
    (messages,) = (wish for wish in wishes if wish.kind == "messages")
    assert urlsplit(messages.url).path == "/support/rest/data/msg"
    assert asked(messages)["id"] == ["34", "35", "36", "37", "100", "40"]
    assert asked(messages)["@verbose"] == ["3"]


def test_a_thread_longer_than_a_page_is_read_to_its_end(read):
    _, wishes = read("list_with_a_long_thread.json", **LIST)
    assert [len(asked(wish)["id"]) for wish in wishes] == [100, 51]
    assert asked(wishes[1])["id"][-2:] == ["350", "40"]


def test_the_walk_goes_on_by_time_so_that_no_issue_slips_through(read):
    _, wishes = read("list_with_more.json", **LIST)
    assert asked(wishes[-1])["activity"] == ["2026-04-21.11:00:00+0000;"]
    assert asked(wishes[-1])["@page_index"] == ["1"]


def test_issues_that_changed_in_one_second_are_walked_by_page(read):
    _, (wish,) = read("list_all_in_one_second.json", **LIST | {"min": "1970-01-01.00:00:00"})
    assert asked(wish)["activity"] == ["1970-01-01.00:00:00+0000;"]
    assert asked(wish)["@page_index"] == ["2"]


@pytest.mark.parametrize("file", ["list_empty.json", "list_last_page.json"])
def test_a_list_without_a_next_page_ends_the_walk(read, file):
    assert [wish for wish in read(file, **LIST)[1] if wish.kind == "list"] == []


def test_an_issue_without_messages_stands_by_its_title_alone(read):
    ((post,), _) = read("list_last_page.json", **LIST)
    assert (post.post_id, post.title, post.text) == ("tracker:issue13", "Only a title", "")
    assert (post.signals.replies, post.tags) == (0, ())


def test_an_issue_of_which_little_may_be_seen_is_read_as_far_as_it_may(read):
    (posts, _) = read("list_with_little_to_see.json", **LIST)
    assert [(post.title, post.author, post.created_at) for post in posts] == [
        ("issue15", None, None),
        ("Steam wand drips", None, None),
    ]


# threads


def test_an_issue_says_all_it_knows(read):
    _, (wish, _) = read("list_with_more.json", **LIST)
    post = read("messages_one_retired.json", **wish.note)[0][0]
    assert (post.post_id, post.kind, post.parent_id) == ("tracker:issue12", "issue", None)
    assert (post.title, post.url) == ("Pump hums <no water>", f"{SITE}/issue12")
    assert post.text == "The pump hums.\n\n```\nbrewctl --pump 9\nbrewctl --bar 12\n```\n\nWhy?"
    assert post.tags == ("pump", "noise", "chatting")
    assert (post.author.author_id, post.author.name) == ("tracker:user3", "moira")
    assert post.author.url == f"{SITE}/user3"
    assert (post.signals.replies, post.signals.score, post.accepted) == (4, None, None)
    assert post.created_at == datetime(2026, 4, 18, 10, tzinfo=UTC)
    assert post.global_id.startswith("message-id-hash:")


def test_messages_are_answers_in_the_order_they_were_made(read):
    posts, _ = read("messages_one_retired.json")
    assert [(p.post_id, p.kind, p.position) for p in posts] == [
        ("tracker:issue12", "issue", 0),
        ("tracker:msg35", "answer", 2),
        ("tracker:msg36", "answer", 3),
        ("tracker:msg100", "answer", 5),
    ]
    assert {(p.thread_id, p.accepted) for p in posts} == {("tracker:issue12", None)}
    assert posts[1].url == f"{SITE}/msg35"
    assert posts[1].created_at == datetime(2026, 4, 18, 11, tzinfo=UTC)


def test_a_mail_stands_under_the_message_it_answers(read):
    posts, _ = read("messages_one_retired.json")
    assert [p.parent_id for p in posts[1:]] == [
        "tracker:issue12",
        "tracker:msg35",
        "tracker:issue12",
    ]


def test_what_a_message_quotes_and_how_it_is_signed_is_cut(read):
    assert read("messages_one_retired.json")[0][1].text == "Clean the valve first."


def test_an_html_message_is_read_as_html(read):
    post = read("messages_one_retired.json")[0][3]
    assert post.text == "Here too, see the manual."
    assert 'href="https://help.example.com/9"' in post.html


def test_markdown_is_read_where_the_settings_say_so_and_an_empty_message_is_none(read):
    marked = Roundup("tracker", SITE, Options(markdown=True))
    ((post,), _) = read("messages_in_markdown.json", marked)
    assert post.text == "# Steps\n\n1. Set `pump=9`\n2. See the manual"
    assert "<h1>Steps</h1>" in post.html


def test_a_first_message_of_somebody_else_is_an_answer(read):
    posts, _ = read("messages_of_someone_else_first.json")
    assert [(p.post_id, p.text) for p in posts] == [
        ("tracker:issue12", ""),
        ("tracker:msg34", "Seen here too."),
        ("tracker:msg35", "Indeed."),
    ]


def test_a_first_message_of_a_later_day_is_no_description(read):
    posts, _ = read("messages_an_afterthought.json")
    assert [(p.post_id, p.text) for p in posts] == [
        ("tracker:issue12", ""),
        ("tracker:msg34", "Nobody?"),
    ]


def test_a_retired_first_message_leaves_the_issue_its_title_and_no_other_words(read):
    posts, _ = read("messages_first_retired.json")
    assert [(p.post_id, p.text) for p in posts] == [
        ("tracker:issue12", ""),
        ("tracker:msg35", "Clean the valve first."),
        ("tracker:msg36", "That was it."),
    ]


def test_the_later_messages_of_a_long_thread_do_not_bring_its_issue_again(read):
    note = CASE.notes["messages"] | {"ids": "35,36"}
    posts, _ = read("messages_first_retired.json", **note)
    assert [post.post_id for post in posts] == ["tracker:msg35", "tracker:msg36"]


@pytest.mark.parametrize(
    ("name", "was", "why"),
    [
        ("list_with_little_to_see", "", "private"),
        ("messages_with_people", '"id": "36",', "private"),
        ("messages_in_markdown", "", "without words"),
    ],
)
def test_what_the_account_may_not_see_and_messages_without_words_are_counted(name, was, why):
    assert left_out("roundup", name, was) == [why]


# people


def test_guests_are_nobody_in_particular(read):
    assert read("messages_one_retired.json")[0][3].author is None


@pytest.mark.parametrize(
    ("roles", "staff"),
    [
        (("Admin", "Coordinator", "Developer"), ["tracker:msg35"]),
        (("helper",), ["tracker:msg36"]),
        ((), []),
    ],
)
def test_roles_say_who_is_staff_and_an_address_that_serves_as_a_name_is_cut(read, roles, staff):
    source = Roundup("tracker", SITE, Options(staff_roles=roles), "reader:s3cret")
    posts, _ = read("messages_with_people.json", source)
    assert [post.post_id for post in posts if post.author.roles == ("staff",)] == staff
    assert [post.author.name for post in posts] == ["moira", "Bert Hollow", "lark"]


@pytest.mark.parametrize(
    ("key", "people", "are_asked"),
    [("reader:s3cret", True, True), ("reader:s3cret", False, False), (None, True, False)],
)
def test_names_and_roles_are_asked_for_with_a_key_alone(read, since, key, people, are_asked):
    source = Roundup("tracker", SITE, Options(people=people), key)
    (issues,) = source.start(since)
    messages = read("list_last_page.json", source, **LIST)[1][0]
    assert ("creator.realname,creator.roles" in asked(issues)["@fields"][0]) is are_asked
    assert ("author.realname,author.roles" in asked(messages)["@fields"][0]) is are_asked


# looking again

HELD = [
    held("issue12", "issue12"),
    held("msg35", "issue12"),
    held("msg9", "issue12"),
    held("issue7", "issue7"),
]


def test_issues_are_asked_for_again_by_number_a_hundred_at_a_time_and_by_class():
    many = [held(f"issue{number}", f"issue{number}") for number in range(1, 102)]
    wishes = list(OPEN.verify([*many, held("bug5", "bug5")]))
    assert [len(wish.held) for wish in wishes] == [100, 1, 1]
    assert [asked(wish)["id"] for wish in wishes[1:]] == [["101"], ["5"]]
    assert urlsplit(wishes[2].url).path.endswith("/bug")


def test_an_issue_that_is_retired_and_a_message_that_was_taken_off_are_passed_over(read):
    (wish,) = OPEN.verify(HELD)
    assert wish.held == tuple(one.post_id for one in HELD)
    _, (found,) = read("list_asked_by_number.json", held=wish.held, **wish.note)
    assert found.held == ("tracker:issue12", "tracker:msg35")
    assert found.optional  # where messages are closed to us, they are not shown any longer


def test_only_the_part_of_a_long_thread_that_is_asked_about_is_read_again(read):
    (wish,) = OPEN.verify([held("msg345", "issue17")])
    _, (found,) = read("list_with_a_long_thread.json", held=wish.held, **wish.note)
    assert "345" in asked(found)["id"]
    assert found.held == ("tracker:msg345",)


def test_a_list_that_is_looked_at_again_leads_to_no_further_one(read):
    (wish,) = OPEN.verify(HELD)
    _, wishes = read("list_with_more.json", held=wish.held, **wish.note)
    assert {found.kind for found in wishes} == {"messages"}


def test_an_issue_without_messages_shows_itself(read):
    (wish,) = OPEN.verify([held("issue13", "issue13")])
    posts, wishes = read("list_last_page.json", held=wish.held, **wish.note)
    assert ([post.post_id for post in posts], wishes) == (["tracker:issue13"], [])


# the key


@pytest.mark.parametrize(
    ("key", "header"),
    [
        ("reader:s3cret", f"Basic {b64encode(b'reader:s3cret').decode()}"),
        ("aaa.bbb.ccc", "Bearer aaa.bbb.ccc"),
    ],
)
def test_an_account_with_its_password_and_a_token_are_each_sent_as_roundup_wants(
    since, key, header
):
    source = Roundup("tracker", SITE, Options(), key)
    (wish,) = source.start(since)
    signed = source.sign(wish)
    assert (signed.url, signed.headers) == (wish.url, {"Authorization": header})
    assert OPEN.sign(wish) == wish


def test_an_error_in_place_of_a_list_names_the_page(page):
    refused = page("roundup/error_forbidden.json", "list", f"{SITE}/x", **LIST)
    with pytest.raises(UnexpectedShapeError, match=f"{SITE}/x: .*`data`"):
        list(OPEN.read(refused, EPOCH))
