"""Threads of forums, known and read by what stands in their HTML alone."""

import functools
from datetime import UTC, datetime
from pathlib import Path

import lxml.html
import pytest

from contract import Post
from crawler.fetch import Dropped, Fetch, Page
from crawler.forums import Forum
from crawler.sources.site import Options, Site
from crawler.times import EPOCH

HERE = Path(__file__).parent.parent / "sources" / "site"
PLACE = "https://forum.example.com"
WHOLE, NO_FOLLOW = Options(), Options(follow=False)

PAGES = {
    "phpbb": ("/boards/viewtopic.php?t=5", "/boards/viewtopic.php?f=2&t=5&start=10"),
    "xenforo": (
        "/community/threads/pump-is-silent.5/",
        "/community/threads/pump-is-silent.5/page-2",
    ),
    "vbulletin4": ("/vb/showthread.php?5-Pump-is-silent", "/vb/showthread.php?t=5&page=2"),
    "vbulletin5": ("/vb5/repairs/5-pump-is-silent", "/vb5/repairs/5-pump-is-silent/page2"),
    "nodebb": ("/topic/5/pump-is-silent", "/topic/5/pump-is-silent?page=2"),
    "discourse": ("/t/pump-is-silent/5", "/t/pump-is-silent/5?page=2"),
    "flarum": ("/d/5-pump-is-silent", "/d/5-pump-is-silent?page=2"),
    "vanilla": ("/discussion/5/pump-is-silent", "/discussion/5/pump-is-silent/p2"),
    "mybb": ("/bb/showthread.php?tid=5", "/bb/showthread.php?tid=5&page=2"),
    "smf": ("/smf/index.php?topic=5.0", "/smf/index.php?topic=5.15"),
    "askbot": ("/en/question/5/pump-is-silent/", "/en/question/5/pump-is-silent/?page=2"),
}
"""Addresses of the two pages of one thread."""

PLATFORM = pytest.mark.parametrize("platform", PAGES)


@functools.cache
def read(file, path, options=WHOLE, held=(), note=()):
    """What a page says: posts and wishes."""
    page = Page(
        kind="page",
        url=f"{PLACE}{path}",
        body=(HERE / f"{file}.html").read_bytes(),
        held=held,
        note=dict(note),
    )
    found = list(Site("f", f"{PLACE}/", options).read(page, EPOCH))
    return tuple([i for i in found if isinstance(i, kind)] for kind in (Post, Fetch))


def first_page(platform, **more):
    return read(f"{platform}_thread", PAGES[platform][0], **more)


def second_page(platform, **more):
    return read(f"{platform}_thread_second_page", PAGES[platform][1], **more)


def paths(wishes):
    return [wish.url.removeprefix(PLACE) for wish in wishes]


def by_author(platform):
    return {post.author.name: post for post in first_page(platform)[0] if post.kind != "comment"}


def at(day, hour, minute=0, second=0):
    return datetime(2026, 3, day, hour, minute, second, tzinfo=UTC)


# every platform


@PLATFORM
def test_a_thread_opens_with_the_question_as_it_was_written_and_its_code(platform):
    question, *_ = first_page(platform)[0]
    assert (question.kind, question.position, question.parent_id) == ("question", 0, None)
    assert question.title.startswith("Pump is silent")
    assert question.text == "It hums once and then:\n\n```\nE17\n  pump: no flow\n```"
    assert question.url == f"{PLACE}{PAGES[platform][0]}"
    assert question.author.name.lower().startswith("tobin")


@PLATFORM
def test_a_reply_says_only_what_its_author_said(platform):
    replies = [post for post in first_page(platform)[0] if post.kind == "answer"]
    (answer,) = (post for post in replies if post.author.name.lower().startswith("moira"))
    assert answer.text.startswith("Bleed the valve")
    assert "hums" not in answer.text + answer.html
    assert answer.title == ""


@PLATFORM
def test_pages_of_a_thread_are_one_thread(platform):
    question, *replies = first_page(platform)[0]
    (later,) = (post for post in second_page(platform)[0][:1])
    assert later.thread_id == later.parent_id == question.post_id == question.thread_id
    assert {reply.thread_id for reply in replies} == {question.post_id}
    assert later.position > max(post.position for post in replies)
    assert later.title == ""


@PLATFORM
def test_what_opens_a_thread_is_read_from_its_first_page_alone(platform):
    assert {post.kind for post in second_page(platform)[0]} == {"answer"}


