from dataclasses import dataclass

import pytest

from contract import parse_settings
from contract.errors import SettingsError
from contract.settings import (
    CrawlSettings,
    IndexSettings,
    ServeSettings,
    Settings,
    SiteSettings,
    SourceSettings,
    describe,
)


@dataclass(frozen=True, kw_only=True)
class Options:
    room: str
    depth: int = 3
    api_user: str = "system"


PLATFORMS = {"forum": Options, "wall": None}
HOOKED = ("forum",)

GOOD = """
[site]
name = "Meadow search"
contact = "admin@example.com"

[[source]]
name = "forum"
platform = "forum"
url = "https://forum.example.com"
api_key = "env:FORUM_KEY"
room = "lobby"
staff = ["nadia", "otto"]

[[source]]
name = "wall"
label = "The wall"
platform = "wall"
url = "http://127.0.0.1:9000/wall"
private_network = true
trust = 2

[crawl]
max_attempts = 2

[index]
engine = "whoosh"
"""


def read(text, **environ):
    return parse_settings(text, PLATFORMS, environ, HOOKED)


def problems(text, **environ):
    """What is wrong with a text, one problem a line."""
    with pytest.raises(SettingsError) as caught:
        read(text, **environ)
    return str(caught.value).splitlines()


def source(*lines):
    """A section that is right but for these lines, which begin at line 2."""
    given = {line.partition("=")[0].strip() for line in lines}
    usual = {"name": '"wall"', "platform": '"wall"', "url": '"https://wall.example.com"'}
    rest = [f"{key} = {value}" for key, value in usual.items() if key not in given]
    return "\n".join(["[[source]]", *lines, *rest])


def test_nothing_written_is_every_default():
    assert read("") == Settings()


def test_every_section_is_read():
    settings = read(GOOD, FORUM_KEY="s3cret")
    assert settings.site == SiteSettings(name="Meadow search", contact="admin@example.com")
    assert settings.crawl == CrawlSettings(max_attempts=2)
    assert settings.index == IndexSettings(engine="whoosh")
    assert settings.serve == ServeSettings()
    forum, wall = settings.source
    assert forum.options == Options(room="lobby")
    assert forum.staff == ("nadia", "otto")
    assert (wall.private_network, wall.trust, wall.options) == (True, 2.0, None)


def test_a_source_is_called_by_its_label_else_by_its_name():
    forum, wall = read(GOOD, FORUM_KEY="s3cret").source
    assert (forum.title, wall.title) == ("forum", "The wall")


def test_a_source_is_found_by_its_name():
    settings = read(GOOD, FORUM_KEY="s3cret")
    assert settings.named("wall").label == "The wall"


def test_a_name_that_no_source_has_brings_the_list_of_those_there_are():
    with pytest.raises(SettingsError, match='no source is named "walls"') as caught:
        read(GOOD, FORUM_KEY="s3cret").named("walls")
    assert caught.value.hint == "Name one of the sources in the settings: forum, wall."
    with pytest.raises(SettingsError) as caught:
        read("").named("wall")
    assert "none" in caught.value.hint


def test_a_key_is_taken_from_the_environment():
    assert read(GOOD, FORUM_KEY="s3cret").source[0].api_key == "s3cret"


def test_a_key_may_be_written_out():
    assert read(source('api_key = "s3cret"')).source[0].api_key == "s3cret"


def test_a_key_that_the_environment_lacks_is_named_with_its_line():
    assert problems(source('api_key = "env:WALL_KEY"')) == [
        "line 2: the environment variable WALL_KEY is not set"
    ]


def test_no_secret_is_in_what_is_printed():
    settings = read(GOOD, FORUM_KEY="s3cret")
    assert "s3cret" not in repr(settings)
    assert "s3cret" not in str(settings.source[0])


def test_a_secret_of_the_wrong_type_is_not_repeated():
    (problem,) = problems(source("api_key = 1234567"))
    assert problem.startswith('line 2: "api_key": ')
    assert "1234567" not in problem


