"""Questions on the command line: what is printed, what a program gets, and what to do without."""

import re

import pytest

from tests.cli.conftest import line

KEYS = {"query", "searched", "did_you_mean", "total", "page", "pages", "took_ms", "answer",
        "results", "experts", "places", "facets", "notices"}  # fmt: skip
RESULT_KEYS = {"id", "url", "source", "kind", "author", "created_at", "thread_id", "licence",
               "title", "snippet", "score", "trust", "why", "explain", "also"}  # fmt: skip

NO_MODEL = "Only exact words were searched: search by meaning is not available."


def found(ran):
    return [result["id"] for result in ran.json["results"]]


def test_an_answer_is_quoted_with_its_author_and_its_address(reader):
    ran = reader.run("search", "mower stops with E17")
    assert ran.status == 0
    assert "│ Update the antenna firmware, then dock the mower, and E17 is gone." in ran.out
    assert "— Greta Sundmark, accepted answer, 31 votes" in ran.out
    assert "https://qa.example/2" in ran.out
    assert "1. Mower stops with E17  [qa]" in ran.out
    assert re.search(r"^1 result in \d+ ms$", ran.out, re.MULTILINE)


def test_what_searchers_should_know_goes_to_stderr_and_for_programs_into_the_json(reader):
    ran = reader.run("search", "E17")
    assert ran.err == f"{NO_MODEL}\n"
    assert NO_MODEL not in ran.out
    asked_by_a_program = reader.run("search", "E17", "--json")
    assert asked_by_a_program.err == ""
    assert asked_by_a_program.json["notices"] == [NO_MODEL]


def test_a_program_gets_the_documented_shape(reader):
    ran = reader.run("search", "mower stops with E17", "--json")
    page = ran.json
    assert page.keys() == KEYS
    assert (page["query"], page["total"], page["page"]) == ("mower stops with E17", 1, 1)
    assert (page["answer"]["post"]["id"], page["answer"]["post"]["thread_id"]) == ("qa:2", "qa:1")
    assert 0.5 <= page["answer"]["confidence"] <= 1
    (result,) = page["results"]
    assert result.keys() == RESULT_KEYS
    assert any(marked for _, marked in result["snippet"])
    assert "Mäher" in reader.run("search", "Mäher", "--json").out  # text as it is, not as escapes


def test_the_parts_that_are_printed_add_up_to_the_score(reader):
    ran = reader.run("search", "mower", "--explain")
    shown = re.findall(r"^   score (\S+) = (.+)$", ran.out, re.MULTILINE)
    assert len(shown) == 2
    for score, parts in shown:
        terms = [float(term) for term in re.findall(r"[+-]\d+\.\d+", parts)]
        assert len(terms) > 1
        assert sum(terms) == pytest.approx(float(score), abs=1e-3)
    assert "score" not in reader.run("search", "mower").out


def test_the_parts_a_program_gets_add_up_to_the_score(reader):
    for result in reader.run("search", "mower", "--json").json["results"]:
        assert sum(result["explain"].values()) == pytest.approx(result["score"], abs=1e-5)


@pytest.mark.parametrize(
    ("query", "threads"),
    [
        ("mower", {"qa:1", "qa:4"}),
        ("mower -E17", {"qa:4"}),
        ("mower author:Nadia", {"qa:4"}),
        ("mower is:accepted", {"qa:1"}),
        ("mower is:staff", {"qa:4"}),
        ("mower tag:dock", {"qa:4"}),
        ('"antenna firmware"', {"qa:1"}),
        ("lang:de Regen", {"qa:6"}),
        ("mower source:qa", {"qa:1", "qa:4"}),
        ("mower source:help", set()),
        ("mower after:2026-04", set()),
    ],
)
def test_a_filter_in_the_question_narrows_the_results(reader, query, threads):
    ran = reader.run("search", query, "--json")
    assert {result["thread_id"] for result in ran.json["results"]} == threads
    assert ran.status == (0 if threads else 1)


