"""Documentation that no test reads drifts, so here tests read it."""

import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from cli.main import COMMANDS
from contract import parse_settings
from crawler import registry
from docs.generate import PAGES, page
from docs.platforms import platforms
from tests.sources.recorded import CASES

ROOT = Path(__file__).parents[1]
WRITTEN = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "bench").glob("*.md")]


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_as_the_code_says(name):
    assert (ROOT / "docs" / name).read_text("utf-8") == page(name), "run `python -m docs.generate`"


@pytest.mark.parametrize(
    ("platform", "not_offered", "why"),
    [("feed", ("reputation",), "no page shows it"), ("reddit", ("votes",), "it is shown .score.")],
)
def test_the_table_of_platforms_claims_nothing_that_no_page_shows(
    monkeypatch, platform, not_offered, why
):
    case = CASES[platform]
    wrong = replace(case, proof=replace(case.proof, not_offered=not_offered))
    monkeypatch.setitem(CASES, platform, wrong)
    with pytest.raises(ValueError, match=f"{platform}, votes: {why}"):
        list(platforms())


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(path):
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", path.read_text("utf-8"))
    broken = [link for link in links if not (path.parent / link).exists()]
    assert broken == []


def test_the_example_settings_can_be_read():
    text = (ROOT / "askaround.example.toml").read_text("utf-8")
    settings = parse_settings(text, registry.options())
    assert {source.platform for source in settings.source} <= set(registry.PLATFORMS)


def test_every_source_shows_a_settings_block_that_works():
    text = (ROOT / "docs" / "sources.md").read_text("utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    environ = dict.fromkeys(re.findall(r"env:(\w+)", text), "secret")
    read = [parse_settings(block, registry.options(), environ).source[0] for block in blocks]
    assert {source.platform for source in read} == set(registry.PLATFORMS)


def test_the_readme_names_every_command():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in COMMANDS if f"askaround {name}" not in readme] == []


def test_the_readme_commands_are_targets_of_the_makefile():
    readme = (ROOT / "README.md").read_text("utf-8")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", readme, re.MULTILINE))
    assert {"demo", "test"} <= named
    assert [name for name in named if f"\n{name}:" not in makefile] == []


def test_versions_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    newest = re.search(r"^## ([\d.]+)", changelog, re.MULTILINE)
    assert newest is not None
    assert newest[1] == project["version"]


def test_every_file_the_architecture_names_is_there_and_every_package_has_a_heading():
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    packages = [path.parent.name for path in ROOT.glob("*/__init__.py")]
    shipped = [name for name in packages if name not in {"tests", "bench"}]
    assert [name for name in shipped if f"\n## {name}/" not in text] == []


@pytest.mark.slow
def test_help_is_quick_and_complete():
    told = subprocess.run(
        [sys.executable, "-m", "cli.main", "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    ).stdout
    assert [name for name in COMMANDS if name not in told] == []


def test_the_code_points_only_at_files_that_exist():
    named = {
        (match[1], path.name)
        for package in ("contract", "crawler", "indexer", "ranker", "web", "cli")
        for path in (ROOT / package).rglob("*.py")
        for match in re.finditer(r"\b((?:bench|docs)/[\w./-]+\.(?:py|md))", path.read_text("utf-8"))
    }
    assert [pair for pair in sorted(named) if not (ROOT / pair[0]).exists()] == []