def test_every_problem_is_told_at_once_each_with_its_line():
    text = """\
[site]
nmae = "Meadow"
language = 5

[crawl]
timeout_s = "long"
max_attempts = "often"

[[source]]
name = "Forum One"
platform = "forum"
url = "forum.example.com"
room = 5
depht = 2
trust = 3

[[source]]
name = "wall"
platform = "wal"
url = "https://wall.example.com"

[serve]
port = 80.5

[surprise]
"""
    assert problems(text) == [
        'line 2: unknown key "nmae"; did you mean "name"?',
        'line 3: "language": Expected `str`, got `int`',
        'line 6: "timeout_s": Expected `float`, got `str`',
        'line 7: "max_attempts": Expected `int`, got `str`',
        'line 10: the name "Forum One" may hold only lower-case letters, digits and hyphens',
        'line 12: the url "forum.example.com" is no address of the form http://… or https://…',
        'line 13: "room": Expected `str`, got `int`',
        'line 14: unknown key "depht"; did you mean "depth"?',
        "line 15: trust is 3; it must lie from 0 to 2",
        'line 19: unknown platform "wal"; did you mean "wall"?',
        'line 23: "port": Expected `int`, got `float`',
        'line 25: unknown key "surprise"',
    ]


def test_what_is_missing_is_named_at_the_heading():
    assert problems("[[source]]")[1] == 'line 1: the key "platform" is missing'
    text = '\n\n[[source]]\nplatform = "forum"\n'
    assert problems(text) == [
        'line 3: the key "name" is missing',
        'line 3: the key "room" is missing',
        'line 3: the key "url" is missing',
    ]


def test_the_second_of_two_sources_is_named_by_its_own_line():
    text = source() + "\n\n" + source('name = "other"', "delay_s = true")
    assert problems(text) == ['line 8: "delay_s": Expected `float`, got `bool`']


def test_an_item_of_a_list_is_named_by_the_line_of_its_key():
    assert problems(source('staff = ["nadia", 5]')) == [
        'line 2: "staff[1]": Expected `str`, got `int`'
    ]


def test_the_options_of_another_platform_are_unknown():
    assert problems(source('room = "lobby"')) == ['line 2: unknown key "room"']


def test_a_key_of_the_platform_is_offered_where_it_is_the_nearest():
    assert problems(source('platform = "forum"', 'room = "a"', 'api_usr = "b"')) == [
        'line 4: unknown key "api_usr"; did you mean "api_user"?'
    ]


def test_options_cannot_be_written_as_a_table():
    assert problems(source() + "\n[source.options]\ndepth = 1\n") == [
        'line 5: unknown key "options"'
    ]


def test_two_sources_of_one_name_are_refused():
    text = source() + "\n\n" + source('name = "wall"')
    assert problems(text) == ['line 7: two sources are named "wall"']


def test_a_twin_is_named_by_its_own_line_even_behind_a_broken_source():
    text = "\n".join([source('name = "first"', "trust = 5"), source(), source('name = "wall"')])
    assert problems(text) == [
        "line 3: trust is 5; it must lie from 0 to 2",
        'line 11: two sources are named "wall"',
    ]


def test_a_source_of_an_unknown_platform_is_looked_at_as_far_as_can_be():
    text = source('platform = "pinboard"', "trust = 5", "colour = 3", "delay_s = 'slow'")
    assert problems(text) == [
        'line 2: unknown platform "pinboard"',
        "line 3: trust is 5; it must lie from 0 to 2",
        'line 5: "delay_s": Expected `float`, got `str`',
    ]


@pytest.mark.parametrize(
    "name", ["", "Wall", "a wall", "wall_", "-wall", "wall:1", "wäll", "w" * 64]
)
def test_a_name_that_cannot_start_an_id_is_refused(name):
    (problem,) = problems(source(f'name = "{name}"'))
    assert problem.startswith("line 2: the name")


@pytest.mark.parametrize("name", ["w", "wall-2", "2nd", "w" * 63])
def test_a_name_of_small_letters_digits_and_hyphens_is_taken(name):
    assert read(source(f'name = "{name}"')).source[0].name == name


