import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx2
import pytest

from samples.serve import Communities, PortTakenError

ROOT = Path(__file__).parents[2]


def fetch(url):
    answer = httpx2.get(url, follow_redirects=True, timeout=5)
    return answer.status_code, answer.text


def command(first):
    return [sys.executable, "-m", "samples.serve", "--port", str(first)]


def free_port():
    """A port with three free ones behind it, as far as can be told beforehand."""
    with socket.create_server(("127.0.0.1", 0)) as ear:
        return min(ear.getsockname()[1], 65_000)


def test_all_four_answer_and_link_to_one_another(story):
    with Communities(story) as there:
        assert list(there.urls) == ["qa", "forum", "kb", "social"]
        for url in there.urls.values():
            assert fetch(f"{url}/")[0] == 200
        _, question = fetch(f"{there.urls['qa']}/q/10")
        assert f"See {there.urls['forum']}/t/1." in question
        _, topic = fetch(f"{there.urls['forum']}/t/1.json")
        assert f"{there.urls['qa']}/q/10" in topic
        _, status = fetch(f"{there.urls['social']}/api/v1/statuses/500")
        assert f"{there.urls['kb']}/en/articles/" in status
        assert "example/" not in question + topic + status


def test_afterwards_the_ports_are_free_and_no_thread_is_left(story):
    before = set(threading.enumerate())
    with Communities(story) as there:
        urls = there.urls
        fetch(f"{urls['kb']}/en")
    assert set(threading.enumerate()) == before
    for url in urls.values():
        with socket.create_server(("127.0.0.1", int(url.rpartition(":")[2]))):
            pass


def test_stopping_takes_no_longer_than_two_seconds_even_with_somebody_connected(story):
    with Communities(story) as there:
        port = int(there.urls["forum"].rpartition(":")[2])
        idle = socket.create_connection(("127.0.0.1", port))
        started = time.monotonic()
    idle.close()
    assert time.monotonic() - started < 2


def test_ports_follow_one_another_from_the_first(story):
    first = free_port()
    with Communities(story, first) as there:
        assert list(there.urls.values()) == [f"http://127.0.0.1:{first + n}" for n in range(4)]
    with Communities(story, first) as there:  # and again at once
        assert fetch(f"{there.urls['qa']}/robots.txt")[0] == 200


def test_a_taken_port_is_named_and_the_others_are_given_back(story):
    first = free_port()
    with (
        socket.create_server(("127.0.0.1", first + 2)),
        pytest.raises(PortTakenError, match=f"port {first + 2} on 127.0.0.1, needed for the kb"),
        Communities(story, first),
    ):
        pass
    with socket.create_server(("127.0.0.1", first)):
        pass


def test_the_command_prints_the_addresses_and_ends_at_ctrl_c():
    first = free_port()
    with subprocess.Popen(  # noqa: S603  our own module
        command(first), cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as running:
        lines = [running.stdout.readline().split() for _ in range(4)]
        assert lines[0] == ["qa", f"http://127.0.0.1:{first}"]
        assert [name for name, _ in lines] == ["qa", "forum", "kb", "social"]
        os.kill(running.pid, signal.SIGINT)
        assert running.wait(timeout=5) == 0


def test_the_command_says_which_port_is_taken():
    first = free_port()
    with socket.create_server(("127.0.0.1", first + 1)):
        ended = subprocess.run(  # noqa: S603  our own module
            command(first), cwd=ROOT, capture_output=True, text=True, check=False
        )
    assert ended.returncode == 2
    assert ended.stderr.splitlines() == [
        f"port {first + 1} on 127.0.0.1, needed for the forum community, is taken",
        "Choose another with --port.",
    ]
