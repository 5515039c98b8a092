"""Bars are for people at a terminal; results, logs and cron see nothing of them."""

import contextlib
import os
import re
import sys
import termios

import pytest

from cli import progress
from cli.progress import Bars
from cli.workplace import say


@pytest.fixture
def no_delay(monkeypatch):
    """Show a bar at once, as a step that takes long would."""
    monkeypatch.setattr(progress, "DELAY_S", 0.0)


def at_a_terminal(do):
    """What a terminal shows of stderr while something is done."""
    eye, screen = os.openpty()
    termios.tcsetwinsize(screen, (24, 80))
    with os.fdopen(screen, "w") as shown, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", shown)
        do()
        say("end")
        seen = ""
        while "end" not in seen:  # what was written comes through a terminal piece by piece
            seen += os.read(eye, 10_000).decode()
    os.close(eye)
    return seen


def work():
    """Two steps, the second of unknown length."""
    with Bars() as bars:
        for done in range(1, 4):
            bars("indexing", done, 3)
        for done in (5, 10):
            bars("reading", done, 0)


def test_a_terminal_shows_a_bar_for_each_step_and_stdout_nothing(no_delay, capsys):
    shown = at_a_terminal(work)
    assert re.search(r"indexing: 100%.* 3/3 ", shown)
    assert "reading: 10" in shown
    assert capsys.readouterr().out == ""


def test_where_stderr_is_no_terminal_nothing_is_drawn(no_delay, capsys):
    work()
    assert capsys.readouterr() == ("", "")


def test_a_quick_step_shows_no_bar():
    assert at_a_terminal(work).split() == ["end"]


def test_a_step_that_fails_leaves_its_bar_as_it_stood(no_delay):
    def fail():
        with contextlib.suppress(KeyError), Bars() as bars:
            bars("indexing", 1, 3)
            raise KeyError

    *_, last, end = at_a_terminal(fail).splitlines()
    assert " 1/3 " in last
    assert end == "end"
