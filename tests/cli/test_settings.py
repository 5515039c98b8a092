"""What a person reads whose settings are wrong, missing or elsewhere."""

import pytest

from cli.workplace import settings_file

MISSPELT = """\
[site]
nmae = "Garden search"

[[source]]
name = "qa"
platform = "stakexchange"
url = "https://qa.example"
"""

EVERY_KIND = [
    ["crawl"],
    ["import", "qa", "posts.jsonl"],
    ["index"],
    ["serve", "--port", "0"],
    ["search", "E17"],
    ["experts", "E17"],
    ["places", "E17"],
    ["eval", "set"],
    ["check", "qa"],
    ["replay", "1"],
]


@pytest.mark.parametrize("words", EVERY_KIND, ids=lambda words: words[0])
def test_every_command_names_file_line_key_and_the_nearest_known_one(desk, words):
    desk.settle(MISSPELT)
    ran = desk.run(*words)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        f"askaround: {desk.config}:",
        'line 2: unknown key "nmae"; did you mean "name"?',
        'line 6: unknown platform "stakexchange"; did you mean "stackexchange"?',
        "hint: Correct the lines named above; askaround.example.toml shows every key.",
    ]
    assert not desk.data.exists()


def test_the_doctor_finds_wrong_settings_instead_of_stumbling_over_them(desk):
    desk.settle(MISSPELT)
    ran = desk.run("doctor", "--json")
    assert ran.status == 2
    (finding,) = ran.json
    assert (finding["state"], finding["what"]) == ("fail", "settings")
    assert f"{desk.config}:\nline 2: " in finding["said"]
    assert "askaround.example.toml" in finding["hint"]


@pytest.mark.parametrize("words", [["search", "E17"], ["index"], ["crawl"]], ids=lambda w: w[0])
def test_settings_that_were_named_and_are_not_there_are_no_silence(desk, words):
    desk.config.unlink()
    ran = desk.run(*words)
    assert ran.status == 2
    said, hint = ran.err.splitlines()
    assert said == f"askaround: {desk.config} does not exist"
    assert "--config" in hint


def test_the_doctor_says_that_the_settings_named_are_not_there(desk):
    desk.config.unlink()
    ran = desk.run("doctor")
    assert ran.status == 2
    assert ran.out.startswith("fail settings")
    assert "does not exist" in ran.out


@pytest.fixture
def at_work(desk, monkeypatch):
    """Stands in the folder with the settings, and names neither them nor the data."""
    monkeypatch.chdir(desk.folder)
    return desk


def test_without_a_file_the_defaults_hold_and_the_doctor_says_so(at_work, ask):
    at_work.config.unlink()
    ran = ask("doctor")
    assert ran.status == 0
    assert "askaround.toml does not exist, so the defaults hold" in ran.out


def test_the_file_in_the_folder_one_stands_in_is_read(at_work, ask):
    at_work.settle(MISSPELT)
    assert "askaround.toml:\nline 2: " in ask("crawl").err


def test_what_a_demonstration_left_beside_its_data_is_read(at_work, ask):
    at_work.data.mkdir()
    at_work.config.rename(at_work.data / "askaround.toml")
    assert "qa, help" in ask("crawl", "forum").err


def test_a_file_of_ones_own_goes_before_what_a_demonstration_left(at_work):
    at_work.data.mkdir()
    (at_work.data / "askaround.toml").write_text(MISSPELT)
    assert settings_file(None, at_work.data).read_text() == at_work.config.read_text()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[site\n", "this is not TOML"),
        (b"\xff\xfe", "can't decode byte 0xff"),
        (None, "directory"),
    ],
    ids=["no TOML", "no UTF-8", "a folder"],
)
def test_a_file_that_cannot_be_read_is_named(desk, content, said):
    desk.config.unlink()
    if content is None:
        desk.config.mkdir()
    else:
        desk.config.write_bytes(content)
    ran = desk.run("index")
    assert ran.status == 2
    assert str(desk.config) in ran.err
    assert said in ran.err


WITH_A_KEY = """\
[[source]]
name = "forum"
platform = "discourse"
url = "https://forum.example"
api_key = "env:FORUM_KEY"
"""


def test_a_secret_comes_from_the_environment_and_is_never_shown(desk, monkeypatch):
    desk.settle(WITH_A_KEY)
    monkeypatch.setenv("FORUM_KEY", "s3cret")
    ran = desk.run("doctor", "-vv")
    assert ran.status == 0
    assert "1 sources" in ran.out
    assert "s3cret" not in ran.out + ran.err


def test_a_secret_that_the_environment_lacks_is_named_with_its_line(desk, monkeypatch):
    desk.settle(WITH_A_KEY)
    monkeypatch.delenv("FORUM_KEY", raising=False)
    ran = desk.run("crawl")
    assert ran.status == 2
    assert "line 5: the environment variable FORUM_KEY is not set" in ran.err


@pytest.mark.parametrize("words", [["crawl", "qua"], ["crawl", "qa", "qua"], ["check", "qua"]])
def test_a_source_that_nobody_named_brings_the_list_of_those_there_are(desk, words):
    ran = desk.run(*words)
    assert (ran.status, ran.out) == (2, "")
    said, hint = ran.err.splitlines()
    assert said == 'askaround: no source is named "qua"'
    assert hint.endswith("qa, help.")


def test_settings_without_a_source_leave_nothing_to_crawl(desk):
    desk.settle('[model]\nname = "none"\n')
    ran = desk.run("crawl")
    assert ran.status == 2
    said, hint = ran.err.splitlines()
    assert said == f"askaround: {desk.config} names no source"
    assert "[[source]]" in hint