@PLATFORM
def test_every_post_has_an_id_and_an_address_of_its_own(platform):
    posts = [*first_page(platform)[0], *second_page(platform)[0]]
    assert len({post.post_id for post in posts}) == len({post.url for post in posts}) == len(posts)


@PLATFORM
def test_the_next_page_is_asked_for_even_where_links_are_not_followed(platform):
    _, wishes = first_page(platform, options=NO_FOLLOW)
    after = {"vbulletin4": "/vb/showthread.php?5-Pump-is-silent/page2"}.get(platform)
    after = after or PAGES[platform][1].replace("f=2&", "")
    assert paths(wishes) == [after]
    assert second_page(platform, options=NO_FOLLOW)[1] == []


@PLATFORM
def test_members_logins_searches_and_variants_of_pages_are_not_followed(platform):
    _, wishes = first_page(platform)
    assert len({wish.url for wish in wishes}) == len(wishes) > 0
    unwanted = (
        "login", "signin", "member", "users", "/u/", "profile", "search", "q=", "sid=", "PHPSESSID",
        "&s=", "print", "unread", "goto", "newpost", "action=", "msg78", "pid=", "p=78", "/post-77",
        "order=", "sort", "whats-new", "posting", "comment/", "bookmarked", "answer=", "mode=",
        "prev_next", "topic/5/pump-is-silent/2", "/5/3", "5-pump-is-silent/3",
    )  # fmt: skip
    assert [path for path in paths(wishes) if any(word in path for word in unwanted)] == []


@PLATFORM
def test_posts_asked_for_again_are_shown_by_their_page_or_the_page_before(platform):
    posts, _ = second_page(platform)
    asked = (posts[0].post_id, "f:/gone#1")
    again, wishes = second_page(platform, held=asked)
    assert [post.post_id for post in again] == [post.post_id for post in posts]
    onward = [wish for wish in wishes if wish.held]
    if platform in {"vbulletin5", "flarum"}:  # these two pages do not link back
        assert onward == []
    else:
        assert [wish.held for wish in onward] == [("f:/gone#1",)]
        _, further = second_page(platform, held=asked, note=tuple(onward[0].note.items()))
        assert [wish for wish in further if wish.held] == []


# who


@pytest.mark.parametrize(
    ("platform", "name", "author_id", "given", "reputation"),
    [
        ("phpbb", "Moira Kettlebrook", "f:u/2", ("staff",), None),
        ("phpbb", "Tobin Ashgrove", "f:u/31", (), None),
        ("phpbb", "Passer-by", "f:Passer-by", (), None),
        ("xenforo", "Moira Kettlebrook", "f:u/2", ("staff", "moderator"), None),
        ("xenforo", "Tobin Ashgrove", "f:u/31", (), None),  # "Administrator": so he calls himself
        ("xenforo", "Quill Farrow", "f:Quill Farrow", (), None),
        ("vbulletin4", "Moira Kettlebrook", "f:u/2", ("staff",), None),
        ("vbulletin4", "Quill Farrow", "f:Quill Farrow", (), None),
        ("vbulletin5", "Moira Kettlebrook", "f:u/2", ("staff",), None),
        ("nodebb", "moira", "f:u/2", ("staff",), None),
        ("discourse", "moira", "f:u/moira", (), None),
        ("flarum", "Moira Kettlebrook", "f:u/2", ("staff",), None),
        ("vanilla", "moira", "f:u/2", ("staff",), None),
        ("vanilla", "tobin", "f:u/31", (), None),
        ("mybb", "Moira Kettlebrook", "f:u/2", ("staff",), 1204),
        ("mybb", "Tobin Ashgrove", "f:u/31", (), 0),
        ("smf", "Moira Kettlebrook", "f:u/2", ("staff",), None),
        ("smf", "Tobin Ashgrove", "f:u/31", (), None),
        ("askbot", "tobin", "f:u/31", (), 1204),
    ],
)
def test_an_author_has_the_id_and_the_roles_that_the_forum_gave(
    platform, name, author_id, given, reputation
):
    author = by_author(platform)[name].author
    assert (author.author_id, author.roles, author.reputation) == (author_id, given, reputation)


@PLATFORM
def test_an_author_of_a_later_page_is_a_moderator_where_the_page_says_so(platform):
    author = second_page(platform)[0][0].author
    assert author.name.lower().startswith("pernille")
    assert ("moderator" in author.roles) is (platform not in {"discourse", "askbot"})


