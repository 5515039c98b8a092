"""`serve` and `demo` where they cannot start; the journeys show them at work."""

import socket

import pytest

from cli.serve_command import listen
from contract.errors import PortError


@pytest.fixture
def taken():
    """A port that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as ear:
        yield ear.getsockname()[1]


def test_a_taken_port_is_named_with_a_way_out(reader, taken):
    ran = reader.run("serve", "--port", taken)
    assert (ran.status, ran.out) == (2, "")
    said, hint = ran.err.splitlines()
    assert f"cannot listen on 127.0.0.1:{taken}" in said
    assert hint == "hint: Choose another port with `--port`."


def test_the_settings_name_host_and_port_unless_the_command_does(desk, taken):
    desk.settle(f'[serve]\nhost = "127.0.0.2"\nport = {taken}\n')
    with socket.create_server(("127.0.0.2", taken)):
        assert f"127.0.0.2:{taken}" in desk.run("serve").err
        assert f"127.0.0.1:{taken}" in desk.run("serve", "--host", "127.0.0.1").err


@pytest.mark.parametrize(
    ("host", "port"),
    [("127.0.0.1", 65536), ("127.0.0.1", -1), ("203.0.113.1", 0), ("::ffff:1:2:3", 0)],
    ids=["too large", "below zero", "not ours", "not ours either"],
)
def test_an_address_that_cannot_be_had_is_no_bug(desk, host, port):
    ran = desk.run("serve", f"--host={host}", f"--port={port}")
    assert ran.status == 2
    assert f"cannot listen on {host}:{port}" in ran.err
    assert "bug" not in ran.err


def test_of_two_that_start_at_once_the_second_is_told():
    """To bind is not enough: until one of them listens, two may be bound to one address."""
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(PortError, match=str(port)):
            listen("127.0.0.1", port)
    listen("127.0.0.1", port).close()


@pytest.fixture
def demo(desk, ask, monkeypatch):
    """The demonstration, which here must end before it gathers anything."""
    monkeypatch.setattr("cli.demo_command.gather", lambda _: pytest.fail("it began to gather"))
    return lambda *words: ask("demo", "--data", desk.data, *words)


def test_the_demonstration_tells_of_a_taken_port_before_a_minute_of_work(demo, taken):
    ran = demo("--port", taken)
    assert (ran.status, ran.out) == (2, "")
    assert f"127.0.0.1:{taken}" in ran.err
    assert "--port" in ran.err


def test_a_taken_port_of_a_community_is_named_with_the_community(demo, taken):
    ran = demo("--no-serve", "--port", taken - 2)
    assert ran.status == 2
    said, hint = ran.err.splitlines()
    assert said == f"askaround: port {taken} on 127.0.0.1, needed for the forum community, is taken"
    assert "--port" in hint


@pytest.mark.parametrize("port", [65532, 65536])
def test_a_port_with_no_room_above_it_for_the_communities_is_no_bug(demo, port):
    ran = demo("--port", port)
    assert ran.status == 2
    assert f"above port {port} is no room for the 4 communities" in ran.err
    assert "--port" in ran.err