@pytest.mark.parametrize(
    "url",
    [
        "",
        "wall.example.com",
        "ftp://wall.example.com",
        "javascript:alert(1)",
        "http://",
        "http:///wall",
        "http://?",
        "http://a wall/",
        "http://[::1",
        "http://wall:99999/",
        "file:///etc/passwd",
    ],
)
def test_a_url_that_cannot_be_fetched_is_refused(url):
    (problem,) = problems(source(f'url = "{url}"'))
    assert problem.startswith("line 2: the url")


@pytest.mark.parametrize(
    "url", ["http://wall", "https://wall.example.com/a?b=c", "http://127.0.0.1:80", "http://[::1]/"]
)
def test_a_url_that_can_be_fetched_is_taken_as_it_is(url):
    assert read(source(f'url = "{url}"')).source[0].url == url


@pytest.mark.parametrize("trust", ["-0.1", "2.1", "nan", "inf", "-inf"])
def test_trust_outside_its_range_is_refused(trust):
    (problem,) = problems(source(f"trust = {trust}"))
    assert problem.startswith("line 2: trust is")


@pytest.mark.parametrize("trust", [0, 0.5, 2])
def test_trust_in_its_range_is_taken(trust):
    assert read(source(f"trust = {trust}")).source[0].trust == trust


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('source = "wall"', 'line 1: write each source under a heading "[[source]]"'),
        ('source = ["wall"]', 'line 1: write each source under a heading "[[source]]"'),
        ('[source]\nname = "wall"', 'line 1: write each source under a heading "[[source]]"'),
        ("crawl = 5", 'line 1: "crawl" is a section: write it as a heading "[crawl]"'),
        ("\n[[crawl]]", 'line 2: "crawl" is a section: write it as a heading "[crawl]"'),
        ("port = 80", 'line 1: unknown key "port"'),
        ("[sites]", 'line 1: unknown key "sites"; did you mean "site"?'),
    ],
)
def test_a_section_in_a_wrong_form_is_told(text, problem):
    assert problems(text) == [problem]


FORUM = ('platform = "forum"', 'room = "a"')


def test_a_secret_for_events_is_taken_from_the_environment_and_not_shown():
    text = source('webhook_secret = "env:HOOK"', *FORUM)
    (forum,) = read(text, HOOK="kettle-secret").source
    assert forum.webhook_secret == "kettle-secret"  # noqa: S105  opens nothing
    assert "kettle-secret" not in repr(forum)
    assert problems(text) == ["line 2: the environment variable HOOK is not set"]


def test_a_secret_where_there_are_no_events_is_refused_and_those_with_events_named():
    assert problems(source('webhook_secret = "kettle-secret"')) == [
        'line 2: "wall" has no webhooks; those that have: "forum"'
    ]


@pytest.mark.parametrize("secret", ["", "short", "elevenchars"])
def test_a_secret_that_could_be_guessed_is_refused(secret):
    (problem,) = problems(source(f'webhook_secret = "{secret}"', *FORUM))
    assert problem.startswith(f"line 2: webhook_secret has {len(secret)} characters")
    (problem,) = problems(source('webhook_secret = "env:HOOK"', *FORUM), HOOK=secret)
    assert problem.startswith("line 2: webhook_secret has")


def test_what_is_not_toml_is_told_with_its_line():
    with pytest.raises(SettingsError, match=r"this is not TOML: .*line 2"):
        read('[site]\nname = "open\n')


def test_keys_inside_a_longer_text_do_not_move_the_lines():
    text = '# name = 1\n[site]\nname = "a"\nlanguage = """\nname = b\n"""\ncontact = 5\n'
    assert problems(text) == ['line 7: "contact": Expected `str`, got `int`']


def test_every_setting_can_be_described():
    told = {name: (kind, default) for name, kind, default in describe(IndexSettings)}
    assert told["engine"] == ('"tantivy" or "whoosh"', "tantivy")
    assert told["keep"] == ("int", 2)
    assert {name for name, _, _ in describe(SourceSettings)} >= {"name", "url", "trust"}
