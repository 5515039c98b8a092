"""Wherever somebody's words show, so do their name, the place, the licence and plain links to it.

As Stack Exchange asks: https://stackoverflow.blog/2009/06/25/attribution-required/
"""

import lxml.html
import pytest

ORIGINAL = "https://qa.example/"
PROFILE = "https://qa.example/u/"


@pytest.fixture
def cards(client):
    """Every element of a page that shows a post."""

    def found(address, xpath):
        elements = lxml.html.document_fromstring(client.get(address).text).xpath(xpath)
        assert elements
        return elements

    return found


CARDS = pytest.mark.parametrize(
    ("address", "xpath"),
    [
        ("/search?q=mower+stops+with+e17", "//section[@class='answer']"),
        ("/search?q=e17+lawn&source=qa", "//li[@class='hit']"),
        ("/thread/qa:1", "//article"),
        ("/thread/qa:1", "//ul[@class='comments']/li"),
    ],
    ids=["answer", "result", "post", "comment"],
)


@CARDS
def test_every_card_links_to_the_original_and_to_its_author(cards, address, xpath):
    for card in cards(address, xpath):
        links = card.xpath(".//a/@href")
        assert any(link.startswith(ORIGINAL) and not link.startswith(PROFILE) for link in links)
        (profile, *_) = (link for link in links if link.startswith(PROFILE))
        name = card.xpath(f".//a[@href='{profile}']")[0].text
        assert profile == PROFILE + name.lower().replace(" ", "-")


@CARDS
def test_every_card_names_its_licence(cards, address, xpath):
    for card in cards(address, xpath):
        assert "CC BY-SA 4.0" in card.text_content()


@pytest.mark.parametrize(
    "address",
    ["/search?q=mower+stops+with+e17", "/search?q=mower", "/thread/qa:1", "/thread/qa:20"],
)
def test_no_such_link_is_disowned_or_leads_through_us(cards, address):
    for link in cards(address, "//main//a[contains(@href, '.example')]"):
        assert link.get("href").startswith(("https://qa.example", "https://forum.example"))
        assert "nofollow" not in link.get("rel", "")
        assert link.get("ping") is None
