"""What every test may use: a clock that stands still, an empty archive, and no way out."""

import ipaddress
import signal
import socket
from datetime import UTC, datetime

import pytest
from hypothesis import settings

from contract import FixedClock
from crawler.archive import Archive
from crawler.store import Store

settings.register_profile("house", deadline=None, max_examples=50)
settings.load_profile("house")  # no deadline: on a busy machine it would tell of the machine

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # started in the background of a shell: every command of a test would be deaf to Ctrl-C as well
    signal.signal(signal.SIGINT, signal.default_int_handler)

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def pytest_collection_modifyitems(items):
    """Begin with the tests that stay together in one process: side by side with all the others."""
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)


class OutsideError(Exception):
    """A test tried to leave this machine."""


@pytest.fixture(autouse=True)
def _stay_on_this_machine(monkeypatch):
    """Refuse every connection and every look-up that leads further than loopback."""

    def guard(name, where):
        ours = getattr(socket.socket, name)

        def guarded(self, *given):
            address = given[where]
            if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(address[0]):
                raise OutsideError(f"a test wants to reach {address}")
            return ours(self, *given)

        monkeypatch.setattr(socket.socket, name, guarded)

    for name in ("connect", "connect_ex"):
        guard(name, 0)
    guard("sendto", -1)
    look_up = socket.getaddrinfo

    def guarded_look_up(host, *given, **named):
        if host is not None and not _is_loopback(host):
            raise OutsideError(f"a test wants to look up {host!r}")
        return look_up(host, *given, **named)

    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)


def _is_loopback(host):
    name = host.decode() if isinstance(host, bytes) else host
    if name in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@pytest.fixture
def clock():
    """A clock at noon on 4 May 2026; set `clock.at` to move it."""
    return FixedClock(NOW)


@pytest.fixture
def store(tmp_path):
    """An empty database of its own."""
    opened = Store(tmp_path / "archive.db")
    yield opened
    opened.close()


@pytest.fixture
def archive(store, clock):
    """An empty archive."""
    return Archive(store, clock)
