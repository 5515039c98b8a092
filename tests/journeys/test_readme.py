"""What the README shows is what a stranger sees."""

import re
import shlex
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("journeys")]

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")

CHANGING = r":88\d\d|\d+ months ago|\d+ ms|\(confidence \d+%\)|[+-]?0\.\d+"
"""Ports, ages, times, and the figures that depend on an age."""


def lasting(text):
    return re.sub(CHANGING, "~", re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8801", text))


def test_the_demonstration_gathers_what_the_readme_counts(first_run):
    _, said = first_run
    told = re.findall(r"^  (\w+: \d+ pages.*)$", README, re.MULTILINE)
    assert len(told) == 4
    assert [line for line in told if line not in said.splitlines()] == []


def test_the_example_search_prints_what_the_readme_shows(shown):
    command, _, printed = re.search(
        r"\$ \S+/askaround (.*?)(\n)(.*?)```", README, re.DOTALL
    ).groups()
    words = shlex.split(command.replace("--data demo-data", ""))
    said = lasting(shown.run(*words).stdout)
    for line in printed.splitlines():
        for part in filter(None, lasting(line).strip().split("...")):
            assert part.strip() in said
