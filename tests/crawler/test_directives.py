"""What the owner of a page allows, however it is said; where several speak, the strictest wins."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import Usage
from crawler.directives import Directives, directives

FREE = Directives()
JUNE = datetime(2026, 6, 27, 15, 0, tzinfo=UTC)


def meta(content, name="robots"):
    return directives([(name, content)])


def header(value):
    return directives([], value)


EVERYWHERE = pytest.mark.parametrize("say", [meta, header])


def test_where_nothing_is_said_everything_is_allowed():
    assert directives([]) == FREE == Directives(index=True, follow=True, usage=Usage())


@EVERYWHERE
@pytest.mark.parametrize("said", ["", "index, follow", "all", "noimageindex", "notranslate", ",,"])
def test_what_does_not_concern_us_changes_nothing(say, said):
    assert say(said) == FREE


@EVERYWHERE
@pytest.mark.parametrize(
    ("said", "index", "follow"),
    [
        ("noindex", False, True),
        ("nofollow", True, False),
        ("none", False, False),
        ("NOINDEX , NoFollow", False, False),
        ("follow,noindex", False, True),
        ("index, noindex", False, True),
    ],
)
def test_a_page_may_close_itself_or_its_links(say, said, index, follow):
    assert (say(said).index, say(said).follow) == (index, follow)


@EVERYWHERE
@pytest.mark.parametrize(
    ("said", "usage"),
    [
        ("noarchive", Usage(archive=False)),
        ("nosnippet", Usage(snippet=False)),
        ("max-snippet:50", Usage(max_snippet=50)),
        ("max-snippet: 0", Usage(max_snippet=0)),
        ("max-snippet:-1", Usage()),
        ("max-snippet:lots", Usage()),
        ("max-snippet:50, max-snippet:20", Usage(max_snippet=20)),
        ("max-image-preview:large, noarchive", Usage(archive=False)),
        ("max-video-preview: -1, nosnippet", Usage(snippet=False)),
        ("unavailable_after: 2026-06-27T15:00:00Z", Usage(expires_at=JUNE)),
        ("unavailable_after: 27 Jun 2026 15:00:00 GMT", Usage(expires_at=JUNE)),
        ("unavailable_after: Sat, 27 Jun 2026 15:00:00 GMT", Usage(expires_at=JUNE)),
        ("unavailable_after: Saturday, 27-Jun-26 15:00:00 GMT", Usage(expires_at=JUNE)),
        ("noarchive, unavailable_after: Sat, 27 Jun 2026 15:00:00 GMT, nosnippet",
         Usage(archive=False, snippet=False, expires_at=JUNE)),
        ("unavailable_after: 2030-01-01, unavailable_after: 2026-06-27T15:00:00Z",
         Usage(expires_at=JUNE)),
        ("unavailable_after: never", Usage()),
    ],
)  # fmt: skip
def test_a_page_may_say_how_it_is_used(say, said, usage):
    assert say(said) == Directives(usage=usage)


@EVERYWHERE
def test_rules_behind_one_with_a_value_are_heard(say):
    for first in ("max-image-preview:large", "max-snippet:9", "max-video-preview:3"):
        assert not say(f"{first}, noindex").index
    assert not say("unavailable_after: Sat, 27 Jun 2026 15:00:00 GMT, noindex").index


@pytest.mark.parametrize("name", ["robots", "ROBOTS", "askaround", "AskAround"])
def test_a_page_speaks_to_all_robots_or_to_us(name):
    assert not meta("noindex", name=name).index


@pytest.mark.parametrize("name", ["googlebot", "description", "askaround-news", ""])
def test_what_a_page_says_to_others_is_not_for_us(name):
    assert meta("noindex", name=name) == FREE


def test_of_several_voices_the_strictest_wins():
    found = directives([("robots", "max-snippet:90"), ("askaround", "max-snippet:40")], "noindex")
    assert (found.index, found.usage.max_snippet) == (False, 40)


@pytest.mark.parametrize(
    ("value", "index", "follow"),
    [
        ("otherbot: noindex", True, True),
        ("otherbot: noindex, nofollow", True, True),
        ("otherbot: noindex, askaround: nofollow", True, False),
        ("askaround: noindex", False, True),
        ("AskAround: noindex, nofollow", False, False),
        ("robots: noindex", False, True),
        ("nofollow, otherbot: noindex", True, False),
        ("otherbot: noindex, askaround: nofollow, noindex", False, False),
    ],
)
def test_a_header_may_open_with_the_name_of_a_robot(value, index, follow):
    found = header(value)
    assert (found.index, found.follow) == (index, follow)


def test_a_robots_name_holds_only_for_the_header_it_stands_in():
    assert not header("otherbot: nofollow\nnoindex").index
    assert header("otherbot: nofollow\notherbot: noindex") == FREE


def test_a_named_rule_with_a_value_is_read_whole():
    assert header("otherbot: max-snippet:5") == FREE
    assert header("askaround: max-snippet:5").usage.max_snippet == 5


@given(st.text(), st.text())
def test_nothing_a_page_can_say_makes_it_raise(content, value):
    found = directives([("robots", content)], value)
    assert isinstance(found.index, bool)
