import json
import re

import lxml.html
import pytest
from starlette.testclient import TestClient

from tests.web.conftest import garden
from web.app import ROUTES, app


def shown(response):
    assert response.status_code == 200, response.text
    return lxml.html.fromstring(response.text)


def words_of(element):
    return " ".join(element.text_content().split())


def test_the_first_page_shows_one_box_and_what_it_searches(client):
    page = shown(client.get("/"))
    assert [box.get("name") for box in page.xpath("//form//input[@type='search']")] == ["q"]
    holdings = words_of(page.xpath("//*[contains(@class,'holdings')]")[0])
    assert "Forum 3" in holdings
    assert "Q&A 29" in holdings
    assert "Mower stops with E17" in words_of(page.xpath("//*[contains(@class,'examples')]")[0])


def test_a_question_is_answered_in_somebodys_own_words_with_their_name_and_place(client):
    page = shown(client.get("/search", params={"q": "mower stops with E17"}))
    (answer,) = page.xpath("//section[contains(@class,'answer')]")
    assert [words_of(item) for item in answer.xpath(".//blockquote//ol/li")] == [
        "Dock the mower.",
        "Tap Update antenna.",
    ]
    assert answer.xpath(".//pre/code")[0].text == "fix=RTK"
    assert "Greta Sundmark" in words_of(answer)
    assert "accepted answer" in words_of(answer)
    assert answer.xpath(".//a[contains(@class,'main')]/@href") == ["https://qa.example/2"]
    assert "CC BY-SA 4.0" in words_of(answer)


def test_links_to_what_people_wrote_are_plain_links(client):
    page = shown(client.get("/search", params={"q": "mower stops with E17"}))
    outward = [a for a in page.xpath("//a[@href]") if a.get("href").startswith("https://qa.")]
    assert len(outward) > 2
    assert [a.get("href") for a in outward if "nofollow" in (a.get("rel") or "")] == []


def test_where_nothing_answers_the_page_says_so_and_names_a_place(make_site):
    with TestClient(app(make_site(list(garden()), confidence=0.99))) as client:
        page = shown(client.get("/search", params={"q": "mower pond swim"}))
    assert "No good answer yet" in words_of(page)
    assert page.xpath("//section[contains(@class,'none')]//a/@href") == ["https://forum.example"]


def test_the_parts_of_a_score_stand_below_each_result_and_add_up(client):
    page = shown(client.get("/search", params={"q": "mower"}))
    tables = page.xpath("//details//table")
    assert len(tables) == 10
    for table in tables:
        values = [cell.text.replace("\N{MINUS SIGN}", "-") for cell in table.xpath(".//td")]
        *parts, total = map(float, values)
        assert sum(parts) == pytest.approx(total, abs=0.0006 * len(parts))


def test_a_filter_shows_as_many_results_as_it_said(client):
    page = shown(client.get("/search", params={"q": "mower"}))
    options = page.xpath("//details[contains(@class,'filters')]//li/a")
    assert len(options) > 5
    for option in options:
        count = int(re.sub(r"\D", "", option.xpath("string(.//*[@class='count'])")))
        narrowed = shown(client.get(option.get("href")))
        total = words_of(narrowed.xpath("//p[@class='total']")[0])
        assert int(total.split()[0]) == count, option.get("href")


def test_a_filter_can_be_let_go_again(client):
    page = shown(client.get("/search", params={"q": "mower", "source": "forum"}))
    (chosen,) = page.xpath("//a[@class='chosen']")
    assert "Forum" in words_of(chosen)
    assert "source" not in chosen.get("href")


def test_typing_a_new_question_keeps_the_filters(client):
    page = shown(client.get("/search", params={"q": "mower", "source": "forum"}))
    hidden = page.xpath("//form//input[@type='hidden']")
    assert [(one.get("name"), one.get("value")) for one in hidden] == [("source", "forum")]


def test_paging_shows_every_result_once(client):
    seen, address = [], "/search?q=mower"
    while address:
        page = shown(client.get(address))
        seen += page.xpath("//li[@class='hit']//h3/a/@href")
        following = page.xpath("//link[@rel='next']/@href")
        address = following[0] if following else None
    total = int(
        words_of(shown(client.get("/search?q=mower")).xpath("//p[@class='total']")[0]).split()[0]
    )
    assert len(seen) == len(set(seen)) == total > 20


def test_the_results_of_a_page_are_numbered_on_from_the_page_before(make_site):
    with TestClient(app(make_site(list(garden()), per_page=3))) as client:
        page = shown(client.get("/search", params={"q": "mower", "page": "2"}))
    assert page.xpath("//ol[@class='hits']/@start") == ["4"]


