"""All four communities at once, on this machine only.

    python -m samples.serve --port 8801

In a program: `with Communities(tell(), first_port=8801) as there: ...` — they answer inside the
`with` and are gone after it.
"""

from __future__ import annotations

import argparse
import errno
import signal
import socket
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from threading import Event, Thread
from typing import TYPE_CHECKING

import uvicorn

from samples import forum, kb, qa, social
from samples.sites import PLACEHOLDERS, Sites
from samples.story import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Self

    from starlette.types import ASGIApp

    from samples.story import Story

HOST = "127.0.0.1"
FIRST_PORT = 8801
POLL_S = 0.005
"""Seconds between two looks at whether a server has started; it needs one or two of them."""

APPS: dict[str, Callable[[Story, Sites], ASGIApp]] = {
    "qa": qa.app,
    "forum": forum.app,
    "kb": kb.app,
    "social": social.app,
}
"""The communities in order of their ports."""


class PortTakenError(Exception):
    """A port that a community needs is not free; the message names both."""

    def __init__(self, port: int, name: str) -> None:
        super().__init__(f"port {port} on {HOST}, needed for the {name} community, is taken")
        self.port = port


class Communities:
    """The four sites of a story, served from threads of this process while it is entered.

    They take four ports from `first_port` on; with 0 the system chooses free ones. Entering raises
    PortTakenError where one is taken, and StoryError where the story does not fit together.
    """

    def __init__(self, story: Story, first_port: int = 0) -> None:
        self.story = story
        self.first_port = first_port
        self.sites = PLACEHOLDERS
        self._running = ExitStack()

    def __enter__(self) -> Self:
        """Take all ports first, because every site links to the others, then serve."""
        with ExitStack() as stack:
            ears = {name: stack.enter_context(self._listen(name)) for name in APPS}
            self.sites = Sites(**{name: _address(ear) for name, ear in ears.items()})
            for name, ear in ears.items():
                stack.enter_context(_serving(APPS[name](self.story, self.sites), ear))
            self._running = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        """Stop answering and give the ports back."""
        self._running.close()

    @property
    def urls(self) -> dict[str, str]:
        """The base URL of each community by its name."""
        return asdict(self.sites)

    def _listen(self, name: str) -> socket.socket:
        port = self.first_port + list(APPS).index(name) if self.first_port else 0
        try:
            return _ear(port)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTakenError(port, name) from error
            raise


def _ear(port: int) -> socket.socket:
    ear = socket.create_server((HOST, port))
    # else head and body of an answer, sent apart, wait 40 ms for one another
    ear.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return ear


def _address(ear: socket.socket) -> str:
    return f"http://{HOST}:{ear.getsockname()[1]}"


@contextmanager
def _serving(app: ASGIApp, ear: socket.socket) -> Iterator[None]:
    """Answer on `ear` from a thread of its own; a request under way gets a second to end."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, args=([ear],), name=_address(ear), daemon=True)
    thread.start()
    try:
        while thread.is_alive() and not server.started:
            time.sleep(POLL_S)
        yield
    finally:
        server.should_exit = True
        thread.join()


def main(arguments: list[str] | None = None) -> int:
    """Serve the shipped stories until Ctrl-C; 2 says that a port was taken."""
    parser = argparse.ArgumentParser("python -m samples.serve", description="Serve the samples.")
    parser.add_argument("--port", type=int, default=FIRST_PORT, help="the first of four ports")
    port = parser.parse_args(arguments).port
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt), Communities(tell(), port) as there:
            lines = [f"{name:7}{url}\n" for name, url in there.urls.items()]
            sys.stdout.write("".join(lines))
            sys.stdout.flush()
            Event().wait()
    except PortTakenError as error:
        sys.stderr.write(f"{error}\nChoose another with --port.\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