@pytest.mark.parametrize("platform", ["phpbb", "vbulletin4", "smf"])
def test_the_address_of_an_author_holds_no_session(platform):
    url = by_author(platform)["Tobin Ashgrove"].author.url
    assert url.startswith(f"{PLACE}/")
    assert "5d41402abc" not in url
    assert "0cc175b9c0" not in url


# when


@pytest.mark.parametrize(
    ("platform", "asked", "edited", "answered"),
    [
        ("phpbb", at(3, 21, 4), at(4, 6, 30), at(4, 8, 15)),
        ("xenforo", at(3, 21, 4), at(4, 6, 30), at(4, 8, 15)),
        ("vbulletin4", at(4, 3, 4), at(13, 12, 30), at(14, 14, 15)),
        ("vbulletin5", at(3, 21, 4), None, at(4, 8, 15)),
        ("nodebb", at(3, 21, 4), at(4, 6, 30), at(4, 8, 15)),
        ("discourse", at(3, 21, 4), None, at(4, 8, 15)),
        ("flarum", at(3, 21, 4), at(4, 6, 30), at(4, 8, 15)),
        ("vanilla", at(3, 21, 4), at(4, 6, 30), at(4, 8, 15)),
        ("mybb", at(3, 22, 4), at(13, 7, 30), at(14, 9, 15)),
        ("smf", at(3, 22, 4, 12), at(4, 7, 30), at(4, 9, 15)),
        ("askbot", at(3, 21, 4), at(4, 6, 30), at(4, 8, 15)),
    ],
)
def test_dates_are_read_in_the_shape_of_the_platform(platform, asked, edited, answered):
    posts = by_author(platform)
    question = next(post for post in posts.values() if post.kind == "question")
    answer = next(post for name, post in posts.items() if name.lower().startswith("moira"))
    assert (question.created_at, question.updated_at) == (asked, edited)
    assert answer.created_at == answered


@pytest.mark.parametrize("platform", ["vbulletin4", "mybb", "smf"])
def test_today_yesterday_and_hours_ago_are_no_date(platform):
    assert by_author(platform)["Quill Farrow"].created_at is None


# how it was received


@pytest.mark.parametrize(
    ("platform", "likes", "score", "accepted"),
    [
        ("phpbb", None, None, None),
        ("xenforo", 1, -1, True),
        ("vbulletin4", None, None, None),
        ("vbulletin5", 12, None, None),
        ("nodebb", None, -1, None),
        ("discourse", 12, None, True),
        ("flarum", 2, None, True),
        ("vanilla", 4, None, True),
        ("mybb", None, None, None),
        ("smf", None, None, None),
        ("askbot", None, 6, True),
    ],
)
def test_likes_votes_and_acceptance_are_what_the_page_shows(platform, likes, score, accepted):
    posts = by_author(platform)
    answer = next(post for name, post in posts.items() if name.lower().startswith("moira"))
    assert (answer.signals.likes, answer.signals.score, answer.accepted) == (likes, score, accepted)
    others = [post.accepted for post in posts.values() if post.kind == "answer" and post != answer]
    assert set(others) <= {False if accepted else None}


def test_people_named_and_people_counted_are_added_up():
    question, *_ = first_page("xenforo")[0]
    assert (question.signals.likes, question.signals.score) == (7, 3)


def test_votes_for_that_leave_out_votes_against_are_no_score():
    assert first_page("nodebb")[0][0].signals.score == 3  # of four for it and one against


# one platform alone


def test_a_comment_of_askbot_is_on_the_post_it_stands_in():
    question, on_question, answer, on_answer, other = first_page("askbot")[0]
    assert [post.kind for post in (on_question, on_answer)] == ["comment", "comment"]
    assert (on_question.parent_id, on_answer.parent_id) == (question.post_id, answer.post_id)
    assert (on_question.text, on_answer.text) == ("Which model?", "Thank you.")
    assert (on_question.signals.score, on_answer.author.name) == (2, "tobin")
    assert (other.text, other.accepted, on_answer.accepted) == ("Wait a day.", False, None)


def test_links_of_vbulletin_are_relative_to_what_the_page_says():
    posts, wishes = read("vbulletin4_thread_second_page", "/vb/threads/5-pump-is-silent/page2")
    assert posts[0].thread_id == "f:/vb/showthread.php?t=5"
    assert posts[0].author.url == f"{PLACE}/vb/members/8-pernille-vask"
    assert paths(wishes) == ["/vb/showthread.php?t=5"]


