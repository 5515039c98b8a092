"""What the owner says of a source is laid over what the place says."""

from dataclasses import replace

import pytest

from contract import Author, SourceSettings
from crawler.owner import as_owner_says


@pytest.fixture
def roles(make_post):
    """The roles of an author, as the owner of a source of that platform sees them."""

    def told(author_id, *staff, platform="discourse", name="Mira", roles=()):
        settings = SourceSettings(name="forum", platform=platform, url="https://x", staff=staff)
        author = Author(author_id=f"forum:{author_id}", name=name, roles=roles)
        return as_owner_says(make_post(1, author=author), settings).author.roles

    return told


@pytest.mark.parametrize(
    ("author_id", "named"),
    [("mira", "mira"), ("u42", "42"), ("u42", "u42"), ("a@b.example", "a@b.example"), ("7", "7")],
)
def test_staff_is_known_by_id_or_handle(roles, author_id, named):
    assert roles(author_id, "other", named) == ("staff",)


@pytest.mark.parametrize(
    ("author_id", "named"),
    [
        ("ursula", "rsula"),
        ("u", ""),
        ("u42x", "42x"),
        ("mira2", "mira"),
        ("Mira", "mira"),
        ("blog:mira", "mira"),
        ("42", "u42"),
    ],
)
def test_whoever_only_resembles_staff_is_not(roles, author_id, named):
    assert roles(author_id, named) == ()


@pytest.mark.parametrize("platform", ["discourse", "mastodon", "stackexchange"])
def test_nobody_becomes_staff_by_calling_themselves_so(roles, platform):
    assert roles("stranger", "Mira", platform=platform, name="Mira") == ()


def test_on_a_site_its_owner_writes_the_names(roles):
    assert roles("https://x/about", "Mira", platform="site", name="Mira") == ("staff",)


def test_other_roles_stay_and_none_is_told_twice(roles):
    assert roles("mira", "mira", roles=("moderator", "staff")) == ("staff", "moderator")
    assert roles("mira", roles=("moderator",)) == ("moderator",)


def test_a_post_of_nobody_is_nobodys(make_post):
    settings = SourceSettings(name="forum", platform="site", url="https://x", staff=("", "None"))
    post = make_post(1, author=None)
    assert as_owner_says(post, settings) == post


@pytest.mark.parametrize(
    ("before", "after"), [((), ("forum:members",)), (("forum:beta",), ("forum:beta",))]
)
def test_what_is_for_members_only_shows_to_members_and_a_room_for_few_to_no_more(
    before, after, make_post
):
    settings = SourceSettings(name="forum", platform="site", url="https://x", members_only=True)
    post = make_post(1, groups=before)
    told = as_owner_says(post, settings)
    assert told == replace(post, visibility="members", groups=after)
    assert as_owner_says(post, replace(settings, members_only=False)) == post
