"""The one answer above the results: somebody's own words, to the letter, or none."""

from dataclasses import replace

import pytest

from contract.settings import RankSettings

ASKED = "mower stops with error E17"
STEPS_ASKED = "mower stops with E17, update the antenna"


@pytest.fixture(params=["by meaning", "by words alone"])
def either(request, garden, wordy_garden):
    return garden if request.param == "by meaning" else wordy_garden


def quoted(answer):
    return "\n\n".join(answer.post.text[start:end] for start, end in answer.spans)


def test_the_accepted_reply_is_quoted_to_the_letter_with_steps_and_code_whole(either):
    answer = either.search(STEPS_ASKED).answer
    assert answer.post.post_id == "qa:2"
    assert answer.text == quoted(answer) == answer.post.text
    assert "1. Dock the mower.\n2. Tap *Update antenna*." in answer.text
    assert answer.text.endswith("```\nfix = RTK\n\nmode = pond\n```")
    assert answer.title == "Mower stops, E17"
    assert answer.why[:2] == ("accepted answer", "31 votes")
    assert 0.5 <= answer.confidence < 1


def test_a_german_question_gets_the_german_answer(either):
    answer = either.search("Ladekontakte am Mähroboter reinigen").answer
    assert answer.post.post_id == "forum:11"
    assert answer.text.startswith("Die Ladekontakte am Mähroboter")


@pytest.mark.parametrize(
    "typed",
    [
        "how to bake bread with rye flour",
        "Wie backe ich Roggenbrot im Ofen",
        "battery recycling rules of the city",
        "can the mower swim in a pond",  # only a question holds these words, and nobody replied
        "",
        "source:qa",
    ],
)
def test_where_nothing_answers_the_box_says_nothing(typed, either):
    assert either.search(typed).answer is None


@pytest.mark.parametrize(("typed", "asks"), [("antenna", False), ("E17", True)])
def test_a_plain_word_names_a_topic_and_a_code_asks_what_to_do(typed, asks, solved):
    assert (solved.search(typed).answer is not None) is asks


@pytest.mark.parametrize(("least", "expected"), [(0.0, True), (0.5, True), (1.0, False)])
def test_the_owner_says_how_sure_an_answer_must_be(least, expected, solved):
    settings = replace(solved.settings, ranking=RankSettings(confidence=least))
    answer = replace(solved, settings=settings).search("E17 antenna").answer
    assert (answer is not None) is expected


@pytest.fixture(scope="module")
def solved(write, make_world):
    text = "E17 antenna: dock the mower."
    return make_world(
        write(1, "antenna E17", title="antenna E17"), write(2, text, parent=1, accepted=True)
    )


DOCK, KICK = f"The {ASKED}: dock it.", f"The {ASKED}: kick it, kick it."
STAFF = {"roles": ("staff",), "votes": 9}
LESS = f"The {ASKED} always here, so kick the left wheel until it turns again."

CASES = {
    "accepted": ([(DOCK, {}), (KICK, {"accepted": True})], 2),
    "accepted, fits less": ([(DOCK, {}), (LESS, {"accepted": True})], 2),
    "accepted, fits much less": ([(DOCK, STAFF), (LESS, {"accepted": True, "votes": 0})], 1),
    "staff first": ([(DOCK, STAFF), (DOCK, {})], 1),
    "staff last": ([(DOCK, {}), (DOCK, STAFF)], 2),
    "voted": ([(DOCK, {"votes": -9}), (DOCK, {"votes": 9})], 2),
    "a bot": ([(DOCK, {"roles": ("bot",)}), (KICK, {})], 2),
    "a comment": ([(DOCK, {"kind": "comment"}), (KICK, {})], 2),
    "asks back": ([(f"The {ASKED}?", {}), (KICK, {})], 2),
    "only a bot": ([(DOCK, {"roles": ("bot",)})], None),
    "only a comment": ([(DOCK, {"kind": "comment"})], None),
    "nobody": ([], None),
}
"""Replies of one thread each, and which of them answers."""


def code_of(case):
    return f"E{100 + list(CASES).index(case)}"


@pytest.fixture(scope="module")
def threads(write, make_world, words_encoder):
    """One thread a case, each about an error with a code of its own."""

    def told():
        for case, (replies, _) in CASES.items():
            code = code_of(case)
            yield write(code, "It does so near the pond.", title=ASKED.replace("E17", code))
            for number, (text, more) in enumerate(replies, start=1):
                given = {"parent": code, "by": f"{code} {number}", **more}
                yield write(f"{code}-{number}", text.replace("E17", code), **given)

    return make_world(*told(), encoder=words_encoder())


@pytest.mark.parametrize("case", CASES)
def test_the_most_trustworthy_of_those_that_may_answer_does(case, threads):
    code, expected = code_of(case), CASES[case][1]
    found = threads.search(f'mower stops with error "{code}"')
    assert {one.post.thread_id for one in found.results} == {f"qa:{code}"}
    answer = found.answer and found.answer.post.post_id
    assert answer == (expected and f"qa:{code}-{expected}")


def test_a_solution_in_other_words_answers_for_the_question_it_solved(
    write, make_world, words_encoder
):
    # The reply shares no word with what was asked; the question it was accepted for is the same.
    def asked(code, **more):
        yield write(code, f"The {ASKED}.".replace("E17", code), title="Help needed")
        yield write(f"{code}-1", "Please clean its contacts.", parent=code, by="Greta", **more)

    posts = *asked("E17", accepted=True), *asked("E18")
    world = make_world(*posts, encoder=words_encoder())
    assert world.search('mower stops with error "E17"').answer.post.post_id == "qa:E17-1"
    assert world.search('mower stops with error "E18"').answer is None


FILLER = "Lawns are green and hedges are high in this garden of ours. " * 16
HELP = "# Error E17\n\nWhen the mower stops with error E17:\n\n1. Dock it.\n2. Wait for an hour."


@pytest.fixture(scope="module")
def handbook(write, make_world, words_encoder):
    text = f"{FILLER}\n\n{HELP}\n\n# Winter\n\n{FILLER}"
    article = write(1, text, title="Handbook", source="kb", kind="article")
    return make_world(article, encoder=words_encoder(), confidence=0.0)


@pytest.mark.parametrize("by_meaning", [True, False])
def test_of_a_long_article_the_passage_that_helps_is_quoted_whole(by_meaning, handbook):
    answer = (handbook if by_meaning else handbook.without_model()).search(ASKED).answer
    assert answer.text == quoted(answer)
    assert HELP in answer.text
    assert len(answer.text) < 1200
    assert "Winter" not in answer.text


def test_the_answer_comes_from_what_the_searcher_chose(garden):
    found = garden.search(STEPS_ASKED, choices={"source": ["qa"]})
    assert found.answer.post.post_id == "qa:2"
    assert garden.search(STEPS_ASKED, choices={"source": ["forum"]}).answer is None
