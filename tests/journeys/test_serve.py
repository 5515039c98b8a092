"""The site as a process: it starts, answers, takes up a new index, and stops when told to."""

import signal
import socket
import time

import httpx2
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("journeys")]

QUICK_S = 20


def test_it_serves_pages_and_calls_and_ends_cleanly_at_ctrl_c(shown):
    with shown.start("serve", "--port", "0") as running:
        ready = running.stderr.readline()
        address = next(word for word in ready.split() if word.startswith("http://"))
        page = httpx2.get(f"{address}/search?q=bridge+offline+new+router", timeout=QUICK_S)
        assert page.status_code == 200
        assert "<blockquote" in page.text
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=QUICK_S)
    assert running.returncode == 0
    assert "Traceback" not in said


def test_a_new_index_is_taken_up_while_it_serves(site, shown):
    def generation():
        ready = site.get("/readyz").json()
        assert ready["status"] == "ready"
        return ready["generation"]

    before = generation()
    assert shown.run("index").returncode == 0
    deadline = time.monotonic() + QUICK_S
    while generation() == before and time.monotonic() < deadline:
        time.sleep(0.1)
    assert generation() > before


def test_a_taken_port_is_named_with_a_way_out(shown):
    with socket.create_server(("127.0.0.1", 0)) as ear:
        port = ear.getsockname()[1]
        done = shown.run("serve", "--port", port)
    assert done.returncode == 2
    said, hint = done.stderr.splitlines()[-2:]
    assert f"127.0.0.1:{port}" in said
    assert "--port" in hint
