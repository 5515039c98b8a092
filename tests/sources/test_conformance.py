"""What every source promises, asked of every source there is."""

import json
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, timedelta

import ada_url
import pytest

from contract import Post, Tombstone
from contract.errors import UnexpectedShapeError
from crawler.fetch import Fetch, Held, Page
from crawler.registry import PLATFORMS, options
from crawler.times import EPOCH
from tests.sources.recorded import CASES, HERE, SECRET, pages_of, read, source_of

FEDERATED = {"activitypub", "bluesky", "lemmy", "mailinglist", "mastodon"}

PLATFORM = pytest.mark.parametrize("platform", list(PLATFORMS))


def every_page(check):
    """Ask it of every page of a platform; a failure names the page."""

    @PLATFORM
    def asked(platform):
        for name, page in pages_of(platform).items():
            try:
                check(platform, page)
            except BaseException as error:
                error.add_note(f"on the page {name}")
                raise

    return asked


def outcome(platform, page):
    """What a page says, or how it is refused."""
    try:
        return list(source_of(platform).read(page, EPOCH)), None
    except UnexpectedShapeError as error:
        return [], str(error)


def test_every_registered_source_is_asked():
    assert set(PLATFORMS) == set(options())
    for platform, case in CASES.items():
        assert {page.kind for page in pages_of(platform).values()} == set(case.kinds.values())


@PLATFORM
def test_a_source_is_what_its_settings_name(platform):
    source = source_of(platform)
    kind, option_type = PLATFORMS[platform]
    assert isinstance(source, kind)
    assert isinstance(CASES[platform].options, option_type)
    assert source.name == "it"
    assert source.whole <= set(CASES[platform].kinds.values())


@every_page
def test_a_page_read_twice_says_the_same(platform, page):
    assert read(platform, page) == read(platform, page)


@every_page
def test_every_post_is_one_of_ours_with_an_id_of_its_own(platform, page):
    found = [item for item in read(platform, page) if isinstance(item, Post | Tombstone)]
    ids = [item.post_id for item in found]
    assert len(set(ids)) == len(ids)
    for post in found:
        assert post.post_id.startswith("it:")
        assert len(post.post_id) > len("it:")


@every_page
def test_every_post_has_an_absolute_address_of_its_own(platform, page):
    posts = [item for item in read(platform, page) if isinstance(item, Post)]
    addresses = [post.url for post in posts]
    assert len(set(addresses)) == len(addresses)
    links = [
        link for post in posts if post.author for link in (post.author.url, *post.author.profiles)
    ]
    for address in (*addresses, *filter(None, links)):
        parsed = ada_url.URL(address)
        assert parsed.protocol in {"http:", "https:"}
        assert parsed.hostname


@every_page
def test_every_date_is_aware_and_in_utc(platform, page):
    for post in read(platform, page):
        if isinstance(post, Post):
            for at in (post.created_at, post.updated_at, post.usage.expires_at):
                assert at is None or at.tzinfo is UTC


@every_page
def test_no_post_is_empty(platform, page):
    for post in read(platform, page):
        if isinstance(post, Post):
            assert post.text or post.title
            assert (post.source, post.platform) == ("it", platform)


@every_page
def test_a_thread_is_opened_by_a_post_and_not_by_a_reply(platform, page):
    for post in read(platform, page):
        if isinstance(post, Post):
            assert (post.parent_id is None) == (post.thread_id == post.post_id)
            assert post.parent_id != post.post_id
            assert (post.kind in {"answer", "comment"}) <= (post.parent_id is not None)
            assert (post.title != "") <= (post.parent_id is None)
            assert (post.accepted is not None) <= (post.parent_id is not None)


@every_page
def test_a_post_for_members_names_its_groups_as_ours(platform, page):
    for post in read(platform, page):
        if isinstance(post, Post):
            assert (post.visibility == "members") == bool(post.groups)
            assert all(group.startswith("it:") for group in post.groups)


@every_page
def test_what_a_post_is_called_everywhere_does_not_hang_on_the_road_it_came_by(platform, page):
    named = [post.global_id for post in read(platform, page) if isinstance(post, Post)]
    by_another = [post for post in read(platform, page, "other") if isinstance(post, Post)]
    assert [post.global_id for post in by_another] == named
    assert (platform in FEDERATED) <= all(named)
    assert len(set(filter(None, named))) == len(list(filter(None, named)))


@every_page
def test_no_credentials_are_in_what_a_page_leads_to(platform, page):
    assert SECRET not in repr(read(platform, page))


