"""What platforms send, decoded at the edge; and where it says what is wrong."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import SourceSettings
from contract.errors import SettingsError, UnexpectedShapeError
from crawler.fetch import Page
from crawler.payload import decode
from crawler.registry import PLATFORMS, build, options
from crawler.sources.stackexchange import Options, StackExchange
from crawler.times import EPOCH

URL = "https://forum.example.com/t/7.json"


class Topic(msgspec.Struct):
    id: int
    posts: list[str] = []


def page(body):
    return Page(kind="topic", url=URL, body=body)


def test_fields_nobody_names_are_ignored():
    assert decode(page(b'{"id": 7, "more": {"x": [1]}}'), Topic) == Topic(7)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"posts": []}', "missing required field `id`"),
        (b'{"id": "7"}', "Expected `int`, got `str` - at `$.id`"),
        (b'{"id": 7, "posts": ["a", 2]}', "`$.posts[1]`"),
        (b'{"id": 7', "truncated"),
        (b"<html>", "malformed"),
        (b'{"id": 7, "posts": ["\xff"]}', "utf-8"),
        (b'{"id": 7, "more": ' + b"[" * 100_000, f"{URL}: "),
    ],
)
def test_another_shape_is_named_with_the_page_and_the_field(body, why):
    with pytest.raises(UnexpectedShapeError) as caught:
        decode(page(body), Topic)
    assert str(caught.value).startswith(f"{URL}: ")
    assert why in str(caught.value)


@given(st.binary() | st.text().map(str.encode))
def test_any_body_is_decoded_or_of_another_shape(body):
    try:
        assert isinstance(decode(page(body), Topic), Topic)
    except UnexpectedShapeError:
        return


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "/q/7", ""])
def test_a_link_in_a_payload_that_no_reader_may_follow_is_left_out(link):
    """A place that was taken over must not put its own script behind our results."""
    asked = {
        "question_id": 7,
        "title": "Why?",
        "body": "<p>It blinks.</p>",
        "link": link,
        "creation_date": 1,
        "last_activity_date": 1,
        "score": 1,
        "owner": {"user_id": 4, "display_name": "Ada", "link": link},
    }
    body = msgspec.json.encode({"items": [asked], "has_more": False})
    source = StackExchange("qa", "https://qa.example.com", Options(site="qa"))
    note = {"filter": "f", "min": "0", "number": "1", "page": "1", "at": "0"}
    read = Page(kind="questions", url=f"{URL}?x", body=body, note=note)
    (post,) = source.read(read, EPOCH)
    assert (post.url, post.author.url) == ("https://qa.example.com/questions/7", None)


@pytest.mark.parametrize("platform", ["discourse", "mastodon", "site", "stackexchange"])
def test_a_platform_is_built_by_its_name_with_its_own_options(platform):
    own = options()[platform]
    assert own is not None
    chosen = Options(site="qa") if own is Options else own()
    url = "https://x.example/@a"
    given = SourceSettings(name="mine", platform=platform, url=url, options=chosen)
    assert isinstance(build(given), PLATFORMS[platform][0])


def test_an_unknown_platform_is_refused_by_name():
    with pytest.raises(SettingsError, match='mine: unknown platform "usenet"'):
        build(SourceSettings(name="mine", platform="usenet", url="https://x.example"))
