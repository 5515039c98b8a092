"""Which accounts are one person's."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract import Author
from ranker.identity import persons

FORUM, CODE, TOOTS = (f"https://{place}.example/u/mira" for place in ("forum", "code", "toots"))


def account(url, *profiles, name="Mira"):
    return Author(author_id=f"x:{url}", name=name, url=url, profiles=profiles)


def test_a_verified_link_joins_two_accounts_whichever_side_tells_of_it():
    assert persons([account(FORUM, CODE), account(CODE)]) == [0, 0]
    assert persons([account(FORUM), account(CODE, FORUM)]) == [0, 0]


def test_links_that_meet_join_more_than_two():
    alone = account("https://forum.example/u/rex")
    assert persons([account(FORUM), alone, account(TOOTS, CODE), account(CODE, FORUM)]) == [
        0, 1, 0, 0,
    ]  # fmt: skip


def test_a_like_name_joins_nobody():
    assert persons([account(FORUM), account(CODE), account(None)]) == [0, 1, 2]


def test_accounts_without_a_page_are_not_one_another():
    assert persons([account(None, FORUM), account(None), account("", CODE), account("")]) == [
        0, 1, 2, 3,
    ]  # fmt: skip


def test_a_link_to_nobody_we_know_joins_nobody():
    assert persons([account(FORUM, TOOTS), account(CODE, TOOTS)]) == [0, 1]


@pytest.mark.parametrize(
    ("as_linked", "as_known"),
    [
        ("http://forum.example/u/mira", "https://forum.example/u/mira"),
        ("https://www.forum.example/u/mira/", "https://forum.example/u/mira"),
        ("https://Forum.example/u/Mira", "https://forum.example/u/mira"),
        ("forum.example/u/mira", "https://forum.example/u/mira"),
        ("https://qa.example/users/12", "https://qa.example/users/12/mira-oduya"),
        ("https://qa.example/users/12/mira", "https://qa.example/users/12/mira-oduya"),
    ],
)
def test_one_address_may_be_written_in_several_ways(as_linked, as_known):
    assert persons([account(CODE, as_linked), account(as_known)]) == [0, 0]


@pytest.mark.parametrize(
    ("as_linked", "as_known"),
    [
        ("https://forum.example/u/mira", "https://forum.example/u/miranda"),
        ("https://qa.example/users/12", "https://qa.example/users/123/mira"),
        ("https://a.example/u/mira", "https://b.example/u/mira"),
    ],
)
def test_addresses_that_merely_look_alike_join_nobody(as_linked, as_known):
    assert persons([account(CODE, as_linked), account(as_known)]) == [0, 1]


@settings(max_examples=25)
@given(links=st.lists(st.sets(st.integers(0, 11)), min_size=1, max_size=12))
def test_who_is_joined_does_not_hang_on_the_order_of_accounts(links):
    known = [f"https://p{at}.example/" for at in range(len(links))]
    accounts = [
        account(known[at], *(f"https://p{to}.example" for to in links[at]))
        for at in range(len(links))
    ]
    found = persons(accounts)
    turned = persons(accounts[::-1])[::-1]
    assert all(found[person] == person for person in found)  # named after their first account
    for one in range(len(links)):
        same = [found[one] == found[other] for other in range(len(links))]
        assert same == [turned[one] == turned[other] for other in range(len(links))]
        assert all(found[to] == found[one] for to in links[one] if to < len(links))
