"""Results as plain values."""

import json

import pytest

from ranker import as_json


@pytest.fixture(scope="module")
def page(garden):
    return as_json.results(garden.search("mower stops with E17, update the antenna"))


def test_a_page_can_be_written_as_strict_json(page):
    assert json.loads(json.dumps(page, allow_nan=False)) == page


def test_the_parts_under_explain_add_up_to_the_score(page):
    for one in page["results"]:
        assert sum(one["explain"].values()) == pytest.approx(one["score"], abs=1e-4)


def test_a_page_holds_what_the_design_promises(page):
    assert page["query"] == "mower stops with E17, update the antenna"
    assert page["total"] == len(page["results"])
    first = page["results"][0]
    assert (first["id"], first["thread_id"], first["source"]) == ("qa:2", "qa:1", "qa")
    assert first["author"]["id"] == "qa:greta"
    assert first["created_at"] == "2026-04-24T12:00:00+00:00"
    assert ["mower", True] in first["snippet"]
    answer = page["answer"]
    assert answer["post"]["id"] == "qa:2"
    assert answer["spans"] == [[0, len(answer["text"])]]
    assert page["experts"][0]["name"] == "Greta"
    assert page["places"][0]["source"] == "qa"
    assert {"field": "source", "value": "qa", "count": 1, "chosen": False} in page["facets"]


def test_what_is_not_known_is_null_and_not_made_up(write, make_world):
    world = make_world(write(1, "The mower hums.", by=None, days_ago=None))
    page = as_json.results(world.search("mower"))
    (one,) = page["results"]
    assert (one["author"], one["created_at"], one["licence"]) == (None, None, None)
    assert page["answer"] is None
    assert page["places"][0]["hours"] is None
