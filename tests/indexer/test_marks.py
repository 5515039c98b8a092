import pytest

from contract import Author
from indexer.marks import PUBLIC, marks, seen_by


def test_a_post_bears_what_it_can_be_filtered_by(post):
    told = post(
        1,
        "It stops.",
        tags=("Lark", "E17"),
        author=Author(author_id="forum:U7", name="Anna Lena", roles=("staff",)),
        accepted=True,
    )
    assert marks(told, "de", answered=True) == {
        "source:forum",
        "kind:question",
        "lang:de",
        "tag:lark",
        "tag:e17",
        "sees:public",
        "is:answered",
        "is:accepted",
        "is:staff",
        "author:anna lena",
        "author:u7",
    }


def test_what_is_not_so_leaves_no_mark(post):
    told = post(1, "It stops.", by=None, accepted=False)
    assert marks(told, "en", answered=False) == {
        "source:forum",
        "kind:question",
        "lang:en",
        "sees:public",
    }


def test_a_members_post_is_seen_by_its_groups_alone(post):
    told = post(1, "Beta.", visibility="members", groups=("forum:Testers",))
    borne = marks(told, "en", answered=False)
    assert PUBLIC not in borne
    assert seen_by(["forum:testers"]) & borne
    assert seen_by(["FORUM:TESTERS"]) & borne
    assert not seen_by([]) & borne
    assert not seen_by(["forum:other", "testers"]) & borne


def test_a_members_post_without_groups_is_seen_by_nobody(post):
    borne = marks(post(1, "Draft.", visibility="members"), "en", answered=False)
    assert not seen_by(["forum:members", ""]) & borne


@pytest.mark.parametrize("groups", [[], ["forum:testers"]])
def test_everybody_sees_what_is_public(post, groups):
    assert seen_by(groups) & marks(post(1, "Hello."), "en", answered=False)
