"""`askaround`: reads the arguments, runs one command and turns what went wrong into two lines.

Exit status: 0 done or found, 1 nothing found, 2 trouble. Results go to stdout, talk to stderr.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from contract.errors import AskaroundError

if TYPE_CHECKING:
    from collections.abc import Sequence

FOUND, NOTHING, TROUBLE = 0, 1, 2

COMMANDS = (
    "demo",
    "crawl",
    "import",
    "index",
    "serve",
    "search",
    "experts",
    "places",
    "eval",
    "doctor",
    "check",
    "replay",
)
"""In the order in which one meets them; each is a module `cli.<name>_command`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser(_named(given))
    args = parser.parse_args(given)
    if args.command is None:
        parser.print_help(sys.stderr)
        return TROUBLE
    _talk(logging.WARNING - 10 * args.verbose)
    try:
        return int(args.run(args))
    except AskaroundError as error:
        print(f"askaround: {error}\nhint: {error.hint}", file=sys.stderr)
        return TROUBLE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND
    except KeyboardInterrupt:
        print("askaround: stopped", file=sys.stderr)
        return TROUBLE


def _talk(level: int) -> None:
    """Log to stderr from this level on, whatever level a library sets for itself."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(level)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])


def _named(given: Sequence[str]) -> str | None:
    """The command that was named, so that only its module has to be imported."""
    return next((word for word in given if word in COMMANDS), None)


def _parser(named: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="askaround",
        description="Searches every place where your customers and community talk.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    common = _common()
    for name in COMMANDS:
        module = importlib.import_module(f"cli.{name}_command") if named in {None, name} else None
        about = (module.__doc__ or "").partition("\n")[0] if module else ""
        command = commands.add_parser(name, help=about, description=about, parents=[common])
        if module is not None:
            module.arguments(command)
            command.set_defaults(run=module.run)
    return parser


def _common() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--config",
        type=Path,
        default=Path("askaround.toml"),
        metavar="FILE",
        help="settings file (default: askaround.toml)",
    )
    common.add_argument(
        "--data",
        type=Path,
        default=Path("data"),
        metavar="DIR",
        help="data folder (default: data)",
    )
    common.add_argument("-v", "--verbose", action="count", default=0, help="tell more")
    return common


if __name__ == "__main__":
    sys.exit(main())
