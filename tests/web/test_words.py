"""Did you mean, and suggestions, as a browser meets them."""

import html

import pytest
from starlette.testclient import TestClient

from web.app import app


@pytest.fixture(scope="module")
def wordy_client(make_site, write_garden):
    with TestClient(app(make_site(write_garden()))) as opened:
        yield opened


def page(client, **asked):
    return html.unescape(client.get("/search", params=asked).text)


def test_a_page_says_what_it_searched_instead_and_lets_one_insist(wordy_client):
    shown = page(wordy_client, q="mowwer blade", source="qa")
    assert 'Showing results for <a href="/search?q=mower+blade&source=qa">mower blade</a>' in shown
    insist = "/search?q=mowwer+blade&source=qa&verbatim=1"
    assert f'Search instead for <a href="{insist}" rel="nofollow">mowwer blade</a>' in shown
    insisted = wordy_client.get(insist)
    assert insisted.status_code == 200
    assert "Showing results for" not in insisted.text


def test_what_was_typed_stays_in_the_box_and_is_never_markup(wordy_client):
    shown = wordy_client.get("/search", params={"q": "mowwer <b>blade</b>"}).text
    assert "<b>blade" not in shown
    assert 'value="mowwer &lt;b&gt;blade&lt;/b&gt;"' in shown


def test_a_page_that_is_right_offers_nothing(wordy_client):
    shown = page(wordy_client, q="mower blade")
    assert "Did you mean" not in shown
    assert "Showing results for" not in shown


def test_the_api_tells_what_was_searched_and_obeys_verbatim(wordy_client):
    found = wordy_client.get("/api/v1/search", params={"q": "mowwer"}).json()
    assert (found["query"], found["searched"], found["did_you_mean"]) == ("mowwer", "mower", None)
    assert found["total"] > 0
    insisted = wordy_client.get("/api/v1/search", params={"q": "mowwer", "verbatim": "1"}).json()
    assert (insisted["searched"], insisted["total"]) == (None, 0)


def test_both_pages_have_tags_of_their_own(wordy_client):
    tags = {
        wordy_client.get("/api/v1/search", params={"q": "mowwer", **more}).headers["etag"]
        for more in ({}, {"verbatim": "1"})
    }
    assert len(tags) == 2


def test_suggestions_come_with_what_to_search_for(wordy_client):
    reply = wordy_client.get("/api/v1/suggest", params={"q": "mower sto"}).json()
    assert reply == {
        "query": "mower sto",
        "suggestions": [
            {
                "kind": "title",
                "text": "Mower stops with E17",
                "query": "Mower stops with E17",
                "thread_id": "qa:1",
            }
        ],
    }


def test_browsers_get_suggestions_in_their_own_form(wordy_client):
    asked = {"q": "mower sto", "format": "opensearch"}
    reply = wordy_client.get("/api/v1/suggest", params=asked)
    assert reply.headers["content-type"] == "application/x-suggestions+json"
    assert reply.json() == ["mower sto", ["Mower stops with E17"]]


def test_nothing_typed_suggests_nothing_and_a_limit_is_kept(wordy_client):
    assert wordy_client.get("/api/v1/suggest").json() == {"query": "", "suggestions": []}
    reply = wordy_client.get("/api/v1/suggest", params={"q": "blade", "limit": "3"}).json()
    assert len(reply["suggestions"]) == 3


def test_no_suggestion_tells_of_posts_for_members(wordy_client):
    assert (
        wordy_client.get("/api/v1/suggest", params={"q": "mower bet"}).json()["suggestions"] == []
    )
