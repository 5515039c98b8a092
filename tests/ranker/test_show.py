"""What is shown is what may be shown now, whatever the index still holds."""

from datetime import UTC, datetime, timedelta

import pytest

from contract import Usage
from ranker.show import TITLE, title_of

BETA = ("forum:beta",)
ASKED = "mower stops with error E17"
QUESTION = {"title": "Mower stops with error E17"}
SIX_O_CLOCK = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
DOCK = "When the mower stops with error E17, dock it."


@pytest.fixture(scope="module")
def once(write, make_world, words_encoder):
    posts = [
        write(1, "It stops with error E17.", **QUESTION),
        write(2, DOCK, parent=1, by="Greta", accepted=True),
    ]
    return make_world(*posts, encoder=words_encoder()), posts


@pytest.fixture
def solved(once):
    """One solved question that a test may change: it is put right afterwards."""
    world, posts = once
    started = world.clock.at
    yield world
    world.keep(*posts)
    world.clock.at = started


@pytest.fixture
def edit(solved, write):
    """Change the solution in the archive, of which the index hears nothing."""

    def made(text=DOCK, **more):
        solved.keep(write(2, text, parent=1, by="Greta", accepted=True, **more))

    return made


def everything(world, groups=()):
    found = world.search(ASKED, groups=groups, limit=100)
    return found, repr((found, world.ranker.experts(ASKED, groups)))


def test_an_edited_post_is_shown_as_it_is_now(solved, edit):
    assert solved.search(ASKED).answer.text == DOCK
    text = "Edited: when the mower stops with error E17, wait."
    edit(text)
    found = solved.search(ASKED)
    assert found.answer.text == found.results[0].post.text == text
    assert "".join(run for run, _ in found.results[0].snippet) == text
    assert found.answer.text == found.answer.post.text[slice(*found.answer.spans[0])]


def test_nobody_is_shown_what_became_the_members_own(solved, edit):
    assert "Greta" in everything(solved)[1]
    edit(visibility="members", groups=BETA)
    found, said = everything(solved)
    assert "qa:2" not in said
    assert "Greta" not in said
    assert found.answer is None
    assert found.experts == ()
    assert everything(solved, BETA)[0].answer.post.post_id == "qa:2"


def test_what_may_be_shown_no_longer_is_left_out_from_that_instant(solved, edit):
    edit(usage=Usage(expires_at=SIX_O_CLOCK))
    solved.clock.at = SIX_O_CLOCK - timedelta(seconds=1)
    assert everything(solved)[0].answer.post.post_id == "qa:2"
    solved.clock.at = SIX_O_CLOCK
    found, said = everything(solved)
    assert "qa:2" not in said
    assert "Greta" not in said
    assert found.answer is None


@pytest.mark.parametrize("state", ["deleted", "hidden"])
def test_of_a_dead_post_nothing_is_left(state, solved):
    solved.bury("qa:2", state=state)
    _, said = everything(solved)
    assert not [word for word in ("qa:2", "Greta", "dock") if word in said]


def test_a_title_that_may_not_be_seen_is_not_lent_to_the_replies(solved, write):
    secret = {"visibility": "members", "groups": BETA}
    solved.keep(write(1, "It stops with error E17.", **QUESTION, **secret))
    found, said = everything(solved)
    assert QUESTION["title"] not in said
    assert found.results[0].title == DOCK
    assert found.experts[0].evidence[0].title == DOCK


def test_a_copy_that_died_is_not_named_beside_the_other(write, make_world):
    copied = "Since the last update my mower drives around in circles and beeps at every third one."
    world = make_world(write(1, copied), write(1, copied, source="forum"))
    (one,) = world.search("mower circles").results
    assert [(also.post_id, also.title) for also in one.also] == [("qa:1", copied)]
    world.bury("qa:1")
    (one,) = world.search("mower circles").results
    assert (one.post.post_id, one.also) == ("forum:1", ())


def test_an_edit_of_white_space_alone_does_not_cut_words(write, make_world, words_encoder):
    filler = "Lawns are green and hedges are high here. " * 20
    said = "When the mower stops with error E17, dock it. " * 12
    world = make_world(write(1, f"{filler}\n\n{said}", kind="article"), encoder=words_encoder())
    before = world.search(ASKED).answer
    assert before.text.startswith("When the mower")
    # The content hash folds white space: for the index this is the same post.
    world.keep(write(1, f"   {filler}\n\n\n\n   {said}", kind="article"))
    after = world.search(ASKED)
    words = {*filler.split(), *said.split()}
    shown = " ".join(run for run, _ in after.results[0].snippet)
    assert set(shown.strip("… ").split()) <= words
    assert after.answer is None or set(after.answer.text.split()) <= words


@pytest.mark.parametrize(
    ("usage", "longest"), [(Usage(snippet=False), 0), (Usage(max_snippet=20), 20)]
)
def test_no_more_is_quoted_than_the_place_allows(usage, longest, solved, edit):
    edit(usage=usage)
    found = solved.search(ASKED)
    assert found.results[0].post.post_id == "qa:2"
    shown = "".join(run for run, _ in found.results[0].snippet)
    assert len(shown.strip("… ")) <= longest
    assert found.answer is None or found.answer.post.post_id != "qa:2"


@pytest.mark.parametrize(
    ("title", "text", "usage", "expected"),
    [
        ("Mower", "It stops.", Usage(), "Mower"),
        ("", "It  stops\nhere.", Usage(), "It stops here."),
        ("", "```\nfix=RTK\n```", Usage(), "fix=RTK"),
        ("", "It stops near the pond.", Usage(max_snippet=10), "It stops …"),
        ("", "It stops.", Usage(snippet=False), "https://qa.example/1"),
        ("", "x" * 200, Usage(), "https://qa.example/1"),
        ("Mower", "It stops.", Usage(snippet=False), "Mower"),
    ],
)
def test_a_post_without_a_title_lends_its_first_words(title, text, usage, expected, write):
    assert title_of(write(1, text, title=title, usage=usage)) == expected


def test_a_title_made_of_first_words_is_short_and_cut_at_a_word(write):
    title = title_of(write(1, "Lawns are green and hedges are high here. " * 5))
    assert len(title) <= TITLE + 2
    assert title.endswith(("high …", "here. …", "are …", "and …", "green …", "hedges …", "Lawns …"))


def test_a_post_without_title_or_words_is_named_by_its_address(write, make_world):
    world = make_world(write(1, ""), write(2, "The mower hums."))
    titles = {one.post.post_id: one.title for one in world.search("source:qa").results}
    assert titles == {"qa:1": "https://qa.example/1", "qa:2": "The mower hums."}
