"""Ranks, numbers and odd pages of forums."""

import lxml.html
import pytest

from crawler.formats.forum_page import number, roles
from crawler.forums import Forum

PLACE = "https://forum.example.com"


@pytest.mark.parametrize(
    ("badges", "given"),
    [
        (["Site Admin"], ("staff",)),
        (["Administrateur"], ("staff",)),
        (["Global Moderator", "Posts: 12"], ("moderator",)),
        (["Modérateur"], ("moderator",)),
        (["Staff Member", "Mod"], ("staff", "moderator")),
        (["Not an admin", "Modern art", "Teamwork", "Administrator of nothing"], ()),
        ([], ()),
    ],
)
def test_a_rank_counts_where_its_whole_name_says_so(badges, given):
    assert roles(badges) == given


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("Reply #1,204 on:", 1204), ("#3", 3), ("-1", -1), ("\u22121", -1), ("12 likes", 12),
        ("", None), ("Moira likes this", None), ("9" * 40, None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_see_them(written, value):
    assert number(written) == value


def test_posts_inside_posts_and_posts_without_a_body_cost_nothing():
    post = "<article class='message' data-content='post-{}'><div class='message-body'><p>{}"
    pages = "".join(
        post.format(i, "<div class='bbWrapper'>x</div>" if i % 2 else "") for i in range(400)
    )
    thread = Forum(lxml.html.document_fromstring(f"<html id='XF'>{pages}")).thread(f"{PLACE}/t")
    assert {said.body for said in thread.shown.said} == {'<div class="bbWrapper">x</div>'}
