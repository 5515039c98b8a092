"""No test leaves this machine."""

import socket

import pytest

OUTSIDE = ("192.0.2.1", 80)


@pytest.mark.parametrize("attempt", ["connect", "connect_ex"])
def test_no_test_can_connect_to_another_machine(attempt):
    with socket.socket() as ours, pytest.raises(Exception, match=r"wants to reach .*192\.0\.2\.1"):
        getattr(ours, attempt)(OUTSIDE)


def test_no_test_can_send_a_datagram_to_another_machine():
    with (
        socket.socket(type=socket.SOCK_DGRAM) as ours,
        pytest.raises(Exception, match="wants to reach"),
    ):
        ours.sendto(b"hello", OUTSIDE)


def test_no_test_can_look_up_a_name():
    with pytest.raises(Exception, match=r"wants to look up 'example\.com'"):
        socket.create_connection(("example.com", 80))


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as ear:
        socket.create_connection(("localhost", ear.getsockname()[1])).close()
