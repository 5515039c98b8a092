"""Writes the pages of documentation that the code itself can tell.

    python -m docs.generate           writes docs/{settings,sources,platforms,commands,errors}.md
    python -m docs.generate --check   exits with 1 where one of them is not as the code says

A test runs the check, so these pages cannot drift.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import itertools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.main import COMMANDS
from contract import errors, settings
from contract.settings import describe
from crawler.registry import PLATFORMS
from docs.platforms import platforms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta
    from types import ModuleType

HERE = Path(__file__).parent

NOTE = "<!-- Written by `python -m docs.generate` from the code. -->"

SECTIONS = (
    settings.SiteSettings,
    settings.SourceSettings,
    settings.CrawlSettings,
    settings.IndexSettings,
    settings.ModelSettings,
    settings.RankSettings,
    settings.ServeSettings,
)


PAGES = ("settings.md", "sources.md", "platforms.md", "commands.md", "errors.md")


def page(name: str) -> str:
    """The text of one of PAGES."""
    told = {
        "settings.md": _settings,
        "sources.md": _sources,
        "platforms.md": platforms,
        "commands.md": _commands,
        "errors.md": _errors,
    }
    return "\n".join([NOTE, "", *told[name](), ""])


def _settings() -> Iterator[str]:
    yield "# Settings"
    yield ""
    yield "Everything stands in `askaround.toml`; `askaround.example.toml` shows a whole file."
    yield "A key that is not listed here is refused, with its line and the nearest one that is."
    yield 'Secrets are best given as `"env:NAME"`, which reads the environment variable NAME.'
    for section in SECTIONS:
        about = inspect.getdoc(section) or ""
        yield ""
        yield f"## {about}"
        yield ""
        yield from _keys(settings, section)


def _keys(module: ModuleType, kind: type[Any]) -> Iterator[str]:
    said = _field_docs(module, kind.__name__)
    yield "| key | type | default | what it does |"
    yield "|---|---|---|---|"
    for name, type_name, default in describe(kind):
        if name != "options":
            yield f"| `{name}` | {type_name} | {_default(default)} | {said.get(name, '')} |"


def _field_docs(module: ModuleType, class_name: str) -> dict[str, str]:
    """The texts under the fields of a class, which Python itself throws away."""
    tree = ast.parse(inspect.getsource(module))
    classes = [n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == class_name]
    body = classes[0].body if classes else []
    return {
        field.target.id: " ".join(text.value.value.split())
        for field, text in itertools.pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }


def _default(value: object) -> str:
    if type(value).__name__ == "_MISSING_TYPE":
        return "required"
    if value is None or value in ("", ()):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _sources() -> Iterator[str]:
    yield "# Sources"
    yield ""
    yield "What each platform's source reads, its settings block, and its own options beside those"
    yield "that every source has ([settings](settings.md))."
    for platform, (kind, options) in PLATFORMS.items():
        module = importlib.import_module(kind.__module__)
        yield ""
        yield f"## {platform}"
        yield ""
        yield from _with_toml(inspect.getdoc(module) or "")
        yield ""
        yield _deadline(kind.verify_within)
        yield ""
        yield from _keys(module, options)


def _deadline(within: timedelta | None) -> str:
    if within is None:
        return "Its pages show old posts no more, so nothing tells which of them were deleted."
    days = "a day" if within.days == 1 else f"{within.days} days"
    return f"Every post is looked at again within {days}, unless `verify_days` says otherwise."


def _with_toml(text: str) -> Iterator[str]:
    """The docstring with its indented block as a block of TOML."""
    inside = False
    for line in text.splitlines():
        indented = line.startswith("    ")
        if indented != inside and (line or not inside):
            yield "```toml" if indented else "```"
            inside = indented
        yield line.removeprefix("    ") if inside else line
    if inside:
        yield "```"


def _commands() -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield "Every command takes `--config FILE`, `--data DIR` and `-v`. Exit status: 0 done or"
    yield "found, 1 nothing found, 2 trouble, 130 stopped by Ctrl-C. Results go to stdout, talk to"
    yield "stderr. `askaround --version` names the release."
    for name in COMMANDS:
        module = importlib.import_module(f"cli.{name}_command")
        yield ""
        yield f"## askaround {name}"
        yield ""
        yield inspect.getdoc(module) or ""
        parser = argparse.ArgumentParser(prog=name, add_help=False)
        module.arguments(parser)
        rows = [row for action in parser._actions for row in _argument(action)]
        if rows:
            yield ""
            yield from ("| argument | what it does |", "|---|---|", *rows)


def _argument(action: argparse.Action) -> Iterator[str]:
    shown = ", ".join(action.option_strings) or action.dest.upper()
    if action.metavar and action.option_strings:
        shown = f"{shown} {action.metavar}"
    yield f"| `{shown}` | {action.help or ''} |"


def _errors() -> Iterator[str]:
    yield "# Errors"
    yield ""
    yield "What can go wrong in a way you can mend. Each is shown with its own message and, unless"
    yield "it brings a better one, this hint."
    for name, kind in inspect.getmembers(errors, inspect.isclass):
        if issubclass(kind, errors.AskaroundError):
            about = " ".join((inspect.getdoc(kind) or "").split())
            yield ""
            yield f"## {name}"
            yield ""
            yield f"{about}"
            yield ""
            yield f"Hint: {kind.hint}"


def main() -> int:
    """Write the pages, or check them."""
    check = "--check" in sys.argv[1:]
    told = {name: page(name) for name in PAGES}
    stale = [name for name, text in told.items() if _differs(HERE / name, text)]
    if not check:
        for name, text in told.items():
            (HERE / name).write_text(text, "utf-8")
    for name in stale:
        sys.stderr.write(f"docs/{name} {'is not as the code says' if check else 'written'}\n")
    return 1 if check and stale else 0


def _differs(path: Path, text: str) -> bool:
    return not path.exists() or path.read_text("utf-8") != text


if __name__ == "__main__":
    sys.exit(main())