@every_page
def test_a_wish_is_plain_data_for_a_known_kind_of_page(platform, page):
    source = source_of(platform)
    for wish in read(platform, page):
        if isinstance(wish, Fetch):
            assert ada_url.URL(wish.url).protocol in {"http:", "https:"}
            assert wish.kind in CASES[platform].kinds.values()
            assert all(isinstance(word, str) for word in (*wish.note, *wish.note.values()))
            json.dumps(wish.note)
            assert source.sign(wish).kind == wish.kind


def unveiled(wish):
    """What a wish says, Basic credentials (RFC 7617) in plain words."""
    scheme, _, code = wish.headers.get("Authorization", "").partition(" ")
    return repr(wish) + (b64decode(code).decode() if scheme == "Basic" else "")


@PLATFORM
def test_credentials_are_added_by_signing_and_not_before(platform):
    for wish in source_of(platform).start(EPOCH):
        assert SECRET not in repr(wish)
        signed = source_of(platform).sign(wish)
        assert (SECRET in unveiled(signed)) is CASES[platform].signs
        assert replace(signed, url=wish.url, headers=wish.headers) == wish
        assert source_of(platform, key=None).sign(wish) == wish


@every_page
def test_a_post_can_be_asked_for_again_unless_its_place_shows_nothing_again(platform, page):
    source = source_of(platform)
    posts = [item for item in read(platform, page) if isinstance(item, Post)]
    held = [
        Held(post_id=p.post_id, thread_id=p.thread_id, url=p.url, position=p.position)
        for p in posts
    ]
    wishes = list(source.verify(held))
    asked_for = [post_id for wish in wishes for post_id in wish.held]
    if source.verify_within is None:
        assert wishes == []
    else:
        assert sorted(asked_for) == sorted(one.post_id for one in held)
        assert timedelta() < source.verify_within <= timedelta(days=30)
    assert SECRET not in repr(wishes)


@PLATFORM
def test_a_source_does_not_tell_its_key(platform):
    assert SECRET not in repr(source_of(platform))


@PLATFORM
def test_an_unknown_kind_of_page_is_an_error_of_ours(platform):
    page = Page(kind="surprise", url=CASES[platform].url, body=b"{}")
    with pytest.raises(ValueError, match=f"{platform} has no surprise page"):
        list(source_of(platform).read(page, EPOCH))


WRONG = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b"5",
    b'"text"',
    b"<!DOCTYPE html><title>502</title>",
    b"\xff\xfe",
]


@every_page
def test_a_page_cut_short_says_which_it_is(platform, page):
    if CASES[platform].forgiving:
        return
    for kept in (0.2, 0.5, 0.9):
        cut = replace(page, body=page.body[: int(len(page.body) * kept)])
        with pytest.raises(UnexpectedShapeError, match=page.url):
            list(source_of(platform).read(cut, EPOCH))


@every_page
def test_an_error_page_in_its_place_says_which_it_is(platform, page):
    if CASES[platform].forgiving:
        return
    for body in WRONG:
        found, refused = outcome(platform, replace(page, body=body))
        if refused is not None:
            assert page.url in refused
        else:  # an empty list of posts, or a site without rooms, is a page like any other
            assert body in {b"[]", b"{}"}
            assert not [item for item in found if isinstance(item, Post | Tombstone)]


@pytest.mark.parametrize(
    ("platform", "file", "kind"),
    [
        ("stackexchange", "error_throttled.json", "questions"),
        ("mastodon", "error_needs_a_token.json", "timeline"),
        ("mastodon", "error_needs_a_token.json", "status"),
        ("mastodon", "error_needs_a_token.json", "account"),
        ("mastodon", "error_needs_a_token.json", "root"),
    ],
)
def test_an_error_of_the_api_names_the_page_and_the_field(platform, file, kind):
    note = CASES[platform].notes.get(kind, {})
    body = (HERE / platform / file).read_bytes()
    page = Page(kind=kind, url=f"{CASES[platform].url}/x", body=body, note=note)
    with pytest.raises(UnexpectedShapeError, match=rf"{page.url}: .*(`\w+`|`array`)"):
        list(source_of(platform).read(page, EPOCH))


def test_a_site_says_so_where_a_page_is_none():
    page = Page(
        kind="page",
        url="https://help.example.com/en/x",
        body=b"%PDF-1.7",
        headers={"content-type": "application/pdf"},
    )
    with pytest.raises(UnexpectedShapeError, match=page.url):
        list(source_of("site").read(page, EPOCH))