@pytest.mark.parametrize(("limit", "shown"), [(1, 1), (2, 2), (0, 1), (-5, 1)])
def test_no_more_results_than_asked_for_and_the_total_stays(reader, limit, shown):
    page = reader.run("search", "mower", "--limit", limit, "--json").json
    assert (len(page["results"]), page["total"]) == (shown, 2)


def test_the_newest_come_first_where_one_asks_for_them(desk):
    old, new = "2024-02-01T09:00:00Z", "2026-04-01T09:00:00Z"
    seldom = "A dog, a pond, a fence and, somewhere behind it all, a mower."
    posts = [
        line(1, "The mower hums.", title="Mower", created=old),
        line(2, seldom, title="Garden", created=new),
    ]
    assert desk.run("import", "qa", desk.file(posts)).status == 0
    assert desk.run("index").status == 0
    assert found(desk.run("search", "mower", "--json")) == ["qa:1", "qa:2"]
    assert found(desk.run("search", "mower", "--newest", "--json")) == ["qa:2", "qa:1"]
    printed = desk.run("search", "mower", "--newest").out
    assert printed.index("1. Garden") < printed.index("2. Mower")
    assert "No good answer yet; these come near.\n" in printed


def test_nothing_found_says_what_to_try(reader):
    ran = reader.run("search", "bread")
    assert ran.status == 1
    assert "0 results" in ran.out
    assert "fewer words" in ran.err
    page = reader.run("search", "bread", "--json")
    assert page.status == 1
    assert (page.json["total"], page.json["results"], page.json["answer"]) == (0, [], None)


def test_results_without_a_sure_answer_say_so(reader):
    ran = reader.run("search", "Mäher")
    assert ran.status == 0
    assert "No good answer yet; these come nearest." in ran.out
    assert "│" not in ran.out


@pytest.mark.parametrize("command", ["search", "experts", "places"])
def test_before_anything_is_indexed_the_way_to_it_is_told(desk, command):
    ran = desk.run(command, "E17")
    assert (ran.status, ran.out) == (2, "")
    said, hint = ran.err.splitlines()
    assert f"{desk.data / 'index'}: nothing has been indexed yet" in said
    assert hint == "hint: Run `askaround crawl`, then `askaround index`."


def test_people_are_named_with_why_and_with_what_they_wrote(reader):
    ran = reader.run("experts", "E17 antenna")
    assert (ran.status, ran.err) == (0, "")
    first, shown, *_ = ran.out.splitlines()
    assert first.startswith("Greta Sundmark: ")
    assert shown == "   Mower stops with E17  https://qa.example/2"


def test_a_program_gets_people_with_their_accounts_and_evidence(reader):
    people = reader.run("experts", "E17 antenna", "--json").json
    assert people[0].keys() == {"name", "accounts", "score", "why", "evidence"}
    assert people[0]["accounts"][0]["id"] == "qa:u1"
    assert "qa:2" in {shown["id"] for shown in people[0]["evidence"]}
    assert [one["score"] for one in people] == sorted((p["score"] for p in people), reverse=True)


def test_a_place_is_named_by_its_label_with_why_and_its_address(reader):
    ran = reader.run("places", "mower E17")
    assert (ran.status, ran.err) == (0, "")
    why, address = ran.out.splitlines()
    assert why.startswith("Garden Q&A: ")
    assert address == "   https://qa.example"


def test_a_program_gets_places_with_their_odds(reader):
    (place,) = reader.run("places", "mower E17", "--json").json
    assert place.keys() == {"source", "title", "url", "answered", "questions", "hours", "why"}
    assert place["source"] == "qa"
    assert 0 < place["answered"] <= 1


@pytest.mark.parametrize("command", ["experts", "places"])
def test_nobody_and_nowhere_say_what_to_try(reader, command):
    ran = reader.run(command, "bread")
    assert (ran.status, ran.out) == (1, "")
    assert "more general words" in ran.err
    assert reader.run(command, "bread", "--json")[:2] == (1, "[]\n")
