import msgspec
import pytest

from samples import forum, kb, qa, social
from samples.cast import proven_home
from samples.story import StoryError


@pytest.mark.parametrize(("site", "community"), [("qa", qa), ("forum", forum), ("social", social)])
def test_whoever_speaks_without_an_account_is_named_with_what_is_missing(
    story, retold, site, community
):
    silent = msgspec.structs.replace(story.people["mira"], **{site: None})
    with pytest.raises(StoryError, match=rf"mira writes .* without an account \[person.{site}\]"):
        community.app(retold(people=story.people | {"mira": silent}))


def test_an_author_whom_nobody_knows_is_refused(retold):
    with pytest.raises(StoryError, match=r"nobody in people.toml has the key 'nadia'"):
        kb.app(retold(people={}))


def test_a_home_is_proven_by_a_verified_link_to_the_very_site(story):
    nadia, otto = story.people["nadia"], story.people["otto"]
    social = "https://social.example"
    assert proven_home(nadia, "https://forum.example", social) == f"{social}/@nadia"
    assert proven_home(nadia, "https://forum.exam", social) is None
    assert proven_home(nadia, "javascript:alert(3)", social) is None
    assert proven_home(otto, "https://forum.example", social) is None
