"""Who we say we are, and whom a server may ask about it."""

from importlib.metadata import version

import pytest

from contract.settings import SiteSettings
from crawler.robots import rules
from crawler.user_agent import contact, user_agent

OURS = f"askaround/{version('askaround')}"


@pytest.mark.parametrize(
    ("site", "sent"),
    [
        (SiteSettings(contact="crawler@example.com"), f"{OURS} (+crawler@example.com)"),
        (SiteSettings(contact="https://example.com/bot", url="https://help.example.com"),
         f"{OURS} (+https://example.com/bot)"),
        (SiteSettings(url="https://help.example.com"), f"{OURS} (+https://help.example.com)"),
        (SiteSettings(), OURS),
    ],
)  # fmt: skip
def test_we_say_our_name_our_version_and_whom_to_ask(site, sent):
    assert user_agent(site) == sent


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8800",
        "http://[::1]:8800",
        "http://10.1.2.3",
        "http://localhost",
        "http://help",
        "http://help.internal",
        "http://help.localhost:8800",
        "not an address",
    ],
)
def test_an_address_that_nobody_else_can_reach_is_no_contact(url):
    assert contact(SiteSettings(url=url)) is None


def test_a_contact_cannot_add_a_header():
    assert "\n" not in user_agent(SiteSettings(contact="a@example.com\r\nX-Other: 1"))


def test_the_name_we_send_is_the_one_that_robots_txt_knows_us_by():
    named = f"User-agent: {user_agent(SiteSettings())}\nDisallow: /\n"
    assert not rules(200, named.encode()).allows("https://example.com/x")
