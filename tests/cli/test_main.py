"""What every command does alike: arguments, help, exit status, and the one boundary for trouble."""

import os
import signal
import subprocess
import sys
import tomllib

import pytest

from cli.main import COMMANDS
from ranker.search import Ranker
from tests.cli.conftest import ROOT

HEAVY = ("numpy", "scrapy", "torch", "onnxruntime", "sqlalchemy", "starlette", "tantivy", "lxml")

ASK_FOR_HELP = """
import contextlib, io, sys
from cli.main import COMMANDS, main
for words in [["--help"], *([name, "--help"] for name in COMMANDS)]:
    told = io.StringIO()
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(told):
        main(words)
    print(*words[:-1], len(told.getvalue()), *(set(sys.argv[1:]) & set(sys.modules)), sep="|")
"""


@pytest.fixture
def fails(monkeypatch):
    """Make a search fail in this way."""

    def how(error):
        def search(*given, **named):
            raise error

        monkeypatch.setattr(Ranker, "search", search)

    return how


def test_without_a_command_the_help_goes_to_stderr_and_it_is_trouble(ask):
    ran = ask()
    assert (ran.status, ran.out) == (2, "")
    assert [name for name in COMMANDS if name not in ran.err] == []


def test_help_that_was_asked_for_is_a_result(ask):
    ran = ask("search", "--help")
    assert (ran.status, ran.err) == (0, "")
    assert "--explain" in ran.out


@pytest.mark.parametrize(
    "words",
    [["serach", "E17"], ["search"], ["search", "E17", "--jsno"], ["search", "E17", "--limit", "x"]],
    ids=["command", "nothing asked", "option", "number"],
)
def test_a_slip_in_the_arguments_is_told_on_stderr_and_is_trouble(ask, words):
    ran = ask(*words)
    assert (ran.status, ran.out) == (2, "")
    assert "usage: askaround" in ran.err


def test_the_version_is_that_of_the_project(ask):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert ask("--version") == (0, f"askaround {project['version']}\n", "")


@pytest.mark.parametrize(("command", "folder"), [("demo", "demo-data"), ("search", "data")])
def test_help_names_the_data_folder_that_a_command_really_takes(ask, command, folder):
    told = " ".join(ask(command, "--help").out.split())
    assert f"data folder (default: {folder})" in told


def test_help_of_every_command_loads_nothing_heavy():
    told = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-c", ASK_FOR_HELP, *HEAVY],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert [line.split("|")[0] for line in told[1:]] == list(COMMANDS)
    for line in told[1:]:
        name, length, *heavy = line.split("|")
        assert (name, heavy) == (name, [])
        assert int(length) > 100


def test_what_is_wrong_and_what_to_do_are_two_lines_on_stderr(desk):
    ran = desk.run("crawl", "forum")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        'askaround: no source is named "forum"',
        "hint: Name one of the sources in the settings: qa, help.",
    ]


def test_a_bug_says_that_it_is_one_and_is_never_mistaken_for_nothing_found(reader, fails):
    fails(KeyError("votes"))
    ran = reader.run("search", "E17")
    assert (ran.status, ran.out) == (2, "")
    said, hint = ran.err.splitlines()
    assert said == "askaround: this is a bug in Askaround: KeyError: 'votes'"
    assert "-v" in hint


def test_a_bug_is_told_in_full_to_whoever_asks(reader, fails):
    fails(KeyError("votes"))
    ran = reader.run("search", "E17", "-v")
    assert ran.status == 2
    assert "Traceback" in ran.err
    assert "test_main.py" in ran.err


def test_a_full_disk_is_no_bug_and_comes_with_a_way_out(reader, fails):
    fails(OSError(28, "No space left on device", "data/index"))
    ran = reader.run("search", "E17")
    assert ran.status == 2
    said, hint = ran.err.splitlines()
    assert "No space left on device: 'data/index'" in said
    assert "bug" not in said
    assert "room" in hint


@pytest.mark.parametrize("words", [["import", "qa"], ["index"], ["crawl"], ["search", "E17"]])
def test_a_data_folder_that_is_a_file_is_named_with_a_hint(desk, words):
    desk.data.write_text("in the way")
    given = [*words, desk.file([])] if words[0] == "import" else words
    ran = desk.run(*given)
    assert ran.status == 2
    said, hint = ran.err.splitlines()
    assert str(desk.data) in said
    assert "data folder" in hint


@pytest.fixture
def ctrl_c():
    """Press Ctrl-C: also where tests run in the background, in which a shell has it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield lambda *_, **__: signal.raise_signal(signal.SIGINT)
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_ends_a_command_as_shells_expect_and_without_a_traceback(
    reader, monkeypatch, ctrl_c
):
    monkeypatch.setattr(Ranker, "search", ctrl_c)
    assert reader.run("search", "E17") == (130, "", "askaround: stopped\n")


@pytest.fixture
def closed():
    """Where a command writes whose reader has gone: `askaround search E17 | head -0`."""
    ear, mouth = os.pipe()
    os.close(ear)
    with os.fdopen(mouth, "w") as pipe:
        yield pipe


@pytest.mark.parametrize("more", [[], ["--json"]], ids=["text", "JSON"])
def test_a_reader_who_has_seen_enough_is_no_trouble(reader, monkeypatch, closed, more):
    monkeypatch.setattr(sys, "stdout", closed)
    ran = reader.run("search", "E17", *more)
    assert ran.status == 0
    assert "Broken pipe" not in ran.err


def test_a_reader_who_has_gone_is_not_even_missed_while_python_ends(desk, closed):
    """In a process of its own, whose last output is written only at its very end."""
    ran = desk.command("doctor", stdout=closed)
    assert (ran.status, ran.err) == (0, "")


def test_a_terminal_that_lacks_a_character_shows_another_in_its_place(
    reader, monkeypatch, tmp_path
):
    screen = tmp_path / "screen"
    with screen.open("w", encoding="ascii") as narrow:
        monkeypatch.setattr(sys, "stdout", narrow)
        assert reader.run("search", "Mäher").status == 0
    assert "M?her im Regen" in screen.read_text("ascii")