def test_a_page_beyond_the_last_is_the_last(client):
    page = shown(client.get("/search", params={"q": "mower", "page": "99"}))
    assert page.xpath("//b[@aria-current='page']")[0].text == "3"


def test_nothing_found_leaves_at_least_three_ways_on(client):
    page = shown(client.get("/search", params={"q": "zebra", "source": "qa"}))
    assert "Nothing found" in words_of(page)
    links = page.xpath("//ul[@class='ways']//a/@href")
    assert len(links) >= 3
    assert all(client.get(link).status_code == 200 for link in links if link.startswith("/"))


@pytest.mark.parametrize("query", ["", "   ", "\x00\x01", "\u200b"])
def test_an_empty_question_leads_to_the_first_page_with_a_hint(client, query):
    page = shown(client.get("/search", params={"q": query}))
    assert "Type a question" in words_of(page)


def test_what_was_not_understood_is_said_on_the_page(client):
    page = shown(client.get("/search", params={"q": "mower is:purple"}))
    assert "is not understood" in words_of(page.xpath("//p[@class='notice']")[0])


def test_a_thread_shows_the_trusted_reply_first_and_remarks_below_what_they_remark_on(client):
    page = shown(client.get("/thread/qa:1"))
    posts = page.xpath("//article")
    assert [post.get("id") for post in posts] == ["qa:1", "qa:2", "qa:3"]
    assert "Accepted answer" in words_of(posts[1])
    assert "That broke mine." in words_of(posts[2].xpath(".//ul[@class='comments']")[0])
    assert page.xpath("//link[@rel='canonical']/@href") == ["https://qa.example/1"]


def test_a_thread_tells_search_engines_what_it_is(client):
    page = shown(client.get("/thread/qa:1"))
    (script,) = page.xpath("//script[@type='application/ld+json']")
    said = json.loads(script.text)
    assert said["@type"] == "QAPage"
    assert said["mainEntity"]["acceptedAnswer"]["author"]["name"] == "Greta Sundmark"


def test_posts_for_members_show_to_nobody_else(client):
    assert client.get("/thread/forum:8").status_code == 404
    for query in ("swallowtail", "mower beta", "kind:question"):
        assert "swallowtail" not in client.get("/search", params={"q": query}).text.replace(
            f"“{query}”", ""
        ).replace(f'value="{query}"', "").replace(f"<title>{query}", "")


def test_every_page_is_read_only(client):
    for address in ("/", "/search?q=mower", "/thread/qa:1", "/api/v1/search?q=mower", "/healthz"):
        refused = client.post(address)
        assert refused.status_code == 405, address
        assert {"GET", "HEAD"} <= set(refused.headers["allow"].replace(" ", "").split(","))


def test_head_answers_like_get_without_a_body(client):
    for address in ("/", "/search?q=mower", "/thread/qa:1"):
        asked = client.head(address)
        assert asked.status_code == 200
        assert asked.content == b""


def test_a_page_that_has_not_changed_is_not_sent_again(client):
    first = client.get("/search", params={"q": "mower"})
    again = client.get(
        "/search", params={"q": "mower"}, headers={"If-None-Match": first.headers["etag"]}
    )
    assert again.status_code == 304
    assert again.content == b""
    other = client.get("/search", params={"q": "contacts"})
    assert other.headers["etag"] != first.headers["etag"]


def test_an_unknown_address_is_a_page_with_a_number_to_name(client):
    missing = client.get("/nowhere")
    assert missing.status_code == 404
    assert missing.headers["x-request-id"] in missing.text


def test_where_nothing_is_indexed_the_page_says_so_and_the_hint_goes_into_the_log(
    empty_client, caplog
):
    reply = empty_client.get("/search", params={"q": "mower"})
    assert reply.status_code == 503
    assert "Nothing to search yet" in reply.text
    assert "askaround index" in caplog.text
    assert "askaround index" not in reply.text


def test_a_bug_shows_a_page_and_a_number_but_no_secret(client, site, monkeypatch, caplog):
    def broken(*_, **__):
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr(type(site.ranker), "search", broken)
    reply = client.get("/search", params={"q": "mower"})
    assert reply.status_code == 500
    assert "content-security-policy" in reply.headers
    assert "42" not in reply.text.replace(reply.headers["x-request-id"], "")
    assert reply.headers["x-request-id"] in caplog.text


def test_every_route_stands_in_the_table():
    assert {getattr(route, "path", None) for route in ROUTES} >= {"/", "/search", "/api/v1/search"}