def test_flarum_is_read_from_its_page_where_its_payload_is_broken():
    question, answer = read("flarum_thread_without_its_payload", "/d/5")[0]
    assert (question.text, answer.text) == ("It hums once.", "Bleed the valve.")
    assert answer.url == f"{PLACE}/d/5/2"


def test_what_flarum_hides_and_what_only_happened_is_no_post():
    assert [post.position for post in first_page("flarum")[0]] == [0, 2]


def test_what_nodebb_deleted_is_no_post():
    assert "deleted" not in "".join(post.text for post in first_page("nodebb")[0])


@pytest.mark.parametrize(
    ("platform", "was", "now", "why"),
    [
        ("flarum", b"", b"", ["system notice", "private"]),
        ("nodebb", b"", b"", ["private"]),
        ("phpbb", b'class="post bg2"', b'class="post bg2 unapproved"', ["private"]),
        ("phpbb", b'class="post bg2"', b'class="post bg2 deleted"', ["private"]),
        ("xenforo", b"message--solution", b"message--deleted", ["private"]),
        ("xenforo", b'"bbWrapper">Worked', b'"notice">Worked', ["of another kind"]),
        ("xenforo", b"Worked for me.", b"", ["without words"]),
    ],
)
def test_what_stands_in_a_thread_and_is_not_kept_is_counted(platform, was, now, why):
    body = (HERE / f"{platform}_thread.html").read_bytes()
    assert was in body
    url = f"{PLACE}{PAGES[platform][0]}"
    page = Page(kind="page", url=url, body=body.replace(was, now))
    found = Site("f", f"{PLACE}/").read(page, EPOCH)
    assert [item.why for item in found if isinstance(item, Dropped)] == why


def test_tags_room_and_title_stand_apart_from_the_label():
    question, *_ = first_page("xenforo")[0]
    assert (question.title, question.tags) == ("Pump is silent", ("pump", "e17"))
    assert question.container == "Repairs"


# pages that are no thread


@pytest.mark.parametrize("platform", ["phpbb", "xenforo"])
def test_a_login_in_place_of_a_thread_is_not_kept(platform):
    file, path = f"{platform}_login_in_place_of_a_thread", PAGES[platform][0]
    assert read(file, path)[0] == []
    assert read(file, path, held=("f:x",))[0] == []


def test_a_list_of_threads_leads_on_and_is_not_kept():
    posts, wishes = read("phpbb_list_of_threads", "/boards/viewforum.php?f=2")
    assert posts == []
    assert paths(wishes) == [
        "/boards/viewforum.php?f=2",
        "/boards/viewtopic.php?t=5",
        "/boards/viewforum.php?f=2&start=25",
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/boards/viewtopic.php?t=5&view=print",
        "/boards/viewtopic.php?p=77",
        "/boards/memberlist.php",
    ],
)
def test_a_page_that_only_repeats_others_is_not_kept(path):
    posts, _ = read("phpbb_thread_second_page", path)
    assert posts == []


def test_a_page_reached_with_a_session_is_asked_for_without():
    posts, wishes = read("phpbb_thread_second_page", "/boards/viewtopic.php?t=5&sid=0cc1&start=10")
    assert posts == []
    assert paths(wishes)[-1] == "/boards/viewtopic.php?t=5&start=10"


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/repairs/silent-t5.html", "/repairs/silent-t5"),
        ("/repairs/silent-t5-page-2.html", "/repairs/silent-t5"),
        ("/silent?page=2", "/silent"),
        ("/konu/silent.5/", "/konu/silent.5"),
    ],
)
def test_a_thread_at_an_address_of_the_owners_making_is_named_by_it(path, key):
    posts, _ = read("phpbb_thread_second_page", path)
    assert {post.thread_id for post in posts} == {f"f:{key}"}


def test_a_page_of_no_forum_is_as_it_was():
    forum = Forum(lxml.html.document_fromstring("<a href='/memberlist.php'>phpBB</a>"))
    address = f"{PLACE}/memberlist.php?sid=1&highlight=x"
    assert forum.plain(address) == forum.address(PLACE, address) == address
    assert not forum.is_closed(address)
    assert not forum.is_list
    assert not forum.asks_for_login
    assert forum.thread(address) is None
