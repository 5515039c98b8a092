"""Real servers: collected only where ASKAROUND_SERVERS is "required", and then none may be missing.

`scripts/install-servers` installs them, `make test-servers` does both. Each runs for one module.
"""

import os

import pytest

from tests.servers.askaround import Askaround

pytest.register_assert_rewrite("tests.servers.outage")

collect_ignore_glob = [] if os.environ.get("ASKAROUND_SERVERS") == "required" else ["test_*.py"]


@pytest.fixture
def askaround(tmp_path):
    """The program, with nothing gathered yet."""
    data = tmp_path / "data"
    data.mkdir()
    return Askaround(data)


@pytest.fixture(scope="module")
def serve(tmp_path_factory):
    """Set up a server, and start it: `serve(WordPress)`; all are stopped after the last test."""
    started = []

    def made(kind):
        server = kind(tmp_path_factory.mktemp("server"))
        started.append(server)
        server.start()
        return server

    yield made
    for server in started:
        server.stop()
