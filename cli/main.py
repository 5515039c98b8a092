"""`askaround`: reads the arguments, runs one command and turns what went wrong into two lines.

Exit status: 0 done or found, 1 nothing found, 2 trouble, 130 stopped by Ctrl-C. Results go to
stdout, talk to stderr. This is the boundary of one command: whatever goes wrong below ends here.
"""

from __future__ import annotations

import argparse
import importlib
import io
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from contract.errors import ArchiveError, AskaroundError

if TYPE_CHECKING:
    from collections.abc import Sequence

FOUND, TROUBLE = 0, 2
STOPPED = 130
"""Ctrl-C, as shells count it: 128 and the number of the signal."""

log = logging.getLogger(__name__)

COMMANDS = (
    "demo",
    "crawl",
    "import",
    "index",
    "serve",
    "work",
    "jobs",
    "search",
    "experts",
    "places",
    "eval",
    "tune",
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
    return _run(args)


def _run(args: argparse.Namespace) -> int:
    """Run the command; what goes wrong is told in two lines, and in full with `-v`."""
    try:
        status = int(args.run(args))
        sys.stdout.flush()  # a reader that has gone must be noticed here, not while Python ends
    except AskaroundError as error:
        return _trouble(str(error), error.hint)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND
    except KeyboardInterrupt:
        print("askaround: stopped", file=sys.stderr)
        return STOPPED
    except OSError as error:
        log.info("in full:", exc_info=error)
        return _trouble(str(error), ArchiveError.hint)
    except Exception as error:  # Python's own status would be 1, which says "nothing found"
        log.info("in full:", exc_info=error)
        said = f"this is a bug in Askaround: {type(error).__name__}: {error}"
        return _trouble(said, "Run the command again with `-v` and report what it says.")
    return status


def _trouble(said: str, hint: str) -> int:
    print(f"askaround: {said}\nhint: {hint}", file=sys.stderr)
    return TROUBLE


def _talk(level: int) -> None:
    """Log to stderr from this level on, whatever level a library sets for itself.

    A terminal that lacks a character shows a question mark in its place.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
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
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
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
        metavar="FILE",
        help="settings file (default: askaround.toml)",
    )
    common.add_argument(
        "--data",
        type=Path,
        default=Path("data"),
        metavar="DIR",
        help="data folder (default: %(default)s)",
    )
    common.add_argument("-v", "--verbose", action="count", default=0, help="tell more")
    return common


class _Version(argparse.Action):
    """Looks the version up only when asked: that costs as much as everything else before it."""

    def __call__(
        self, parser: argparse.ArgumentParser, *given: object, **named: object
    ) -> NoReturn:
        from importlib.metadata import version

        print(f"askaround {version('askaround')}")
        parser.exit()


if __name__ == "__main__":
    sys.exit(main())
