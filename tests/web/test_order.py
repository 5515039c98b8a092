"""Results in another order, as a browser and a program ask for them."""

import html
import re
from urllib.parse import quote

import lxml.html
import pytest
from starlette.testclient import TestClient

from tests.web.conftest import write
from web.app import app


def diary():
    """Threads of which the best is not the newest, and one place to narrow by."""
    yield write(1, "The mower stops, and the mower hums.", title="Mower", days_ago=40)
    yield write(2, "Here are a dog, a pond and a mower.", title="Garden", days_ago=5)
    yield write(3, "Wheels of a mower.", title="Wheels", source="forum", days_ago=90)
    yield write(4, "Blades of a mower.", title="Blades", source="forum", days_ago=20)
    yield write(5, "Nothing but a hedge.", title="Hedge")


NEWEST = ["qa:2", "forum:4", "qa:1", "forum:3"]


@pytest.fixture(scope="module")
def diary_client(make_site):
    with TestClient(app(make_site(list(diary()), per_page=2))) as opened:
        yield opened


def shown(client, address):
    reply = client.get(address)
    assert reply.status_code == 200, reply.text
    return lxml.html.fromstring(reply.text)


def orders(page):
    """Label, whether it is the present one, and address of every order on offer."""
    return [
        (link.text, link.get("aria-current"), link.get("href"))
        for link in page.xpath("//nav[@class='orders']//a")
    ]


def hits(page):
    links = page.xpath("//li[@class='hit']//h3/a/@href")
    return [re.sub(r"https://(\w+)\.example/", r"\1:", link) for link in links]


def test_the_page_offers_both_orders_and_says_which_it_is_in(diary_client):
    assert orders(shown(diary_client, "/search?q=mower")) == [
        ("Most relevant first", "true", "/search?q=mower"),
        ("Newest first", None, "/search?q=mower&order=newest"),
    ]
    newest = shown(diary_client, "/search?q=mower&order=newest")
    assert [current for _, current, _ in orders(newest)] == [None, "true"]
    assert hits(newest) == NEWEST[:2]


def test_one_result_or_none_has_no_order(diary_client):
    for query in ("hedge", "zebra"):
        for order in ("relevance", "newest"):
            assert orders(shown(diary_client, f"/search?q={query}&order={order}")) == []


def test_paging_and_filters_keep_the_order_and_the_order_keeps_the_filters(diary_client):
    newest = shown(diary_client, "/search?q=mower&order=newest")
    (following,) = newest.xpath("//link[@rel='next']/@href")
    assert hits(shown(diary_client, following)) == NEWEST[2:]
    (forum,) = newest.xpath("//a[span[@class='label'][starts-with(., 'Forum')]]/@href")
    narrowed = shown(diary_client, forum)
    assert hits(narrowed) == ["forum:4", "forum:3"]
    assert [address for *_, address in orders(narrowed)] == [
        "/search?q=mower&source=forum",
        "/search?q=mower&source=forum&order=newest",
    ]
    (let_go,) = narrowed.xpath("//a[@class='chosen']/@href")
    assert let_go == "/search?q=mower&order=newest"


def test_another_order_begins_at_the_first_page(diary_client):
    later = shown(diary_client, "/search?q=mower&order=newest&page=2")
    assert [address for *_, address in orders(later)] == [
        "/search?q=mower",
        "/search?q=mower&order=newest",
    ]


def test_a_corrected_question_keeps_the_order_and_a_new_one_begins_with_the_best(diary_client):
    asked = {"q": "mowwer", "order": "newest"}
    reply = html.unescape(diary_client.get("/search", params=asked).text)
    assert 'Showing results for <a href="/search?q=mower&order=newest">mower</a>' in reply
    page = lxml.html.fromstring(reply)
    assert page.xpath("//form//input/@name") == ["q"]


def test_where_nothing_answers_the_newest_are_not_called_the_nearest(diary_client):
    best = diary_client.get("/search?q=mower").text
    newest = diary_client.get("/search?q=mower&order=newest").text
    assert "These come nearest" in best
    assert "These come near," in newest


def test_a_program_asks_for_the_newest_and_pages_through_them(diary_client):
    def found(**asked):
        return diary_client.get("/api/v1/search", params={"q": "mower", **asked}).json()

    pages = [found(order="newest", page=page) for page in (1, 2)]
    assert [one["id"] for page in pages for one in page["results"]] == NEWEST
    best = found()
    assert [one["id"] for one in best["results"]] != NEWEST[:2]
    for unchanged in ("total", "pages", "facets", "answer", "experts", "places"):
        assert pages[0][unchanged] == best[unchanged]


@pytest.mark.parametrize("absurd", ["", "oldest", "NEWEST", "newest ", "relevance", "\x00"])
def test_an_order_that_is_none_is_the_usual_one(diary_client, absurd):
    page = shown(diary_client, f"/search?q=mower&order={quote(absurd)}")
    assert [current for _, current, _ in orders(page)] == ["true", None]
    assert hits(page) == hits(shown(diary_client, "/search?q=mower"))


@pytest.mark.parametrize("path", ["/search", "/api/v1/search"])
def test_each_order_has_a_tag_of_its_own(diary_client, path):
    def tag(**asked):
        return diary_client.get(path, params={"q": "mower", **asked}).headers["etag"]

    assert tag() == tag(order="relevance") == tag(order="absurd")
    assert tag() != tag(order="newest")
    again = diary_client.get(
        path,
        params={"q": "mower", "order": "newest"},
        headers={"If-None-Match": tag(order="newest")},
    )
    assert again.status_code == 304
