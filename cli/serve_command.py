"""Serve the site and the API."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING

from cli.workplace import Workplace, say
from contract.errors import PortError, SearchIndexError

if TYPE_CHECKING:
    import argparse

STOP_WITHIN_S = 3
"""Requests under way when the process is told to stop get so long to end."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--host", metavar="H", help="address to listen on (settings: [serve] host)")
    parser.add_argument("--port", type=int, metavar="N", help="port (settings: [serve] port)")


def run(args: argparse.Namespace) -> int:
    """Serve until told to stop."""
    place = Workplace.of(args)
    host = args.host or place.settings.serve.host
    port = place.settings.serve.port if args.port is None else args.port
    serve(place, host, port)
    return 0


def serve(place: Workplace, host: str, port: int) -> None:
    """Serve the site of a workplace; returns when it is told to stop.

    Raises PortError where the address cannot be had.
    """
    import uvicorn

    from web.app import app
    from web.site import Site

    listening = listen(host, port)
    site = Site(ranker=place.ranker, settings=place.settings, clock=place.clock, hooks=place.hooks)
    with contextlib.suppress(SearchIndexError):  # the pages say so themselves
        place.ranker.search("warm up")
    config = uvicorn.Config(
        app(site),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_WITHIN_S,
    )
    shown = f"[{host}]" if ":" in host else host
    say(f"Ready: open http://{shown}:{listening.getsockname()[1]}   (Ctrl-C stops)")
    with contextlib.suppress(KeyboardInterrupt), contextlib.closing(listening):
        uvicorn.Server(config).run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """Take an address, port 0 for any that is free; PortError where it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # else head and body of a reply, sent apart, wait 40 ms for one another
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listening.bind((host, port))
        listening.listen()  # two processes may bind to one address, but not listen
    except (OSError, OverflowError) as error:
        listening.close()
        raise PortError(f"cannot listen on {host}:{port}: {error}") from error
    return listening
