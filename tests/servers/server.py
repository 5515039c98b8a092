"""A server of another project, as an ordinary process that listens on this machine alone."""

import os
import re
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

ASKED = (
    re.compile(r"\[(?P<status>\d{3})\]: [A-Z]+ (?P<path>\S+)"),
    re.compile(r'"[A-Z]+ (?P<path>\S+) HTTP/1.[01]" (?P<status>\d{3})'),
)
"""How PHP tells of a request that it has answered, and how Python does."""

PATIENCE_S = 60.0
"""Longer than any of them takes to begin or to end, on a machine that is busy with others."""

QUIETLY = ("opcache.enable_cli=1", "opcache.revalidate_freq=0", "display_errors=0")
"""Settings of PHP: compile a file once until it changes, and leave warnings out of the pages."""


class MissingError(Exception):
    """A server is not installed."""


class Server:
    """A process; `ready` tells whether it serves. It can be started again after `kill`."""

    def __init__(self, command, folder, ready, **environment):
        self._command = [str(word) for word in command]
        self._log = folder / "server.log"
        self._ready = ready
        self._environment = {**os.environ, **environment}
        self._process = None

    def start(self):
        """Start it, and wait until it serves."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  a server under test
                self._command,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,  # a group of its own, with all that it forks
            )
        until("it serves", self._serves)

    def kill(self):
        """End it as a failing machine would: no reply is finished."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(PATIENCE_S)

    def said(self):
        """All that it has written."""
        return self._log.read_text("utf-8", "replace")

    def asked(self, after=0):
        """Each request that was answered, but for the first `after`: its path and status."""
        said = self.said()
        found = [told for form in ASKED for told in form.finditer(said)]
        return [(told["path"], int(told["status"])) for told in found[after:]]

    def _serves(self):
        ended = self._process.poll()
        assert ended is None, f"{self._command[0]} ended with {ended}:\n{self.said()}"
        return self._ready()


def php(folder, port, root, *, router=None, settings=(), **environment):
    """PHP's own web server for the files under `root`; `settings` are lines of php.ini."""
    own = [word for line in (*QUIETLY, *settings) for word in ("-d", line)]
    command = [program("php"), *own, "-S", f"127.0.0.1:{port}", "-t", root]
    command += [router] if router else []
    return Server(command, folder, lambda: listens(port), **environment)


def program(name):
    """Where a program is; some servers stand where only root looks."""
    folders = [*os.environ.get("PATH", "").split(os.pathsep), "/usr/sbin"]
    for folder in folders:
        if os.access(Path(folder) / name, os.X_OK):
            return str(Path(folder) / name)
    raise MissingError(f"{name} is not here: scripts/install-servers installs it")


def run(*command, told=None, **environment):
    """Run a command of a server to its end; what it printed."""
    ended = subprocess.run(  # noqa: S603  a server's own command
        [str(word) for word in command],
        input=told,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, **environment},
    )
    assert ended.returncode == 0, f"{command}: {ended.stdout}{ended.stderr}"
    return ended.stdout


def free_port():
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    """Whether somebody does."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def until(what, holds):
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, f"waited {PATIENCE_S:.0f} s, and never saw that {what}"
        time.sleep(0.02)
